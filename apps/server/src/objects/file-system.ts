// The object store on a file system: objects/<bucket>/<counter>.dcm, written once and never renamed.
import { constants, open as openCallback } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createBufferPool } from './buffer-pool.ts';
import { createRegionPool } from './containers/shared-regions.ts';
import { createDurability } from './durability.ts';
import { lendPlace, readPlace, readRun, sizeOf } from './file-reader.ts';
import { bucketName, bucketSize, createFileSupply, keyOf } from './file-supply.ts';
import { collectedAtOnce, createFileWriter, type OpenFile } from './file-writer.ts';
import { createSpaceGuard } from './free-space.ts';
import type { GivenNumbers } from './given-numbers.ts';
import { Journal } from './journal/journal.ts';
import { eraseSegments, type JournalFile, openJournalFile } from './journal/journal-file.ts';
import { replay } from './journal/replay.ts';
import { removal } from './journal/staging.ts';
import { type ObjectStore, type StoredObject, StoreError, storeError, type UnsettledBucket } from './object-store.ts';
import { readOpenBuckets, writeOpenBuckets } from './open-buckets.ts';
import { createOpenFiles } from './open-files.ts';
import { restoreObjects } from './restore.ts';

const openAsync = promisify(openCallback);

export interface FileSystemOptions {
  readonly folder: string;
  /** Bytes of the disk that stay free: with less, objects are refused. */
  readonly reserve: number;
  /** Bytes of the journal at most; less than three segments, or absent: none, every object is synced in its own file. */
  readonly journal?: number;
  /** Bytes of its segments, for tests that want to fill many. */
  readonly segmentSize?: number;
  /** Makes every index row durable that was committed so far: called before the journal forgets objects. */
  readonly flushIndex?: () => Promise<void>;
  /** Hears of trouble that nobody waits for. */
  readonly failed?: (error: unknown) => void;
  /** The largest numbers that were given before, whatever lies in the folder; absent: it says so itself. */
  readonly given?: GivenNumbers;
}

/** Of the journal's ring, in bytes. Never changed for a folder: a journal is read with the size it was written with. */
const defaultSegmentSize = 16 * 1024 * 1024;
/** Segments of a ring at least: one is filled while others are released. */
const fewestSegments = 3;
/** Buffers that wait for the next object, beside those in use. */
const idleBuffers = 16;
/** Of those in which objects are collected, so many lie in one piece of memory. */
const regionsTogether = 8;
/** Files that stay open for who reads them again. */
const openForReading = 32;
/** Stale records must never look like new ones: as many as can be on their way at a crash are skipped. */
const sequenceGap = 1_000_000;

/** Opens or creates the store. Throws StoreError. */
export async function openFileSystemStore(options: FileSystemOptions): Promise<ObjectStore> {
  try {
    await mkdir(options.folder, { recursive: true });
    return await createStore(options, await findLeftovers(options));
  } catch (error) {
    throw storeError(error);
  }
}

interface Leftovers {
  /** The number the next object gets. */
  readonly first: number;
  readonly unsettled: readonly number[];
  /** Objects the journal vouches for, by number. */
  readonly restored: ReadonlyMap<number, StoredObject>;
  readonly journalFile: JournalFile;
  readonly lastSequence: number;
}

async function findLeftovers(options: FileSystemOptions): Promise<Leftovers> {
  const { folder, segmentSize = defaultSegmentSize } = options;
  const journalFile = await openJournalFile(join(folder, 'journal'), segmentSize);
  const { objects, lastSequence } = await replay(journalFile, segmentSize);
  const restored = await restoreObjects(folder, journalFile, objects);
  const buckets = await listBuckets(folder);
  const open = (await readOpenBuckets(folder)) ?? buckets;
  const touched = new Set([...open, ...restored.map(({ number }) => Math.floor(number / bucketSize))]);
  return {
    first: (Math.max(buckets.at(-1) ?? -1, Math.floor((options.given?.inFiles ?? -1) / bucketSize)) + 1) * bucketSize,
    unsettled: buckets.filter((bucket) => touched.has(bucket)),
    restored: new Map(restored.map((object) => [object.number, object])),
    journalFile,
    lastSequence,
  };
}

