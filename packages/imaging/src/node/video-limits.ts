// What a video may be at most: each refusal says what is possible instead.
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import { mostMacroblocks } from '../video/avc-level.ts';

/** Bounds of one video. */
export const videoLimits = {
  frames: 16_384,
  /** Of all frames. */
  pixels: 1 << 30,
  /** Of the file. */
  bytes: 1 << 30,
  /** Of one frame: what a decoder of the highest level takes. ISO/IEC 14496-10 A.3.1. */
  framePixels: mostMacroblocks * 256,
  side: Math.floor(Math.sqrt(8 * mostMacroblocks)) * 16,
} as const;

const refuse = (text: string): never => {
  throw new ImagingError('too-large', text);
};

/** Throws 'too-large'. */
export function checkCount(frames: number): void {
  if (frames <= videoLimits.frames) return;
  refuse(`${frames} frames; a video has at most ${videoLimits.frames}: ask for some of them`);
}

/** Throws 'too-large'. */
export function checkSize({ rows, columns }: Pick<RenderedFrame, 'rows' | 'columns'>, frames: number): void {
  const { side, framePixels, pixels } = videoLimits;
  const blocks = Math.ceil(rows / 16) * Math.ceil(columns / 16) * 256;
  const text = `frames of ${columns} x ${rows}`;
  if (Math.max(rows, columns) > side || blocks > framePixels)
    refuse(`${text}; a video has at most ${side} pixels a side and ${framePixels} in all: ask for a viewport`);
  if (rows * columns * frames <= pixels) return;
  const most = Math.floor(pixels / (rows * columns));
  refuse(`${frames} ${text}; a video has at most ${most} of them: ask for some, or for a viewport`);
}

/** Throws 'too-large'. */
export function checkBytes(bytes: number): void {
  if (bytes <= videoLimits.bytes) return;
  refuse(`the video has more than ${videoLimits.bytes} bytes: ask for a lower quality, or for a viewport`);
}
