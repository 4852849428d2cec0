// The object store in containers: small objects are appended to tar files, large ones have files of their own. Both kinds are
// read, whichever new objects go to.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { lentFrom } from '@concord/network';
import type { BlockWriter } from '../../database/blocks.ts';
import { createBufferPool } from '../buffer-pool.ts';
import { lendPlace, type ReaderParts, readPlace, readRun } from '../file-reader.ts';
import { type FileSystemOptions, openFileSystemStore } from '../file-system.ts';
import { createSpaceGuard } from '../free-space.ts';
import { type ByteRun, chunkSize, type ObjectStore, StoreError, storeError } from '../object-store.ts';
import { createOpenFiles } from '../open-files.ts';
import { type Appended, Appender, largestMember } from './appender.ts';
import { createBackgroundBlocks } from './background-blocks.ts';
import type { Collecting } from './collected.ts';
import { type ContainerPlace, containersFolder, placeOfKey } from './container-names.ts';
import { createContainerWriter } from './container-writer.ts';
import { type Containers, openContainers } from './containers.ts';
import { createRegionPool } from './shared-regions.ts';
import { alignment } from './tar-member.ts';

export interface ContainerStoreOptions extends FileSystemOptions {
  /** Where new objects go; what is there already is read wherever it lies. Default `containers`. */
  readonly layout?: 'files' | 'containers';
  /** Bytes of a container. Default 256 MiB. */
  readonly containerSize?: number;
  /** Seconds after a deletion until its space is given back. Default 30. */
  readonly compactAfter?: number;
  readonly now?: () => Date;
  /** What writes small objects: the index where it can, so that bytes and row cost one turn. Default: threads in the background. */
  readonly blocks?: BlockWriter | undefined;
}

const defaultContainerSize = 256 * 1024 * 1024;
const defaultCompactAfter = 30;
/** Containers that stay open for who reads them again. */
const openForReading = 32;
const idleBuffers = 32;
/** What objects are collected in, in bytes, and how many of each lie in one piece of memory. */
const smallRegion = 65_536;
const smallTogether = 32;
const headersAtMost = 131_072;
const largeTogether = 2;
/** Bytes of objects that are being received, all together: beyond this they go into files of their own. */
const collectedAtMost = 64 * 1024 * 1024;

/** Opens or creates the store. Throws StoreError. */
export async function openContainerStore(options: ContainerStoreOptions): Promise<ObjectStore> {
  const { folder, reserve, flushIndex = async () => undefined } = options;
  const files = await openFileSystemStore(options);
  try {
    const descriptors = createOpenFiles(openForReading);
    const containers = await openContainers({
      folder: join(folder, containersFolder),
      blocks: options.blocks ?? createBackgroundBlocks(),
      flushIndex,
      gone: descriptors.forget,
      given: options.given?.inContainers,
      compactAfter: options.compactAfter ?? defaultCompactAfter,
      hasRoom: (bytes) => createSpaceGuard(folder, reserve + bytes).hasRoom(),
      failed: options.failed ?? (() => undefined),
    });
    const reading = { files: descriptors, buffers: createBufferPool(chunkSize, idleBuffers) };
    return createStore(options, { files, containers, reading });
  } catch (error) {
    await files.close();
    throw storeError(error);
  }
}

interface Parts {
  readonly files: ObjectStore;
  readonly containers: Containers;
  readonly reading: ReaderParts;
}

