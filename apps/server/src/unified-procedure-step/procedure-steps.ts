// Unified Procedure Steps: one store of work items for its faces, DIMSE and web. PS3.4 Annex CC.
import { type DataSet, type DicomJson, fromJson, matches, toJson } from '@concord/dicom';
import {
  filteredGlobalSubscriptionInstance,
  globalSubscriptionInstance,
  type Log,
  type Status,
  unifiedProcedureStepSopClasses,
} from '@concord/network';
import type { Database } from '../database/database.ts';
import { missingAtCreation, missingForCompletion, notForUpdates } from './required-attributes.ts';
import { cancelRequests, isStepState, type StepState, stateChanges, updates } from './states.ts';
import { cancelRequested, eventsOfUpdate, type StepEvent, stateReport } from './step-events.ts';
import {
  allSteps,
  insertStep,
  putSubscription,
  readStep,
  removeSubscriptions,
  type Step,
  type Subscription,
  subscriptionsOf,
  updateStep,
  type Within,
} from './step-rows.ts';

const done = { code: 0x0000 } as const;
const unknown = { code: 0xc307, comment: 'there is no such step here' } as const;
const globals: readonly string[] = [globalSubscriptionInstance, filteredGlobalSubscriptionInstance];

export interface StepParts {
  readonly database: Database;
  /** Tells an application entity; must not throw, and must not wait for the peer. */
  readonly tell: (receivingAe: string, event: StepEvent) => void;
  readonly now: () => Date;
  readonly log: Log;
}

export interface ProcedureSteps {
  create(sopInstanceUid: string, step: DataSet): Promise<Status>;
  /** Undefined where there is none. Never with its Transaction UID. */
  read(sopInstanceUid: string): Promise<DataSet | undefined>;
  update(sopInstanceUid: string, changes: DataSet): Promise<Status>;
  changeState(sopInstanceUid: string, wanted: string, transactionUid: string): Promise<Status>;
  requestCancel(sopInstanceUid: string, requestingAe: string, request: DataSet): Promise<Status>;
  /** `sopInstanceUid` may be one of the well-known instances that stand for all steps. */
  subscribe(subscription: Subscription): Promise<Status>;
  unsubscribe(receivingAe: string, sopInstanceUid: string): Promise<Status>;
  /** Steps to come are not subscribed to any more; those that are there stay. */
  suspendGlobal(receivingAe: string): Promise<Status>;
  find(keys: DataSet, signal?: AbortSignal): AsyncIterable<DataSet>;
}

/** What a request did: its status, and the events that are told once it is committed. */
interface Outcome {
  readonly status: Status;
  readonly events?: readonly StepEvent[];
}

