// JPEG-LS, lossless and near-lossless, by CharLS. PS3.5 A.4.3; ISO/IEC 14495-1.
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { interleave } from '../samples.ts';
import type { Codec } from './codec.ts';
import { frameOfDecodedSamples, narrowSamples } from './frame-of.ts';
import { checkJpegHeader, type JpegHeader, readJpegHeader, withoutPadding } from './jpeg-header.ts';
import { copyOf, type FrameInfo, isModuleWith, type WasmObject, withObject } from './wasm-object.ts';

interface Decoder extends WasmObject {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getInterleaveMode(): number;
  getDecodedBuffer(): Uint8Array;
}
interface Encoder extends WasmObject {
  getDecodedBuffer(frame: FrameInfo): Uint8Array;
  setNearLossless(near: number): void;
  setInterleaveMode(mode: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}
// A browser may bring a module that only decodes: each direction asks for what it needs.
interface Reading {
  JpegLSDecoder: new () => Decoder;
}
interface Writing {
  JpegLSEncoder: new () => Encoder;
}
const isReading = (module: unknown): module is Reading => isModuleWith(module, 'JpegLSDecoder');
const isWriting = (module: unknown): module is Writing => isModuleWith(module, 'JpegLSEncoder');

/**
 * CharLS reads on for ever where a stream ends without EOI; with one appended it notices. A stream that was cut in the
 * middle is then refused by it as damaged.
 */
function ended(stream: Uint8Array): Uint8Array {
  if (stream.at(-2) === 0xff && stream.at(-1) === 0xd9) return stream;
  const closed = new Uint8Array(stream.length + 2);
  closed.set(stream);
  closed.set([0xff, 0xd9], stream.length);
  return closed;
}

function readHeader(stream: Uint8Array, image: ImageDescription): JpegHeader {
  const header = readJpegHeader(stream);
  if (header.process !== 0xf7) throw new ImagingError('header-mismatch', 'not a JPEG-LS stream');
  checkJpegHeader(header, image);
  return header;
}

/** Both JPEG-LS syntaxes. */
export const jpegLs: Codec = {
  name: 'JPEG-LS',
  decode: async (encoded, image, { modules }) => {
    const stream = ended(withoutPadding(encoded));
    const { precision, selection } = readHeader(stream, image);
    const module = await modules.emscripten('charls', isReading);
    const { bytes, planar } = withObject(modules, 'charls', module, new module.exports.JpegLSDecoder(), (decoder) => {
      decoder.getEncodedBuffer(stream.length).set(stream);
      decoder.decode();
      return { bytes: copyOf(decoder.getDecodedBuffer()), planar: decoder.getInterleaveMode() === 0 };
    });
    const count = image.rows * image.columns * image.samplesPerPixel;
    if (bytes.length !== count * (precision > 8 ? 2 : 1)) throw new ImagingError('corrupt', 'JPEG-LS: wrong length');
    const decoded = precision > 8 ? new Uint16Array(bytes.buffer, bytes.byteOffset, count) : bytes;
    const samples = planar ? interleave(decoded, image.samplesPerPixel) : decoded;
    return frameOfDecodedSamples(samples, image, { precision, exact: selection === 0 });
  },
  encode: async (frame, syntax, options, modules) => {
    const near = syntax === '1.2.840.10008.1.2.4.81' ? (options.near ?? 2) : 0;
    const samples = narrowSamples(frame);
    const module = await modules.emscripten('charls', isWriting);
    const bytes = withObject(modules, 'charls', module, new module.exports.JpegLSEncoder(), (encoder) => {
      const info = {
        width: frame.columns,
        height: frame.rows,
        // CharLS 1, which DCMTK and others have, takes other thresholds below 8 bits than the standard and decodes other values,
        // or refuses. What may overshoot keeps its precision, so that nobody reads a bit above the stored ones.
        bitsPerSample: Math.max(near === 0 ? 8 : 2, frame.bitsStored),
        componentCount: frame.samplesPerPixel,
        isSigned: false,
      };
      encoder.getDecodedBuffer(info).set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      encoder.setNearLossless(near);
      encoder.setInterleaveMode(frame.samplesPerPixel === 1 ? 0 : 2);
      encoder.encode();
      return copyOf(encoder.getEncodedBuffer());
    });
    return { bytes, photometricInterpretation: frame.photometricInterpretation, reversible: near === 0 };
  },
};
