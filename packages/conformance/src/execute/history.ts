// Runs repeated: what each item did in every run, what has changed since the last one, and which items failed. PS3.2 6
import type { PlanItem } from '../plan/item.ts';
import type { Result } from './outcome.ts';
import type { RunReport } from './run.ts';

export interface PastResult {
  readonly startedAt: string;
  readonly result: Result;
  readonly observed: string;
}

export interface ItemHistory {
  readonly id: string;
  readonly title: string;
  /** Oldest first. */
  readonly results: readonly PastResult[];
}

export interface ChangedResult {
  readonly id: string;
  readonly title: string;
  readonly before: Result;
  readonly now: Result;
}

/** Not run again is no change. */
const said = (result: Result): boolean => result !== 'not run';

/** Each item with what it did in each of the runs. */
export function historyOf(reports: readonly RunReport[]): readonly ItemHistory[] {
  const items = new Map<string, { readonly title: string; readonly results: PastResult[] }>();
  for (const { startedAt, results } of reports.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)))
    for (const { id, title, result, observed } of results) {
      const entry = items.get(id) ?? { title, results: [] };
      entry.results.push({ startedAt, result, observed });
      items.set(id, entry);
    }
  return [...items].map(([id, { title, results }]) => ({ id, title, results }));
}

/** Items that ended otherwise than in the run before. */
export function changedResults(before: RunReport, now: RunReport): readonly ChangedResult[] {
  const old = new Map(before.results.map(({ id, result }) => [id, result]));
  return now.results.flatMap(({ id, title, result }) => {
    const was = old.get(id);
    return was === undefined || was === result || !said(was) || !said(result)
      ? []
      : [{ id, title, before: was, now: result }];
  });
}

/** Chooses the items that a run has not passed and that might pass. */
export function failedIn({ results }: RunReport): (item: PlanItem) => boolean {
  const ids = new Set(
    results.filter(({ result }) => ['failed', 'inconclusive', 'blocked'].includes(result)).map(({ id }) => id),
  );
  return ({ id }) => ids.has(id);
}
