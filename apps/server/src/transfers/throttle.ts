// How fast bytes may go to one peer: a source that waits when it is ahead of its rate.
import { setTimeout as pause } from 'node:timers/promises';
import { type LentBytes, lentFrom } from '@concord/network';

type Source = AsyncIterable<Uint8Array> | LentBytes;

export interface Throttle {
  /** The same bytes, no faster than the rate over all sources that pass through here. What is lent stays so: each piece goes out before the next. */
  slow(source: Source, signal: AbortSignal): Source;
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

/** Pieces of a chunk that take a quarter of a second each, so that a peer never waits long; none smaller than this, in bytes. */
const smallestPiece = 4096;

/** @param bytesPerSecond shared by everything that is sent to the peer at a time */
export function createThrottle(bytesPerSecond: number, clock: Clock = systemClock): Throttle {
  const longest = Math.max(smallestPiece, Math.floor(bytesPerSecond / 4));
  /** When what was let through so far is paid off. */
  let paidAt = 0;
  async function* paced(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of source)
      for (let at = 0; at < chunk.length; at += longest) {
        // Memory of its own: the wait before the next piece is longer than anybody lends.
        const piece = new Uint8Array(chunk.subarray(at, at + longest));
        const now = clock.now();
        const ahead = Math.max(0, paidAt - now);
        paidAt = Math.max(paidAt, now) + (piece.length / bytesPerSecond) * 1000;
        if (ahead > 0) await clock.wait(ahead, signal);
        yield piece;
      }
  }
  return {
    slow: (source, signal) =>
      'chunks' in source
        ? { length: source.length, ...lentFrom((borrowed) => paced(borrowed(source), signal)) }
        : paced(source, signal),
  };
}
