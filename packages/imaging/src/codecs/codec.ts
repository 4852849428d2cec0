// What a codec is: one frame's code stream to samples and back. PS3.5 8.2 and Annexes A, F, G.
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import type { Cells, Samples } from '../samples.ts';
import type { CodecModules } from './modules.ts';

/** One decoded frame: what a viewer needs to know of it, whatever it was encoded in. */
export interface DecodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** Stored values, interleaved by pixel, sign-extended where Pixel Representation is 1. 1-bit images: 0 or 1 each. */
  readonly samples: Samples;
  /** The interpretation of `samples`: decoding may have changed the image's (YBR_RCT to RGB, YBR_FULL_422 to YBR_FULL). */
  readonly photometricInterpretation: PhotometricInterpretation;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly pixelRepresentation: 0 | 1;
  /** Whole cells, present only where they hold more than the stored values do (overlays in unused bits, High Bit). */
  readonly cells?: Cells;
}

/** What the surroundings of a frame say about its bytes. */
export interface DecodeContext {
  readonly modules: CodecModules;
  /** 1 for the first. Matters for 1-bit native frames, which need not begin at a byte. */
  readonly frameNumber: number;
  /** The VR of Pixel Data. In big endian OW, 8-bit cells lie swapped in pairs. PS3.5 8.1.1. */
  readonly pixelDataVr?: string;
  /** JPEG 2000 and HTJ2K only: decode at 1/2 ** reduce of the size where the code stream has that many resolutions. */
  readonly reduce?: number;
}

/** What can be chosen when encoding; each codec takes what it knows. */
export interface EncodeOptions {
  /** 1..100, baseline and extended JPEG. Default 90. */
  readonly quality?: number;
  /** JPEG-LS: the most a sample may be wrong. Default 0 (lossless) or 2 for the near-lossless syntax. */
  readonly near?: number;
  /** JPEG 2000 and HTJ2K irreversible: uncompressed to compressed size aimed at. Default 10. */
  readonly ratio?: number;
  /** JPEG XL lossy: distance in just noticeable differences. Default 1. */
  readonly distance?: number;
}

/** An encoded frame with what the data set must say about it. */
export interface EncodedFrame {
  readonly bytes: Uint8Array;
  readonly photometricInterpretation: PhotometricInterpretation;
  /** False where the decoded frame may differ from the one given. */
  readonly reversible: boolean;
}

/** One family of transfer syntaxes. */
export interface Codec {
  readonly name: string;
  /**
   * Throws ImagingError ('truncated', 'corrupt', 'header-mismatch', 'unsupported-image', 'codec-not-loaded').
   * `image` has passed checkImage; memory is taken only for what it describes.
   */
  decode(encoded: Uint8Array, image: ImageDescription, context: DecodeContext): Promise<DecodedFrame>;
  /** Absent where this package only reads the syntax. */
  encode?(
    frame: DecodedFrame,
    transferSyntaxUid: string,
    options: EncodeOptions,
    modules: CodecModules,
  ): Promise<EncodedFrame>;
}
