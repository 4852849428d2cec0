// Grey images of plain cells: each cell is looked up once, whatever stands in the bits around its stored value. PS3.5 8.1.1, PS3.4 N.2.

import { nativeLittleEndian } from './codecs/native.ts';
import { codecOf } from './codecs/table.ts';
import { type GrayLine, grayLine } from './gray-line.ts';
import {
  type GrayscaleChoice,
  type GrayscaleTable,
  grayscaleTransformation,
  smallDepth,
  tabulate,
  type VoiTransformation,
  voiTransformation,
} from './grayscale.ts';
import type { ImageDescription } from './image-description.ts';
import type { Rendering } from './rendering.ts';

/** What a cell is shown as. */
export interface CellTable {
  /** Grey levels, 0..255, by the bits of a cell: 256 or 65,536 of them. */
  readonly levels: Uint8Array;
  /** The same of many cells, where they lie on a line. */
  readonly line: GrayLine | undefined;
}

/** Gives the table of an image; undefined where one look-up for each cell does not do, or where the window depends on the pixels. */
export type CellTables = (
  image: ImageDescription,
  rendering: Rendering,
  choice: GrayscaleChoice,
) => CellTable | undefined;

/** What a frame needs to be shown by a table of its cells. */
export interface PlainFrame {
  readonly image: ImageDescription;
  readonly transferSyntaxUid: string;
  readonly encoded: Uint8Array;
}

/** Tables that are kept: the images of a series share theirs. */
const keptTables = 16;

/** A source of tables that keeps the last ones it made. */
export function createCellTables(): CellTables {
  const kept = new Map<string, CellTable>();
  return (image, rendering, choice) => {
    const voi = isGray(image, rendering) ? knownVoi(image, rendering, choice) : undefined;
    if (!voi) return undefined;
    const key = keyOf(image, rendering, voi, choice);
    if (key === undefined && image.bitsStored > smallDepth) return undefined;
    const known = key === undefined ? undefined : kept.get(key);
    if (known) return known;
    const transform = grayscaleTransformation(rendering, voi, choice.invert);
    const levels = spread(image, tabulate(withoutSamples(image), transform));
    if (key === undefined) return { levels, line: undefined };
    const slope = image.bitsAllocated === 16 ? slopeOf(rendering, voi, choice) : undefined;
    const table = { levels, line: slope === undefined ? undefined : grayLine(levels, image, slope) };
    const [oldest] = kept.keys();
    if (kept.size >= keptTables && oldest !== undefined) kept.delete(oldest);
    kept.set(key, table);
    return table;
  };
}

const isGray = (image: ImageDescription, { palette, pseudoColour, overlays }: Rendering): boolean =>
  image.format === 'integer' &&
  image.samplesPerPixel === 1 &&
  (image.bitsAllocated === 8 || image.bitsAllocated === 16) &&
  !palette &&
  !pseudoColour &&
  overlays.every(({ bits }) => bits.kind === 'plane');

const withoutSamples = (image: ImageDescription) => ({ ...image, samples: new Uint8Array(0) });

/** Undefined where the window would be made from the pixels. */
function knownVoi(image: ImageDescription, rendering: Rendering, choice: GrayscaleChoice) {
  const { windows, voiLuts, modality } = rendering;
  const isAsIs = image.bitsStored <= 8 && modality.kind === 'identity';
  const isGiven = choice.window ?? choice.voiLut ?? windows[0] ?? voiLuts[0];
  return isGiven || isAsIs ? voiTransformation(withoutSamples(image), rendering, choice) : undefined;
}

/** What a table follows from; undefined where tables of the data set go into it, which are not worth comparing. */
function keyOf(
  { bitsAllocated, bitsStored, highBit, pixelRepresentation }: ImageDescription,
  { modality, presentation }: Rendering,
  voi: VoiTransformation,
  { invert }: GrayscaleChoice,
): string | undefined {
  if (modality.kind === 'lut' || presentation.kind === 'lut' || voi.kind === 'lut') return undefined;
  const depth = [bitsAllocated, bitsStored, highBit, pixelRepresentation];
  return JSON.stringify([depth, modality, presentation, voi.window, invert === true]);
}

