// Whole objects from a store across a network are given only if they are what was received: their digest is taken as they pass by.
import { crc32 } from '../objects/crc32.ts';
import { StoreError } from '../objects/object-store.ts';
import type { StoredInstance } from './archive.ts';

/**
 * Chunks from `from` (in the file) to its end; the last one only where the data set in all of them has the digest of its reception.
 * Throws StoreError 'failed' where it has not. Chunks that are lent pass by like any other.
 */
export async function* checkedBytes(
  chunks: AsyncIterable<Uint8Array>,
  { key, size, dataSetOffset, digest }: Pick<StoredInstance, 'key' | 'size' | 'dataSetOffset' | 'digest'>,
  from: number,
): AsyncGenerator<Uint8Array> {
  const expected = Number.parseInt(digest, 16);
  let [at, found] = [from, 0];
  for await (const chunk of chunks) {
    const skipped = Math.max(0, dataSetOffset - at);
    if (skipped < chunk.length) found = crc32(chunk.subarray(skipped), found);
    at += chunk.length;
    if (at >= size && found !== expected)
      throw new StoreError('failed', `${key}: the bytes are not those that were received`);
    yield chunk;
  }
}
