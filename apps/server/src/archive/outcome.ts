// Every status a C-STORE ends with here, and how what went wrong becomes one of them. PS3.4 B.2.3, PS3.7 C.
import { DicomError } from '@concord/dicom';
import type { Status } from '@concord/network';
import { DatabaseError } from '../database/database.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import { TooLargeError } from './largest-object.ts';

export const storeStatuses = {
  0x0000: 'stored: the bytes are on disk and the index row is committed; or stored before with the same content',
  0xb000: 'stored with values coerced, or under another SOP Instance UID; said only where the settings ask for it',
  0xb007:
    'stored as it came, though its uncompressed Pixel Data is shorter or longer than its description asks for; said only where the settings ask for it',
  0xa700: 'no space left for the object or for its index row, or the object is larger than the settings allow',
  0xa701: 'the object store or the index failed; the object may be sent again later',
  0xa900:
    'a UID is missing, malformed, or contradicts the request; or, where the settings ask for it, an image lacks what showing it takes',
  0xc000: 'the data set cannot be parsed or is cut short',
  0xc001: 'another object is stored under this SOP Instance UID, and duplicates are rejected',
  0xc002: 'the place where objects are kept is not there',
  0xc003: 'the object store or the index does not answer, or failed; the object may be sent again later',
  0xc004: 'the object store or the index refused what this server calls itself there',
  0xc006: 'the data set cannot be parsed or is cut short',
} as const;

/** Said for A701 and C000 where the settings ask for the cause. */
const causes: readonly number[] = [0xc002, 0xc003, 0xc004, 0xc006];

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

/** The statuses of a server whose settings say what failures of its own are answered with. */
export function statusesUnder(failures: Configuration['storeFailures']): Readonly<Record<number, string>> {
  const left: readonly number[] = failures === 'by cause' ? [0xa701, 0xc000] : causes;
  return Object.fromEntries(Object.entries(storeStatuses).filter(([code]) => !left.includes(Number(code))));
}

const placeGone = ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'EIO', 'EROFS', 'NoSuchBucket', 'NotFound'];
const notAdmitted = [
  ...['EACCES', 'EPERM', 'AccessDenied', 'Forbidden', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
  // Class 28 of PostgreSQL's conditions: invalid authorization; and the role may not do this.
  ...['28000', '28P01', '42501'],
];

/** What the operating system, S3 or PostgreSQL called it, from the outermost error in. */
function* namesOf(error: unknown): Generator<string> {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at) yield String(at.code);
    yield at.name;
  }
}

/** The status with the cause of the failure in it: C002 to C006 in the place of A701 and C000. */
export function byCause(status: StoreStatus, error?: unknown): StoreStatus {
  if (status.code === 0xc000) return { ...status, code: 0xc006 };
  if (status.code !== 0xa701) return status;
  const names = new Set(namesOf(error));
  if (notAdmitted.some((name) => names.has(name))) return { ...status, code: 0xc004 };
  return { ...status, code: placeGone.some((name) => names.has(name)) ? 0xc002 : 0xc003 };
}
