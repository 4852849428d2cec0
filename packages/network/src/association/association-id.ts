// The id of an association: given to its connection before the first byte, carried by every log line, kept in its record.
import { randomBytes } from 'node:crypto';

export const newAssociationId = (): string => randomBytes(6).toString('hex');
