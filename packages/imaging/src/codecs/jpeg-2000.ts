// JPEG 2000, reversible and irreversible, parts 1 and 2, by OpenJPEG. PS3.5 A.4.4; ISO/IEC 15444-1.
import type { Codec } from './codec.ts';
import {
  checkedStream,
  decompositionsFor,
  encodedFrame,
  encodedInterpretation,
  frameOfDecoded,
  reductionOf,
} from './jpeg-2000-frame.ts';
import { copyOf, type FrameInfo, isModuleWith, type WasmObject, withObject } from './wasm-object.ts';

interface Decoder extends WasmObject {
  getEncodedBuffer(length: number): Uint8Array;
  decodeSubResolution(reduction: number, layers: number): void;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getDecodedBuffer(): Uint8Array;
}
interface Encoder extends WasmObject {
  getDecodedBuffer(frame: FrameInfo): Uint8Array;
  setDecompositions(count: number): void;
  setQuality(reversible: boolean, layers: number): void;
  setCompressionRatio(layer: number, ratio: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}
// A browser may bring a module that only decodes: each direction asks for what it needs.
interface Reading {
  J2KDecoder: new () => Decoder;
}
interface Writing {
  J2KEncoder: new () => Encoder;
}
const isReading = (module: unknown): module is Reading => isModuleWith(module, 'J2KDecoder');
const isWriting = (module: unknown): module is Writing => isModuleWith(module, 'J2KEncoder');

const reversibleSyntaxes: readonly string[] = ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.92'];

/** Every JPEG 2000 syntax. */
export const jpeg2000 = {
  name: 'JPEG 2000',
  decode: async (encoded, image, { modules, reduce }) => {
    const { header, stream } = checkedStream(encoded, image);
    const reduction = reductionOf(header, reduce);
    const module = await modules.emscripten('openjpeg', isReading);
    return withObject(modules, 'openjpeg', module, new module.exports.J2KDecoder(), (decoder) => {
      decoder.getEncodedBuffer(stream.length).set(stream);
      if (reduction > 0) decoder.decodeSubResolution(reduction, 0);
      else decoder.decode();
      return frameOfDecoded(copyOf(decoder.getDecodedBuffer()), decoder.getFrameInfo(), header, image, reduction);
    });
  },
  encode: async (frame, syntax, options, modules) => {
    const reversible = reversibleSyntaxes.includes(syntax);
    const module = await modules.emscripten('openjpeg', isWriting);
    const encoded = encodedFrame(frame, ({ bytes, info }) =>
      withObject(modules, 'openjpeg', module, new module.exports.J2KEncoder(), (encoder) => {
        encoder.getDecodedBuffer(info).set(bytes);
        encoder.setDecompositions(decompositionsFor(frame));
        encoder.setQuality(reversible, reversible ? 0 : 1);
        if (!reversible) encoder.setCompressionRatio(0, options.ratio ?? 10);
        encoder.encode();
        return copyOf(encoder.getEncodedBuffer());
      }),
    );
    return { bytes: encoded, photometricInterpretation: encodedInterpretation(frame, reversible), reversible };
  },
} satisfies Codec;
