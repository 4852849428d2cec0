// How fast bytes may go to one peer: a source that waits when it is ahead of its rate.
import { setTimeout as pause } from 'node:timers/promises';

export interface Throttle {
  /** The same chunks, no faster than the rate over all sources that pass through here. */
  slow(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface Clock {
  /** Milliseconds, never going back. */
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
};

/** @param bytesPerSecond shared by everything that is sent to the peer at a time */
export function createThrottle(bytesPerSecond: number, clock: Clock = systemClock): Throttle {
  /** When what was let through so far is paid off. */
  let paidAt = 0;
  return {
    async *slow(source, signal) {
      for await (const chunk of source) {
        const now = clock.now();
        const ahead = Math.max(0, paidAt - now);
        paidAt = Math.max(paidAt, now) + (chunk.length / bytesPerSecond) * 1000;
        if (ahead > 0) await clock.wait(ahead, signal);
        yield chunk;
      }
    },
  };
}
