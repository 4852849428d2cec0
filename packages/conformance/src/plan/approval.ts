// A plan in the hands of people: edited with reasons, approved by name, locked by its digest; a change makes a new version. PS3.2 6
import type { PlanItem } from './item.ts';
import { type Plan, type PlanChange, planDigest } from './plan.ts';

/** Why a plan cannot be approved or edited so. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

const named = (by: string): string => {
  if (by.trim() === '') throw new PlanError('a plan is approved and changed by a person with a name');
  return by.trim();
};

/** The plan as it was approved: nothing of it has changed since. */
export const isApproved = (plan: Plan): boolean => plan.approval?.digest === planDigest(plan);

/** Approves a plan. The plan itself is not changed. @throws PlanError without a name */
export const approvePlan = (plan: Plan, by: string, at = new Date().toISOString()): Plan => ({
  ...plan,
  approval: { by: named(by), at, digest: planDigest(plan) },
});

export interface PlanEdit {
  readonly by: string;
  readonly reason: string;
  /** Items that come, or that take the place of those with their identifier. */
  readonly put?: readonly PlanItem[];
  /** Identifiers of items that go. */
  readonly remove?: readonly string[];
  readonly at?: string;
}

/** Items that need one that is going. */
const orphans = (items: readonly PlanItem[], gone: ReadonlySet<string>): readonly string[] =>
  items.filter(({ dependsOn }) => dependsOn.some((id) => gone.has(id))).map(({ id }) => id);

/** A new version without approval; the old one stays as it was. @throws PlanError without reason, for unknown items, or items that others need */
export function editPlan(
  plan: Plan,
  { by, reason, put = [], remove = [], at = new Date().toISOString() }: PlanEdit,
): Plan {
  if (reason.trim() === '') throw new PlanError('a change needs a reason');
  const known = new Set(plan.items.map(({ id }) => id));
  const unknown = remove.find((id) => !known.has(id));
  if (unknown !== undefined) throw new PlanError(`the plan has no item "${unknown}"`);
  const gone = new Set(remove);
  const replaced = new Map(put.map((item) => [item.id, item]));
  const kept = plan.items.filter(({ id }) => !gone.has(id)).map((item) => replaced.get(item.id) ?? item);
  const items = [...kept, ...put.filter(({ id }) => !known.has(id))];
  const [orphan] = orphans(items, gone);
  if (orphan !== undefined) throw new PlanError(`the item "${orphan}" needs one that is removed`);
  const change: PlanChange = {
    by: named(by),
    at,
    reason: reason.trim(),
    added: put.filter(({ id }) => !known.has(id)).map(({ id }) => id),
    changed: put.filter(({ id }) => known.has(id)).map(({ id }) => id),
    removed: [...remove],
    from: planDigest(plan),
  };
  const { approval: _, ...open } = plan;
  return { ...open, version: (plan.version ?? 1) + 1, changes: [...(plan.changes ?? []), change], items };
}

/** Why a run of the plan is refused; undefined where it is not. The statements, where given, must be those it was made of. */
export function notRunnable(
  plan: Plan,
  digests: { readonly system?: string; readonly partner?: string } = {},
): string | undefined {
  if (!plan.approval) return 'the plan has not been approved';
  if (!isApproved(plan)) return `the plan has changed since ${plan.approval.by} approved it`;
  if (digests.system !== undefined && digests.system !== plan.system.digest)
    return `the statement of ${plan.system.label} has changed since the plan was made`;
  if (digests.partner !== undefined && plan.partner && digests.partner !== plan.partner.digest)
    return `the statement of ${plan.partner.label} has changed since the plan was made`;
  return undefined;
}
