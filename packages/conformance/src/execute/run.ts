// Runs a test plan against a live system: item by item, each after those it needs, with a limit on every step and on the whole. PS3.2 6

import { contentDigest } from '../compare/read-view.ts';
import { notRunnable, PlanError } from '../plan/approval.ts';
import type { PlanItem, Safety } from '../plan/item.ts';
import type { Plan } from '../plan/plan.ts';
import { planDigest } from '../plan/plan.ts';
import type { Cleaner, CleanUp, LeftBehind } from './clean-up.ts';
import type { ExchangedAssociation, ExchangedObject } from './evidence.ts';
import type { Outcome, Result } from './outcome.ts';
import { perform } from './perform.ts';
import { type EncodeTestObject, type MediumDrive, type OurSide, RunContext } from './run-context.ts';
import { type Care, defaultCallingAeTitle, defaultCare, type EntityTarget, type Target } from './target.ts';

export interface ItemResult extends Outcome {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  readonly milliseconds: number;
  readonly associations: readonly ExchangedAssociation[];
  readonly notes: readonly string[];
  /** What came and went, by digests. */
  readonly objects?: readonly ExchangedObject[];
}

/** What was called, without what secures it. */
export interface CalledTarget {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly tls: boolean;
}

export interface RunReport {
  readonly format: 'concord-test-run-1';
  readonly system: Plan['system'];
  readonly partner?: Plan['partner'];
  readonly plan: string;
  readonly target: CalledTarget;
  /** Entities of the system that were called elsewhere. */
  readonly entities?: readonly (CalledTarget & { readonly entity: string })[];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tester: string;
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<Result, number>>;
  readonly results: readonly ItemResult[];
  /** To be deleted on the peer by its own means. */
  readonly leftBehind: readonly LeftBehind[];
  /** What the run deleted again of its own instances. */
  readonly cleanUp?: CleanUp;
  /** What else it made there, which nothing takes away: in words. */
  readonly traces?: readonly string[];
}

export interface RunOptions {
  readonly care?: Partial<Care>;
  /** Where entities of the system are that have a title or a port of their own; the others are at the target. */
  readonly entities?: readonly EntityTarget[];
  readonly signal?: AbortSignal;
  /** Nothing is sent: the report says what would be done. */
  readonly dryRun?: boolean;
  /** The system serves patients: only what reads is done. */
  readonly inClinicalUse?: boolean;
  /** What may be done besides reading. Default: adds data. */
  readonly allow?: readonly Safety[];
  /** Only an approved plan is run: else the run is refused with a PlanError. */
  readonly approved?: boolean;
  /** The statements as they are now: where they are others than those of the plan, an approved run is refused. */
  readonly statement?: unknown;
  readonly partner?: unknown;
  /** Which items; all by default. Those that they need are run as well. */
  readonly only?: (item: PlanItem) => boolean;
  /** Where the system can call us; without it what it initiates is not run. */
  readonly ourSide?: OurSide;
  /** Whether somebody is there who makes the system act. */
  readonly assisted?: boolean;
  readonly tester?: string;
  readonly onResult?: (result: ItemResult, done: number, total: number) => void;
  /** Makes test objects in compressed syntaxes; without it they are sent by hand. */
  readonly encode?: EncodeTestObject;
  /** Where media of the system under test are; without it items about media are not run. */
  readonly drive?: MediumDrive;
  /** What a person found who did an item by hand; without it such items are left to the check list. */
  readonly answer?: (item: PlanItem, signal: AbortSignal) => Promise<Pick<Outcome, 'result' | 'observed'>>;
  /** Awaited before each item: a run that pauses does not resolve it. */
  readonly gate?: (signal: AbortSignal) => Promise<void>;
  /** Tells whoever sits at the system what to do. */
  readonly ask?: (text: string) => void;
  /** Deletes at the end what the run left; without it that is only listed. */
  readonly cleaner?: Cleaner;
}

