// Descriptors of files that were just read: whoever reads on, or reads again, needs not open them again.
import { open as openCallback } from 'node:fs';
import { promisify } from 'node:util';
import { closeLater } from './file-writer.ts';

const openAsync = promisify(openCallback);

interface Entry {
  readonly descriptor: Promise<number>;
  users: number;
  /** Nobody new gets it: it is closed when its last user is done. */
  dropped: boolean;
}

/** At most `limit` files stay open beside those in use; the one that was used longest ago is closed first. */
export function createOpenFiles(limit: number) {
  const entries = new Map<string, Entry>();
  const drop = (path: string, entry: Entry) => {
    if (entries.get(path) === entry) entries.delete(path);
    entry.dropped = true;
    if (entry.users === 0) entry.descriptor.then(closeLater, () => undefined);
  };
  const take = (path: string): Entry => {
    const known = entries.get(path);
    const entry = known ?? { descriptor: openAsync(path, 'r'), users: 0, dropped: false };
    entries.delete(path);
    entries.set(path, entry);
    const oldest = entries.entries().next();
    if (entries.size > limit && !oldest.done) drop(...oldest.value);
    return entry;
  };
  return {
    /** The descriptor is valid until the work is done. Rejects with what opening or the work rejects with. */
    async use<T>(path: string, work: (descriptor: number) => Promise<T>): Promise<T> {
      const entry = take(path);
      entry.users += 1;
      try {
        const descriptor = await entry.descriptor.catch((error: unknown) => {
          drop(path, entry);
          throw error;
        });
        return await work(descriptor);
      } finally {
        entry.users -= 1;
        if (entry.dropped && entry.users === 0) entry.descriptor.then(closeLater, () => undefined);
      }
    },
    /** The file is gone, or is to be opened anew. */
    forget(path: string): void {
      const entry = entries.get(path);
      if (entry) drop(path, entry);
    },
    close(): void {
      for (const [path, entry] of [...entries]) drop(path, entry);
    },
  };
}

export type OpenFiles = ReturnType<typeof createOpenFiles>;
