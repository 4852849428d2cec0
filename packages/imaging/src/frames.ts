// One frame, from its encoded bytes to samples and to plain bytes. PS3.5 8.1, 8.2.
import type { DecodedFrame } from './codecs/codec.ts';
import { type CodecModules, noCodecModules } from './codecs/modules.ts';
import { codecOf } from './codecs/table.ts';
import { checkImage, type ImageDescription } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';
import { littleEndianBytes, packBits, type Samples } from './samples.ts';

/** What a frame's bytes do not say themselves. */
export interface DecodeOptions {
  /** The WebAssembly codecs of this thread. Native, RLE and deflated frames need none. */
  readonly modules?: CodecModules;
  /** 1 for the first (the default). Matters for 1-bit native frames, which need not begin at a byte. */
  readonly frameNumber?: number;
  /** VR of the Pixel Data element; matters in big endian only. Default OW. */
  readonly pixelDataVr?: string;
  /** JPEG 2000 and HTJ2K: decode at 1/2 ** reduce of the size, as far as the code stream has such resolutions. */
  readonly reduce?: number;
}

/**
 * Decodes one frame. `encoded` is the frame's bytes as they stand in the data set, its fragments joined.
 * Throws ImagingError; for encapsulated syntaxes other than RLE and deflate also 'codec-not-loaded'.
 */
export async function decodeFrame(
  image: ImageDescription,
  transferSyntaxUid: string,
  encoded: Uint8Array,
  options: DecodeOptions = {},
): Promise<DecodedFrame> {
  const { modules = noCodecModules, frameNumber = 1, pixelDataVr, reduce } = options;
  const entry = codecOf(transferSyntaxUid);
  if (!entry) throw new ImagingError('unsupported-syntax', transferSyntaxUid);
  checkImage(image);
  return entry.codec.decode(encoded, image, {
    modules,
    frameNumber,
    ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
    ...(reduce === undefined ? {} : { reduce }),
  });
}

/** The samples in cells of Bits Allocated. */
function widened(samples: Samples, bitsAllocated: number): Samples {
  if (samples.BYTES_PER_ELEMENT * 8 >= bitsAllocated) return samples;
  return bitsAllocated <= 16 ? Int16Array.from(samples) : Int32Array.from(samples);
}

/**
 * The frame as the native bytes of Explicit VR Little Endian: interleaved, 1-bit images packed from bit 0 on.
 * A view on the samples where nothing has to be changed. An odd length is not padded here.
 */
export function frameBytes(frame: DecodedFrame): Uint8Array {
  if (frame.bitsAllocated === 1) return packBits(frame.samples);
  return littleEndianBytes(frame.cells ?? widened(frame.samples, frame.bitsAllocated));
}
