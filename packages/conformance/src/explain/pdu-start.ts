// Whether bytes look like the beginning of a PDU: where reading may go on after a gap. PS3.8 9.3.1
import { pduTypes } from '@concord/network/wire';

/** Beyond what any implementation sends. */
const longest = 64 * 1024 * 1024;

const length = (bytes: Uint8Array, at: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32BE(at);

/** Type, reserved byte and length of a header fit; of a P-DATA-TF also those of its first value. */
export function beginsPdu(bytes: Uint8Array): boolean {
  const type = bytes[0];
  if (type === undefined || !Object.hasOwn(pduTypes, type) || bytes[1] !== 0 || bytes.length < 6) return false;
  const pdu = length(bytes, 2);
  if (pdu < 4 || pdu > longest) return false;
  if (type !== 0x04) return true;
  if (bytes.length < 12) return false;
  const value = length(bytes, 6);
  const [context = 0, control = 0] = [bytes[10], bytes[11]];
  return value >= 2 && value + 4 <= pdu && context % 2 === 1 && control <= 3;
}