export function createProcedureSteps({ database, tell, now, log }: StepParts): ProcedureSteps {
  /** One change at a time; events go out after the commit. */
  const change = async (work: (within: Within) => Promise<Outcome>): Promise<Status> => {
    const { status, events = [] } = await database.transaction(work);
    for (const event of events) await announce(event);
    return status;
  };
  const announce = async (event: StepEvent) => {
    for (const { receivingAe } of await subscriptionsOf(database, event.sopInstanceUid)) tell(receivingAe, event);
  };
  const onStep = (sopInstanceUid: string, work: (step: Step, within: Within) => Promise<Outcome>): Promise<Status> =>
    change(async (within) => {
      const step = await readStep(within, sopInstanceUid);
      return step ? work(step, within) : { status: unknown };
    });
  /** The step in its new state. */
  const entered = async (step: Step, within: Within, state: StepState, transactionUid: string): Promise<Outcome> => {
    const dataSet = inState(step.dataSet, state, now());
    await updateStep(within, { ...step, state, transactionUid, dataSet }, now());
    return { status: done, events: [stateReport(step.sopInstanceUid, dataSet)] };
  };

  return {
    create: (sopInstanceUid, given) =>
      change(async (within) => {
        const missing = missingAtCreation(given);
        if (missing !== undefined) return { status: { code: 0x0120, offending: [missing] } };
        if (given.string('ProcedureStepState') !== 'SCHEDULED') return { status: { code: 0xc309 } };
        if (given.string('TransactionUID') !== undefined) return { status: { code: 0x0106, offending: [0x00081195] } };
        const dataSet = made(given, sopInstanceUid, now());
        const step: Step = { sopInstanceUid, state: 'SCHEDULED', transactionUid: '', dataSet };
        if (!(await insertStep(within, step, now()))) return { status: { code: 0x0111 } };
        await subscribeToNew(within, step);
        return { status: done, events: [stateReport(sopInstanceUid, dataSet)] };
      }),
    read: async (sopInstanceUid) => (await readStep(database, sopInstanceUid))?.dataSet,
    update: (sopInstanceUid, changes) =>
      onStep(sopInstanceUid, async (step, within) => {
        const given = changes.string('TransactionUID') ?? '';
        const outcome = updates[step.state][given === step.transactionUid ? 'right' : 'wrong'];
        if (outcome !== 'done') return { status: { code: outcome } };
        const refused = notForUpdates.find((name) => changes.has(name));
        if (refused !== undefined) return { status: { code: 0x0106, comment: `${refused} cannot be set` } };
        const dataSet = merged(step.dataSet, changes);
        await updateStep(within, { ...step, dataSet }, now());
        return { status: done, events: eventsOfUpdate(sopInstanceUid, dataSet, changes) };
      }),
    changeState: (sopInstanceUid, wanted, transactionUid) =>
      onStep(sopInstanceUid, async (step, within) => {
        if (!isStepState(wanted)) return { status: { code: 0x0115, offending: [0x00741000] } };
        const free = step.state === 'SCHEDULED';
        const right = transactionUid !== '' && (free || transactionUid === step.transactionUid);
        const outcome = stateChanges[step.state][wanted][right ? 'right' : 'wrong'];
        if (outcome !== 'done') return { status: { code: outcome } };
        const missing = wanted === 'COMPLETED' ? missingForCompletion(step.dataSet) : undefined;
        if (missing !== undefined) return { status: { code: 0xc304, comment: `${missing} is missing` } };
        return entered(step, within, wanted, transactionUid);
      }),
    requestCancel: (sopInstanceUid, requestingAe, request) =>
      onStep(sopInstanceUid, async (step, within) => {
        const outcome = cancelRequests[step.state];
        if (typeof outcome === 'number') return { status: { code: outcome } };
        if (outcome === 'cancel') return entered(withReason(step, request), within, 'CANCELED', '');
        const listeners = await subscriptionsOf(within, sopInstanceUid);
        if (listeners.length === 0) return { status: { code: 0xc312, comment: 'nobody listens to the step' } };
        return { status: done, events: [cancelRequested(sopInstanceUid, requestingAe, request)] };
      }),
    subscribe: async (subscription) => {
      const { receivingAe, sopInstanceUid } = subscription;
      if (!globals.includes(sopInstanceUid)) {
        return subscribeToOne(database, subscription, tell);
      }
      await putSubscription(inTransaction(database), subscription);
      for await (const step of allSteps(database, undefined)) {
        if (isFinal(step.state) || !fits(step, subscription)) continue;
        await putSubscription(inTransaction(database), { ...subscription, sopInstanceUid: step.sopInstanceUid });
        tell(receivingAe, stateReport(step.sopInstanceUid, step.dataSet));
      }
      log.info({ receivingAe }, 'subscribed to all procedure steps');
      return done;
    },
    unsubscribe: async (receivingAe, sopInstanceUid) => {
      const all = globals.includes(sopInstanceUid);
      if (!all && (await readStep(database, sopInstanceUid)) === undefined) return unknown;
      await removeSubscriptions(inTransaction(database), receivingAe, ...(all ? [] : [sopInstanceUid]));
      return done;
    },
    suspendGlobal: async (receivingAe) => {
      for (const instance of globals) await removeSubscriptions(inTransaction(database), receivingAe, instance);
      return done;
    },
    async *find(keys, signal) {
      const wanted = matchingKeys(keys);
      for await (const { dataSet } of allSteps(database, keys.string('ProcedureStepState'), signal)) {
        if (matches(wanted, dataSet)) yield dataSet;
      }
    },
  };
}

