// Which bytes of a data set make up a frame, from what the index row says alone. PS3.5 8.2, A.4.
import { type DataSet, DicomError, frameRanges, type PixelDataPlace } from '@concord/dicom';
import type { ByteRange } from './archive.ts';
import { type KeptPixelData, restorePixelData } from './describe-instance.ts';

/** Pixel data of one stored object, with its fragments where they lie. */
export interface PlacedPixels {
  readonly kept: KeptPixelData;
  readonly place: PixelDataPlace;
  /** Runs of frame `number`, from 1; undefined where there is no such frame; 'unknown': only offset table and header tell. */
  frame(number: number): readonly ByteRange[] | undefined | 'unknown';
  /** How many frames can be told apart; undefined where only offset table and header tell. */
  readonly frames: number | undefined;
}

/**
 * @param count Number of Frames, at least 1
 * @param bigEndian whether the object is in Explicit VR Big Endian: frames of whole words are not a multiple of an odd length
 */
export function placePixels(kept: KeptPixelData, count: number, bigEndian = false): PlacedPixels {
  const place = { ...restorePixelData(kept), bigEndian };
  const { offset, length = 0, frameLength } = kept;
  if (frameLength !== undefined && !(bigEndian && frameLength % 2 === 1)) {
    const frames = Math.max(1, Math.min(count, Math.floor(length / frameLength)));
    const frame = (number: number) =>
      number <= frames ? [{ offset: offset + (number - 1) * frameLength, length: frameLength }] : undefined;
    return { kept, place, frames, frame };
  }
  const runs = encapsulatedFrames(kept, place, count);
  return { kept, place, frames: runs?.length, frame: (number) => (runs ? runs[number - 1] : 'unknown') };
}

/** Frames whose fragments are counted in the row, or that are a fragment each, or a single one. */
function encapsulatedFrames({ frames }: KeptPixelData, { fragments }: PixelDataPlace, count: number) {
  const own = fragments.slice(1);
  if (frames) {
    let at = 0;
    return frames.map((taken) => {
      at += taken;
      return own.slice(at - taken, at);
    });
  }
  if (own.length === count) return own.map((fragment) => [fragment]);
  return count === 1 && own.length > 0 ? [own] : undefined;
}

/** A longer offset table than this, in bytes, is not looked at: it would be of four million frames. */
const longestTable = 16 * 1024 * 1024;

/** The beginnings of more fragments than this are not looked at. */
const mostFragments = 65_536;

/** Fragments that lie in so many bytes are looked at in one read. */
const readAtOnce = 1024 * 1024;

/** As many of its first bytes as tell how a code stream begins. */
const beginning = 16;

type Read = (range: ByteRange) => Promise<Uint8Array>;

/** The first bytes of fragments, by where they lie. */
async function beginningsOf(fragments: readonly ByteRange[], read: Read): Promise<ReadonlyMap<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at < fragments.length; ) {
    const start = fragments[at]?.offset ?? 0;
    const near = fragments.slice(at).findIndex(({ offset }) => offset - start + beginning > readAtOnce);
    const together = fragments.slice(at, near < 0 ? undefined : at + Math.max(1, near));
    const last = together.at(-1) ?? { offset: start, length: 0 };
    const end = last.offset + Math.min(last.length, beginning);
    const bytes = end > start ? await read({ offset: start, length: end - start }) : new Uint8Array(0);
    for (const { offset, length } of together)
      found.set(offset, bytes.subarray(offset - start).subarray(0, Math.min(length, beginning)));
    at += together.length;
  }
  return found;
}

/**
 * The runs of each frame by offset table, or, where none fits, by how the code streams in the fragments begin.
 * @throws DicomError `bad-frames` where fragments cannot be told apart
 */
export async function lookedUpFrames(
  place: PixelDataPlace,
  header: DataSet,
  read: Read,
): Promise<readonly (readonly ByteRange[])[]> {
  const [table, ...fragments] = place.fragments;
  const offsets = table && table.length > 0 ? await read(table) : undefined;
  try {
    return frameRanges(place, header, offsets);
  } catch (error) {
    const count = header.number('NumberOfFrames') ?? 1;
    if (!(error instanceof DicomError) || fragments.length < count || fragments.length > mostFragments) throw error;
    const beginnings = await beginningsOf(fragments, read);
    return frameRanges(place, header, offsets, ({ offset }) => beginnings.get(offset) ?? new Uint8Array(0));
  }
}

/**
 * How many fragments each frame takes, where that is not one for each and the offset table or the fragments say it: read once at
 * receipt, so that any frame is one read from then on. Undefined where it needs not be known, or where they do not say it.
 */
export async function fragmentsByFrame(
  place: PixelDataPlace,
  header: DataSet,
  read: Read,
): Promise<readonly number[] | undefined> {
  const count = Math.max(1, header.number('NumberOfFrames') ?? 1);
  if (place.length !== undefined || count === 1 || place.fragments.length - 1 === count) return undefined;
  if ((place.fragments[0]?.length ?? 0) > longestTable) return undefined;
  try {
    return (await lookedUpFrames(place, header, read)).map((runs) => runs.length);
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return undefined;
  }
}
