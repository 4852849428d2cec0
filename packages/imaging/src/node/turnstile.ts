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

/** Puts someone into the queue until they are admitted, refused, gone or too late. */
function wait(queue: Set<Waiter>, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => waiter.refuse(signal?.reason);
    const timer = setTimeout(() => waiter.refuse(new ImagingError('timeout', 'waiting for a thread')), waitMs);
    const end = (): void => {
      queue.delete(waiter);
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const waiter: Waiter = {
      admit: () => {
        end();
        resolve();
      },
      refuse: (reason) => {
        end();
        reject(reason);
      },
    };
    queue.add(waiter);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A turnstile with nobody inside. */
export function createTurnstile(limits: TurnstileLimits): Turnstile {
  const queue = new Set<Waiter>();
  let inside = 0;
  let closed = false;
  /** Who leaves hands the place over, so that nobody who comes later slips in between. */
  const leaver = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const [next] = queue;
      if (next) next.admit();
      else inside -= 1;
    };
  };
  return {
    enter: async (signal) => {
      signal?.throwIfAborted();
      if (closed) throw new ImagingError('closed');
      if (inside < limits.inside) inside += 1;
      else if (queue.size < limits.waiting) await wait(queue, limits.waitMs, signal);
      else throw new ImagingError('queue-full', `${queue.size} waiting`);
      return leaver();
    },
    close: () => {
      closed = true;
      for (const waiter of [...queue]) waiter.refuse(new ImagingError('closed'));
    },
    get waiting() {
      return queue.size;
    },
    get closed() {
      return closed;
    },
  };
}
