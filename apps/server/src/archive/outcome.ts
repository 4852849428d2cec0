// Every status a C-STORE ends with here, and how what went wrong becomes one of them. PS3.4 B.2.3, PS3.7 C.
import { DicomError } from '@concord/dicom';
import type { Status } from '@concord/network';
import { DatabaseError } from '../database/database.ts';
import { StoreError } from '../objects/object-store.ts';
import { TooLargeError } from './largest-object.ts';

export const storeStatuses = {
  0x0000: 'stored: the bytes are on disk and the index row is committed; or stored before with the same content',
  0xb000: 'stored with values coerced, or under another SOP Instance UID; said only where the settings ask for it',
  0xa700: 'no space left for the object or for its index row, or the object is larger than the settings allow',
  0xa701: 'the object store or the index failed; the object may be sent again later',
  0xa900: 'a UID is missing, malformed, or contradicts the request',
  0xc000: 'the data set cannot be parsed or is cut short',
  0xc001: 'another object is stored under this SOP Instance UID, and duplicates are rejected',
} as const;

export type StoreStatus = Status<keyof typeof storeStatuses & number>;

/** Error Comment (0000,0902) is an LO. */
export const refusalComment = (text: string): string => text.replace(/[\\\r\n\f]/g, ' ').slice(0, 64);

export const refusal = (code: StoreStatus['code'], text: string, offending: readonly number[] = []): StoreStatus => ({
  code,
  comment: refusalComment(text),
  ...(offending.length > 0 && { offending }),
});

/** Undefined for what is none of ours: a lost connection, a mistake in this program. */
export function refusalOf(error: unknown): StoreStatus | undefined {
  if (error instanceof TooLargeError) return refusal(0xa700, error.message);
  if (error instanceof DicomError) return refusal(0xc000, error.message);
  if (error instanceof StoreError || error instanceof DatabaseError)
    return error.fault === 'full' ? refusal(0xa700, 'no space left') : refusal(0xa701, error.message);
  return undefined;
}

/** Whether the index may hold the row although adding it failed: then its file must stay for the next start to judge. */
export const isUncertain = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || error.fault === 'failed' || error.fault === 'closed';
