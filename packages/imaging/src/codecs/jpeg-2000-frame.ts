// What OpenJPEG and OpenJPH have in common: checks before, fitting after, samples as both encoders want them.
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { DecodedFrame } from './codec.ts';
import { frameOfDecodedSamples, narrowSamples } from './frame-of.ts';
import { joinComponents, mostInOnePrecinct } from './jpeg-2000-components.ts';
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

/** What the libraries encode of a frame: all of it, or, of colour above 8 bits, a component. */
interface EncoderInput {
  readonly bytes: Uint8Array;
  readonly info: FrameInfo;
}

/** Colour above 8 bits is encoded component by component: the bindings of both libraries take it for something else. */
const isByComponent = ({ samplesPerPixel, bitsStored }: DecodedFrame): boolean => samplesPerPixel > 1 && bitsStored > 8;

/** Whether the decoder has to undo a transformation between components. */
const isTransformed = (frame: DecodedFrame): boolean =>
  frame.samplesPerPixel === 3 && frame.photometricInterpretation === 'RGB' && !isByComponent(frame);

/**
 * The code stream of a frame by an encoder that takes one component, or three of 8 bits.
 * Throws 'unsupported-image' for what no library here encodes rightly.
 */
export function encodedFrame(frame: DecodedFrame, encode: (input: EncoderInput) => Uint8Array): Uint8Array {
  if (!isByComponent(frame)) return encode(encoderInput(frame));
  if (Math.max(frame.rows, frame.columns) > mostInOnePrecinct)
    throw new ImagingError('unsupported-image', `JPEG 2000 of colour beyond 8 bits and ${mostInOnePrecinct} pixels`);
  return joinComponents(
    Array.from({ length: frame.samplesPerPixel }, (_, index) => encode(encoderInput(componentOf(frame, index)))),
  );
}

function componentOf(frame: DecodedFrame, index: number): DecodedFrame {
  const { samplesPerPixel, rows, columns } = frame;
  const samples = frame.samples.slice(0, rows * columns);
  for (let at = 0; at < samples.length; at += 1) samples[at] = frame.samples[at * samplesPerPixel + index] ?? 0;
  const { cells: _cells, ...rest } = frame;
  return { ...rest, samplesPerPixel: 1, samples };
}

/**
 * Samples and their description for an encoder. The code stream carries the sign, so signed ones go sign-extended.
 * Throws 'unsupported-image' for signed bytes, which no library here encodes rightly.
 */
function encoderInput(frame: DecodedFrame): EncoderInput {
  const isSigned = frame.pixelRepresentation === 1;
  if (frame.samplesPerPixel !== 1 && frame.samplesPerPixel !== 3)
    throw new ImagingError('unsupported-image', `JPEG 2000 of ${frame.samplesPerPixel} samples per pixel`);
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
      isUsingColorTransform: isTransformed(frame),
    },
  };
}

/** The term for an encoded colour frame: RGB of 8 bits is transformed on the way, anything else goes as it is. PS3.5 8.2.4. */
export function encodedInterpretation(frame: DecodedFrame, reversible: boolean): PhotometricInterpretation {
  if (!isTransformed(frame)) return frame.photometricInterpretation;
  return reversible ? 'YBR_RCT' : 'YBR_ICT';
}
