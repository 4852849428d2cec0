// A moving picture, frame by frame in the threads of the pool. PS3.18 8.7.4.
import { describeImage } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import type { Window } from '../window.ts';
import { animationLimit, frameDelays, isSweeping, stacked } from './animation.ts';
import { type AnimateRequest, renderTask } from './requests.ts';
import type { Task, TaskResult } from './tasks.ts';

type Run = (task: Task, signal?: AbortSignal) => Promise<Extract<TaskResult, { kind: 'done' }>>;

/** Draws one frame to pixels. */
async function drawn(run: Run, request: AnimateRequest, frameNumber: number, window: Window | undefined) {
  const { format: _format, frame, frameNumbers: _numbers, signal, ...rest } = request;
  const encoded = await frame(frameNumber);
  const chosen = window && !rest.window ? { window } : {};
  const still = { ...rest, ...chosen, encoded, frame, frameNumber, format: 'image/png' } as const;
  const { kind: _kind, picture, ...task } = await renderTask(still);
  const { format: _png, ...size } = picture;
  const result = await run({ kind: 'pixels', picture: size, ...task }, signal);
  if (!result.size) throw new ImagingError('internal', 'pixels without a size');
  const pixels: RenderedFrame = { ...result.size, pixels: result.bytes, pixelAspectRatio: 1 };
  return { pixels, madeWindow: result.madeWindow };
}

/**
 * Draws the frames and encodes them together. A window that was made from the data of the first frame is kept for all,
 * so that the picture does not flicker. Memory is bounded by `animationLimit`, which is known after the first frame.
 */
export async function animated(run: Run, threads: number, request: AnimateRequest): Promise<Uint8Array> {
  const { numberOfFrames } = describeImage(request.header);
  const numbers = request.frameNumbers ?? Array.from({ length: numberOfFrames }, (_, index) => index + 1);
  const [firstNumber, ...others] = numbers;
  if (firstNumber === undefined || numbers.some((number) => !(number >= 1 && number <= numberOfFrames))) {
    throw new ImagingError('no-such-frame', `frames 1 to ${numberOfFrames}`);
  }
  const first = await drawn(run, request, firstNumber, undefined);
  const sweeps = request.frameNumbers === undefined && isSweeping(request.header);
  const order = sweeps ? [...numbers, ...numbers.slice(1, -1).reverse()] : numbers;
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
  const back = sweeps ? frames.slice(1, -1).reverse() : [];
  const { format, quality, signal } = request;
  const animation = { ...stacked([...frames, ...back]), format, delays, ...(quality === undefined ? {} : { quality }) };
  return (await run({ kind: 'animate', animation }, signal)).bytes;
}
