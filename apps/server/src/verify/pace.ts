// Keeps a check or a copy from taking the disk away from those who work: bytes per second at most, work items side by side at most.
import { setTimeout as pause } from 'node:timers/promises';

export interface Pace {
  /** Resolves when so many bytes more may be moved. Throws the signal's reason. */
  take(bytes: number): Promise<void>;
}

/** @param bytesPerSecond 0: no limit */
export function createPace(
  bytesPerSecond: number,
  signal: AbortSignal,
  now: () => number = performance.now.bind(performance),
): Pace {
  /** When everything taken so far is paid for, in ms. */
  let paidAt = now();
  return {
    async take(bytes) {
      signal.throwIfAborted();
      if (bytesPerSecond === 0) return;
      const before = Math.max(paidAt, now());
      paidAt = before + (bytes / bytesPerSecond) * 1000;
      if (before > now()) await pause(before - now(), undefined, { signal });
    },
  };
}

/** Does the work for each item, so many at a time; the first error ends it when what is under way has ended. */
export async function sideBySide<T>(
  items: AsyncIterable<T> | Iterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;
  const lane = async () => {
    while (!failed) {
      const next = await source.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  await source.return?.();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
