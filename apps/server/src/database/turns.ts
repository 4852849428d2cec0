// A place among few, in the order of asking, with an end to the wait.

export interface Turns {
  /** Resolves with what gives the place back; rejects when the wait was too long. */
  enter(): Promise<() => void>;
}

/** @param patienceMs the longest wait for a place */
export function createTurns(places: number, patienceMs: number): Turns {
  let free = places;
  const waiting = new Set<() => void>();
  const leaving = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const [next] = waiting;
      if (!next) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    };
  };
  return {
    enter: () =>
      new Promise((resolve, reject) => {
        if (free > 0) {
          free -= 1;
          resolve(leaving());
          return;
        }
        const late = setTimeout(() => {
          waiting.delete(taken);
          reject(new Error(`no place became free within ${patienceMs} ms`));
        }, patienceMs);
        const taken = () => {
          clearTimeout(late);
          resolve(leaving());
        };
        waiting.add(taken);
      }),
  };
}
