// The time of day that all nodes of an index agree on: that of the database, carried on by this machine's steady clock.

export interface SharedClock {
  /** Never goes back by what a measurement says otherwise than the one before, unless it is more than a few seconds. */
  now(): Date;
  close(): void;
}

export interface SharedClockParts {
  /** Milliseconds since 1970 as the database has them. */
  readonly ask: () => Promise<number>;
  /** Milliseconds that never go back, whatever is done to the clock of this machine. Default `performance.now`. */
  readonly steady?: () => number;
  /** Between two measurements, in ms. */
  readonly everyMs?: number;
}

/** Measurements of which the quickest counts: the less time a question takes, the less the answer can be wrong. */
const questions = 3;
/** A database's clock that differs by more was set anew, and is followed at once; by less, it is waited for. */
const noticed = 5000;

/** Throws what the first question throws; later ones that fail leave the clock as it is. */
export async function openSharedClock({
  ask,
  steady = () => performance.now(),
  everyMs = 60_000,
}: SharedClockParts): Promise<SharedClock> {
  const measure = async (): Promise<number> => {
    let best = { took: Number.POSITIVE_INFINITY, ahead: 0 };
    for (let count = 0; count < questions; count += 1) {
      const before = steady();
      const said = await ask();
      const after = steady();
      if (after - before < best.took) best = { took: after - before, ahead: said - (before + after) / 2 };
    }
    return best.ahead;
  };
  let ahead = await measure();
  let last = Number.NEGATIVE_INFINITY;
  const timer = setInterval(() => {
    measure().then(
      (measured) => {
        if (measured < ahead - noticed) last = Number.NEGATIVE_INFINITY;
        ahead = measured;
      },
      () => undefined,
    );
  }, everyMs);
  timer.unref();
  return {
    now() {
      last = Math.max(last, steady() + ahead);
      return new Date(last);
    },
    close: () => clearInterval(timer),
  };
}
