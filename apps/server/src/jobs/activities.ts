// What this server does at other systems, one at a time: who comes later waits until the one before is over.

export interface Activities {
  /** Resolves with what ends the turn; rejects when the wait was given up. */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** In the order of asking. A turn has no end of its own: each activity has its time-outs. */
export function createActivities(): Activities {
  let last: Promise<void> = Promise.resolve();
  return {
    async enter(signal) {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = before.then(() => promise);
      try {
        await unlessAborted(before, signal);
      } catch (error) {
        resolve();
        throw error;
      }
      return resolve;
    },
  };
}

async function unlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
