// Looking at a store that may have containers from outside, beside a running server or without one: nothing is opened for writing.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf } from '../file-reader.ts';
import { type ListedObject, type ObjectReader, openFileReader } from '../object-reader.ts';
import { chunkSize, StoreError, storeError } from '../object-store.ts';
import { readOpenBuckets } from '../open-buckets.ts';
import { containerName, containersFolder, keyOfPlace, numberOf, placeOfKey } from './container-names.ts';
import { listContainers, nameAt, objectsOf } from './containers.ts';

/** Over a folder that either store made: objects in files of their own first, then those in containers. */
export function openObjectReader(folder: string): ObjectReader {
  const files = openFileReader(folder);
  const within = join(folder, containersFolder);
  /** Undefined where the object has a file of its own, as all do that were put back from a backup. */
  const placeOf = async (key: string) => {
    const place = placeOfKey(key);
    const path = join(within, containerName(place?.container ?? 0));
    return place && !(await isFolder(path)) ? { ...place, path } : undefined;
  };
  return {
    async *read(key, range) {
      const place = await placeOf(key);
      if (!place) {
        yield* files.read(key, range);
        return;
      }
      const { start, end } = range ?? { start: 0, end: place.length };
      if (start < end) yield* readWithin(place.path, place.offset + start, place.offset + Math.min(end, place.length));
    },
    async size(key) {
      const place = await placeOf(key);
      if (!place) return files.size(key);
      const name = await nameAt(place.path, place);
      return name === undefined || name.startsWith('deleted/') ? undefined : place.length;
    },
    async *list() {
      yield* files.list();
      yield* listWithin(within);
    },
    close: files.close,
  };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function* readWithin(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  let left = end - start;
  try {
    for await (const chunk of createReadStream(path, { start, end: end - 1, highWaterMark: chunkSize })) {
      const bytes: Uint8Array = chunk;
      left -= bytes.length;
      yield bytes;
    }
  } catch (error) {
    throw storeError(error);
  }
  if (left > 0) throw new StoreError('cut-short', `at byte ${end - left}`);
}

async function* listWithin(folder: string): AsyncGenerator<ListedObject> {
  try {
    if (!(await isFolder(folder))) return;
    for (const container of await listContainers(folder)) {
      const path = join(folder, containerName(container));
      const listed = await readOpenBuckets(folder);
      if (await isFolder(path)) yield* listPutBack(path, container);
      else {
        const unsettled = listed === undefined || listed.includes(container);
        for await (const object of objectsOf(path, container)) yield { ...object, unsettled };
      }
    }
  } catch (error) {
    throw storeError(error);
  }
}

/** Objects that were put back from a backup: files in a folder of their container's name. */
async function* listPutBack(path: string, container: number): AsyncGenerator<ListedObject> {
  const places = (await readdir(path))
    .flatMap((name) => placeOfKey(`${containersFolder}/${containerName(container)}/${name}`) ?? [])
    .sort((a, b) => a.index - b.index);
  for (const place of places) {
    const key = keyOfPlace(place);
    const size = await sizeOf(join(path, key.slice(key.lastIndexOf('/') + 1)));
    if (size !== undefined) yield { key, number: numberOf(container, place.index), size, unsettled: false };
  }
}
