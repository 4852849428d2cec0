// The way out: headers, data sets, files and frames of stored instances.
import { type DataSet, readDataSet, readStream, transferSyntax } from '@concord/dicom';
import { type LentBytes, lentFrom } from '@concord/network';
import { type Database, sql } from '../database/database.ts';
import { type ByteRun, type ObjectStore, StoreError } from '../objects/object-store.ts';
import { ArchiveError, type ByteRange, type LentFrame, type StoredInstance, type StoredPixelData } from './archive.ts';
import { checkedBytes } from './checked-bytes.ts';
import type { KeptPixelData } from './describe-instance.ts';
import { lookedUpFrames, type PlacedPixels, placePixels } from './frame-places.ts';
import { inflatedRun } from './inflated-run.ts';
import { createLeftValues } from './left-values.ts';
import { createRecent } from './recent.ts';
import { createRecentHeaders, type RecentHeaders } from './recent-headers.ts';

/** Preamble of a Part 10 file, in bytes: zeroed on the way out, whatever it may hold. PS3.10 7.1. */
const preamble = 128;

/** Pixel data in the floating point elements or (7FE0,0010): the header ends before the first of them. */
const pixelDataBegins = 0x7fe00008;

/** A header up to this many bytes is read at once; a longer one streams by. */
const readAtOnce = 1024 * 1024;

/** A frame is held in memory: beyond this it is refused, in bytes. */
const largestFrame = 2 ** 31 - 1;

/** Instances whose frames' places are remembered: those with so many that the row is not carried along. */
const rememberedPlaces = 64;

const asArchiveError = (error: unknown): unknown => {
  if (!(error instanceof StoreError)) return error;
  const fault = error.fault === 'not-there' ? 'no-such-instance' : 'store-failed';
  return new ArchiveError(fault, error.message, error);
};

const isDeflated = ({ transferSyntaxUid }: StoredInstance): boolean =>
  transferSyntax(transferSyntaxUid)?.deflated === true;

const isBigEndian = ({ transferSyntaxUid }: StoredInstance): boolean =>
  transferSyntax(transferSyntaxUid)?.littleEndian === false;

/** Places in the index row are those of the file's bytes, and these can be read as they are declared. */
const isPlain = ({ transferSyntaxUid }: StoredInstance): boolean =>
  transferSyntax(transferSyntaxUid)?.deflated === false;

/** @param headers of objects that have just come */
export function createRetriever(database: Database, store: ObjectStore, headers = createRecentHeaders()) {
  const bytes = createBytes(store);
  const pixels = createPixels(database, { bytes, store, headers });
  const left = createLeftValues({ dataSet: bytes.dataSet, isDeflated }, pixelDataBegins);
  return {
    header: pixels.header,
    headerBytes: pixels.headerBytes,
    headerLeavingValues: async (instance: StoredInstance): Promise<DataSet> => {
      const run = await pixels.headerBytes(instance);
      return run ? readHeader(run, instance) : left.read(instance);
    },
    leftValue: left.bytes,
    dataSetBytes: bytes.dataSet,
    part10Bytes: bytes.part10,
    lendDataSet: bytes.lendDataSet,
    lendPart10: bytes.lendPart10,
    frames: pixels.frames,
    frame: pixels.frame,
    lendFrame: pixels.lendFrame,
    pixelData: pixels.pixelData,
  };
}

type Read = (key: string, run: ByteRun) => AsyncIterable<Uint8Array>;

/** What `make` reads from the store is lent, and so is what it makes of it. */
const lent = (store: ObjectStore, length: number, make: (read: Read) => AsyncIterable<Uint8Array>): LentBytes => ({
  length,
  ...lentFrom((borrowed) => make((key, run) => borrowed(store.lend(key, run)))[Symbol.asyncIterator]()),
});

/** Runs of an object's file, the store's errors turned into the archive's. */
function createBytes(store: ObjectStore) {
  const checked = (chunks: AsyncIterable<Uint8Array>, instance: StoredInstance, from: number) =>
    store.isFar?.(instance.key) === true ? checkedBytes(chunks, instance, from) : chunks;

  async function* dataSet(
    instance: StoredInstance,
    range?: { start: number; end: number },
    read: Read = store.read,
  ): AsyncGenerator<Uint8Array> {
    const { key, size, dataSetOffset } = instance;
    const start = dataSetOffset + (range?.start ?? 0);
    const end = Math.min(size, dataSetOffset + (range?.end ?? Number.POSITIVE_INFINITY));
    const chunks = read(key, { start, end });
    try {
      yield* start === dataSetOffset && end === size ? checked(chunks, instance, start) : chunks;
    } catch (error) {
      throw asArchiveError(error);
    }
  }

  async function* part10(instance: StoredInstance, read: Read = store.read): AsyncGenerator<Uint8Array> {
    const { key, size } = instance;
    let first = true;
    try {
      for await (const chunk of checked(read(key, { start: 0, end: size }), instance, 0)) {
        if (first) chunk.fill(0, 0, preamble);
        first = false;
        yield chunk;
      }
    } catch (error) {
      throw asArchiveError(error);
    }
  }

  /** @param into see ObjectStore.readRun */
  const run = (instance: StoredInstance, { offset, length }: ByteRange, into?: Uint8Array): Promise<Uint8Array> =>
    (isDeflated(instance)
      ? inflatedRun(dataSet(instance), offset, length)
      : store.readRun(instance.key, instance.dataSetOffset + offset, length, into)
    ).catch((error: unknown) => {
      throw asArchiveError(error);
    });

  const lendDataSet = (instance: StoredInstance): LentBytes =>
    lent(store, instance.size - instance.dataSetOffset, (read) => dataSet(instance, undefined, read));
  const lendPart10 = (instance: StoredInstance): LentBytes =>
    lent(store, instance.size, (read) => part10(instance, read));

  return { dataSet, part10, lendDataSet, lendPart10, run };
}

