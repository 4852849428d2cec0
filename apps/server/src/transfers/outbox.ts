// What the associations of a job share: hands out one instance after the other, each noted as begun before it is handed out.

export interface Outbox<T> {
  /** Undefined when none is left. Rejects where it cannot be noted. */
  next(): Promise<T | undefined>;
  /** Noted, and never handed out. */
  readonly left: () => readonly T[];
}

/** Noted at a time: one write to the disk for so many, and so many at most are in doubt after a power failure. */
const noted = 32;

/** @param note resolves when no crash forgets them */
export function createOutbox<T>(instances: readonly T[], note: (some: readonly T[]) => Promise<void>): Outbox<T> {
  let given = 0;
  let begun = 0;
  let noting = Promise.resolve();
  return {
    async next() {
      if (given === instances.length) return undefined;
      const instance = instances[given];
      given += 1;
      if (given > begun) {
        const some = instances.slice(begun, begun + noted);
        begun += some.length;
        noting = note(some);
      }
      await noting;
      return instance;
    },
    left: () => instances.slice(given, begun),
  };
}
