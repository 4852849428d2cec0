// A bounded number of something at a time: who comes too late waits for its turn, in order.

export interface Slots {
  /** Resolves when there is one; call what it gives to give it back, once. Rejects with the reason of `signal`. */
  take(signal: AbortSignal): Promise<() => void>;
}

export const unlimitedSlots: Slots = { take: async () => () => undefined };

/** @param count Infinity = no bound */
export function createSlots(count: number): Slots {
  if (!Number.isFinite(count)) return unlimitedSlots;
  let free = count;
  const waiting = new Set<() => void>();
  const giveBack = (): void => {
    free += 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  };
  const taken = (): (() => void) => {
    free -= 1;
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };
  return {
    take: (signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) return Promise.resolve(taken());
      return new Promise((resolve, reject) => {
        const turn = (): void => {
          signal.removeEventListener('abort', gaveUp);
          resolve(taken());
        };
        const gaveUp = (): void => {
          waiting.delete(turn);
          reject(signal.reason);
        };
        waiting.add(turn);
        signal.addEventListener('abort', gaveUp, { once: true });
      });
    },
  };
}
