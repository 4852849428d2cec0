// What both sides configure before a plan is run, each line with the items that show whether it has been done. PS3.2 6, A.4.4
import type { PlanItem } from './item.ts';
import type { Plan } from './plan.ts';

export interface PreparationLine {
  readonly side: 'system under test' | 'our side';
  readonly text: string;
  /** Items that prove it, and change nothing; they can be run alone. */
  readonly checkedBy: readonly string[];
}

const sideOf = (text: string): PreparationLine['side'] => (/^Enter host/.test(text) ? 'our side' : 'system under test');

/** The item itself where it only reads, or else the first of those it needs that does. */
function checkOf(item: PlanItem, byId: ReadonlyMap<string, PlanItem>): string | undefined {
  if (item.check && item.automation !== 'manual' && item.safety === 'read-only') return item.id;
  return item.dependsOn.find((id) => byId.get(id)?.safety === 'read-only');
}

/** Every line once, in the order in which the plan needs them. */
export function preparationOf(plan: Plan): readonly PreparationLine[] {
  const inScope = plan.items.filter(({ outOfScope }) => outOfScope === undefined);
  const byId = new Map(inScope.map((item) => [item.id, item]));
  const lines = new Map<string, Set<string>>();
  for (const item of inScope)
    for (const text of item.configuration) {
      const checks = lines.get(text) ?? new Set<string>();
      const check = checkOf(item, byId);
      if (check !== undefined) checks.add(check);
      lines.set(text, checks);
    }
  return [...lines].map(([text, checks]) => ({ side: sideOf(text), text, checkedBy: [...checks].slice(0, 20) }));
}

/** Whether an item is one of the checks before a run. */
export function isPreCheck(plan: Plan): (item: PlanItem) => boolean {
  const ids = new Set(preparationOf(plan).flatMap(({ checkedBy }) => checkedBy));
  return ({ id }) => ids.has(id);
}
