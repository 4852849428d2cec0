// Pictures as AVC: the encoder, a WebAssembly module. This file is loaded by a thread with its first video, and by nothing else.
import { createRequire } from 'node:module';
import type { H264MP4Encoder } from 'h264-mp4-encoder';
import { ImagingError } from '../imaging-error.ts';
import { type EncodedFrames, framesIn } from '../video/encoded-frames.ts';
import { evenSide } from '../video/ycbcr.ts';

const require = createRequire(import.meta.url);
const library = 'h264-mp4-encoder';

/** What frames are encoded like. */
export interface AvcOptions {
  readonly columns: number;
  readonly rows: number;
  /** 1 to 100. */
  readonly quality: number;
}

/** The finest and the coarsest that the encoder has. ISO/IEC 14496-10 8.5.9. */
const [finest, coarsest] = [10, 51];

/** The quantization parameter for a quality. */
export const quantization = (quality: number): number =>
  Math.round(coarsest - ((quality - 1) * (coarsest - finest)) / 99);

type Create = () => Promise<H264MP4Encoder>;
const isLibrary = (value: unknown): value is { createH264MP4Encoder: Create } =>
  typeof value === 'object' && value !== null && 'createH264MP4Encoder' in value;

/** The module's script takes every error of the thread for its own: what it listens to is taken away again. */
function load(): Create {
  const [exceptions, rejections] = [process.listeners('uncaughtException'), process.listeners('unhandledRejection')];
  const loaded: unknown = require(library);
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
  }
  if (!isLibrary(loaded)) throw new ImagingError('codec-not-loaded', library);
  return loaded.createH264MP4Encoder;
}

let create: Create | undefined;

/** A module that failed may have lost memory: the next video gets a new one. */
function discard(): void {
  create = undefined;
  delete require.cache[require.resolve(library)];
}

const file = 'video.mp4';

/**
 * Encodes planes (`planesOf`) as frames of which each can be shown by itself: of frames that are told by their difference to the
 * one before, this encoder loses single pixels at any quality.
 */
export async function encodeAvc(frames: readonly Uint8Array[], options: AvcOptions): Promise<EncodedFrames> {
  create ??= load();
  const encoder = await create();
  try {
    return encodedBy(encoder, frames, options);
  } catch (cause) {
    discard();
    throw cause instanceof ImagingError ? cause : new ImagingError('internal', library, { cause });
  }
}

function encodedBy(encoder: H264MP4Encoder, frames: readonly Uint8Array[], how: AvcOptions): EncodedFrames {
  encoder.outputFilename = file;
  encoder.width = evenSide(how.columns);
  encoder.height = evenSide(how.rows);
  encoder.quantizationParameter = quantization(how.quality);
  encoder.groupOfPictures = 1;
  encoder.initialize();
  for (const planes of frames) encoder.addFrameYuv(planes);
  encoder.finalize();
  const encoded = framesIn(encoder.FS.readFile(file), frames.length);
  encoder.FS.unlink(file);
  encoder.delete();
  return encoded;
}
