// What has changed between two comparisons of the same systems.
import type { Comparison } from './compare.ts';
import type { Pair } from './pairs.ts';
import type { Verdict } from './verdict.ts';

export interface ChangedVerdict {
  readonly initiator: string;
  readonly acceptor: string;
  readonly sopClass: string;
  readonly activities: string;
  /** Missing: the pair is new. */
  readonly before?: Verdict;
  /** Missing: the pair is gone. */
  readonly after?: Verdict;
}

const keyOf = ({ sopClass, initiator, acceptor }: Pair): string =>
  [sopClass.uid, initiator.ae, initiator.activity, acceptor?.ae ?? '', acceptor?.activity ?? ''].join(' ');

/** Pairs whose verdict is another than before, that are new, or that are gone. */
export function changedVerdicts(before: Comparison, after: Comparison): readonly ChangedVerdict[] {
  return after.directions.flatMap((direction, index) => {
    const old = new Map((before.directions[index]?.pairs ?? []).map((pair) => [keyOf(pair), pair]));
    const now = new Map(direction.pairs.map((pair) => [keyOf(pair), pair]));
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      const pair = is ?? was;
      if (!pair || was?.verdict === is?.verdict) return [];
      return {
        initiator: direction.initiator,
        acceptor: direction.acceptor,
        sopClass: pair.sopClass.name,
        activities: `${pair.initiator.activityName} → ${pair.acceptor?.activityName ?? 'nobody'}`,
        ...(was && { before: was.verdict }),
        ...(is && { after: is.verdict }),
      };
    });
  });
}
