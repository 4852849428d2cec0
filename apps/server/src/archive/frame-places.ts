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

/**
 * How many fragments each frame takes, where that is not one for each and the offset table says it: read once at receipt, so
 * that any frame is one read from then on. Undefined where it needs not be known, or where table and fragments disagree.
 */
export async function fragmentsByFrame(
  place: PixelDataPlace,
  header: DataSet,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<readonly number[] | undefined> {
  const count = Math.max(1, header.number('NumberOfFrames') ?? 1);
  if (place.length !== undefined || count === 1 || place.fragments.length - 1 === count) return undefined;
  const [table] = place.fragments;
  if (table && table.length > longestTable) return undefined;
  const offsets = table && table.length > 0 ? await read(table) : undefined;
  try {
    return frameRanges(place, header, offsets).map((runs) => runs.length);
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return undefined;
  }
}
