// Mask subtraction: the average of mask frames is taken from a contrast frame. PS3.3 C.7.6.10, C.11.13.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from '../codecs/codec.ts';
import { ImagingError } from '../imaging-error.ts';
import { type ModalityTransformation, modalityValue } from '../stored-range.ts';

/** What is subtracted from one contrast frame. */
export interface MaskSubtraction {
  /** Frames of the same image, from 1; their average is the mask. */
  readonly maskFrames: readonly number[];
  /** Frames whose average is the contrast: the frame itself and those after it. */
  readonly contrastFrames: readonly number[];
  /** By how much the mask is moved before it is subtracted, in pixels: down, to the right. */
  readonly shift: readonly [rows: number, columns: number];
}

/** More frames than these are no average that anyone takes. */
const maximumFrames = 64;

/** True where a pair of numbers in Applicable Frame Range includes the frame; without ranges all frames are meant. */
function isApplicable(item: DataSet, frameNumber: number): boolean {
  const ranges = item.numbers('ApplicableFrameRange');
  if (ranges.length === 0) return true;
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    if (frameNumber >= (ranges[at] ?? 0) && frameNumber <= (ranges[at + 1] ?? 0)) return true;
  }
  return false;
}

const range = (first: number, count: number, last: number): readonly number[] =>
  Array.from({ length: Math.max(1, Math.min(count, maximumFrames)) }, (_, index) => first + index).filter(
    (number) => number >= 1 && number <= last,
  );

/** The mask frames of an item; [] where there are none for this frame. */
function maskFramesOf(item: DataSet, frameNumber: number, last: number): readonly number[] {
  if (item.string('MaskOperation') === 'TID') {
    const offset = item.number('TIDOffset') ?? 1;
    return range(frameNumber - offset, 1, last);
  }
  const numbers = item.numbers('MaskFrameNumbers').slice(0, maximumFrames);
  return numbers.filter((number) => number >= 1 && number <= last);
}

/**
 * What a state (or the Mask module of an image) subtracts from a frame; undefined where it subtracts nothing.
 * Throws ImagingError 'unsupported-image' for an operation that this package does not know.
 */
export function readMask(source: DataSet, frameNumber: number, numberOfFrames: number): MaskSubtraction | undefined {
  const item = source.items('MaskSubtractionSequence').find((candidate) => isApplicable(candidate, frameNumber));
  const operation = item?.string('MaskOperation');
  if (!item || operation === 'NONE') return undefined;
  if (operation !== 'AVG_SUB' && operation !== 'TID') {
    throw new ImagingError('unsupported-image', `mask operation ${JSON.stringify(operation ?? '')}`);
  }
  const maskFrames = maskFramesOf(item, frameNumber, numberOfFrames);
  if (maskFrames.length === 0) return undefined;
  const [rows = 0, columns = 0] = item.numbers('MaskSubPixelShift');
  const contrastFrames = range(frameNumber, item.number('ContrastFrameAveraging') ?? 1, numberOfFrames);
  return { maskFrames, contrastFrames, shift: [rows, columns] };
}

/** The average of frames, in the units of the modality. Throws 'bad-request' where their sizes differ. */
function average(frames: readonly DecodedFrame[], modality: ModalityTransformation): Float32Array {
  const [first] = frames;
  if (first?.samplesPerPixel !== 1) throw new ImagingError('bad-request', 'no grey frames to average');
  const sum = new Float32Array(first.samples.length);
  for (const { samples, columns } of frames) {
    if (samples.length !== sum.length || columns !== first.columns) {
      throw new ImagingError('bad-request', 'frames of different size');
    }
    for (let at = 0; at < sum.length; at += 1) {
      sum[at] = (sum[at] ?? 0) + modalityValue(modality, samples[at] ?? 0) / frames.length;
    }
  }
  return sum;
}

/** A value between pixels, by the distance to its four neighbours; the edges are repeated. */
function between(values: Float32Array, columns: number, rows: number, row: number, column: number): number {
  const within = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place));
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  const at = (r: number, c: number): number => values[within(r, rows) * columns + within(c, columns)] ?? 0;
  const above = at(top, left) * (1 - right) + at(top, left + 1) * right;
  const below = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
  return above * (1 - down) + below * down;
}

/**
 * The difference of contrast and mask as a frame of numbers in the units of the modality, which may be negative: its
 * rendering has no modality transformation left to do.
 */
export function subtracted(
  contrast: readonly DecodedFrame[],
  mask: readonly DecodedFrame[],
  { shift }: MaskSubtraction,
  modality: ModalityTransformation,
): DecodedFrame {
  const [first] = contrast;
  const values = average(contrast, modality);
  const behind = average(mask, modality);
  if (!first || behind.length !== values.length) throw new ImagingError('bad-request', 'frames of different size');
  const { rows, columns } = first;
  const [down, right] = shift;
  const moved = down !== 0 || right !== 0;
  for (let at = 0; at < values.length; at += 1) {
    const row = Math.floor(at / columns);
    const taken = moved ? between(behind, columns, rows, row - down, (at % columns) - right) : (behind[at] ?? 0);
    values[at] = (values[at] ?? 0) - taken;
  }
  const { cells: _cells, ...rest } = first;
  return { ...rest, samples: values, bitsAllocated: 32, bitsStored: 32, pixelRepresentation: 1 };
}
