// What moving pictures of any format have in common: which frames they show, and how one is drawn.
import { describeImage } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import type { Window } from '../window.ts';
import { isSweeping } from './animation.ts';
import { type MovingRequest, renderTask } from './requests.ts';
import type { PixelsTask, Task, TaskResult } from './tasks.ts';

type Done = Extract<TaskResult, { kind: 'done' }>;

/** Runs a task in a thread of the pool. */
export type Run = (task: Task, signal?: AbortSignal) => Promise<Done>;

type Numbers = readonly [number, ...number[]];

const isSome = (numbers: readonly number[]): numbers is Numbers => numbers.length > 0;

/** The frames that are asked for. Throws 'no-such-frame' where one is not there, or none is asked for. */
export function askedFrames({ header, frameNumbers }: MovingRequest): { numbers: Numbers; numberOfFrames: number } {
  const { numberOfFrames } = describeImage(header);
  const numbers = frameNumbers ?? Array.from({ length: numberOfFrames }, (_, index) => index + 1);
  if (!isSome(numbers) || numbers.some((number) => !(number >= 1 && number <= numberOfFrames)))
    throw new ImagingError('no-such-frame', `frames 1 to ${numberOfFrames}`);
  return { numbers, numberOfFrames };
}

/** The frames in the order in which they are played: forth and back where the image says so and all are asked for. */
export function sweeping({ header, frameNumbers }: MovingRequest, numbers: Numbers): Numbers {
  if (frameNumbers !== undefined || !isSweeping(header)) return numbers;
  return [...numbers, ...numbers.slice(1, -1).reverse()];
}

/** How one frame is drawn to pixels; `window` was made from the data of another one. */
export async function pixelsTask(
  request: MovingRequest,
  frameNumber: number,
  window: Window | undefined,
): Promise<PixelsTask> {
  const { frame, frameNumbers: _numbers, signal: _signal, ...rest } = request;
  const encoded = await frame(frameNumber);
  const chosen = window && !rest.window ? { window } : {};
  const still = { ...rest, ...chosen, encoded, frame, frameNumber, format: 'image/png' } as const;
  const { kind: _kind, picture, ...task } = await renderTask(still);
  const { format: _png, ...size } = picture;
  return { kind: 'pixels', picture: size, ...task };
}

/** Of what a pixels task answered. */
export function sizeOf({ size }: Done): Pick<RenderedFrame, 'rows' | 'columns' | 'channels'> {
  if (!size) throw new ImagingError('internal', 'pixels without a size');
  return size;
}
