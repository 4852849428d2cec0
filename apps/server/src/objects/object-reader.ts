// Looking at stored objects from outside, beside a running server or without one: nothing is opened for writing.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { containersFolder } from './containers/container-names.ts';
import { sizeOf } from './file-reader.ts';
import { bucketName, bucketSize, keyOf } from './file-supply.ts';
import { chunkSize, storeError } from './object-store.ts';
import { readOpenBuckets } from './open-buckets.ts';
import { numberOf } from './s3/s3-names.ts';

export interface ListedObject {
  readonly key: string;
  /** Absent where the name is none that this store makes. */
  readonly number?: number;
  /** In bytes. */
  readonly size: number;
  /** A running server may still be writing it, or a crash may have left it: nobody has to know it yet. */
  readonly unsettled: boolean;
}

/** What checks and copies of a store need. Everything throws StoreError. */
export interface ObjectReader {
  /** In chunks of at most `chunkSize` bytes; `end` is exclusive. */
  read(key: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  /** In bytes; undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** Everything there is, in the order of the objects' numbers, strange names last within their folder. */
  list(): AsyncIterable<ListedObject>;
  close(): Promise<void>;
}

/** Over a folder that `openFileSystemStore` made. */
export const openFileReader = (folder: string): ObjectReader => ({
  async *read(key, range) {
    if (range && range.start >= range.end) return;
    const part = range && { start: range.start, end: range.end - 1 };
    try {
      yield* createReadStream(join(folder, key), { highWaterMark: chunkSize, ...part });
    } catch (error) {
      throw storeError(error);
    }
  },
  size: (key) => sizeOf(join(folder, key)),
  list: () => listFiles(folder),
  close: async () => undefined,
});

const s3Folder = 's3';
/** What the store keeps beside its buckets. */
const ownFiles = new Set(['journal', 'open-buckets.json', containersFolder]);

async function* listFiles(folder: string): AsyncGenerator<ListedObject> {
  try {
    // Read anew for each bucket: a running server opens buckets and closes them.
    for (const name of (await readdir(folder)).filter((each) => !ownFiles.has(each)).sort()) {
      const bucket = /^\d{6,}$/.test(name) ? Number(name) : undefined;
      if (name === s3Folder) yield* listFromS3(folder);
      else if (bucket === undefined) yield* strange(folder, [name]);
      else yield* listBucket(folder, bucket);
    }
  } catch (error) {
    throw storeError(error);
  }
}

async function* listBucket(folder: string, bucket: number): AsyncGenerator<ListedObject> {
  const names = await readdir(join(folder, bucketName(bucket)));
  const open = await readOpenBuckets(folder);
  const unsettled = open === undefined || open.includes(bucket);
  const keys = names.map((name) => `${bucketName(bucket)}/${name}`);
  const numbered = keys.map((key) => ({ key, number: Number.parseInt(key.slice(key.indexOf('/') + 1), 10) }));
  const own = numbered.filter(({ key, number }) => number >= 0 && key === keyOf(number) && isIn(number, bucket));
  const ownKeys = new Set(own.map(({ key }) => key));
  for (const { key, number } of own.sort((a, b) => a.number - b.number)) {
    const size = await sizeOf(join(folder, key));
    if (size !== undefined) yield { key, number, size, unsettled };
  }
  yield* strange(
    folder,
    keys.filter((key) => !ownKeys.has(key)),
  );
}

const isIn = (number: number, bucket: number) => Math.floor(number / bucketSize) === bucket;

/** Objects that lay on S3 when the backup was made that this folder was restored from. */
async function* listFromS3(folder: string): AsyncGenerator<ListedObject> {
  for (const block of (await readdir(join(folder, s3Folder))).sort())
    for (const name of (await readdir(join(folder, s3Folder, block))).sort()) {
      const key = `${s3Folder}/${block}/${name}`;
      const number = numberOf(key);
      const size = await sizeOf(join(folder, key));
      if (number === undefined) yield* strange(folder, [key]);
      else if (size !== undefined) yield { key, number, size, unsettled: false };
    }
}

async function* strange(folder: string, keys: readonly string[]): AsyncGenerator<ListedObject> {
  for (const key of keys) {
    const found = await stat(join(folder, key)).catch(() => undefined);
    if (found) yield { key, size: found.size, unsettled: false };
  }
}
