// Unified Procedure Steps: one store of work items for its faces, DIMSE and web. PS3.4 Annex CC.
import { type DataSet, type DicomJson, fromJson, type MatchOptions, matches, toJson } from '@concord/dicom';
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
  insertStep,
  isSubscribed,
  putSubscription,
  readStep,
  removeSubscriptions,
  type Step,
  type Subscription,
  subscriptionsOf,
  updateStep,
  type Within,
} from './step-rows.ts';
import { candidates, indexEarlierSteps, indexStep } from './step-search.ts';
import type { EventDelivery } from './tell.ts';

const done = { code: 0x0000 } as const;
const unknown = { code: 0xc307, comment: 'there is no such step here' } as const;
const globals: readonly string[] = [globalSubscriptionInstance, filteredGlobalSubscriptionInstance];

export interface StepParts {
  readonly database: Database;
  /** Where events go: kept within the change that makes them, delivered after its commit. */
  readonly events: Pick<EventDelivery, 'keep' | 'deliver'>;
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
  /** To that step or well-known instance, or to anything where none is named. */
  isSubscribed(receivingAe: string, sopInstanceUid?: string): Promise<boolean>;
  /** Steps to come are not subscribed to any more; those that are there stay. */
  suspendGlobal(receivingAe: string): Promise<Status>;
  find(keys: DataSet, options?: StepSearch): AsyncIterable<DataSet>;
}

export interface StepSearch {
  readonly matching?: MatchOptions;
  readonly signal?: AbortSignal;
}

/** What a request did: its status, and the events that whoever listens is told of. */
interface Outcome {
  readonly status: Status;
  readonly events?: readonly StepEvent[];
}

export function createProcedureSteps({ database, events: outgoing, now, log }: StepParts): ProcedureSteps {
  /** One change at a time; its events are kept with it, and go out after the commit. */
  const change = async (work: (within: Within) => Promise<Outcome>): Promise<Status> => {
    const { status, receivers } = await database.transaction(async (within) => {
      const { status, events = [] } = await work(within);
      const receivers = new Set<string>();
      for (const event of events) {
        for (const { receivingAe } of await subscriptionsOf(within, event.sopInstanceUid)) {
          await outgoing.keep(within, receivingAe, event);
          receivers.add(receivingAe);
        }
      }
      return { status, receivers };
    });
    for (const receivingAe of receivers) outgoing.deliver(receivingAe);
    return status;
  };
  /** The subscriber learns at once how far the step is. PS3.4 CC.2.3.3. */
  const subscribeToOne = async (subscription: Subscription): Promise<Status> => {
    const { receivingAe, sopInstanceUid } = subscription;
    const status = await database.transaction(async (within) => {
      const step = await readStep(within, sopInstanceUid);
      if (step === undefined) return unknown;
      await putSubscription(within, subscription);
      await outgoing.keep(within, receivingAe, stateReport(sopInstanceUid, step.dataSet));
      return done;
    });
    if (status === done) outgoing.deliver(receivingAe);
    return status;
  };
  /** Once: steps of an earlier version have no rows to be found by. */
  let made: Promise<void> | undefined;
  const earlier = (): Promise<void> => {
    made ??= indexEarlierSteps(database).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
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
        const dataSet = created(given, sopInstanceUid, now());
        const step: Step = { sopInstanceUid, state: 'SCHEDULED', transactionUid: '', dataSet };
        if (!(await insertStep(within, step, now()))) return { status: { code: 0x0111 } };
        await indexStep(within, sopInstanceUid, dataSet);
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
        await indexStep(within, sopInstanceUid, dataSet);
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
      if (!globals.includes(sopInstanceUid)) return subscribeToOne(subscription);
      await putSubscription(inTransaction(database), subscription);
      for await (const step of candidates(database)) {
        if (isFinal(step.state) || !fits(step, subscription)) continue;
        await subscribeToOne({ ...subscription, sopInstanceUid: step.sopInstanceUid });
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
    isSubscribed: (receivingAe, sopInstanceUid) => isSubscribed(database, receivingAe, sopInstanceUid),
    suspendGlobal: async (receivingAe) => {
      for (const instance of globals) await removeSubscriptions(inTransaction(database), receivingAe, instance);
      return done;
    },
    async *find(keys, { matching, signal } = {}) {
      const wanted = matchingKeys(keys);
      await earlier();
      for await (const { dataSet } of candidates(database, wanted, signal)) {
        if (matches(wanted, dataSet, matching)) yield dataSet;
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

/** What speaks about the query itself is no key. */
const matchingKeys = (keys: DataSet): DataSet => {
  const wanted = keys.clone();
  for (const name of ['SpecificCharacterSet', 'QueryRetrieveLevel', 'TransactionUID'] as const) wanted.delete(name);
  return wanted;
};

/** YYYYMMDDHHMMSS, UTC, as DT with its offset. */
const dateTime = (now: Date): string => `${now.toISOString().replace(/[-:T]/gu, '').slice(0, 14)}+0000`;

const created = (given: DataSet, sopInstanceUid: string, now: Date): DataSet => {
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
