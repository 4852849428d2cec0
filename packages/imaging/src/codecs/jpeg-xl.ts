// JPEG XL: lossless, recompressed JPEG, and lossy, by libjxl. PS3.5 A.4.13; ISO/IEC 18181.
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { Codec, DecodedFrame } from './codec.ts';
import { frameOfDecodedSamples, narrowSamples } from './frame-of.ts';
import { readJpegXlSize } from './jpeg-xl-header.ts';
import { copyOf, type FrameInfo, isModuleWith, type WasmObject, withObject } from './wasm-object.ts';

interface Decoder extends WasmObject {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getDecodedBuffer(): Uint8Array;
}
interface Encoder extends WasmObject {
  getDecodedBuffer(frame: FrameInfo): Uint8Array;
  setLossless(lossless: boolean): void;
  setDistance(distance: number): void;
  setEffort(effort: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}
const isDecoderModule = (module: unknown): module is { JpegXLDecoder: new () => Decoder } =>
  isModuleWith(module, 'JpegXLDecoder');
const isEncoderModule = (module: unknown): module is { JpegXLEncoder: new () => Encoder } =>
  isModuleWith(module, 'JpegXLEncoder');

const lossless = '1.2.840.10008.1.2.4.110';
/** The fastest: higher efforts cost a hundred times the time for a quarter of the gain. */
const effort = 1;

function checkSize(encoded: Uint8Array, image: ImageDescription): void {
  const { rows, columns } = readJpegXlSize(encoded);
  if (rows === image.rows && columns === image.columns) return;
  const expected = `${image.columns} x ${image.rows} expected`;
  throw new ImagingError('header-mismatch', `${columns} x ${rows} in the code stream, ${expected}`);
}

function frameOf(bytes: Uint8Array, info: FrameInfo, image: ImageDescription): DecodedFrame {
  const count = image.rows * image.columns * image.samplesPerPixel;
  const wide = info.bitsPerSample > 8;
  if (info.componentCount !== image.samplesPerPixel || info.bitsPerSample > Math.max(8, image.bitsAllocated)) {
    throw new ImagingError('header-mismatch', `${info.componentCount} components of ${info.bitsPerSample} bits`);
  }
  if (bytes.length !== count * (wide ? 2 : 1)) throw new ImagingError('truncated', 'JPEG XL: too few samples');
  const decoded = wide ? new Uint16Array(bytes.buffer, bytes.byteOffset, count) : bytes;
  const colour = image.samplesPerPixel === 3;
  // The decoder gives RGB whatever the code stream is made of: XYB, or the YCbCr of a recompressed JPEG.
  const depth = { precision: info.bitsPerSample, exact: true };
  return frameOfDecodedSamples(decoded, image, depth, colour ? 'RGB' : image.photometricInterpretation);
}

/** The three JPEG XL syntaxes; written are .110 (lossless) and .112. */
export const jpegXl: Codec = {
  name: 'JPEG XL',
  decode: async (encoded, image, { modules }) => {
    checkSize(encoded, image);
    const module = await modules.emscripten('libjxl-decode', isDecoderModule);
    return withObject(modules, 'libjxl-decode', module, new module.exports.JpegXLDecoder(), (decoder) => {
      decoder.getEncodedBuffer(encoded.length).set(encoded);
      decoder.decode();
      return frameOf(copyOf(decoder.getDecodedBuffer()), decoder.getFrameInfo(), image);
    });
  },
  encode: async (frame, syntax, options, modules) => {
    if (syntax.endsWith('.111')) throw new ImagingError('unsupported-syntax', 'recompression of JPEG');
    const reversible = syntax === lossless;
    const samples = narrowSamples(frame);
    const module = await modules.emscripten('libjxl-encode', isEncoderModule);
    const bytes = withObject(modules, 'libjxl-encode', module, new module.exports.JpegXLEncoder(), (encoder) => {
      const info = {
        width: frame.columns,
        height: frame.rows,
        bitsPerSample: frame.bitsStored,
        componentCount: frame.samplesPerPixel,
        isSigned: false,
      };
      encoder.getDecodedBuffer(info).set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      encoder.setLossless(reversible);
      if (!reversible) encoder.setDistance(options.distance ?? 1);
      encoder.setEffort(effort);
      encoder.encode();
      return copyOf(encoder.getEncodedBuffer());
    });
    const term = !reversible && frame.samplesPerPixel === 3 ? 'XYB' : frame.photometricInterpretation;
    return { bytes, photometricInterpretation: term, reversible };
  },
};
