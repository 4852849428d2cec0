// Deflated Image Frame Compression: each frame a raw deflate stream of its native bytes. PS3.5 A.4.14, 8.2.16.
import { decodedFrameBytes } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { littleEndianBytes, packBits } from '../samples.ts';
import type { Codec } from './codec.ts';
import { decodeNative } from './native.ts';

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    // One byte of padding may follow; more is a stream that was not made from this image.
    if (length > limit) throw new ImagingError('header-mismatch', `inflates to more than ${limit} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Passes bytes through a (de)compression stream, a piece at a time so that a bomb is noticed early. */
function through(bytes: Uint8Array, transform: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> {
  const piece = 1 << 16;
  let at = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
  });
  return source.pipeThrough(transform);
}

/** Raw inflate of one frame, bounded by `limit` bytes; a byte of padding behind the stream is forgiven. */
async function inflate(encoded: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await collect(through(encoded, new DecompressionStream('deflate-raw')), limit);
  } catch (cause) {
    if (cause instanceof ImagingError) throw cause;
    throw new ImagingError('corrupt', 'not a deflate stream of one frame', { cause });
  }
}

async function inflatePadded(encoded: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await inflate(encoded, limit);
  } catch (error) {
    // DecompressionStream refuses bytes behind the end, and fragments are padded to even length with one zero byte.
    if (encoded.at(-1) !== 0) throw error;
    return inflate(encoded.subarray(0, -1), limit);
  }
}

/** Deflated Image Frame Compression, both ways. */
export const deflated: Codec = {
  name: 'Deflated Image Frame',
  decode: async (encoded, image) => {
    const bytes = await inflatePadded(encoded, decodedFrameBytes(image) + 1);
    return decodeNative(bytes, image, { frameNumber: 1 }, true);
  },
  encode: async (frame) => {
    const bytes = frame.bitsAllocated === 1 ? packBits(frame.samples) : littleEndianBytes(frame.cells ?? frame.samples);
    const deflating = through(bytes, new CompressionStream('deflate-raw'));
    return {
      bytes: await collect(deflating, bytes.length + (bytes.length >>> 4) + 1024),
      photometricInterpretation: frame.photometricInterpretation,
      reversible: true,
    };
  },
};
