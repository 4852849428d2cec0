// What is remembered of a study that comes in, and when something is to be decided about it. Pure.

/** A study to which something is to be decided. Times are those of `performance.now()`, so that a clock set anew changes nothing. */
export interface Open {
  /** Of the last instance, by series. */
  readonly lastAt: Map<string, number>;
  /** Series that were judged after their last instance. */
  readonly settled: Set<string>;
  /** How long news is gathered, in ms: longer where a look takes long. */
  gatherMs: number;
  /** When followers are to hear of what is new; Infinity while nothing is. */
  freshAt: number;
  /** ISO 8601: what came before was told already. */
  toldFrom: string;
  /** Nothing is to be decided before: of thousands that wait, each costs a look no more than a comparison. */
  dueAt: number;
  /** Not looked at before: a failure is followed by a wait. */
  notBefore: number;
}

/** When news are to be told, or a series that was not judged yet has been quiet for long enough. */
export const dueOf = (
  { lastAt, settled, freshAt }: Pick<Open, 'lastAt' | 'settled' | 'freshAt'>,
  quietTimeMs: number,
): number => {
  let due = freshAt;
  for (const [series, at] of lastAt) if (!settled.has(series)) due = Math.min(due, at + quietTimeMs);
  return due;
};

export const newlyOpen = (gatherMs: number): Open => ({
  lastAt: new Map(),
  settled: new Set(),
  gatherMs,
  freshAt: Number.POSITIVE_INFINITY,
  toldFrom: '',
  dueAt: Number.POSITIVE_INFINITY,
  notBefore: 0,
});
