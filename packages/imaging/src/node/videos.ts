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
  /** Videos that there are at all, most of them on their way to somebody; one more is refused with 'queue-full'. Default 32. */
  readonly most?: number;
}

export interface Videos {
  make(request: VideoRequest): Promise<Video>;
  close(): Promise<void>;
}

/** Does what takes a signal, for so long. Throws 'timeout'. */
async function inTime<T>(
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const tooLate = new ImagingError('timeout', `more than ${deadlineMs} ms for a video`);
  const timer = setTimeout(() => deadline.abort(tooLate), deadlineMs);
  try {
    return await work(AbortSignal.any([deadline.signal, ...(signal ? [signal] : [])]));
  } finally {
    clearTimeout(timer);
  }
}

/** How many videos there are. */
function createCount(most: number) {
  let count = 0;
  return {
    /** Throws 'queue-full'. */
    check: (): void => {
      if (count >= most) throw new ImagingError('queue-full', `${count} videos are on their way`);
    },
    /** The same video; it counts until it is disposed of. */
    counted: (video: Video): Video => {
      count += 1;
      let isThere = true;
      const dispose = async (): Promise<void> => {
        if (!isThere) return;
        isThere = false;
        count -= 1;
        await video[Symbol.asyncDispose]();
      };
      return { ...video, [Symbol.asyncDispose]: dispose };
    },
  };
}

/** One thread is left to those who want a picture, where there is more than one. */
export function createVideos(run: Run, threads: number, options: VideoOptions = {}): Videos {
  const { inside = 2, waiting = 8, waitMs = 60_000, deadlineMs = 300_000 } = options;
  const turnstile = createTurnstile({ inside, waiting, waitMs });
  const kept = createKeptVideos({ keptMs: options.keptMs ?? 60_000, most: options.kept ?? 3 });
  const { check, counted } = createCount(options.most ?? 32);
  const atOnce = Math.max(1, threads - 1);
  const make = async (request: MovingRequest): Promise<Video> => {
    const leave = await turnstile.enter(request.signal);
    try {
      check();
      const made = await inTime({ deadlineMs, signal: request.signal }, (signal) => {
        const frame = (number: number) => unlessAborted(request.frame(number), signal);
        return videoOf(run, atOnce, { ...request, frame, signal });
      });
      return counted(made);
    } finally {
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
