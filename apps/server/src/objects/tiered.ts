// Files first, a second store for what is old: new objects go to the files, each object is read where its key says it lies.
import type { ObjectStore } from './object-store.ts';
import { isS3Key } from './s3/s3-names.ts';
import type { SecondStore } from './s3/s3-tier.ts';

export interface TieredStore extends ObjectStore {
  readonly files: ObjectStore;
  readonly second: SecondStore;
  /** The file is gone: whoever still asks for it under its old key reads the moved object. */
  forward(from: string, to: string): void;
}

/** Objects whose old keys are remembered: who asked for one before it moved asks again within minutes, or hours. */
const remembered = 20_000;

export function tieredStore(files: ObjectStore, second: SecondStore): TieredStore {
  const moved = new Map<string, string>();
  const at = (asked: string) => {
    const key = moved.get(asked) ?? asked;
    return { key, store: isS3Key(key) ? second : files };
  };
  return {
    ...files,
    files,
    second,
    forward(from, to) {
      moved.set(from, to);
      const oldest = moved.keys().next();
      if (moved.size > remembered && !oldest.done) moved.delete(oldest.value);
    },
    read(asked, run) {
      const { key, store } = at(asked);
      return store.read(key, run);
    },
    lend(asked, run) {
      const { key, store } = at(asked);
      return store.lend(key, run);
    },
    readRun(asked, start, length, into) {
      const { key, store } = at(asked);
      return store.readRun(key, start, length, into);
    },
    isFar: (asked) => isS3Key(at(asked).key),
    size(asked) {
      const { key, store } = at(asked);
      return store.size(key);
    },
    remove(asked) {
      const { key, store } = at(asked);
      return store.remove(key);
    },
    async close() {
      await second.close();
      await files.close();
    },
  };
}
