// Who makes a video, and for how long: each keeps threads and a spool for longer than any picture does.
import { ImagingError } from '../imaging-error.ts';
import { createKeptVideos } from './kept-videos.ts';
import type { Run } from './moving.ts';
import type { MovingRequest, VideoRequest } from './requests.ts';
import { createTurnstile } from './turnstile.ts';
import { unlessAborted } from './unless-aborted.ts';
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
  /** Milliseconds that one with a key is kept after its last use. Default 60,000. */
  readonly keptMs?: number;
  /** Videos that are kept. Default 3. */
  readonly kept?: number;
}

export interface Videos {
  make(request: VideoRequest): Promise<Video>;
  close(): Promise<void>;
}

/** One thread is left to those who want a picture, where there is more than one. */
export function createVideos(run: Run, threads: number, options: VideoOptions = {}): Videos {
  const { inside = 2, waiting = 8, waitMs = 60_000, deadlineMs = 300_000 } = options;
  const { keptMs = 60_000, kept: most = 3 } = options;
  const turnstile = createTurnstile({ inside, waiting, waitMs });
  const kept = createKeptVideos({ keptMs, most });
  const atOnce = Math.max(1, threads - 1);
  const make = async (request: MovingRequest): Promise<Video> => {
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
  };
  return {
    make: ({ key, ...request }) =>
      key === undefined ? make(request) : kept.take(key, request.signal, (signal) => make({ ...request, signal })),
    close: async () => {
      turnstile.close();
      await kept.close();
    },
  };
}
