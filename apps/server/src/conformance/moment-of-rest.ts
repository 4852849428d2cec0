// When the server has nothing to do: what nobody waits for is done then.
import { setTimeout as wait } from 'node:timers/promises';

export interface Rest {
  /** Nothing is looked at before; in milliseconds. */
  readonly first: number;
  /** Between two looks, in milliseconds. */
  readonly every: number;
  /** So many looks in a row find it at rest. */
  readonly looks: number;
  /** Of one processor, at rest: 0 to 1. */
  readonly share: number;
  /** A server that never rests: it is done after so many milliseconds all the same. */
  readonly longest: number;
}

const usual: Rest = { first: 15_000, every: 1000, looks: 3, share: 0.03, longest: 600_000 };

interface Meters {
  /** Processor time of all threads since the start, in milliseconds. */
  readonly used: () => number;
  /** In milliseconds. */
  readonly now: () => number;
}

const processMeters: Meters = {
  used: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  now: () => performance.now(),
};

/** Resolves at rest; does not keep the process alive. Throws AbortError with the signal. */
export async function momentOfRest(
  signal: AbortSignal,
  { first, every, looks, share, longest }: Rest = usual,
  { used, now }: Meters = processMeters,
): Promise<void> {
  const begun = now();
  await wait(first, undefined, { ref: false, signal });
  for (let calm = 0; calm < looks && now() - begun < longest; ) {
    const [usedBefore, before] = [used(), now()];
    await wait(every, undefined, { ref: false, signal });
    calm = used() - usedBefore <= share * (now() - before) ? calm + 1 : 0;
  }
}
