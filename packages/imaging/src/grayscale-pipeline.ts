// A grayscale frame that is drawn again and again while a user moves the window: one look-up per pixel into RGBA.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from './codecs/codec.ts';
import { estimatedWindow } from './data-window.ts';
import { fitsTable, type GrayscaleChoice, grayscaleTransformation, tabulate, voiTransformation } from './grayscale.ts';
import { describeImage } from './image-description.ts';
import type { Lut } from './lut.ts';
import { renderingOf } from './rendering.ts';
import { modalityValue } from './stored-range.ts';
import type { Window } from './window.ts';

/** What a viewer keeps for one grayscale frame. */
export interface GrayscalePipeline {
  readonly rows: number;
  readonly columns: number;
  /** The windows and VOI tables to choose from, in the order of the data set. */
  readonly windows: readonly Window[];
  readonly voiLuts: readonly Lut[];
  /** The window to begin with: the first of the data set, else one made from the data (`estimatedWindow`). */
  readonly initialWindow: Window;
  /**
   * Draws the frame into `rgba` (rows x columns x 4 bytes, as ImageData holds them). Only the table is made anew.
   * Without a choice: the first window or VOI table of the data set, else `initialWindow`.
   */
  draw(rgba: Uint8ClampedArray, choice?: GrayscaleChoice): void;
  /** The modality value of a pixel (Hounsfield units for CT), row and column counted from 0. */
  valueAt(row: number, column: number): number;
}

/** One RGBA pixel for a grey level, in the byte order of the machine: the same level three times, opaque. */
const pixelOf = (level: number): number => (0xff000000 | (level << 16) | (level << 8) | level) >>> 0;

/** Uint32 that reads as R, G, B, A bytes on little endian machines; grey and opaque needs no more care elsewhere. */
function toPixels(levels: Uint8Array): Uint32Array {
  const pixels = new Uint32Array(levels.length);
  for (let index = 0; index < levels.length; index += 1) pixels[index] = pixelOf(levels[index] ?? 0);
  return pixels;
}

/**
 * Prepares one decoded frame of a MONOCHROME image. Frames of more than 16 bits and IEEE 754 frames are drawn too, by
 * calculation for each pixel instead of a table. Throws ImagingError 'bad-lut'.
 */
export function grayscalePipeline(frame: DecodedFrame, header: DataSet, frameNumber = 1): GrayscalePipeline {
  const rendering = renderingOf(header, describeImage(header), frameNumber);
  const { samples, rows, columns } = frame;
  const initialWindow = rendering.windows[0] ?? estimatedWindow(frame, rendering);
  const draw = (rgba: Uint8ClampedArray, choice: GrayscaleChoice = {}): void => {
    const fallback = rendering.voiLuts.length === 0 ? { window: initialWindow } : {};
    const voi = voiTransformation(frame, rendering, { ...fallback, ...choice });
    const transform = grayscaleTransformation(rendering, voi, choice.invert);
    const target = new Uint32Array(rgba.buffer, rgba.byteOffset, rows * columns);
    if (!fitsTable(frame)) {
      for (let index = 0; index < target.length; index += 1) {
        target[index] = pixelOf(Math.round(transform(samples[index] ?? 0) * 255));
      }
      return;
    }
    const { first, levels } = tabulate(frame, transform);
    const pixels = toPixels(levels);
    for (let index = 0; index < target.length; index += 1) target[index] = pixels[(samples[index] ?? 0) - first] ?? 0;
  };
  return {
    rows,
    columns,
    windows: rendering.windows,
    voiLuts: rendering.voiLuts,
    initialWindow,
    draw,
    valueAt: (row, column) => modalityValue(rendering.modality, samples[row * columns + column] ?? 0),
  };
}
