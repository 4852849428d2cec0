// A moving picture, frame by frame in the threads of the pool. PS3.18 8.7.4.

import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import type { Window } from '../window.ts';
import { animationLimit, frameDelays, stacked } from './animation.ts';
import { askedFrames, pixelsTask, type Run, sizeOf, sweeping } from './moving.ts';
import type { AnimateRequest } from './requests.ts';

/** Draws one frame to pixels. */
async function drawn(run: Run, request: AnimateRequest, frameNumber: number, window: Window | undefined) {
  const result = await run(await pixelsTask(request, frameNumber, window), request.signal);
  const pixels: RenderedFrame = { ...sizeOf(result), pixels: result.bytes, pixelAspectRatio: 1 };
  return { pixels, madeWindow: result.madeWindow };
}

/**
 * Draws the frames and encodes them together. A window that was made from the data of the first frame is kept for all,
 * so that the picture does not flicker. Memory is bounded by `animationLimit`, which is known after the first frame.
 */
export async function animated(run: Run, threads: number, request: AnimateRequest): Promise<Uint8Array> {
  const { numbers, numberOfFrames } = askedFrames(request);
  const [firstNumber, ...others] = numbers;
  const first = await drawn(run, request, firstNumber, undefined);
  const order = sweeping(request, numbers);
  if (first.pixels.pixels.length * order.length > animationLimit) {
    throw new ImagingError('too-large', `${order.length} frames of this size`);
  }
  const frames = [first.pixels];
  for (let at = 0; at < others.length; at += threads) {
    const some = others.slice(at, at + threads);
    const more = await Promise.all(some.map((number) => drawn(run, request, number, first.madeWindow)));
    frames.push(...more.map(({ pixels }) => pixels));
  }
  const all = frameDelays(request.header, numberOfFrames);
  const delays = order.map((number) => all[number - 1] ?? 100);
  const back = order.length > numbers.length ? frames.slice(1, -1).reverse() : [];
  const { format, quality, signal } = request;
  const animation = { ...stacked([...frames, ...back]), format, delays, ...(quality === undefined ? {} : { quality }) };
  return (await run({ kind: 'animate', animation }, signal)).bytes;
}
