// Worker threads for pixels: the main thread never decodes, and a frame that no codec gets over costs one worker.
import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Piscina } from 'piscina';
import type { EncodedFrame } from '../codecs/codec.ts';
import { ImagingError } from '../imaging-error.ts';
import { animated } from './animate.ts';
import { type BlendRequest, blendTask } from './blend.ts';
import {
  type AnimateRequest,
  type DecodeRequest,
  type RecolourRequest,
  type RenderRequest,
  renderTask,
  type TranscodeRequest,
  type VideoRequest,
} from './requests.ts';
import { createSharedMemory, type LentMemory } from './shared-memory.ts';
import type { Task, TaskResult } from './tasks.ts';
import { createTurnstile } from './turnstile.ts';
import type { Video } from './video.ts';
import type { VideoOptions, Videos } from './videos.ts';

/** Every bound of the pool. */
export interface PoolOptions {
  /** Worker threads. Default: as many as the machine has cores, at most four (each holds its own codecs). */
  readonly threads?: number;
  /** Requests that may wait; one more is refused with 'queue-full'. Default 256. */
  readonly queueLimit?: number;
  /** Milliseconds that one frame may take in a thread; the thread is then replaced. Default 30,000. */
  readonly deadlineMs?: number;
  /** Milliseconds that a request may wait for a thread. Default 60,000. */
  readonly waitMs?: number;
  readonly videos?: VideoOptions;
}

/** Rejections are ImagingErrors, or the reason of the request's own signal. */
export interface ImagingPool {
  /** The frame's native bytes, Explicit VR Little Endian, interleaved, Y Cb Cr for each pixel, unless `asDescribed`. */
  decode(request: DecodeRequest): Promise<Uint8Array>;
  /** A picture file. */
  render(request: RenderRequest): Promise<Uint8Array>;
  /**
   * A picture file in memory that is used again once it is given back. `encoded` must be lent memory: it is written over, and
   * where this rejects, a thread that was too slow may still do so: then it must not be given back.
   */
  lendPicture(request: RenderRequest): Promise<LentMemory>;
  /** A picture file of frames laid on each other. */
  blend(request: BlendRequest): Promise<Uint8Array>;
  /** A moving picture of several frames. Throws 'too-large' where they do not fit in memory: ask for a viewport. */
  animate(request: AnimateRequest): Promise<Uint8Array>;
  /** An MP4 file of several frames. Throws 'too-large' beyond `videoLimits`. */
  video(request: VideoRequest): Promise<Video>;
  /** The frame in another transfer syntax; for a native one its little endian bytes. */
  transcode(request: TranscodeRequest): Promise<EncodedFrame>;
  /** The frame's native bytes in another photometric interpretation, Explicit VR Little Endian, interleaved. */
  recolour(request: RecolourRequest): Promise<Uint8Array>;
  /** Memory for the encoded bytes of a frame, which a request hands over without a copy: to be given back once it has settled. */
  lend(length: number): LentMemory;
  /** How many frames are worked on at once. */
  readonly threads: number;
  /** Requests that wait for a thread. */
  readonly waiting: number;
  /** Refuses what waits and comes, stops the threads. */
  close(): Promise<void>;
}

/** Memory that a worker's JavaScript may take; frames live outside of that heap. */
const resourceLimits = { maxOldGenerationSizeMb: 512 };

type Done = Extract<TaskResult, { kind: 'done' }>;
type Placed = Extract<TaskResult, { kind: 'placed' }>;

const isResult = (value: unknown): value is TaskResult =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  (value.kind === 'done' || value.kind === 'placed' || value.kind === 'failed');

/** A thread has the cache of compiled code only by its environment; without it, taking the types out of our source costs it 20 MB and 100 ms. */
function threadEnvironment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}

function createThreads(threads: number): Piscina {
  return new Piscina({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
    maxQueue: threads,
    resourceLimits,
    env: threadEnvironment(),
  });
}

const withoutSignal = <T extends DecodeRequest>({ signal, ...rest }: T): Omit<T, 'signal'> => rest;

/** Runs one task under its deadline: a thread that does not come back is ended, and Piscina starts another. */
async function runInThread(workers: Piscina, task: Task, deadlineMs: number, signal?: AbortSignal): Promise<unknown> {
  const deadline = new AbortController();
  const stop = (): void => deadline.abort();
  const timer = setTimeout(stop, deadlineMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await workers.run(task, { signal: deadline.signal });
  } catch (cause) {
    signal?.throwIfAborted();
    if (deadline.signal.aborted) throw new ImagingError('timeout', `more than ${deadlineMs} ms for a frame`, { cause });
    throw new ImagingError('internal', 'a worker thread ended', { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** A pool whose threads start with the first requests and stop when there is nothing to do for a minute. */
export function createImagingPool(options: PoolOptions = {}): ImagingPool {
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const { queueLimit = 256, deadlineMs = 30_000, waitMs = 60_000 } = options;
  const turnstile = createTurnstile({ inside: threads, waiting: queueLimit, waitMs });
  const workers = createThreads(threads);
  const settle = async (task: Task, signal?: AbortSignal): Promise<Done | Placed> => {
    const leave = await turnstile.enter(signal);
    try {
      const result = await runInThread(workers, task, deadlineMs, signal);
      if (!isResult(result)) throw new ImagingError('internal', 'a worker answered nonsense');
      if (result.kind === 'failed') throw new ImagingError(result.fault, result.detail);
      return result;
    } catch (error) {
      throw turnstile.closed ? new ImagingError('closed', '', { cause: error }) : error;
    } finally {
      leave();
    }
  };
  const run = async (task: Task, signal?: AbortSignal): Promise<Done> => {
    const result = await settle(task, signal);
    if (result.kind === 'done') return result;
    throw new ImagingError('internal', 'a worker put into its place what has none');
  };
  const lend = createSharedMemory();
  let videos: Promise<Videos> | undefined;
  const loadVideos = async (): Promise<Videos> => {
    const { createVideos } = await import('./videos.ts'); // most servers never make one
    return createVideos(run, threads, options.videos);
  };
  return {
    decode: async (request) => (await run({ kind: 'decode', ...withoutSignal(request) }, request.signal)).bytes,
    render: async (request) => (await run(await renderTask(request), request.signal)).bytes,
    lendPicture: async (request) => {
      const result = await settle({ ...(await renderTask(request)), inPlace: true }, request.signal);
      if (result.kind === 'done') return { bytes: result.bytes, giveBack: () => undefined };
      const picture = lend(result.length);
      picture.bytes.set(request.encoded.subarray(0, result.length));
      return picture;
    },
    blend: async (request) => (await run(await blendTask(request), request.signal)).bytes,
    animate: (request) => animated(run, threads, request),
    video: async (request) => {
      videos ??= loadVideos();
      return (await videos).make(request);
    },
    transcode: async ({ options: how = {}, ...request }) => {
      const task: Task = { kind: 'transcode', options: how, ...withoutSignal(request) };
      const { bytes, photometricInterpretation, reversible } = await run(task, request.signal);
      return { bytes, photometricInterpretation, reversible };
    },
    recolour: async (request) => (await run({ kind: 'recolour', ...withoutSignal(request) }, request.signal)).bytes,
    lend,
    threads,
    get waiting() {
      return turnstile.waiting;
    },
    close: async () => {
      turnstile.close();
      await Promise.all([workers.destroy(), videos?.then(({ close }) => close())]);
    },
  };
}
