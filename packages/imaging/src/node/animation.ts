// Frames one after the other as one moving picture: GIF or WebP. PS3.18 8.7.4, PS3.3 C.7.6.5 (Cine).
import type { DataSet } from '@concord/dicom';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import { webpSide } from './picture.ts';
import { loadSharp } from './sharp.ts';

/** Formats that move. */
export const animationFormats = ['image/gif', 'image/webp'] as const;
export type AnimationFormat = (typeof animationFormats)[number];

/** What a video is made as: `video.ts`. */
export const videoFormat = 'video/mp4';

/** Frames of one size, drawn already. */
export interface Animation {
  readonly columns: number;
  readonly rows: number;
  readonly channels: 1 | 3;
  /** Pixels of all frames, one below the other. */
  readonly pixels: Uint8Array;
  readonly format: AnimationFormat;
  /** How long each frame stands, in ms. */
  readonly delays: readonly number[];
  readonly quality?: number;
}

/** The most that all frames of an animation may take before they are encoded. */
export const animationLimit = 1 << 28;

/** In pictures; what players make of shorter ones differs, and browsers slow them down. */
const shortestDelay = 20;
const defaultDelay = 100;
/** Formats cannot say much more, and nobody would wait for it. */
const longestDelay = 60_000;

/**
 * Time for each frame in ms: from the rate that is recommended for display, else Frame Time Vector or Frame Time, else the rate of
 * the acquisition; a tenth of a second where nothing is said. PS3.3 C.7.6.5.1.
 */
export function frameDelays(header: DataSet, frames: number, shortest = shortestDelay): readonly number[] {
  const [recommended, cine] = [header.number('RecommendedDisplayFrameRate'), header.number('CineRate')].map((rate) =>
    rate !== undefined && rate > 0 ? 1000 / rate : undefined,
  );
  const vector = recommended === undefined ? header.numbers('FrameTimeVector') : [];
  const each = recommended ?? header.number('FrameTime') ?? cine ?? defaultDelay;
  // The vector says how long after the one before it a frame comes; the last one stands as long as the one before.
  const given = vector.length === frames ? [...vector.slice(1), vector.at(-1)] : [];
  return Array.from({ length: frames }, (_, index) => {
    const delay = given[index] ?? each;
    return Math.min(longestDelay, Math.max(shortest, delay > 0 && Number.isFinite(delay) ? delay : defaultDelay));
  });
}

/** Whether frames are meant to be played forth and back. PS3.3 C.7.6.5.1, Preferred Playback Sequencing. */
export const isSweeping = (header: DataSet): boolean => header.number('PreferredPlaybackSequencing') === 1;

/** Ticks of the format's clock, which has one each `tick` ms. What rounding takes from one frame the next ones get, so that the pace is kept. */
export function inTicks(delays: readonly number[], tick: number): number[] {
  let [due, shown] = [0, 0];
  return delays.map((delay) => {
    due += delay;
    const ticks = Math.max(1, Math.round(due / tick - shown));
    shown += ticks;
    return ticks;
  });
}

/** Puts frames below one another. Throws 'too-large' past the limit, 'bad-request' where sizes differ. */
export function stacked(frames: readonly RenderedFrame[]): Omit<Animation, 'format' | 'delays'> {
  const [first] = frames;
  if (!first) throw new ImagingError('no-such-frame', 'no frames to animate');
  const { rows, columns, channels } = first;
  const size = rows * columns * channels;
  if (size * frames.length > animationLimit)
    throw new ImagingError('too-large', `${frames.length} frames of this size`);
  const pixels = new Uint8Array(size * frames.length);
  frames.forEach((frame, index) => {
    if (frame.pixels.length !== size) throw new ImagingError('bad-request', 'frames of different size');
    pixels.set(frame.pixels, index * size);
  });
  return { rows, columns, channels, pixels };
}

/** Encodes an animation that repeats for ever. Throws 'too-large' for what WebP cannot hold. */
export async function drawAnimation({
  columns,
  rows,
  channels,
  pixels,
  format,
  delays,
  quality = 90,
}: Animation): Promise<Uint8Array> {
  if (format === 'image/webp' && Math.max(columns, rows) > webpSide)
    throw new ImagingError('too-large', `WebP holds ${webpSide} pixels a side`);
  const raw = { width: columns, height: rows * delays.length, channels, pageHeight: rows };
  const sharp = await loadSharp();
  const pipeline = sharp(pixels, { raw, limitInputPixels: false });
  const tick = format === 'image/gif' ? 10 : 1;
  const delay = inTicks(delays, tick).map((ticks) => ticks * tick);
  const moving = format === 'image/gif' ? pipeline.gif({ delay, loop: 0 }) : pipeline.webp({ delay, loop: 0, quality });
  return moving.toBuffer();
}
