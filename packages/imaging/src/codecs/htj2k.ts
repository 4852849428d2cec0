// High-Throughput JPEG 2000: lossless, RPCL, and lossy, by OpenJPH. PS3.5 A.4.12; ISO/IEC 15444-15.
import type { Codec } from './codec.ts';
import { jpeg2000 } from './jpeg-2000.ts';
import { checkedStream, encodedFrame, encodedInterpretation, frameOfDecoded, reductionOf } from './jpeg-2000-frame.ts';
import { copyOf, type FrameInfo, isModuleWith, type WasmObject, withObject } from './wasm-object.ts';

interface Decoder extends WasmObject {
  getEncodedBuffer(length: number): Uint8Array;
  decodeSubResolution(reduction: number): void;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getDecodedBuffer(): Uint8Array;
}
interface Encoder extends WasmObject {
  getDecodedBuffer(frame: FrameInfo): Uint8Array;
  setQuality(reversible: boolean, step: number): void;
  setProgressionOrder(order: number): void;
  setTLMMarker(write: boolean): void;
  setTilePartDivisionsAtResolutions(divide: boolean): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}
// A browser may bring a module that only decodes: each direction asks for what it needs.
interface Reading {
  HTJ2KDecoder: new () => Decoder;
}
interface Writing {
  HTJ2KEncoder: new () => Encoder;
}
const isReading = (module: unknown): module is Reading => isModuleWith(module, 'HTJ2KDecoder');
const isWriting = (module: unknown): module is Writing => isModuleWith(module, 'HTJ2KEncoder');

const lossless = '1.2.840.10008.1.2.4.201';
const losslessRpcl = '1.2.840.10008.1.2.4.202';
/** Resolution, position, component, layer: small versions of the image come first. */
const rpcl = 2;
/** The quantisation step of an irreversible stream, as a part of the full range. */
const defaultStep = 0.001;

/** The three HTJ2K syntaxes. */
export const htj2k: Codec = {
  name: 'HTJ2K',
  decode: async (encoded, image, context) => {
    const { modules } = context;
    const { header, stream } = checkedStream(encoded, image);
    // The binding of OpenJPH mixes up the components of deeper colour; OpenJPEG reads these code streams too.
    if (image.samplesPerPixel > 1 && (header.components[0]?.precision ?? 0) > 8)
      return jpeg2000.decode(encoded, image, context);
    const reduction = reductionOf(header, context.reduce);
    const module = await modules.emscripten('openjph', isReading);
    return withObject(modules, 'openjph', module, new module.exports.HTJ2KDecoder(), (decoder) => {
      decoder.getEncodedBuffer(stream.length).set(stream);
      if (reduction > 0) decoder.decodeSubResolution(reduction);
      else decoder.decode();
      return frameOfDecoded(copyOf(decoder.getDecodedBuffer()), decoder.getFrameInfo(), header, image, reduction);
    });
  },
  encode: async (frame, syntax, _options, modules) => {
    const reversible = syntax === lossless || syntax === losslessRpcl;
    const module = await modules.emscripten('openjph', isWriting);
    const encoded = encodedFrame(frame, ({ bytes, info }) =>
      withObject(modules, 'openjph', module, new module.exports.HTJ2KEncoder(), (encoder) => {
        encoder.getDecodedBuffer(info).set(bytes);
        if (syntax === losslessRpcl) {
          // The syntax demands RPCL, and TLM segments so that a reader finds each resolution. PS3.5 A.4.12.
          encoder.setProgressionOrder(rpcl);
          encoder.setTLMMarker(true);
          encoder.setTilePartDivisionsAtResolutions(true);
        }
        encoder.setQuality(reversible, reversible ? 0 : defaultStep);
        encoder.encode();
        return copyOf(encoder.getEncodedBuffer());
      }),
    );
    return { bytes: encoded, photometricInterpretation: encodedInterpretation(frame, reversible), reversible };
  },
};
