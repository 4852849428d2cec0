// CRC-32 of objects' bytes, the one of zip and of node:zlib: by carry-less multiplication where there is a binary for this machine.
import { crc32 as portable } from 'node:zlib';

/** @param before the digest of the bytes in front of these; absent: these are the first */
export type Crc32 = (bytes: Uint8Array, before?: number) => number;

/** The same number whichever computes it; Node.js' own takes eight times as long for pieces of 64 KiB. */
export const crc32: Crc32 = await import('@node-rs/crc32').then(
  (native) => native.crc32,
  () => portable,
);
