// What OpenJPEG and OpenJPH have in common: checks before, fitting after, samples as both encoders want them.
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { DecodedFrame } from './codec.ts';
import { frameOfDecodedSamples, narrowSamples } from './frame-of.ts';
import {
  checkJpeg2000Header,
  checkTileParts,
  codestreamOf,
  type Jpeg2000Header,
  readJpeg2000Header,
} from './jpeg-2000-header.ts';
import type { FrameInfo } from './wasm-object.ts';

/** A code stream that may be given to a decoder. */
export interface CheckedStream {
  readonly header: Jpeg2000Header;
  /** Without the JP2 wrapping, whose colour boxes would make a library convert what the data set describes. */
  readonly stream: Uint8Array;
}

/** Reads and checks a code stream before a decoder sees it. */
export function checkedStream(encoded: Uint8Array, image: ImageDescription): CheckedStream {
  const stream = codestreamOf(encoded);
  const header = readJpeg2000Header(stream);
  checkJpeg2000Header(header, image);
  checkTileParts(stream);
  return { header, stream };
}

/** How many halvings a decoder can do at once: never more than the code stream has. */
export const reductionOf = (header: Jpeg2000Header, wanted = 0): number => Math.min(wanted, header.decompositions);

/** Halvings to encode with: five, as everyone does, where the image is large enough for them. */
export const decompositionsFor = ({ rows, columns }: DecodedFrame): number =>
  Math.min(5, Math.floor(Math.log2(Math.min(rows, columns))));

const reduced = (size: number, reduction: number): number => Math.ceil(size / 2 ** reduction);

function interpretation(header: Jpeg2000Header, image: ImageDescription): PhotometricInterpretation {
  const said = image.photometricInterpretation;
  if (image.samplesPerPixel !== 3) return said;
  return header.transformed || said === 'YBR_ICT' || said === 'YBR_RCT' ? 'RGB' : said;
}

/** Makes a frame of a decoder's bytes. Throws 'corrupt' where they are not as many as the header promised. */
export function frameOfDecoded(
  bytes: Uint8Array,
  info: FrameInfo,
  header: Jpeg2000Header,
  image: ImageDescription,
  reduction: number,
): DecodedFrame {
  const rows = reduced(image.rows, reduction);
  const columns = reduced(image.columns, reduction);
  const first = header.components[0];
  if (!first) throw new ImagingError('corrupt', 'no component');
  const count = rows * columns * image.samplesPerPixel;
  const wide = first.precision > 8;
  if (bytes.length !== count * (wide ? 2 : 1) || info.componentCount !== image.samplesPerPixel) {
    throw new ImagingError('truncated', `${bytes.length} bytes for ${count} samples`);
  }
  const decoded = wide ? new Uint16Array(bytes.buffer, bytes.byteOffset, count) : bytes;
  const depth = { precision: first.precision, exact: header.reversible };
  return { ...frameOfDecodedSamples(decoded, image, depth, interpretation(header, image)), rows, columns };
}

/**
 * Samples and their description for an encoder. The code stream carries the sign, so signed ones go sign-extended.
 * Throws 'unsupported-image' for what no library here encodes rightly: colour above 8 bits, signed bytes.
 */
export function encoderInput(frame: DecodedFrame): { readonly bytes: Uint8Array; readonly info: FrameInfo } {
  const isSigned = frame.pixelRepresentation === 1;
  if (frame.samplesPerPixel !== 1 && (frame.samplesPerPixel !== 3 || frame.bitsStored > 8)) {
    throw new ImagingError('unsupported-image', 'JPEG 2000 of colour with more than 8 bits');
  }
  if (isSigned && frame.bitsStored <= 8) throw new ImagingError('unsupported-image', 'JPEG 2000 of signed bytes');
  const samples = isSigned ? Int16Array.from(frame.samples) : narrowSamples(frame);
  return {
    bytes: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
    info: {
      width: frame.columns,
      height: frame.rows,
      bitsPerSample: frame.bitsStored,
      componentCount: frame.samplesPerPixel,
      isSigned,
      isUsingColorTransform: frame.samplesPerPixel === 3 && frame.photometricInterpretation === 'RGB',
    },
  };
}

/** The term for an encoded colour frame: RGB is transformed on the way, anything else goes as it is. PS3.5 8.2.4. */
export function encodedInterpretation(frame: DecodedFrame, reversible: boolean): PhotometricInterpretation {
  if (frame.samplesPerPixel !== 3 || frame.photometricInterpretation !== 'RGB') return frame.photometricInterpretation;
  return reversible ? 'YBR_RCT' : 'YBR_ICT';
}
