// What the attributes of an image say about its pixel cells. PS3.3 C.7.6.3 (Image Pixel), PS3.5 8.1.
import type { DataSet } from '@concord/dicom';
import { ImagingError } from './imaging-error.ts';

/** The defined terms of Photometric Interpretation (0028,0004) that this package understands. PS3.3 C.7.6.3.1.2. */
export const photometricInterpretations = [
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_ICT',
  'YBR_RCT',
  'XYB',
] as const;
export type PhotometricInterpretation = (typeof photometricInterpretations)[number];

/** What a pixel cell holds: an integer (Pixel Data), or an IEEE 754 number (Float and Double Float Pixel Data). */
export type CellFormat = 'integer' | 'float' | 'double';

/** Everything a codec must be told about one frame; plain data, so it can be posted to a worker. */
export interface ImageDescription {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly pixelRepresentation: 0 | 1;
  readonly photometricInterpretation: PhotometricInterpretation;
  readonly planarConfiguration: 0 | 1;
  readonly numberOfFrames: number;
  readonly format: CellFormat;
}

/** What is refused before memory is taken for it. */
export interface ImageLimits {
  /** Bytes of one decoded frame. */
  readonly frameBytes: number;
  /** Number of Frames (0028,0008). */
  readonly frames: number;
}
export const defaultImageLimits: ImageLimits = { frameBytes: 1 << 29, frames: 1 << 20 };

const isPhotometricInterpretation = (text: string): text is PhotometricInterpretation =>
  photometricInterpretations.some((term) => term === text);

function required(header: DataSet, keyword: 'Rows' | 'Columns' | 'BitsAllocated'): number {
  const value = header.number(keyword);
  if (value === undefined) throw new ImagingError('missing-attribute', keyword);
  if (value <= 0) throw new ImagingError('contradiction', `${keyword} is ${value}`);
  return value;
}

/** The term as the header gives it. Absent, it follows from Samples per Pixel, as every reader assumes. */
function photometricInterpretationOf(header: DataSet, samplesPerPixel: number): PhotometricInterpretation {
  const text = header.string('PhotometricInterpretation')?.trim().toUpperCase();
  if (text === undefined || text === '') return samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB';
  if (!isPhotometricInterpretation(text)) {
    throw new ImagingError('unsupported-image', `Photometric Interpretation ${JSON.stringify(text.slice(0, 16))}`);
  }
  return text;
}

function formatOf(header: DataSet, bitsAllocated: number): CellFormat {
  // Bits Stored is absent where cells are IEEE 754 numbers (PS3.3 C.7.6.24, C.7.6.25); the pixel element itself may
  // not be part of a header that ends before it.
  if (header.has('FloatPixelData')) return 'float';
  if (header.has('DoubleFloatPixelData')) return 'double';
  if (header.has('PixelData') || header.number('BitsStored') !== undefined) return 'integer';
  if (bitsAllocated === 32) return 'float';
  if (bitsAllocated === 64) return 'double';
  return 'integer';
}

/** Bytes of one frame once it is decoded to whole samples. */
export function decodedFrameBytes(image: ImageDescription): number {
  const container = image.bitsAllocated <= 8 ? 1 : image.bitsAllocated <= 16 ? 2 : image.bitsAllocated <= 32 ? 4 : 8;
  return image.rows * image.columns * image.samplesPerPixel * container;
}

/**
 * Throws ImagingError ('contradiction', 'too-large', 'unsupported-image') where no frame of such an image can be read.
 * Every codec relies on it: nothing is allocated for an image that did not pass.
 */
export function checkImage(image: ImageDescription, limits: ImageLimits = defaultImageLimits): ImageDescription {
  const { samplesPerPixel, bitsAllocated, bitsStored, highBit, photometricInterpretation } = image;
  const whole = [image.rows, image.columns, samplesPerPixel, bitsAllocated, bitsStored, image.numberOfFrames];
  if (whole.some((value) => !Number.isInteger(value) || value < 1)) {
    throw new ImagingError('contradiction', 'a size of the image is not a positive whole number');
  }
  if (image.rows > 65535 || image.columns > 65535)
    throw new ImagingError('contradiction', 'Rows or Columns above 65535');
  if (samplesPerPixel > 3) throw new ImagingError('unsupported-image', `${samplesPerPixel} samples per pixel`);
  const colour = !/^(MONOCHROME|PALETTE)/.test(photometricInterpretation);
  if (samplesPerPixel !== (colour ? 3 : 1)) {
    throw new ImagingError('contradiction', `${photometricInterpretation} with ${samplesPerPixel} samples per pixel`);
  }
  if (bitsAllocated > (image.format === 'double' ? 64 : 32)) {
    throw new ImagingError('unsupported-image', `Bits Allocated ${bitsAllocated}`);
  }
  if (bitsStored > bitsAllocated) {
    throw new ImagingError('contradiction', `Bits Stored ${bitsStored} above Bits Allocated ${bitsAllocated}`);
  }
  if (highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw new ImagingError('contradiction', `High Bit ${highBit} with ${bitsStored} of ${bitsAllocated} bits`);
  }
  if (decodedFrameBytes(image) > limits.frameBytes) {
    throw new ImagingError('too-large', `${image.columns} x ${image.rows} needs more than ${limits.frameBytes} bytes`);
  }
  if (image.numberOfFrames > limits.frames) throw new ImagingError('too-large', `${image.numberOfFrames} frames`);
  return image;
}

/**
 * Reads the Image Pixel module of a header (the data set up to Pixel Data, or all of it).
 * Throws ImagingError where an attribute is missing, contradicts another, or asks for more memory than `limits` allow.
 */
export function describeImage(header: DataSet, limits: ImageLimits = defaultImageLimits): ImageDescription {
  const bitsAllocated = required(header, 'BitsAllocated');
  const format = formatOf(header, bitsAllocated);
  const samplesPerPixel = header.number('SamplesPerPixel') ?? 1;
  const bitsStored = format === 'integer' ? (header.number('BitsStored') ?? bitsAllocated) : bitsAllocated;
  return checkImage(
    {
      rows: required(header, 'Rows'),
      columns: required(header, 'Columns'),
      samplesPerPixel,
      bitsAllocated,
      bitsStored,
      highBit: format === 'integer' ? (header.number('HighBit') ?? bitsStored - 1) : bitsAllocated - 1,
      pixelRepresentation: header.number('PixelRepresentation') === 1 ? 1 : 0,
      photometricInterpretation: photometricInterpretationOf(header, samplesPerPixel),
      planarConfiguration: samplesPerPixel > 1 && header.number('PlanarConfiguration') === 1 ? 1 : 0,
      numberOfFrames: Math.max(1, header.number('NumberOfFrames') ?? 1),
      format,
    },
    limits,
  );
}
