// Who makes a video, and for how long: each keeps threads and a spool for longer than any picture does.
import { ImagingError } from '../imaging-error.ts';
import type { Run } from './moving.ts';
import type { MovingRequest } from './requests.ts';
import { createTurnstile } from './turnstile.ts';
import { type Video, videoOf } from './video.ts';

/** Bounds of videos in a pool. */
export interface VideoOptions {
  /** Videos that are made at once; the others wait. Default 2. */
  readonly inside?: number;
  /** Videos that may wait; one more is refused with 'queue-full'. Default 8. */
  readonly waiting?: number;
  /** Milliseconds that a video may wait. Default 60,000. */
  readonly waitMs?: number;
  /** Milliseconds that a video may take. Default 300,000. */
  readonly deadlineMs?: number;
}

export interface Videos {
  make(request: MovingRequest): Promise<Video>;
  close(): void;
}

/** A source that never answers holds nobody up beyond the signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    const end = (): void => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(end);
  });
}

/** One thread is left to those who want a picture, where there is more than one. */
export function createVideos(run: Run, threads: number, options: VideoOptions = {}): Videos {
  const { inside = 2, waiting = 8, waitMs = 60_000, deadlineMs = 300_000 } = options;
  const turnstile = createTurnstile({ inside, waiting, waitMs });
  const atOnce = Math.max(1, threads - 1);
  return {
    make: async (request) => {
      const leave = await turnstile.enter(request.signal);
      const deadline = new AbortController();
      const tooLate = new ImagingError('timeout', `more than ${deadlineMs} ms for a video`);
      const timer = setTimeout(() => deadline.abort(tooLate), deadlineMs);
      const signal = AbortSignal.any([deadline.signal, ...(request.signal ? [request.signal] : [])]);
      const frame = (number: number) => unlessAborted(request.frame(number), signal);
      try {
        return await videoOf(run, atOnce, { ...request, frame, signal });
      } finally {
        clearTimeout(timer);
        leave();
      }
    },
    close: () => turnstile.close(),
  };
}
