// Native (uncompressed) frames: every bit depth, planar or not, both byte orders, YBR_FULL_422. PS3.5 8.1, Annex A.1-A.3.
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { subsample422, upsample422 } from '../photometric.ts';
import { type CellLayout, inPlanes, interleave, readCells, readFloats, sampleCount, swapBytes } from '../samples.ts';
import type { Codec, DecodeContext, DecodedFrame } from './codec.ts';
import { frameOfCells, frameOfSamples } from './frame-of.ts';

/** Samples in the encoded form of a frame: 4:2:2 keeps two of every four chrominance samples. PS3.3 C.7.6.3.1.2. */
function nativeSampleCount(image: ImageDescription): number {
  if (!isSubsampled(image)) return sampleCount(image);
  return image.rows * Math.ceil(image.columns / 2) * 4;
}

const isSubsampled = ({ photometricInterpretation: term, samplesPerPixel }: ImageDescription): boolean =>
  samplesPerPixel === 3 && (term === 'YBR_FULL_422' || term === 'YBR_PARTIAL_422');

/** Bits that the frames before `frameNumber` leave in the frame's first byte; frames are packed without gaps. */
export const nativeBitOffset = (image: ImageDescription, frameNumber: number): number =>
  image.bitsAllocated % 8 === 0 ? 0 : ((frameNumber - 1) * sampleCount(image) * image.bitsAllocated) % 8;

/**
 * The bytes of a frame in the order of its cells. OW is a stream of words of 16 bits, whatever a cell has: the words are turned
 * round, not the cells, and what the first word holds of the frame before is left out. PS3.5 6.2, 8.1.1.
 */
function turnedWords(encoded: Uint8Array, image: ImageDescription, frameNumber: number): Uint8Array {
  const before = (frameNumber - 1) * nativeSampleCount(image) * image.bitsAllocated;
  return swapBytes(encoded, 2).subarray(before % 16 >= 8 ? 1 : 0);
}

/** Bytes of a frame whose pairs go on in the next row. */
const runOnLength = ({ rows, columns }: ImageDescription): number => Math.ceil((rows * columns) / 2) * 4;

/**
 * Pairs of pixels that share their colour. The standard has an even number of columns; where it is odd, each row is filled up
 * to whole pairs, or, in fewer bytes, the last pair of a row goes on in the next. PS3.3 C.7.6.3.1.2, C.7.6.3.1.3.
 */
function decodeSubsampled(bytes: Uint8Array, image: ImageDescription, layout: CellLayout): DecodedFrame {
  const { rows, columns, photometricInterpretation: term } = image;
  const runOn = runOnLength(image);
  const isFilled = bytes.length > runOn + 1;
  const cells = readCells(bytes, image.bitsAllocated, isFilled ? nativeSampleCount(image) : runOn, layout);
  if (!(cells instanceof Uint8Array)) throw new ImagingError('unsupported-image', '4:2:2 with more than 8 bits');
  const pixels = isFilled ? upsample422(cells, rows, columns) : upsample422(cells, 1, rows * columns);
  return frameOfCells(pixels, image, term === 'YBR_FULL_422' ? 'YBR_FULL' : term);
}

type Colours = Pick<DecodedFrame, 'photometricInterpretation' | 'samplesPerPixel' | 'bitsAllocated'>;

/**
 * The plain bytes of a decoded frame as its image is described: where pairs of pixels share their colour, Y Y Cb Cr; where it is
 * in planes, one behind the other. `bytes` has all samples of each pixel side by side. As they are, where the code stream turned
 * out to have no such colours.
 * @param length of the encoded frame, where that is plain cells too: pairs then go on in the next row where they did
 */
export function cellsAsDescribed(
  bytes: Uint8Array,
  image: ImageDescription,
  { photometricInterpretation: term, samplesPerPixel, bitsAllocated }: Colours,
  length = Number.POSITIVE_INFINITY,
): Uint8Array {
  if (samplesPerPixel !== image.samplesPerPixel) return bytes;
  if (!isSubsampled(image)) {
    const isPlanar = image.planarConfiguration === 1 && samplesPerPixel > 1 && bitsAllocated % 8 === 0;
    return isPlanar ? inPlanes(bytes, samplesPerPixel, bitsAllocated / 8) : bytes;
  }
  if (image.bitsAllocated !== 8 || !term.startsWith('YBR_')) return bytes;
  const { rows, columns } = image;
  return length > runOnLength(image) + 1 ? subsample422(bytes, rows, columns) : subsample422(bytes, 1, rows * columns);
}

/** Decodes a frame of plain cells. */
export function decodeNative(
  encoded: Uint8Array,
  image: ImageDescription,
  context: Pick<DecodeContext, 'frameNumber' | 'pixelDataVr'>,
  littleEndian: boolean,
): DecodedFrame {
  if (image.format !== 'integer') {
    const numbers = readFloats(encoded, image.format, sampleCount(image), littleEndian);
    return frameOfSamples(
      image.planarConfiguration === 1 ? interleave(numbers, image.samplesPerPixel) : numbers,
      image,
    );
  }
  if (image.photometricInterpretation === 'YBR_PARTIAL_420')
    throw new ImagingError('unsupported-image', 'YBR_PARTIAL_420 is for encapsulated video, not for plain cells');
  const inWords = !littleEndian && context.pixelDataVr !== 'OB';
  const bytes = inWords ? turnedWords(encoded, image, context.frameNumber) : encoded;
  const layout: CellLayout = {
    littleEndian: littleEndian || inWords,
    bitOffset: nativeBitOffset(image, context.frameNumber),
  };
  if (isSubsampled(image)) return decodeSubsampled(bytes, image, layout);
  const cells = readCells(bytes, image.bitsAllocated, sampleCount(image), layout);
  return frameOfCells(image.planarConfiguration === 1 ? interleave(cells, image.samplesPerPixel) : cells, image);
}

/** Explicit and Implicit VR Little Endian. */
export const nativeLittleEndian: Codec = {
  name: 'native, little endian',
  decode: async (encoded, image, context) => decodeNative(encoded, image, context, true),
};

/** Explicit VR Big Endian (retired, still met). */
export const nativeBigEndian: Codec = {
  name: 'native, big endian',
  decode: async (encoded, image, context) => decodeNative(encoded, image, context, false),
};
