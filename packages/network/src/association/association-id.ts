// The id of an association: given to its connection before the first byte, carried by every log line, kept in its record.
import { randomFillSync } from 'node:crypto';

const length = 6;
/** Random bytes for many ids at a time: asking for each costs as much as reading its A-ASSOCIATE-RQ. */
const random = Buffer.allocUnsafeSlow(length * 512);
let next = random.length;

export function newAssociationId(): string {
  if (next === random.length) {
    randomFillSync(random);
    next = 0;
  }
  next += length;
  return random.toString('hex', next - length, next);
}
