// Whether what is stored under a UID is the data set that came again: the same bytes, others, or a copy that is lost.
import { crc32 } from '../objects/crc32.ts';
import { chunkSize, type ObjectStore } from '../objects/object-store.ts';

interface Content {
  readonly key: string;
  readonly transferSyntaxUid: string;
  readonly size: number;
  readonly dataSetOffset: number;
  /** CRC-32 of the data set, in hexadecimal. */
  readonly digest: string;
}

/**
 * `missing`: the stored copy's file is not there. `damaged`: it is longer or shorter than it was when it came, or its bytes are not
 * those of then.
 */
export type Comparison = 'same' | 'other' | 'missing' | 'damaged';

/** Compares the bytes only where size and digest agree: a CRC-32 alone proves no equality. Throws StoreError. */
export async function compareContent(store: ObjectStore, stored: Content, came: Content): Promise<Comparison> {
  const size = await store.size(stored.key);
  if (size === undefined) return 'missing';
  if (size !== stored.size) return 'damaged';
  const length = stored.size - stored.dataSetOffset;
  const alike = length === came.size - came.dataSetOffset && stored.digest === came.digest;
  if (!alike || stored.transferSyntaxUid !== came.transferSyntaxUid) return 'other';
  let digest = 0;
  let same = true;
  const [ours, theirs] = [
    Buffer.allocUnsafe(Math.min(chunkSize, length)),
    Buffer.allocUnsafe(Math.min(chunkSize, length)),
  ];
  for (let at = 0; at < length; at += chunkSize) {
    const wanted = Math.min(chunkSize, length - at);
    const [left, right] = await Promise.all([
      store.readRun(stored.key, stored.dataSetOffset + at, wanted, ours.subarray(0, wanted)),
      store.readRun(came.key, came.dataSetOffset + at, wanted, theirs.subarray(0, wanted)),
    ]);
    digest = crc32(left, digest);
    same &&= Buffer.from(left.buffer, left.byteOffset, left.length).equals(right);
  }
  if (same) return 'same';
  return digest.toString(16).padStart(8, '0') === stored.digest ? 'other' : 'damaged';
}

/** Whether what goes out of a stored object is what came: something of this archive's own came back. Throws StoreError. */
export async function isSameAs(
  store: ObjectStore,
  outgoing: AsyncIterable<Uint8Array>,
  came: Content,
): Promise<boolean> {
  let at = came.dataSetOffset;
  for await (const chunk of outgoing) {
    if (at + chunk.length > came.size) return false;
    const right = await store.readRun(came.key, at, chunk.length);
    if (!Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).equals(right)) return false;
    at += chunk.length;
  }
  return at === came.size;
}
