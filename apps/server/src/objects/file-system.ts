// The object store on a file system: objects/<bucket>/<counter>.dcm, written once and never renamed.
import { close as closeCallback, open as openCallback, read as readCallback } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bucketName, bucketSize, createFileSupply, keyOf } from './file-supply.ts';
import { closeLater, createFileWriter, type OpenFile } from './file-writer.ts';
import { createSpaceGuard } from './free-space.ts';
import {
  chunkSize,
  type ObjectStore,
  type StoredObject,
  StoreError,
  storeError,
  type UnsettledBucket,
} from './object-store.ts';
import { readOpenBuckets, writeOpenBuckets } from './open-buckets.ts';

const openAsync = promisify(openCallback);
const readAsync = promisify(readCallback);
const closeAsync = promisify(closeCallback);

export interface FileSystemOptions {
  readonly folder: string;
  /** Bytes of the disk that stay free: with less, objects are refused. */
  readonly reserve: number;
}

/** Opens or creates the store. Throws StoreError. */
export async function openFileSystemStore({ folder, reserve }: FileSystemOptions): Promise<ObjectStore> {
  try {
    await mkdir(folder, { recursive: true });
    const buckets = await listBuckets(folder);
    const open = (await readOpenBuckets(folder)) ?? buckets;
    return await createStore(folder, reserve, {
      first: ((buckets.at(-1) ?? -1) + 1) * bucketSize,
      unsettled: open.filter((bucket) => buckets.includes(bucket)),
    });
  } catch (error) {
    throw storeError(error);
  }
}

async function createStore(folder: string, reserve: number, found: { first: number; unsettled: readonly number[] }) {
  let { unsettled } = found;
  const space = createSpaceGuard(folder, reserve);
  const supply = createFileSupply({ folder, first: found.first, unsettled: () => unsettled });
  const path = (key: string) => join(folder, key);
  const givenUp = async (file: OpenFile) => {
    // A file that cannot be removed now has no index row: the next start removes it.
    if (await rm(path(file.key), { force: true }).then(succeeded, failed)) supply.finished(file);
  };
  const events = { written: space.taken, settled: supply.finished, givenUp };
  const store: ObjectStore = {
    async create() {
      try {
        if (!(await space.hasRoom())) throw new StoreError('full', `less than the reserve of ${reserve} bytes is free`);
        return createFileWriter(await supply.take(), events);
      } catch (error) {
        throw storeError(error);
      }
    },
    read: (key, range) => readChunks(path(key), range),
    readRun: (key, start, length) => readRun(path(key), start, length),
    size: (key) => sizeOf(path(key)),
    remove: (key) => rm(path(key)).then(succeeded, ignoreMissing),
    unsettled: () => listUnsettled(folder, unsettled),
    async settle() {
      unsettled = [];
    },
    async close() {
      const clean = await supply.close();
      if (clean && unsettled.length === 0) await writeOpenBuckets(folder, []);
    },
  };
  return store;
}

const succeeded = () => true;
const failed = () => false;
const ignoreMissing = (error: unknown): boolean => {
  const known = storeError(error);
  if (known.fault === 'not-there') return false;
  throw known;
};

async function listBuckets(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^\d{6,}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function* listUnsettled(folder: string, buckets: readonly number[]): AsyncGenerator<UnsettledBucket> {
  for (const bucket of buckets) {
    const first = bucket * bucketSize;
    const objects: StoredObject[] = [];
    for (const name of await readdir(join(folder, bucketName(bucket)))) {
      const number = Number.parseInt(name, 10);
      const key = `${bucketName(bucket)}/${name}`;
      if (key !== keyOf(number)) continue;
      objects.push({ key, number, size: (await stat(join(folder, key))).size });
    }
    yield { first, end: first + bucketSize, objects };
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

async function* readChunks(path: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
  let descriptor: number | undefined;
  try {
    descriptor = await openAsync(path, 'r');
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    for (let position = range?.start ?? 0; position < end; ) {
      const wanted = Math.min(chunkSize, end - position);
      const { bytesRead, buffer } = await readAsync(descriptor, Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
      if (bytesRead === 0 && range) throw new StoreError('cut-short', `at byte ${position}`);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw storeError(error);
  } finally {
    if (descriptor !== undefined) closeLater(descriptor);
  }
}

async function readRun(path: string, start: number, length: number): Promise<Uint8Array> {
  const run = Buffer.allocUnsafeSlow(length);
  try {
    const descriptor = await openAsync(path, 'r');
    try {
      for (let done = 0; done < length; ) {
        const { bytesRead } = await readAsync(descriptor, run, done, length - done, start + done);
        if (bytesRead === 0) throw new StoreError('cut-short', `at byte ${start + done}`);
        done += bytesRead;
      }
    } finally {
      await closeAsync(descriptor);
    }
  } catch (error) {
    throw storeError(error);
  }
  return run;
}