async function createStore(options: FileSystemOptions, found: Leftovers): Promise<ObjectStore> {
  const { folder, reserve, segmentSize = defaultSegmentSize, failed = nothing, flushIndex = nothingToFlush } = options;
  let { unsettled } = found;
  let journal: Journal | undefined;
  let closed = false;
  const space = createSpaceGuard(folder, reserve);
  const buffers = createRegionPool({ size: collectedAtOnce, together: regionsTogether, shared: false });
  const files = createOpenFiles(openForReading);
  const reading = { files, buffers: createBufferPool(collectedAtOnce, idleBuffers) };
  const supply = createFileSupply({ folder, first: found.first, unsettled: () => unsettled });
  const path = (key: string) => join(folder, key);
  const durability = createDurability(path, flushIndex);
  const openDirect = ({ key }: Pick<OpenFile, 'key'>) => openPastCache(path(key));
  const givenUp = async (file: OpenFile) => {
    // A file that cannot be removed now has no index row: the next start removes it.
    if (await rm(path(file.key), { force: true }).then(succeeded, notRemoved)) supply.finished(file);
  };
  const segments = Math.floor((options.journal ?? 0) / segmentSize);
  const startJournal = (): Journal =>
    new Journal(found.journalFile, found.lastSequence + sequenceGap, {
      segmentSize,
      segments,
      makeDurable: durability.makeDurable,
      mayGrow: space.hasRoom,
      failed,
    });
  return {
    async create() {
      try {
        if (!(await space.hasRoom())) throw new StoreError('full', `less than the reserve of ${reserve} bytes is free`);
        const file = await supply.take();
        const tracked = durability.track(file.number, file.key);
        const parts = {
          buffers,
          journal,
          tracked,
          openDirect,
          written: space.taken,
          settled: supply.finished,
          givenUp,
        };
        return createFileWriter(file, parts);
      } catch (error) {
        throw storeError(error);
      }
    },
    read: (key, run) => readPlace(reading, { path: path(key), start: run?.start ?? 0, end: run?.end }),
    lend: (key, run) => lendPlace(reading, { path: path(key), ...run }),
    readRun: (key, start, length, into) => readRun(reading, path(key), { start, length, into }),
    size: (key) => sizeOf(path(key)),
    async remove(key) {
      const number = Number.parseInt(key.slice(key.indexOf('/') + 1), 10);
      // Otherwise the journal would bring it back after a crash.
      if (durability.isTracked(number)) await journal?.append(removal(number));
      durability.forget(number);
      files.forget(path(key));
      return rm(path(key)).then(succeeded, ignoreMissing);
    },
    unsettled: () => listUnsettled(folder, unsettled, found.restored),
    async settle() {
      if (found.restored.size > 0) await flushIndex();
      unsettled = [];
      if (journal) return;
      await eraseSegments(found.journalFile, segmentSize);
      if (segments >= fewestSegments) journal = startJournal();
    },
    async close() {
      if (closed) return;
      closed = true;
      files.close();
      const clean = await supply.close();
      durability.stop();
      await (journal ?? found.journalFile).close();
      if (clean && unsettled.length === 0) await writeOpenBuckets(folder, []);
    },
  };
}

/** O_DIRECT is refused by some file systems, and unknown to some operating systems. */
const openPastCache = async (path: string): Promise<number | undefined> =>
  constants.O_DIRECT === undefined
    ? undefined
    : openAsync(path, constants.O_WRONLY | constants.O_DIRECT).catch(() => undefined);

const succeeded = () => true;
const notRemoved = () => false;
const nothing = () => undefined;
const nothingToFlush = async () => undefined;
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

async function* listUnsettled(
  folder: string,
  buckets: readonly number[],
  restored: ReadonlyMap<number, StoredObject>,
): AsyncGenerator<UnsettledBucket> {
  for (const bucket of buckets) {
    const first = bucket * bucketSize;
    const objects: StoredObject[] = [];
    for (const name of await readdir(join(folder, bucketName(bucket)))) {
      const number = Number.parseInt(name, 10);
      const key = `${bucketName(bucket)}/${name}`;
      if (key !== keyOf(number)) continue;
      objects.push(restored.get(number) ?? { key, number, size: (await stat(join(folder, key))).size });
    }
    yield { first, end: first + bucketSize, objects };
  }
}