/** The chosen items with everything that they need. */
function chosen(items: readonly PlanItem[], only: RunOptions['only']): readonly PlanItem[] {
  if (!only) return items;
  const byId = new Map(items.map((item) => [item.id, item]));
  const wanted = new Set<string>();
  const add = (item: PlanItem): void => {
    if (wanted.has(item.id)) return;
    wanted.add(item.id);
    for (const id of item.dependsOn) {
      const needed = byId.get(id);
      if (needed) add(needed);
    }
  };
  for (const item of items) if (only(item)) add(item);
  return items.filter(({ id }) => wanted.has(id));
}

const without = (result: Result, item: PlanItem, observed: string): Outcome => ({
  result,
  expected: item.criterion,
  observed,
});

/** Why an item is not carried out; undefined where it is. */
function notDone(item: PlanItem, ended: ReadonlyMap<string, Result>, options: RunOptions): Outcome | undefined {
  if (item.outOfScope !== undefined) return without('not run', item, `out of scope: ${item.outOfScope}`);
  if (item.automation === 'manual' || !item.check) return without('not automatable', item, 'to be done by hand');
  if (item.automation === 'assisted' && !options.assisted)
    return without('not automatable', item, 'somebody has to make the system act');
  const allowed: readonly Safety[] = options.inClinicalUse
    ? ['read-only']
    : ['read-only', ...(options.allow ?? ['adds data'])];
  if (!allowed.includes(item.safety))
    return without(
      'not run',
      item,
      `it ${item.safety === 'disturbs' ? 'disturbs' : item.safety}, which has not been allowed`,
    );
  if (options.dryRun) return without('not run', item, `dry run: ${item.steps.map(({ action }) => action).join(' ')}`);
  const blocking = item.dependsOn.find(
    (id) => ended.has(id) && ended.get(id) !== 'passed' && !survives(item, id, ended),
  );
  if (blocking !== undefined) return without('blocked', item, `it needs "${blocking}", which has not passed`);
  return undefined;
}

/** Negotiation lists what differs; what is accepted can be used all the same. */
const survives = (item: PlanItem, blocking: string, ended: ReadonlyMap<string, Result>): boolean =>
  blocking.includes('negotiation/') && ended.get(blocking) === 'failed' && item.check?.kind !== 'negotiation';

async function carryOut(run: RunContext, item: PlanItem): Promise<Outcome> {
  try {
    if (!item.check) return without('not automatable', item, 'to be done by hand');
    return await perform(run, item.check);
  } catch (error) {
    if (run.signal.aborted) return without('not run', item, 'the run was stopped');
    // A fault of ours ends the item and not the run; it is never a pass.
    return without('inconclusive', item, `our side failed: ${error instanceof Error ? error.message : error}`);
  }
}

const emptyCounts = (): Record<Result, number> => ({
  passed: 0,
  failed: 0,
  inconclusive: 0,
  blocked: 0,
  'not automatable': 0,
  'not run': 0,
});

/** By hand, where somebody answers for it. */
async function answered(run: RunContext, item: PlanItem, { answer }: RunOptions, outcome: Outcome): Promise<Outcome> {
  if (!answer || outcome.result !== 'not automatable' || item.automation !== 'manual') return outcome;
  try {
    return { ...(await answer(item, run.signal)), expected: item.criterion };
  } catch {
    return without('not run', item, run.signal.aborted ? 'the run was stopped' : 'nobody answered');
  }
}

async function outcomeOf(
  run: RunContext,
  item: PlanItem,
  ended: ReadonlyMap<string, Result>,
  options: RunOptions,
): Promise<Outcome> {
  if (run.signal.aborted) return without('not run', item, 'the run was stopped');
  const skipped = notDone(item, ended, options);
  if (!skipped) return carryOut(run, item);
  return options.dryRun ? skipped : answered(run, item, options, skipped);
}

