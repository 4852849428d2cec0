// Two stores as one: new objects go to the first, each object is looked for where its key says it lies.

import type { ListedObject, ObjectReader } from './object-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { isS3Key } from './s3/s3-names.ts';

/** An archive that moved to S3 keeps reading what it had in files. */
export function storesByKey(s3: ObjectStore, files: ObjectStore): ObjectStore {
  const of = (key: string) => (isS3Key(key) ? s3 : files);
  return {
    create: s3.create,
    read: (key, run) => of(key).read(key, run),
    lend: (key, run) => of(key).lend(key, run),
    readRun: (key, start, length, into) => of(key).readRun(key, start, length, into),
    isFar: (key) => of(key).isFar?.(key) ?? false,
    size: (key) => of(key).size(key),
    remove: (key) => of(key).remove(key),
    async *unsettled() {
      yield* files.unsettled();
      yield* s3.unsettled();
    },
    async settle() {
      await files.settle();
      await s3.settle();
    },
    ...(s3.takeOver && { takeOver: s3.takeOver }),
    async close() {
      await s3.close();
      await files.close();
    },
  };
}

/** The same for checks and copies. */
export function readersByKey(s3: ObjectReader, files: ObjectReader): ObjectReader {
  const of = (key: string) => (isS3Key(key) ? s3 : files);
  return {
    read: (key, range) => of(key).read(key, range),
    size: (key) => of(key).size(key),
    list: () => inOrder(files.list(), s3.list()),
    async close() {
      await s3.close();
      await files.close();
    },
  };
}

/** By number, those of the first before the same of the other: older objects come first, in whichever store they lie. */
async function* inOrder(
  first: AsyncIterable<ListedObject>,
  other: AsyncIterable<ListedObject>,
): AsyncGenerator<ListedObject> {
  const others = other[Symbol.asyncIterator]();
  try {
    let waiting = await others.next();
    for await (const object of first) {
      const { number = -1 } = object;
      for (; !waiting.done && (waiting.value.number ?? -1) < number; waiting = await others.next()) yield waiting.value;
      yield object;
    }
    for (; !waiting.done; waiting = await others.next()) yield waiting.value;
  } finally {
    await others.return?.();
  }
}
