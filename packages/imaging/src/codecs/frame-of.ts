// Cells or decoded samples of a frame, put together as a DecodedFrame. PS3.5 8.1.1.
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { type Cells, type Samples, storedValues } from '../samples.ts';
import type { DecodedFrame } from './codec.ts';

const shape = (image: ImageDescription) => ({
  rows: image.rows,
  columns: image.columns,
  samplesPerPixel: image.samplesPerPixel,
  bitsAllocated: image.bitsAllocated,
  bitsStored: image.bitsStored,
  pixelRepresentation: image.pixelRepresentation,
});

/** A frame of whole cells (native, RLE, deflated): stored values are cut out, the cells kept where they hold more. */
export function frameOfCells(
  cells: Cells,
  image: ImageDescription,
  photometricInterpretation: PhotometricInterpretation = image.photometricInterpretation,
): DecodedFrame {
  const samples = storedValues(cells, image);
  const frame = { ...shape(image), samples, photometricInterpretation };
  return samples.buffer === cells.buffer ? frame : { ...frame, cells };
}

/** A frame of samples that are stored values already. */
export const frameOfSamples = (
  samples: Samples,
  image: ImageDescription,
  photometricInterpretation: PhotometricInterpretation = image.photometricInterpretation,
): DecodedFrame => ({ ...shape(image), samples, photometricInterpretation });

/** What a code stream says of the samples it gives. */
export interface DecodedDepth {
  /** Bits of a sample in the code stream. */
  readonly precision: number;
  /** True where nothing was lost: bits above the stored ones are then real (overlays), not overshoot. */
  readonly exact: boolean;
}

const container = (image: ImageDescription, count: number): Cells =>
  image.bitsAllocated <= 8 ? new Uint8Array(count) : new Uint16Array(count);

/** Overshoot of a lossy codec beyond the stored bits would wrap round to the opposite end. */
function clamped(decoded: DecodedSamples, image: ImageDescription, precision: number): Samples {
  const signed = image.pixelRepresentation === 1;
  const lift = 32 - precision;
  const half = 2 ** (image.bitsStored - 1);
  const [low, high] = signed ? [-half, half - 1] : [0, half * 2 - 1];
  const cells = container(image, decoded.length);
  for (let index = 0; index < decoded.length; index += 1) {
    const raised = (decoded[index] ?? 0) << lift;
    cells[index] = Math.min(high, Math.max(low, signed ? raised >> lift : raised >>> lift));
  }
  return storedValues(cells, { ...image, highBit: image.bitsStored - 1 });
}

type DecodedSamples = Uint8Array | Uint16Array | Int8Array | Int16Array;

/**
 * Makes a frame of what a codec gave, unsigned or signed, at the precision of the code stream. Pixel Representation 1
 * over a stream that is unsigned, or narrower: the sign bit is the highest of the stream's precision.
 */
export function frameOfDecodedSamples(
  decoded: DecodedSamples,
  image: ImageDescription,
  { precision, exact }: DecodedDepth,
  photometricInterpretation: PhotometricInterpretation = image.photometricInterpretation,
): DecodedFrame {
  if (precision > image.bitsStored && !exact) {
    return frameOfSamples(clamped(decoded, image, precision), image, photometricInterpretation);
  }
  const cells = container(image, decoded.length);
  for (let index = 0; index < decoded.length; index += 1) cells[index] = decoded[index] ?? 0;
  if (precision > image.bitsStored) return frameOfCells(cells, image, photometricInterpretation);
  const bits = { bitsStored: precision, highBit: precision - 1, pixelRepresentation: image.pixelRepresentation };
  return frameOfSamples(storedValues(cells, bits), image, photometricInterpretation);
}

/**
 * Stored values as encoders want them: unsigned, masked to Bits Stored, in bytes up to 8 bits and in words above.
 * Throws 'unsupported-image' for more than 16 bits and for IEEE 754 numbers.
 */
export function narrowSamples({ samples, bitsStored }: DecodedFrame): Uint8Array | Uint16Array {
  if (bitsStored > 16 || samples instanceof Float32Array || samples instanceof Float64Array) {
    throw new ImagingError('unsupported-image', `${bitsStored} bits stored`);
  }
  const mask = 2 ** bitsStored - 1;
  const narrow = bitsStored <= 8 ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) narrow[index] = (samples[index] ?? 0) & mask;
  return narrow;
}
