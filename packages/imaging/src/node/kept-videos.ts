// Videos that were made lately: a player asks for parts of the same one again and again while somebody seeks in it.
import { ImagingError } from '../imaging-error.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { Video } from './video.ts';

/** Bounds of what is kept. */
export interface KeptLimits {
  /** Milliseconds after the last use. */
  readonly keptMs: number;
  /** Videos that nobody uses. */
  readonly most: number;
}

type Make = (signal: AbortSignal) => Promise<Video>;

export interface KeptVideos {
  /**
   * The video of that key: kept, being made for somebody else, or made now. To dispose of it is to be done with it.
   * The making stops when all who wait for it have left.
   */
  take(key: string, signal: AbortSignal | undefined, make: Make): Promise<Video>;
  close(): Promise<void>;
}

interface Entry {
  readonly made: Promise<Video>;
  readonly stop: AbortController;
  users: number;
  isMade: boolean;
  timer?: NodeJS.Timeout;
}

const never = new AbortController().signal;

/** Keeps nothing yet. */
export function createKeptVideos({ keptMs, most }: KeptLimits): KeptVideos {
  const entries = new Map<string, Entry>();
  const drop = async (key: string, entry: Entry): Promise<void> => {
    if (entries.get(key) === entry) entries.delete(key);
    clearTimeout(entry.timer);
    try {
      await (await entry.made)[Symbol.asyncDispose]();
    } catch {
      // It was not made, or its file cannot be taken away: that is then the system's, among its temporary ones.
    }
  };
  const begin = (key: string, make: Make): Entry => {
    const stop = new AbortController();
    const entry: Entry = { made: make(stop.signal), stop, users: 0, isMade: false };
    entries.set(key, entry);
    entry.made.then(
      () => {
        entry.isMade = true;
      },
      () => drop(key, entry),
    );
    return entry;
  };
  const dropOldest = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0);
    for (const [key, entry] of idle.slice(0, Math.max(0, idle.length - most))) void drop(key, entry);
  };
  const leave = (key: string, entry: Entry, reason: unknown): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (!entry.isMade) {
      entry.stop.abort(reason);
      void drop(key, entry);
      return;
    }
    if (entries.get(key) !== entry) return void drop(key, entry);
    entries.delete(key);
    entries.set(key, entry); // a Map is in the order of insertion: now it is the youngest
    entry.timer = setTimeout(() => void drop(key, entry), keptMs).unref();
    dropOldest();
  };
  return {
    take: async (key, signal = never, make) => {
      signal.throwIfAborted();
      const entry = entries.get(key) ?? begin(key, make);
      clearTimeout(entry.timer);
      entry.users += 1;
      try {
        const { length, bytes } = await unlessAborted(entry.made, signal);
        let isLeft = false;
        const done = async (): Promise<void> => {
          if (!isLeft) leave(key, entry, undefined);
          isLeft = true;
        };
        return { length, bytes, [Symbol.asyncDispose]: done };
      } catch (error) {
        leave(key, entry, error);
        throw error;
      }
    },
    close: async () => {
      for (const { stop } of entries.values()) stop.abort(new ImagingError('closed'));
      await Promise.all([...entries].map(([key, entry]) => drop(key, entry)));
    },
  };
}
