// Whether two stored objects hold the same data set, byte for byte.
import { chunkSize, type ObjectStore } from '../objects/object-store.ts';

interface Content {
  readonly key: string;
  readonly transferSyntaxUid: string;
  readonly size: number;
  readonly dataSetOffset: number;
  readonly digest: string;
}

/** Compares the bytes only where size and digest agree: a CRC-32 alone proves no equality. */
export async function sameContent(store: ObjectStore, one: Content, other: Content): Promise<boolean> {
  const length = one.size - one.dataSetOffset;
  if (length !== other.size - other.dataSetOffset || one.digest !== other.digest) return false;
  if (one.transferSyntaxUid !== other.transferSyntaxUid) return false;
  for (let at = 0; at < length; at += chunkSize) {
    const wanted = Math.min(chunkSize, length - at);
    const [left, right] = await Promise.all([
      store.readRun(one.key, one.dataSetOffset + at, wanted),
      store.readRun(other.key, other.dataSetOffset + at, wanted),
    ]);
    if (!Buffer.from(left.buffer, left.byteOffset, left.length).equals(right)) return false;
  }
  return true;
}