function createStore(options: ContainerStoreOptions, { files, containers, reading }: Parts): ObjectStore {
  const { folder, reserve, layout = 'containers', containerSize = defaultContainerSize } = options;
  const { now = () => new Date() } = options;
  const space = createSpaceGuard(folder, reserve);
  const { next, ended, appended, settled } = containers;
  const small = createRegionPool({ size: smallRegion, together: smallTogether, shared: true });
  const large = createRegionPool({ size: largestMember + headersAtMost, together: largeTogether, shared: true });
  const endOfArchive = small.take().subarray(0, alignment);
  const appender = new Appender({ containerSize, next, ended, endOfArchive, now });
  let taken = 0;
  const collecting: Collecting = {
    small,
    large,
    take(bytes) {
      if (taken + bytes > collectedAtMost) return false;
      taken += bytes;
      return true;
    },
    given(bytes) {
      taken -= bytes;
    },
    headRoom: new Map(),
    lastWasLarge: false,
  };
  let closed = false;
  const placeOf = placeFinder(containers);
  const writerParts = {
    collecting,
    appender,
    spill: files.create,
    appended: (object: Appended) => {
      space.taken(object.length);
      appended(object);
    },
    settled,
    givenUp: async (object: Appended) => {
      // What cannot be erased now has no index row: the next start erases it.
      await containers.remove(object).then(
        () => settled(object),
        () => undefined,
      );
    },
  };
  const assertThere = (place: ContainerPlace) => {
    if (containers.isErased(place)) throw new StoreError('not-there', 'it was deleted while it was read');
  };
  async function* whileThere(
    place: ContainerPlace,
    run: ByteRun | undefined,
    read: (within: PlaceInFile) => AsyncIterable<Uint8Array>,
  ) {
    for await (const chunk of read(within(containers, place, run))) {
      assertThere(place);
      yield chunk;
    }
  }
  return {
    async create() {
      if (closed) throw new StoreError('closed');
      if (layout === 'files') return files.create();
      const room = await space.hasRoom().catch((error: unknown) => {
        throw storeError(error);
      });
      if (!room) throw new StoreError('full', `less than the reserve of ${reserve} bytes is free`);
      return createContainerWriter(writerParts);
    },
    read(key, run) {
      const place = placeOf(key);
      return place ? whileThere(place, run, (at) => readPlace(reading, at)) : files.read(key, run);
    },
    lend(key, run) {
      const place = placeOf(key);
      if (!place) return files.lend(key, run);
      const chunks = lentFrom((borrowed) => whileThere(place, run, (at) => borrowed(lendPlace(reading, at))));
      return { length: run.end - run.start, ...chunks };
    },
    async readRun(key, start, length, into) {
      const place = placeOf(key);
      if (!place) return files.readRun(key, start, length, into);
      const run = within(containers, place, { start, end: start + length });
      const bytes = await readRun(reading, run.path, { start: run.start, length, into });
      assertThere(place);
      return bytes;
    },
    async size(key) {
      const place = placeOf(key);
      return place ? containers.size(place) : files.size(key);
    },
    async remove(key) {
      const place = placeOf(key);
      return place ? containers.remove(place).catch(ignoreMissing) : files.remove(key);
    },
    async *unsettled() {
      yield* files.unsettled();
      yield* containers.unsettled();
    },
    async settle() {
      await containers.settle();
      await files.settle();
    },
    async close() {
      if (closed) return;
      closed = true;
      await appender.close();
      reading.files.close();
      await containers.close();
      await files.close();
    },
  };
}

const ignoreMissing = (error: unknown): boolean => {
  const known = storeError(error);
  if (known.fault === 'not-there') return false;
  throw known;
};

/** A run of an object's bytes in its container; what would reach beyond the object is none. */
type PlaceInFile = ReturnType<typeof within>;

function within(containers: Containers, place: ContainerPlace, run?: ByteRun) {
  const { start = 0, end = place.length } = run ?? {};
  if (end > place.length) throw new StoreError('cut-short', `at byte ${place.length}`);
  return { path: containers.path(place.container), start: place.offset + start, end: place.offset + end };
}

/** An object that was put back from a backup has a file of its own under its old key, in a folder of its container's name. */
function placeFinder({ path }: Containers): (key: string) => ContainerPlace | undefined {
  const folders = new Map<number, boolean>();
  return (key) => {
    const place = placeOfKey(key);
    if (!place) return undefined;
    const { container } = place;
    const isFolder =
      folders.get(container) ?? statSync(path(container), { throwIfNoEntry: false })?.isDirectory() ?? false;
    folders.set(container, isFolder);
    return isFolder ? undefined : place;
  };
}
