// Frames one after the other as an MP4 file, some at a time in the threads of the pool. PS3.18 8.7.4.
import { describeImage } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import { avcLevel } from '../video/avc-level.ts';
import { sequenceParameters } from '../video/avc-parameters.ts';
import { mp4Head, ticksPerSecond } from '../video/mp4-file.ts';
import { evenSide } from '../video/ycbcr.ts';
import { frameDelays, inTicks } from './animation.ts';
import { askedFrames, pixelsTask, type Run, sizeOf, sweeping } from './moving.ts';
import type { MovingRequest } from './requests.ts';
import { createSpool, type Spool } from './spool.ts';
import type { TaskResult, VideoTask } from './tasks.ts';
import { checkBytes, checkCount, checkSize } from './video-limits.ts';

/** An MP4 file, made and not yet read. Whoever has it disposes of it. */
export interface Video extends AsyncDisposable {
  /** In bytes. */
  readonly length: number;
  /** From `start` up to `end`, of which all is the default; can be read more than once. */
  bytes(range?: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array>;
}

type Size = Pick<RenderedFrame, 'rows' | 'columns'>;
type Encoded = NonNullable<Extract<TaskResult, { kind: 'done' }>['video']>;

const defaultQuality = 90;
/** What one task draws: pixels, and frames, which are read for it all at once. */
const [taskPixels, taskFrames] = [1 << 22, 16];
const shortestDelayMs = 1;
/** Of a video that was made, in bytes; the rest is in a file. */
const memoryLimit = 16 << 20;

/**
 * Which frames a task gets. Their number is even: of two neighbours that can be shown by themselves one is marked 0 and the
 * other 1 (idr_pic_id, ISO/IEC 14496-10 7.4.3), and each task begins with the same mark.
 */
function batches(order: readonly number[], pixels: number): readonly (readonly number[])[] {
  const count = Math.min(taskFrames, Math.max(1, Math.floor(taskPixels / pixels / 2)) * 2);
  return Array.from({ length: Math.ceil(order.length / count) }, (_, at) => order.slice(at * count, (at + 1) * count));
}

/** What tasks answered, in order, with some running at once. What was begun has ended when this has. */
async function* inOrder<T>(work: Iterable<() => Promise<T>>, atOnce: number): AsyncGenerator<T, void> {
  const running: Promise<T>[] = [];
  try {
    for (const begin of work) {
      const result = begin();
      result.catch(() => undefined); // thrown when its turn comes; until then it is not unhandled
      running.push(result);
      const first = running.length >= atOnce ? running.shift() : undefined;
      if (first) yield await first;
    }
    for (let first = running.shift(); first; first = running.shift()) yield await first;
  } finally {
    await Promise.allSettled(running);
  }
}

/** Draws and encodes all frames into the spool. */
async function encodeInto(spool: Spool, run: Run, atOnce: number, request: MovingRequest, order: readonly number[]) {
  const { signal, quality = defaultQuality } = request;
  const { rows, columns } = describeImage(request.header);
  const first = await run(await pixelsTask(request, order[0] ?? 1, undefined), signal);
  const size: Size = sizeOf(first);
  checkSize(size, order.length);
  const encode = async (numbers: readonly number[]) => {
    const frames = await Promise.all(numbers.map((number) => pixelsTask(request, number, first.madeWindow)));
    const task: VideoTask = { kind: 'video', frames, quality };
    return run(task, signal);
  };
  const pixels = Math.max(size.rows * size.columns, rows * columns);
  const work = batches(order, pixels).map((numbers) => () => encode(numbers));
  const sizes: number[] = [];
  let sets: Encoded | undefined;
  let length = 0;
  for await (const { bytes, video } of inOrder(work, atOnce)) {
    if (!video) throw new ImagingError('internal', 'a video without frames');
    length += bytes.length;
    checkBytes(length);
    sets ??= video;
    sizes.push(...video.sizes);
    await spool.append(bytes);
  }
  if (!sets) throw new ImagingError('no-such-frame', 'no frames to encode');
  return { size, sets, sizes, length };
}

/** What stands before the frames; times in ms. */
function headOf(
  { size, sets, sizes, length }: Awaited<ReturnType<typeof encodeInto>>,
  times: readonly number[],
): Uint8Array {
  const [columns, rows] = [evenSide(size.columns), evenSide(size.rows)];
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  const timescale = ticksPerSecond(seconds);
  const level = avcLevel({
    across: Math.ceil(columns / 16),
    down: Math.ceil(rows / 16),
    rate: 1000 / Math.min(...new Set(times)),
    bitsPerSecond: (length * 8) / seconds,
  });
  return mp4Head({
    ...{ columns, rows, sizes, timescale, durations: inTicks(times, 1000 / timescale) },
    sequenceParameters: sequenceParameters(sets.sequenceParameters, { columns, rows, level }),
    pictureParameters: sets.pictureParameters,
  });
}

/** A part of the file: pieces that it does not touch are not read. */
async function* between(head: Uint8Array, spool: Spool, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (start < head.length) yield head.subarray(start, end);
  let at = head.length;
  let first = 0;
  for (const length of spool.lengths) {
    if (at + length > start) break;
    at += length;
    first += 1;
  }
  if (at >= end) return;
  for await (const piece of spool.pieces(first)) {
    yield piece.subarray(Math.max(0, start - at), end - at);
    at += piece.length;
    if (at >= end) return;
  }
}

/**
 * Makes the video; `atOnce` threads work on it. What it holds lies in memory up to a limit, and beyond it in a file. A window that
 * was made from the data of the first frame is kept for all, as in every moving picture.
 */
export async function videoOf(run: Run, atOnce: number, request: MovingRequest): Promise<Video> {
  const { numbers, numberOfFrames } = askedFrames(request);
  const order = sweeping(request, numbers);
  checkCount(order.length);
  const delays = frameDelays(request.header, numberOfFrames, shortestDelayMs);
  const times = order.map((number) => delays[number - 1] ?? 0);
  const spool = createSpool(undefined, memoryLimit);
  try {
    const head = headOf(await encodeInto(spool, run, atOnce, request, order), times);
    const length = spool.lengths.reduce((sum, one) => sum + one, head.length);
    const bytes: Video['bytes'] = ({ start, end } = { start: 0, end: length }) => between(head, spool, start, end);
    return { length, bytes, [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose]() };
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}