async function results(
  run: RunContext,
  items: readonly PlanItem[],
  targets: (item: PlanItem) => Target,
  options: RunOptions,
): Promise<readonly ItemResult[]> {
  const ended = new Map<string, Result>();
  const all: ItemResult[] = [];
  for (const item of items) {
    const began = performance.now();
    const evidence = run.begin(targets(item));
    await options.gate?.(run.signal).catch(() => undefined); // a run that is stopped while it pauses ends as any other
    const outcome = await outcomeOf(run, item, ended, options);
    await run.settled();
    ended.set(item.id, outcome.result);
    const result: ItemResult = {
      id: item.id,
      title: item.title,
      service: item.service,
      ...outcome,
      milliseconds: Math.round(performance.now() - began),
      associations: evidence.associations,
      notes: evidence.notes,
      ...(evidence.objects.length > 0 && { objects: evidence.objects }),
    };
    all.push(result);
    options.onResult?.(result, all.length, items.length);
  }
  return all;
}

const called = ({ host, port, calledAeTitle, callingAeTitle = defaultCallingAeTitle, tls }: Target): CalledTarget => ({
  host,
  port,
  calledAeTitle,
  callingAeTitle,
  tls: tls !== undefined,
});

const leftOf = (run: RunContext): readonly LeftBehind[] =>
  [...run.stored, ...run.besides].map(({ dataSet, sopClassUid, sopInstanceUid }) => ({
    patientId: dataSet.string('PatientID') ?? '',
    studyInstanceUid: dataSet.string('StudyInstanceUID') ?? '',
    sopClassUid,
    sopInstanceUid,
  }));

/** @throws PlanError where only an approved plan of these statements may be run, and this is none */
function refuse(plan: Plan, { approved, statement, partner }: RunOptions): void {
  if (!approved) return;
  const reason = notRunnable(plan, {
    ...(statement !== undefined && { system: contentDigest(statement) }),
    ...(partner !== undefined && { partner: contentDigest(partner) }),
  });
  if (reason !== undefined) throw new PlanError(reason);
}

/**
 * Runs the plan. Only the target and those of `entities` are contacted, and only test patients of this run are named. Never rejects for what the
 * peer does, and with a PlanError for a plan that is not to be run; a stopped run gives the report of what was done.
 */
export async function runPlan(plan: Plan, target: Target, options: RunOptions = {}): Promise<RunReport> {
  refuse(plan, options);
  const startedAt = new Date().toISOString();
  const care: Care = {
    ...defaultCare,
    objectsPerSecond: plan.load.objectsPerSecond,
    bytes: plan.load.bytes,
    ...options.care,
  };
  const run = new RunContext({
    target,
    care,
    signal: options.signal ?? new AbortController().signal,
    ourSide: options.ourSide,
    ask: options.ask ?? (() => undefined),
    encode: options.encode,
    drive: options.drive,
  });
  const { entities = [] } = options;
  const targets = ({ entity }: PlanItem): Target => entities.find((each) => each.entity === entity) ?? target;
  const all = await results(run, chosen(plan.items, options.only), targets, options);
  const counts = emptyCounts();
  for (const { result } of all) counts[result] += 1;
  const left = leftOf(run);
  const cleanUp = left.length > 0 ? await options.cleaner?.(left) : undefined;
  return {
    format: 'concord-test-run-1',
    system: plan.system,
    ...(plan.partner && { partner: plan.partner }),
    plan: planDigest(plan),
    target: called(target),
    ...(entities.length > 0 && { entities: entities.map((each) => ({ entity: each.entity, ...called(each) })) }),
    startedAt,
    endedAt: new Date().toISOString(),
    tester: options.tester ?? 'not named',
    dryRun: options.dryRun ?? false,
    counts,
    results: all,
    leftBehind: cleanUp?.kept.map(({ why: _, ...each }) => each) ?? left,
    ...(cleanUp && { cleanUp }),
    ...(run.traces.length > 0 && { traces: run.traces }),
  };
}
