// Lets so many in at once and so many wait; the rest is turned away. The bound on the pool's memory.
import { ImagingError } from '../imaging-error.ts';

/** How many may be inside, how many may wait, and for how long. */
export interface TurnstileLimits {
  readonly inside: number;
  readonly waiting: number;
  readonly waitMs: number;
}

/** Admission in the order of arrival. */
export interface Turnstile {
  /**
   * Resolves when there is room, with what must be called to leave.
   * Rejects with ImagingError 'queue-full', 'timeout' (waited too long) or 'closed', or with the signal's reason.
   */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** Turns away everyone who waits, and everyone who comes. */
  close(): void;
  readonly waiting: number;
  readonly closed: boolean;
}

interface Waiter {
  admit(): void;
  refuse(reason: unknown): void;
}

/** A turnstile with nobody inside. */
export function createTurnstile(limits: TurnstileLimits): Turnstile {
  const waiters = new Set<Waiter>();
  let inside = 0;
  let closed = false;
  const leave = (): void => {
    inside -= 1;
    const [next] = waiters;
    next?.admit();
  };
  const admitted = (): (() => void) => {
    inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  };
  const wait = (signal?: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const abort = (): void => waiter.refuse(signal?.reason);
      const timer = setTimeout(() => waiter.refuse(new ImagingError('timeout', 'waiting for a thread')), limits.waitMs);
      const end = (): void => {
        waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        admit: () => {
          end();
          resolve(admitted());
        },
        refuse: (reason) => {
          end();
          reject(reason);
        },
      };
      waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  return {
    enter: async (signal) => {
      signal?.throwIfAborted();
      if (closed) throw new ImagingError('closed');
      if (inside < limits.inside) return admitted();
      if (waiters.size >= limits.waiting) throw new ImagingError('queue-full', `${waiters.size} waiting`);
      return wait(signal);
    },
    close: () => {
      closed = true;
      for (const waiter of [...waiters]) waiter.refuse(new ImagingError('closed'));
    },
    get waiting() {
      return waiters.size;
    },
    get closed() {
      return closed;
    },
  };
}
