// Frames made for tests: smooth with a little noise, every depth and sign, the same ones in every run.
import type { DecodedFrame } from '../src/codecs/codec.ts';
import type { ImageDescription, PhotometricInterpretation } from '../src/image-description.ts';
import type { Samples } from '../src/samples.ts';

/** What may differ from a 64 x 48 image of unsigned bytes. */
export interface SyntheticImage {
  readonly rows?: number;
  readonly columns?: number;
  readonly samplesPerPixel?: 1 | 3;
  readonly bitsAllocated?: number;
  readonly bitsStored?: number;
  readonly signed?: boolean;
  readonly photometricInterpretation?: PhotometricInterpretation;
}

/** The description of such an image. */
export function syntheticImage(how: SyntheticImage = {}): ImageDescription {
  const { rows = 48, columns = 64, samplesPerPixel = 1, bitsStored = 8, signed = false } = how;
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated: how.bitsAllocated ?? (bitsStored <= 8 ? 8 : 16),
    bitsStored,
    highBit: bitsStored - 1,
    pixelRepresentation: signed ? 1 : 0,
    photometricInterpretation: how.photometricInterpretation ?? (samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
    planarConfiguration: 0,
    numberOfFrames: 1,
    format: 'integer',
  };
}

/** An array that holds stored values of an image. */
export function samplesFor({ bitsAllocated, pixelRepresentation }: ImageDescription, count: number): Samples {
  const signed = pixelRepresentation === 1;
  if (bitsAllocated <= 8) return signed ? new Int8Array(count) : new Uint8Array(count);
  if (bitsAllocated <= 16) return signed ? new Int16Array(count) : new Uint16Array(count);
  return signed ? new Int32Array(count) : new Uint32Array(count);
}

/** A frame that uses the whole range of its depth. `seed` varies the noise. */
export function syntheticFrame(how: SyntheticImage = {}, seed = 0): DecodedFrame {
  const image = syntheticImage(how);
  const { rows, columns, samplesPerPixel, bitsStored, pixelRepresentation } = image;
  const samples = samplesFor(image, rows * columns * samplesPerPixel);
  const range = 2 ** bitsStored - 1;
  const half = pixelRepresentation === 1 ? 2 ** (bitsStored - 1) : 0;
  for (let index = 0; index < samples.length; index += 1) {
    const column = Math.floor(index / samplesPerPixel) % columns;
    const row = Math.floor(index / samplesPerPixel / columns);
    const smooth = (Math.sin(column / 9 + (index % samplesPerPixel)) + Math.cos(row / 7) + 2) / 4;
    const noise = (((index + seed) * 2654435761) % 97) / 96;
    samples[index] = Math.round((smooth * 0.9 + noise * 0.1) * range) - half;
  }
  return { ...image, samples };
}

/** Numbers that look random and are the same in every run: below `limit`, from 0. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 0x100000000) * limit);
  };
}

/** The largest difference between two arrays of samples. Infinite where their lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < a.length; index += 1) {
    largest = Math.max(largest, Math.abs((a[index] ?? 0) - (b[index] ?? 0)));
  }
  return largest;
}