interface Behind {
  readonly bytes: ReturnType<typeof createBytes>;
  readonly store: ObjectStore;
  readonly headers: RecentHeaders;
}

function createPixels(database: Database, { bytes, store, headers }: Behind) {
  const places = createRecent<PlacedPixels>(rememberedPlaces);

  const rowOf = async ({ sopInstanceUid, key }: StoredInstance): Promise<string> => {
    const [row] = await database.all<{ pixel_data: string | null }>(
      sql`select pixel_data from instance where sop_instance_uid = ${sopInstanceUid} and object_key = ${key}`,
    );
    if (!row) throw new ArchiveError('no-such-instance', sopInstanceUid);
    return row.pixel_data ?? '';
  };

  const placed = async (instance: StoredInstance): Promise<PlacedPixels | undefined> => {
    if (instance.pixelData === '') return undefined;
    const name = `${instance.key} ${instance.digest}`;
    const known = places.get(name);
    if (known) return known;
    const text = instance.pixelData ?? (await rowOf(instance));
    if (text === '') return undefined;
    const kept: KeptPixelData = JSON.parse(text);
    const found = placePixels(kept, instance.numberOfFrames, isBigEndian(instance));
    places.set(name, found);
    return found;
  };

  /** Exactly the header's bytes, in one read, where the row says how many they are. */
  const headerBytes = async (instance: StoredInstance): Promise<Uint8Array | undefined> => {
    if (!isPlain(instance)) return undefined;
    const known = headers.get(instance);
    if (known) return known;
    const length = (await placed(instance))?.kept.offset ?? instance.size - instance.dataSetOffset;
    if (length > readAtOnce) return undefined;
    const read = await bytes.run(instance, { offset: 0, length });
    headers.set(instance, read);
    return read;
  };

  const header = async (instance: StoredInstance): Promise<DataSet> => {
    const run = await headerBytes(instance);
    if (run) return readHeader(run, instance);
    const file = await readStream(bytes.part10(instance), { stopBefore: pixelDataBegins });
    return file.dataSet;
  };

  /** Where only the Basic Offset Table, the header and the fragments tell the frames apart: objects of earlier versions of the index. */
  const lookedUp = async (instance: StoredInstance, { place }: PlacedPixels) =>
    lookedUpFrames(place, await header(instance), (run) => bytes.run(instance, run));

  const frames = async (instance: StoredInstance): Promise<readonly (readonly ByteRange[])[]> => {
    const found = await placed(instance);
    if (!found) return [];
    if (found.frames === undefined) return lookedUp(instance, found);
    return Array.from({ length: found.frames }, (_, index) => {
      const runs = found.frame(index + 1);
      return runs === undefined || runs === 'unknown' ? [] : runs;
    });
  };

  const runsOf = async (instance: StoredInstance, number: number): Promise<readonly ByteRange[]> => {
    const found = Number.isSafeInteger(number) && number >= 1 ? await placed(instance) : undefined;
    const known = found?.frame(number);
    const runs = found && known === 'unknown' ? (await lookedUp(instance, found))[number - 1] : known;
    if (!runs || runs === 'unknown') throw new ArchiveError('no-such-frame', `frame ${number}`);
    if (runs.reduce((sum, { length }) => sum + length, 0) > largestFrame)
      throw new ArchiveError('no-such-frame', `frame ${number} is too large`);
    return runs;
  };

  const frame = async (instance: StoredInstance, number: number): Promise<Uint8Array> =>
    readRuns(instance, await runsOf(instance, number), bytes.run);

  /** A frame in one run of a file can be lent; any other is memory of its own, and no larger than a frame may be. */
  const lendFrame = async (instance: StoredInstance, number: number): Promise<LentFrame> => {
    const runs = await runsOf(instance, number);
    const [run] = runs;
    if (run && runs.length === 1 && !isDeflated(instance)) {
      const start = instance.dataSetOffset + run.offset;
      const range = { start, end: start + run.length };
      return {
        ...lent(store, run.length, (read) => withArchiveErrors(read(instance.key, range))),
        async readInto(memory) {
          const read = await bytes.run(instance, run, memory);
          if (read !== memory) memory.set(read);
        },
      };
    }
    const whole = await readRuns(instance, runs, bytes.run);
    return { length: whole.length, chunks: () => once(whole), readInto: async (memory) => memory.set(whole) };
  };

  const pixelData = async (instance: StoredInstance): Promise<StoredPixelData | undefined> => {
    const found = await placed(instance);
    if (!found) return undefined;
    const { fragments, offset, length = 0 } = found.place;
    return { vr: found.kept.vr, runs: found.kept.fragments ? fragments.slice(1) : [{ offset, length }] };
  };

  return { header, headerBytes, frames, frame, lendFrame, pixelData };
}

/** The data set of what `headerBytes` gave. */
export const readHeader = (bytes: Uint8Array, { transferSyntaxUid }: StoredInstance): DataSet =>
  readDataSet(bytes, transferSyntaxUid, { stopBefore: pixelDataBegins, truncated: 'keep' });

async function* withArchiveErrors(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw asArchiveError(error);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Joined; fragments one behind the other come in one read, the headers of their items left out. */
async function readRuns(
  instance: StoredInstance,
  runs: readonly ByteRange[],
  read: (instance: StoredInstance, run: ByteRange) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last) return new Uint8Array(0);
  const span = await read(instance, { offset: first.offset, length: last.offset + last.length - first.offset });
  if (runs.length === 1) return span;
  return Buffer.concat(runs.map(({ offset, length }) => span.subarray(offset - first.offset).subarray(0, length)));
}