/** Statements that write go through the writer's transaction. */
const inTransaction = (database: Database): Within => ({
  all: (query) => database.transaction((within) => within.all(query)),
});

const isFinal = (state: StepState): boolean => state === 'COMPLETED' || state === 'CANCELED';

const fits = ({ dataSet }: Step, { filter }: Subscription): boolean =>
  filter === undefined || matches(fromJson(filter), dataSet);

/** Those who listen to all steps listen to this one too. */
const subscribeToNew = async (within: Within, step: Step): Promise<void> => {
  for (const instance of globals) {
    for (const subscription of await subscriptionsOf(within, instance)) {
      if (!fits(step, subscription)) continue;
      const { receivingAe, deletionLock } = subscription;
      await putSubscription(within, { receivingAe, deletionLock, sopInstanceUid: step.sopInstanceUid });
    }
  }
};

/** The subscriber learns at once how far the step is. PS3.4 CC.2.3.3. */
const subscribeToOne = async (
  database: Database,
  subscription: Subscription,
  tell: StepParts['tell'],
): Promise<Status> => {
  const step = await database.transaction(async (within) => {
    const found = await readStep(within, subscription.sopInstanceUid);
    if (found) await putSubscription(within, subscription);
    return found;
  });
  if (step === undefined) return unknown;
  tell(subscription.receivingAe, stateReport(step.sopInstanceUid, step.dataSet));
  return done;
};

/** What speaks about the query itself is no key. */
const matchingKeys = (keys: DataSet): DataSet => {
  const wanted = keys.clone();
  for (const name of ['SpecificCharacterSet', 'QueryRetrieveLevel', 'TransactionUID'] as const) wanted.delete(name);
  return wanted;
};

/** YYYYMMDDHHMMSS, UTC, as DT with its offset. */
const dateTime = (now: Date): string => `${now.toISOString().replace(/[-:T]/gu, '').slice(0, 14)}+0000`;

const made = (given: DataSet, sopInstanceUid: string, now: Date): DataSet => {
  const dataSet = given.clone();
  dataSet.delete('TransactionUID');
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('SOPClassUID', unifiedProcedureStepSopClasses.push);
  dataSet.set('SOPInstanceUID', sopInstanceUid);
  dataSet.set('ScheduledProcedureStepModificationDateTime', dateTime(now));
  if (dataSet.string('WorklistLabel') === undefined) dataSet.set('WorklistLabel', 'Worklist');
  return fromJson(toJson(dataSet));
};

/** Sequences are replaced as a whole. PS3.4 CC.2.6.3. */
const merged = (step: DataSet, changes: DataSet): DataSet => {
  const both: DicomJson = { ...toJson(step), ...toJson(changes) };
  const dataSet = fromJson(both);
  dataSet.delete('TransactionUID');
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  return dataSet;
};

const inState = (step: DataSet, state: StepState, now: Date): DataSet => {
  const dataSet = step.clone();
  dataSet.set('ProcedureStepState', state);
  const canceledAt = 'ProcedureStepProgressInformationSequence[0].ProcedureStepCancellationDateTime';
  if (state === 'CANCELED' && dataSet.string(canceledAt) === undefined) dataSet.set(canceledAt, dateTime(now));
  return dataSet;
};

const withReason = (step: Step, request: DataSet): Step => {
  const reason = request.string('ReasonForCancellation');
  if (reason === undefined) return step;
  const dataSet = step.dataSet.clone();
  dataSet.set('ProcedureStepProgressInformationSequence[0].ReasonForCancellation', reason);
  return { ...step, dataSet };
};
