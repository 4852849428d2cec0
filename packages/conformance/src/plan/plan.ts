// The test plan of a system: from its statement, and that of a partner where there is one. PS3.2 6

import { createHash } from 'node:crypto';
import { compareStatements } from '../compare/compare.ts';
import { readView } from '../compare/read-view.ts';
import type { StatementView } from '../compare/view.ts';
import { canonicalJson } from '../model/canonical.ts';
import { associationItems } from './association-items.ts';
import { examinationItems } from './examination-items.ts';
import { grayscaleItems } from './grayscale-items.ts';
import { initiationItems } from './initiation-items.ts';
import type { PlanItem } from './item.ts';
import { mediaItems } from './media-items.ts';
import { negotiationItems } from './negotiation-items.ts';
import { pairItems } from './pair-items.ts';
import { queryItems } from './query-items.ts';
import { restartItems } from './restart-items.ts';
import { signatureItems } from './signature-items.ts';
import { accepted, type Situation } from './situation.ts';
import { specialQueryItems } from './special-query-items.ts';
import { storageItems } from './storage-items.ts';
import { workflowItems } from './workflow-items.ts';

/** What a run may not exceed. */
export interface Load {
  readonly associationsAtATime: number;
  readonly objectsPerSecond: number;
  readonly bytes: number;
}

/** Who approved a plan, when, and which. */
export interface Approval {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of the plan without its approval. */
  readonly digest: string;
}

/** What was changed in a version, and why. */
export interface PlanChange {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Digest of the version that was changed. */
  readonly from: string;
}

export interface Plan {
  readonly format: 'concord-test-plan-1';
  readonly system: { readonly label: string; readonly digest: string };
  readonly partner?: { readonly label: string; readonly digest: string };
  /** What is called first, in the order of the statement. */
  readonly entities: readonly {
    readonly id: string;
    readonly name: string;
    readonly title?: string;
    readonly port?: number;
  }[];
  readonly load: Load;
  /** For a reader who plans the day. */
  readonly estimate: { readonly items: number; readonly minutes: number; readonly megabytes: number };
  /** What the statements lack: nothing of it is tested. */
  readonly unknown: readonly string[];
  /** From 1; each change makes a new one. */
  readonly version?: number;
  readonly approval?: Approval;
  readonly changes?: readonly PlanChange[];
  readonly items: readonly PlanItem[];
}

export interface PlanOptions {
  /** Another system's statement: what it proposes is proposed in its place. */
  readonly partner?: unknown;
  /** Services that the facility does not need; their items stay in the plan, out of scope. */
  readonly notNeeded?: readonly string[];
}

const load: Load = { associationsAtATime: 1, objectsPerSecond: 10, bytes: 3 * 1024 ** 3 };

const situationsOf = (system: StatementView): readonly Situation[] => {
  const entities = system.networking.state === 'described' ? system.networking.value : [];
  const situations: Situation[] = [];
  for (const entity of entities)
    situations.push({ system, entity, prefix: entities.length > 1 ? entity.id : '', entities: situations });
  return situations;
};

/** Items of one entity, which say so where there are several. */
const ofEntity =
  (make: (situation: Situation) => readonly PlanItem[]) =>
  (situation: Situation): readonly PlanItem[] =>
    make(situation).map((each) => (situation.prefix === '' ? each : { ...each, entity: situation.entity.id }));

function unknownOf(system: StatementView): readonly string[] {
  if (system.networking.state !== 'described') return ['The statement does not describe its networking.'];
  return system.networking.value.flatMap(({ name, acceptance, initiation }) => [
    ...(acceptance.state === 'unknown' ? [`What ${name} accepts is not stated.`] : []),
    ...(initiation.state === 'unknown' ? [`What ${name} initiates is not stated.`] : []),
  ]);
}

/** Each identifier once: entities that repeat an activity would otherwise shadow each other. */
function unique(items: readonly PlanItem[]): readonly PlanItem[] {
  const seen = new Map<string, number>();
  return items.map((each) => {
    const count = (seen.get(each.id) ?? 0) + 1;
    seen.set(each.id, count);
    return count === 1 ? each : { ...each, id: `${each.id}-${count}` };
  });
}

const minutesOf = (items: readonly PlanItem[]): number =>
  Math.ceil(
    items.reduce(
      (sum, { automation }) => sum + (automation === 'automatic' ? 1 : automation === 'assisted' ? 120 : 300),
      0,
    ) / 60,
  );

function estimateOf(items: readonly PlanItem[]): Plan['estimate'] {
  const inScope = items.filter(({ outOfScope }) => outOfScope === undefined);
  const bytes = inScope.reduce((sum, { check }) => sum + (check?.kind === 'store' ? (check.bytes ?? 10_000) : 0), 0);
  return { items: inScope.length, minutes: minutesOf(inScope), megabytes: Math.ceil(bytes / 1024 ** 2) };
}

/**
 * The plan: reachability and storing at every entity first, then what works on stored data, each item after those it needs. Takes any JSON value as a statement; what
 * it lacks gives no items, and is told in `unknown`. Does not throw.
 */
export function createPlan(statement: unknown, { partner, notNeeded = [] }: PlanOptions = {}): Plan {
  const system = readView(statement);
  const situations = situationsOf(system);
  const incoming = partner === undefined ? undefined : compareStatements(partner, statement).directions[0];
  const other = partner === undefined ? undefined : readView(partner);
  const storing = ofEntity((situation) => [
    ...associationItems(situation),
    ...negotiationItems(situation),
    ...(incoming ? pairItems(situation, incoming) : []),
    ...storageItems(situation),
  ]);
  const using = ofEntity((situation) => [
    ...queryItems(situation),
    ...specialQueryItems(situation),
    ...workflowItems(situation),
    ...signatureItems(situation),
    ...grayscaleItems(situation),
    ...restartItems(situation),
    ...initiationItems(situation),
    ...examinationItems(situation),
  ]);
  const items = unique([
    ...situations.flatMap(storing),
    ...situations.flatMap(using),
    ...mediaItems(system, situations),
  ]).map((each) =>
    notNeeded.includes(each.service) ? { ...each, outOfScope: 'The facility does not need this service.' } : each,
  );
  return {
    format: 'concord-test-plan-1',
    system: { label: system.label, digest: system.digest },
    ...(other && { partner: { label: other.label, digest: other.digest } }),
    entities: situations
      .filter((situation) => accepted(situation).length > 0)
      .map(({ entity: { id, name, title, port } }) => ({
        id,
        name,
        ...(title !== undefined && { title }),
        ...(port !== undefined && { port }),
      })),
    load,
    estimate: estimateOf(items),
    unknown: unknownOf(system),
    items,
  };
}

/** SHA-256 of a plan without its approval: what a person approves, and a run was made with. */
export function planDigest({ approval: _, ...plan }: Plan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}
