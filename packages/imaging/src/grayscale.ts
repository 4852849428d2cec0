// The grayscale transformations in one: stored value to modality value, window or VOI table, presentation. PS3.4 N.2.
import type { DecodedFrame } from './codecs/codec.ts';
import { dataWindow } from './data-window.ts';
import { type Lut, lookUp, maximumOf } from './lut.ts';
import type { PresentationTransformation, Rendering } from './rendering.ts';
import { modalityValue, storedRangeOf } from './stored-range.ts';
import { type Window, windowed } from './window.ts';

/** What is applied between the modality and the presentation transformation. */
export type VoiTransformation =
  | { readonly kind: 'window'; readonly window: Window }
  | { readonly kind: 'lut'; readonly lut: Lut };

/** What a viewer may choose instead of what the data set says first. */
export interface GrayscaleChoice {
  readonly window?: Window;
  /** A VOI table instead of a window. */
  readonly voiLut?: Lut;
  /** Turns dark and bright round, on top of what the data set asks for. */
  readonly invert?: boolean;
}

/** The choice, else the first VOI table or window of the data set, else a window made from the data. */
export function voiTransformation(
  frame: DecodedFrame,
  rendering: Rendering,
  { window, voiLut }: GrayscaleChoice,
): VoiTransformation {
  if (window) return { kind: 'window', window };
  const lut = voiLut ?? (rendering.windows.length === 0 ? rendering.voiLuts[0] : undefined);
  if (lut) return { kind: 'lut', lut };
  return { kind: 'window', window: rendering.windows[0] ?? dataWindow(frame, rendering) };
}

const afterVoi = (voi: VoiTransformation, value: number): number =>
  voi.kind === 'window' ? windowed(voi.window, value) : lookUp(voi.lut, value) / maximumOf(voi.lut);

function afterPresentation(presentation: PresentationTransformation, share: number): number {
  if (presentation.kind === 'shape') return presentation.inverse ? 1 - share : share;
  const { lut } = presentation;
  const index = share * (lut.entries.length - 1);
  return lookUp(lut, lut.firstMapped + index) / maximumOf(lut);
}

/** The composed transformation: a stored value to 0 (darkest) .. 1 (brightest). */
export function grayscaleTransformation(
  rendering: Rendering,
  voi: VoiTransformation,
  invert = false,
): (stored: number) => number {
  return (stored) => {
    const share = afterPresentation(rendering.presentation, afterVoi(voi, modalityValue(rendering.modality, stored)));
    return invert ? 1 - share : share;
  };
}

/** A table over every stored value of up to 16 bits, so that a frame is drawn by one look-up per pixel. */
export interface GrayscaleTable {
  /** The stored value that `levels[0]` belongs to. */
  readonly first: number;
  /** Grey levels, 0..255. */
  readonly levels: Uint8Array;
}

/** True where a table over all stored values pays: integers of up to 16 bits. */
export const fitsTable = ({ samples, bitsStored }: DecodedFrame): boolean =>
  bitsStored <= 16 && !(samples instanceof Float32Array || samples instanceof Float64Array);

/** Up to this depth a table over all values costs less than looking which of them occur, in bits. */
export const smallDepth = 12;

/** Tabulates a transformation for the stored values that a frame can have, or has. */
export function tabulate(frame: DecodedFrame, transform: (stored: number) => number): GrayscaleTable {
  const [first, last] = (frame.bitsStored > smallDepth && occurringRange(frame)) || storedRangeOf(frame);
  const levels = new Uint8Array(last - first + 1);
  for (let index = 0; index < levels.length; index += 1) levels[index] = Math.round(transform(first + index) * 255);
  return { first, levels };
}

/**
 * Samples by their bits, without sign, so that the loops over them see one type of array only and stay fast. Undefined for
 * those that are not of 8 or 16 bits.
 */
function patternsOf({ samples }: DecodedFrame): Uint8Array | Uint16Array | undefined {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT: size } = samples;
  if (size === 2) return new Uint16Array(buffer, byteOffset, length);
  return size === 1 ? new Uint8Array(buffer, byteOffset, length) : undefined;
}

/** The lowest and highest stored value of samples of 16 bits. */
function occurringRange(frame: DecodedFrame): readonly [number, number] | undefined {
  const patterns = patternsOf(frame);
  if (!(patterns instanceof Uint16Array) || patterns.length === 0) return undefined;
  const half = frame.samples instanceof Int16Array ? 0x8000 : 0; // turns the order of signed numbers into that of patterns
  let [low, high] = [0xffff, 0];
  for (let index = 0; index < patterns.length; index += 1) {
    const value = (patterns[index] ?? 0) ^ half;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low - half, high - half];
}

/** Each sample's grey level, by one look-up. */
export function grayLevels(frame: DecodedFrame, { first, levels }: GrayscaleTable): Uint8Array {
  const { samples } = frame;
  const patterns = patternsOf(frame);
  const pixels = new Uint8Array(samples.length);
  if (!patterns) {
    for (let index = 0; index < samples.length; index += 1) pixels[index] = levels[(samples[index] ?? 0) - first] ?? 0;
    return pixels;
  }
  const byPattern = new Uint8Array(patterns instanceof Uint16Array ? 0x10000 : 0x100);
  const mask = byPattern.length - 1;
  for (let index = 0; index < levels.length; index += 1) byPattern[(first + index) & mask] = levels[index] ?? 0;
  if (patterns instanceof Uint16Array) fillWords(pixels, patterns, byPattern);
  else fillBytes(pixels, patterns, byPattern);
  return pixels;
}

/** Apart from `fillBytes`, so that each is compiled for its own type of array. */
function fillWords(pixels: Uint8Array, patterns: Uint16Array, levels: Uint8Array): void {
  for (let index = 0; index < patterns.length; index += 1) pixels[index] = levels[patterns[index] ?? 0] ?? 0;
}

function fillBytes(pixels: Uint8Array, patterns: Uint8Array, levels: Uint8Array): void {
  for (let index = 0; index < patterns.length; index += 1) pixels[index] = levels[patterns[index] ?? 0] ?? 0;
}
