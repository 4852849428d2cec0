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

/**
 * Fits what a codec gave (unsigned or signed, at the precision of the code stream) to the image's container and sign.
 * Pixel Representation 1 over an unsigned stream: the sign bit is the highest of the stream's precision.
 */
export function fitSamples(
  decoded: Uint8Array | Uint16Array | Int8Array | Int16Array,
  image: ImageDescription,
  precision: number,
): Samples {
  const lift = 32 - precision;
  const signed = image.pixelRepresentation === 1;
  const count = decoded.length;
  const wide = image.bitsAllocated > 8;
  const fitted = wide
    ? signed
      ? new Int16Array(count)
      : new Uint16Array(count)
    : signed
      ? new Int8Array(count)
      : new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const raised = (decoded[index] ?? 0) << lift;
    fitted[index] = signed ? raised >> lift : raised >>> lift;
  }
  return fitted;
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
