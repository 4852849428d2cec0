// What a compressed stream says of the image that it holds, where nothing else does. PS3.18 10.5.2, PS3.3 C.7.6.3.
import { codestreamOf, readJpeg2000Header } from './codecs/jpeg-2000-header.ts';
import { type JpegHeader, readJpegHeader } from './codecs/jpeg-header.ts';
import { ImagingError } from './imaging-error.ts';

/** An image as its stream describes it. */
export interface StreamDescription {
  /** In which the stream is encapsulated as it is; undefined where DICOM has no transfer syntax for it. */
  readonly transferSyntaxUid: string | undefined;
  /** The attributes of the Image Pixel Description Macro, by keyword. PS3.3 Table C.7-11c. */
  readonly attributes: Readonly<Record<string, number | string>>;
  /** Where the code stream begins within what was given: behind the boxes of a file around it. */
  readonly start: number;
}

interface Samples {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly precision: number;
  readonly isSigned?: boolean;
}

/** Samples of up to 8 bits in bytes, of up to 16 in words. */
export const pixelDescription = (samples: Samples): StreamDescription['attributes'] => {
  const { rows, columns, samplesPerPixel, photometricInterpretation, precision, isSigned = false } = samples;
  if (rows === 0 || columns === 0 || precision > 16 || (samplesPerPixel !== 1 && samplesPerPixel !== 3))
    throw new ImagingError('unsupported-image', `${samplesPerPixel} samples of ${precision} bits`);
  return {
    SamplesPerPixel: samplesPerPixel,
    PhotometricInterpretation: photometricInterpretation,
    ...(samplesPerPixel === 3 ? { PlanarConfiguration: 0 } : {}),
    Rows: rows,
    Columns: columns,
    BitsAllocated: precision > 8 ? 16 : 8,
    BitsStored: precision,
    HighBit: precision - 1,
    PixelRepresentation: isSigned ? 1 : 0,
  };
};

const lossless = 0xc3;

const jpegSyntax = ({ process, selection }: JpegHeader): string | undefined => {
  if (process === 0xc0) return '1.2.840.10008.1.2.4.50';
  if (process === 0xc1) return '1.2.840.10008.1.2.4.51';
  if (process === lossless) return selection === 1 ? '1.2.840.10008.1.2.4.70' : '1.2.840.10008.1.2.4.57';
  return undefined; // progressive streams have none any more: PS3.5 8.2.1
};

/** PS3.5 8.2.1; JFIF and Adobe segments say whether there is a colour transform. */
const jpegColours = ({ components, process, adobeTransform, jfif }: JpegHeader): string => {
  if (components.length === 1) return 'MONOCHROME2';
  const [first, second] = components;
  const named = String.fromCharCode(...components.map(({ id }) => id)) === 'RGB';
  if (process === lossless ? adobeTransform !== 1 : adobeTransform === 0 || (named && !jfif)) return 'RGB';
  return first && second && first.horizontal > second.horizontal ? 'YBR_FULL_422' : 'YBR_FULL';
};

/** Reads as far as the first scan. @throws ImagingError 'truncated', 'corrupt', 'unsupported-image' */
export const describeJpeg = (stream: Uint8Array): StreamDescription => {
  const header = readJpegHeader(stream);
  const attributes = pixelDescription({
    ...header,
    samplesPerPixel: header.components.length,
    photometricInterpretation: jpegColours(header),
  });
  return { transferSyntaxUid: jpegSyntax(header), attributes, start: 0 };
};

/** Of part 1, or of part 2 where it says so. Reads the main header. @throws ImagingError 'truncated', 'corrupt', 'unsupported-image' */
export const describeJpeg2000 = (stream: Uint8Array, part: 1 | 2 = 1): StreamDescription => {
  const header = readJpeg2000Header(stream);
  const [first, ...others] = header.components;
  const differs = others.some((one) => one.precision !== first?.precision || one.isSigned !== first.isSigned);
  if (first === undefined || differs) throw new ImagingError('unsupported-image', 'components of different depth');
  const transformed = header.reversible ? 'YBR_RCT' : 'YBR_ICT';
  const photometricInterpretation = others.length === 0 ? 'MONOCHROME2' : header.transformed ? transformed : 'RGB';
  const { precision, isSigned } = first;
  const samplesPerPixel = header.components.length;
  const [reversible, irreversible] = part === 1 ? [90, 91] : [92, 93];
  return {
    transferSyntaxUid: `1.2.840.10008.1.2.4.${header.reversible ? reversible : irreversible}`,
    attributes: pixelDescription({ ...header, samplesPerPixel, photometricInterpretation, precision, isSigned }),
    start: codestreamOf(stream).byteOffset - stream.byteOffset,
  };
};
