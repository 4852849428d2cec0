// The way out: headers, data sets, files and frames of stored instances.

import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type DataSet, frameRanges, type PixelDataPlace, readStream, transferSyntax } from '@concord/dicom';
import { type Database, sql } from '../database/database.ts';
import { type ObjectStore, StoreError } from '../objects/object-store.ts';
import { ArchiveError, type ByteRange, type StoredInstance, type StoredPixelData } from './archive.ts';
import { type KeptPixelData, restorePixelData } from './describe-instance.ts';

/** Preamble of a Part 10 file, in bytes: zeroed on the way out, whatever it may hold. PS3.10 7.1. */
const preamble = 128;

/** Pixel data in the floating point elements or (7FE0,0010): the header ends before the first of them. */
const pixelDataBegins = 0x7fe00008;

/** A frame is held in memory: beyond this it is refused, in bytes. */
const largestFrame = 2 ** 31 - 1;

const asArchiveError = (error: unknown): unknown => {
  if (!(error instanceof StoreError)) return error;
  const fault = error.fault === 'not-there' ? 'no-such-instance' : 'store-failed';
  return new ArchiveError(fault, error.message, error);
};

export function createRetriever(database: Database, store: ObjectStore) {
  async function* dataSetBytes(
    { key, size, dataSetOffset }: StoredInstance,
    range?: { start: number; end: number },
  ): AsyncGenerator<Uint8Array> {
    const start = dataSetOffset + (range?.start ?? 0);
    const end = Math.min(size, dataSetOffset + (range?.end ?? Number.POSITIVE_INFINITY));
    try {
      yield* store.read(key, { start, end });
    } catch (error) {
      throw asArchiveError(error);
    }
  }

  async function* part10Bytes({ key, size }: StoredInstance): AsyncGenerator<Uint8Array> {
    let first = true;
    try {
      for await (const chunk of store.read(key, { start: 0, end: size })) {
        if (first) chunk.fill(0, 0, preamble);
        first = false;
        yield chunk;
      }
    } catch (error) {
      throw asArchiveError(error);
    }
  }

  const header = async (instance: StoredInstance): Promise<DataSet> => {
    const file = await readStream(part10Bytes(instance), { stopBefore: pixelDataBegins });
    return file.dataSet;
  };

  const pixelDataOf = async ({ sopInstanceUid, key }: StoredInstance): Promise<KeptPixelData | undefined> => {
    const [row] = await database.all<{ pixel_data: string | null }>(
      sql`select pixel_data from instance where sop_instance_uid = ${sopInstanceUid} and object_key = ${key}`,
    );
    if (!row) throw new ArchiveError('no-such-instance', sopInstanceUid);
    return row.pixel_data === null ? undefined : JSON.parse(row.pixel_data);
  };

  /** The Basic Offset Table, where fragments alone do not say which frame they belong to. */
  const offsetTable = async ({ key, dataSetOffset }: StoredInstance, table: ByteRange | undefined) =>
    table && table.length > 0 ? store.readRun(key, dataSetOffset + table.offset, table.length) : undefined;

  const frames = async (instance: StoredInstance): Promise<readonly (readonly ByteRange[])[]> => {
    const kept = await pixelDataOf(instance);
    if (!kept) return [];
    const place = restorePixelData(kept);
    const plain = plainFrames(kept, place, instance.numberOfFrames);
    if (plain) return plain;
    return frameRanges(place, await header(instance), await offsetTable(instance, place.fragments[0]));
  };

  const readRange = async (instance: StoredInstance, { offset, length }: ByteRange): Promise<Uint8Array> =>
    transferSyntax(instance.transferSyntaxUid)?.deflated
      ? readInflated(dataSetBytes(instance), offset, length)
      : store.readRun(instance.key, instance.dataSetOffset + offset, length);

  const frame = async (instance: StoredInstance, number: number): Promise<Uint8Array> => {
    const runs = Number.isSafeInteger(number) && number >= 1 ? (await frames(instance))[number - 1] : undefined;
    if (!runs) throw new ArchiveError('no-such-frame', `frame ${number}`);
    if (runs.reduce((sum, { length }) => sum + length, 0) > largestFrame)
      throw new ArchiveError('no-such-frame', `frame ${number} is too large`);
    try {
      const parts = await Promise.all(runs.map((run) => readRange(instance, run)));
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    } catch (error) {
      throw asArchiveError(error);
    }
  };

  const pixelData = async (instance: StoredInstance): Promise<StoredPixelData | undefined> => {
    const kept = await pixelDataOf(instance);
    if (!kept) return undefined;
    const { fragments, offset, length = 0 } = restorePixelData(kept);
    return { vr: kept.vr, runs: kept.fragments ? fragments.slice(1) : [{ offset, length }] };
  };

  return { header, dataSetBytes, part10Bytes, frames, frame, pixelData };
}

/** Frames that the index row alone can tell apart: of one size, or each a fragment of its own, or a single one. */
function plainFrames(kept: KeptPixelData, { fragments }: PixelDataPlace, count: number): ByteRange[][] | undefined {
  const { offset, length = 0, frameLength } = kept;
  if (frameLength !== undefined) {
    const frames = Math.max(1, Math.min(count, Math.floor(length / frameLength)));
    return Array.from({ length: frames }, (_, index) => [
      { offset: offset + index * frameLength, length: frameLength },
    ]);
  }
  const [, ...own] = fragments;
  if (own.length === count) return own.map((fragment) => [fragment]);
  return count === 1 && own.length > 0 ? [own] : undefined;
}

/** A run of what a deflated data set inflates to; inflated again from the start each time. PS3.5 A.5. */
async function readInflated(deflated: AsyncIterable<Uint8Array>, offset: number, length: number): Promise<Uint8Array> {
  const run = Buffer.alloc(length);
  let at = 0;
  for await (const chunk of Readable.from(deflated).compose(createInflateRaw())) {
    const piece: Buffer = chunk;
    const from = Math.max(0, offset - at);
    const to = Math.min(piece.length, offset + length - at);
    if (from < to) piece.copy(run, at + from - offset, from, to);
    at += piece.length;
  }
  // To leave the loop early would destroy the streams in it, and one of them raises that where nobody can catch it.
  if (at >= offset + length) return run;
  throw new StoreError('cut-short', `at byte ${at}`);
}
