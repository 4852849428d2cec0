// What becomes of a plan when a statement changes: which items are affected, new, or obsolete. PS3.2 6
import { canonicalJson } from '../model/canonical.ts';
import type { PlanItem } from './item.ts';
import { createPlan, type Plan, type PlanOptions } from './plan.ts';

export interface PlanDifference {
  /** Of the statements that were given. */
  readonly plan: Plan;
  readonly added: readonly string[];
  /** Items that prove something else now. */
  readonly affected: readonly string[];
  readonly obsolete: readonly string[];
}

/** What an item proves and how: places in a statement move without changing that. */
const meaning = ({ claim, ...item }: PlanItem): string => canonicalJson({ ...item, claim: claim.text });

/** Compares a plan with the one that would be made of the statements as they are now. */
export function planDifference(plan: Plan, statement: unknown, options: PlanOptions = {}): PlanDifference {
  const now = createPlan(statement, options);
  const [old, current] = [plan, now].map(({ items }) => new Map(items.map((item) => [item.id, meaning(item)])));
  const [before, after] = [old ?? new Map<string, string>(), current ?? new Map<string, string>()];
  return {
    plan: now,
    added: [...after.keys()].filter((id) => !before.has(id)),
    affected: [...after].filter(([id, text]) => before.has(id) && before.get(id) !== text).map(([id]) => id),
    obsolete: [...before.keys()].filter((id) => !after.has(id)),
  };
}