/** Grey levels for each stored value in a linear window; undefined where there is something else. */
function slopeOf({ modality, presentation }: Rendering, voi: VoiTransformation, { invert }: GrayscaleChoice) {
  if (voi.kind === 'lut' || modality.kind === 'lut' || presentation.kind === 'lut') return undefined;
  const { width, function: how = 'LINEAR' } = voi.window;
  if (how === 'SIGMOID') return undefined;
  const rate = modality.kind === 'rescale' ? modality.slope : 1;
  const levels = presentation.inverse === (invert === true) ? 255 : -255;
  return (rate * levels) / (how === 'LINEAR' ? width - 1 : width);
}

/** From a table by stored value to one by the bits of the cell that holds it. */
function spread(image: ImageDescription, { first, levels }: GrayscaleTable): Uint8Array {
  const { bitsAllocated, bitsStored, highBit } = image;
  const table = new Uint8Array(2 ** bitsAllocated);
  const shift = highBit + 1 - bitsStored;
  const mask = 2 ** bitsStored - 1;
  // Negative values have the higher patterns: what is left of a sum by the mask is their place behind the first.
  for (let cell = 0; cell < table.length; cell += 1) table[cell] = levels[((cell >>> shift) - first) & mask] ?? 0;
  return table;
}

/**
 * The grey levels of a frame, written into `memory(rows x columns)`; undefined where the frame is not plain, not grey, or too
 * short: what decodes it says what is wrong with it.
 */
export function plainGray(
  { image, transferSyntaxUid, encoded }: PlainFrame,
  { rendering, choice, tables }: { rendering: Rendering; choice: GrayscaleChoice; tables: CellTables },
  memory: (length: number) => Uint8Array,
): Uint8Array | undefined {
  const length = image.rows * image.columns;
  if (codecOf(transferSyntaxUid)?.codec !== nativeLittleEndian) return undefined;
  if (encoded.length < (length * image.bitsAllocated) / 8) return undefined;
  const table = tables(image, rendering, choice);
  if (!table) return undefined;
  const pixels = memory(length);
  if (image.bitsAllocated === 8) lookUpBytes(pixels, encoded, table.levels);
  else if (table.line) table.line(pixels, encoded);
  else lookUpWords(pixels, encoded, table.levels);
  return pixels;
}

function lookUpBytes(pixels: Uint8Array, cells: Uint8Array, table: Uint8Array): void {
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = table[cells[index] ?? 0] ?? 0;
}

/** Two cells are read at once and four pixels written: half the time of one by one. Little endian machines, as everywhere here. */
function lookUpWords(pixels: Uint8Array, bytes: Uint8Array, table: Uint8Array): void {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const quads = pixels.byteOffset % 4 === 0 ? pixels.length >>> 2 : 0;
  const pairs = new Uint32Array(buffer, byteOffset, quads * 2);
  const target = new Uint32Array(pixels.buffer, quads > 0 ? pixels.byteOffset : 0, quads);
  for (let index = 0, from = 0; index < target.length; index += 1, from += 2) {
    const [first, second] = [pairs[from] ?? 0, pairs[from + 1] ?? 0];
    target[index] =
      (table[first & 0xffff] ?? 0) |
      ((table[first >>> 16] ?? 0) << 8) |
      ((table[second & 0xffff] ?? 0) << 16) |
      ((table[second >>> 16] ?? 0) << 24);
  }
  const words = new Uint16Array(buffer, byteOffset, pixels.length);
  for (let index = quads * 4; index < pixels.length; index += 1) pixels[index] = table[words[index] ?? 0] ?? 0;
}
