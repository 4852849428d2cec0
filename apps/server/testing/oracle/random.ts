// Choices that a seed decides: the same ones for the same seed, on every machine.

export interface Random {
  /** From 0 up to, not including, the bound. */
  below(bound: number): number;
  /** True so many times in a hundred. */
  chance(percent: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Some of them, in their order. */
  some<T>(values: readonly T[], percent: number): T[];
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const chance = (percent: number): boolean => next() * 100 < percent;
  return {
    below,
    chance,
    pick: <T>(values: readonly T[]): T => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
    some: (values, percent) => values.filter(() => chance(percent)),
  };
}
