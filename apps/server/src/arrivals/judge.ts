// When a study or series is complete: all that somebody said there are, or nothing more for a while. Pure.
import type { Arrived, Expectation } from './arrival-rows.ts';

/** Why it counts as complete, in words that a person reads; undefined while it does not. */
export type Verdict = string | undefined;

export interface Situation {
  /** Of the study, or of the series that is judged. */
  readonly count: number;
  /** Of the same; the newest first. */
  readonly expectations: readonly Expectation[];
  /** Of those that somebody named: as many others are no substitute. */
  readonly missing: number;
  /** A step of the study is still being performed: what others said is not all. */
  readonly inProgress: boolean;
  /** How many there were when it counted as complete before. */
  readonly judgedCount?: number | undefined;
  /** Since the last instance, in ms. */
  readonly quietMs: number;
  /** After which nothing more is waited for, in ms. */
  readonly quietTimeMs: number;
}

/**
 * What was said ends the wait when all of it is here, once: where more comes than was said, nobody knows how much more. What is not
 * fulfilled never prolongs the wait: the study is sent on, and shown as incomplete.
 */
export function judge({ count, missing, inProgress, judgedCount, quietMs, quietTimeMs, ...said }: Situation): Verdict {
  if (count === 0) return undefined;
  const expected = mostOf(said.expectations);
  const word = expected && `${expected.evidence} of ${expected.source}`;
  if (expected && expected.count > 0 && count >= expected.count && missing === 0 && !inProgress)
    if (judgedCount === undefined || judgedCount < expected.count) return `${expected.count} expected: ${word}`;
  if (quietMs < quietTimeMs) return undefined;
  const quiet = `nothing more for ${Math.round(quietTimeMs / 1000)} s`;
  if (missing > 0) return `${quiet}; ${count + missing} expected, ${missing} of them missing: ${word ?? 'named'}`;
  return expected && count < expected.count ? `${quiet}; ${expected.count} expected: ${word}` : quiet;
}

/** Where several say different things, the one who expects most is not disappointed in silence; of equals the newest. */
export const mostOf = (expectations: readonly Expectation[]): Expectation | undefined =>
  [...expectations].sort((one, other) => other.count - one.count)[0];

/** Expectations of one series; of the study as a whole where the name is ''. */
export const expectedOf = (expectations: readonly Expectation[], series: string): readonly Expectation[] =>
  expectations.filter(({ seriesInstanceUid }) => seriesInstanceUid === series);

export const seriesOf = (arrived: readonly Arrived[]): ReadonlyMap<string, readonly Arrived[]> =>
  Map.groupBy(arrived, ({ seriesInstanceUid }) => seriesInstanceUid);
