// When a study or series is complete: as many as somebody said there are, or nothing more for a while. Pure.
import type { Arrived, Expectation } from './arrival-rows.ts';

/** Why it counts as complete, in words that a person reads; undefined while it does not. */
export type Verdict = string | undefined;

export interface Situation {
  /** Of the study, or of the series that is judged. */
  readonly count: number;
  /** Of the same; the newest first. */
  readonly expectations: readonly Expectation[];
  /** Since the last instance, in ms. */
  readonly quietMs: number;
  /** After which nothing more is waited for, in ms. */
  readonly quietTimeMs: number;
}

/** An expected count that is reached ends the wait; one that is not never prolongs it: the study is sent on, and shown as incomplete. */
export function judge({ count, expectations, quietMs, quietTimeMs }: Situation): Verdict {
  if (count === 0) return undefined;
  const reached = expectations.find((expected) => expected.count > 0 && count >= expected.count);
  const unmet = expectations.find((expected) => count < expected.count);
  if (reached && !unmet) return `${reached.count} expected: ${reached.evidence} of ${reached.source}`;
  if (quietMs < quietTimeMs) return undefined;
  const quiet = `nothing more for ${Math.round(quietTimeMs / 1000)} s`;
  return unmet ? `${quiet}; ${unmet.count} expected: ${unmet.evidence} of ${unmet.source}` : quiet;
}

/** Expectations of one series; of the study as a whole where the name is ''. */
export const expectedOf = (expectations: readonly Expectation[], series: string): readonly Expectation[] =>
  expectations.filter(({ seriesInstanceUid }) => seriesInstanceUid === series);

export const seriesOf = (arrived: readonly Arrived[]): ReadonlyMap<string, readonly Arrived[]> =>
  Map.groupBy(arrived, ({ seriesInstanceUid }) => seriesInstanceUid);
