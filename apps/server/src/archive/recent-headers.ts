// Encoded headers of objects that came or were asked for a short while ago: who looks at a study does it soon after it came, and then again.
import type { StoredInstance } from './archive.ts';

/** Bytes of all of them. */
const mostBytes = 8_388_608;
/** Bytes of one: those of a CT image have some 5 KB. */
export const longestHeader = 65_536;

/** Objects never change under their key, so neither does what is kept. */
type Named = Pick<StoredInstance, 'key' | 'digest'>;

export interface RecentHeaders {
  /** Up to the pixel data's value; must not be changed. */
  get(object: Named): Uint8Array | undefined;
  /** @param bytes memory of their own, which nobody changes any more */
  set(object: Named, bytes: Uint8Array): void;
}

/** The one that was used longest ago goes first. */
export function createRecentHeaders(limit = mostBytes): RecentHeaders {
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const nameOf = ({ key, digest }: Named) => `${key} ${digest}`;
  const take = (name: string): Uint8Array | undefined => {
    const bytes = kept.get(name);
    if (kept.delete(name) && bytes) size -= bytes.length;
    return bytes;
  };
  const put = (name: string, bytes: Uint8Array): void => {
    kept.set(name, bytes);
    size += bytes.length;
    for (const oldest of kept.keys()) {
      if (size <= limit) return;
      take(oldest);
    }
  };
  return {
    get(object) {
      const name = nameOf(object);
      const bytes = take(name);
      if (bytes) put(name, bytes);
      return bytes;
    },
    set(object, bytes) {
      const name = nameOf(object);
      take(name);
      if (bytes.length <= longestHeader) put(name, bytes);
    },
  };
}
