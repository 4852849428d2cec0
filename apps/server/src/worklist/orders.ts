// The store of orders: entered, changed and cancelled by people and messages, found by modalities and by the archive. PS3.4 Annex K.

import { type DataSet, type MatchOptions, matches } from '@concord/dicom';
import { type Database, literal, type Query, sql } from '../database/database.ts';
import type { BelievedNow } from '../retention/believed-clock.ts';
import { requestTags, stepAttributes, stepSequence, stepStatus, stepTags } from './attributes.ts';
import { itemsOf, type Order, orderOf } from './order.ts';
import { completed, type Identifiers } from './read-order.ts';
import {
  endedStates,
  foldedNumber,
  putStep,
  removeStep,
  type ScheduledStep,
  type StepRow,
  type StepState,
  selectSteps,
  stepOf,
  stepsOfOrder,
  type Within,
} from './step-rows.ts';
import { type Horizon, localMoment, narrowing } from './step-search.ts';

/** What the store is told by settings. */
export interface OrderSettings {
  /** When a step leaves the worklist: as soon as it is begun, or when it is over. */
  readonly worklistUntil: 'started' | 'ended';
  /** Days after its start that an unperformed step stays in the worklist. */
  readonly worklistKeep: number;
  /** Days after its last change that a step is kept that is over, or too old to be in the worklist. */
  readonly worklistHistory: number;
}

export interface OrderParts {
  readonly database: Database;
  readonly settings: OrderSettings;
  readonly identifiers: Identifiers;
  readonly now: () => Date;
  /** The time by which steps are old. */
  readonly believedNow: BelievedNow;
}

/** Of what has become of a request: 'performed': a step that was begun cannot be taken out any more. */
export type Changed = 'changed' | 'not there' | 'performed';

/** Which orders a list is of. Absent: of all. */
export interface OrderFilter {
  readonly studyInstanceUid?: string | undefined;
  readonly patientId?: string | undefined;
  readonly accessionNumber?: string | undefined;
  readonly placerOrderNumber?: string | undefined;
  readonly modality?: string | undefined;
  readonly state?: StepState | undefined;
  /** YYYYMMDD: steps that begin on this day or later, and on that day or before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit?: number;
}

export interface StepQuery {
  readonly matching?: MatchOptions;
  /** AE title of who asks: a step that is assigned to nobody is for whoever asks. */
  readonly asking?: string;
  readonly signal?: AbortSignal;
}

export interface Orders {
  /** Durable when this resolves: its Study Instance UID, or that there is an order with it already. */
  add(order: Order, source: string): Promise<{ readonly studyInstanceUid: string } | 'there already'>;
  /** Replaces everything that was said; steps that are not named any more go, unless they were begun. */
  change(studyInstanceUid: string, order: Order, source: string): Promise<Changed>;
  /** Of every step that is neither over nor, if it is to be cancelled, begun; or of the one that is named. */
  setState(studyInstanceUid: string, state: StepState, source: string, stepId?: string): Promise<Changed>;
  list(filter: OrderFilter): Promise<readonly ScheduledStep[]>;
  /** Items of the worklist that match, the first to begin first. Throws DatabaseError. */
  find(keys: DataSet, query?: StepQuery): AsyncIterable<DataSet>;
}

/** Steps that one list has at most. */
export const mostListed = 1000;
const dayMs = 86_400_000;

const isOver = ({ state }: ScheduledStep): boolean => endedStates.some((each) => each === state);

export function createOrders({ database, settings, identifiers, now, believedNow }: OrderParts): Orders {
  const horizon = (): Horizon => ({
    started: settings.worklistUntil === 'ended',
    from: localMoment(new Date(now().getTime() - settings.worklistKeep * dayMs)),
  });
  return {
    async add(order, source) {
      const whole = completed(order, identifiers);
      const { studyInstanceUid } = whole;
      const uid = typeof studyInstanceUid === 'string' ? studyInstanceUid : '';
      const moment = await believedNow();
      return database.transaction(async (within) => {
        if ((await stepsOfOrder(within, uid)).length > 0) return 'there already';
        if (moment) await forget(within, settings, moment);
        for (const item of itemsOf(whole)) await putStep(within, { item, state: 'SCHEDULED', source, at: now() });
        return { studyInstanceUid: uid };
      });
    },
    change: (uid, order, source) =>
      database.transaction(async (within) => {
        const known = await stepsOfOrder(within, uid);
        const [first] = known;
        if (!first) return 'not there';
        const whole = completed({ ...order, studyInstanceUid: uid }, identifiers, orderOf(first.item));
        const named = new Set(whole.steps.map(({ stepId }) => stepId));
        const gone = known.filter(({ stepId }) => !named.has(stepId));
        if (gone.some(({ state }) => state === 'STARTED' || state === 'COMPLETED')) return 'performed';
        for (const step of gone) await removeStep(within, step);
        for (const item of itemsOf(whole)) await putStep(within, { item, state: 'SCHEDULED', source, at: now() });
        return 'changed';
      }),
    setState: (uid, state, source, stepId) =>
      database.transaction(async (within) => {
        const known = (await stepsOfOrder(within, uid)).filter(
          (step) => stepId === undefined || step.stepId === stepId,
        );
        if (known.length === 0) return 'not there';
        const reopens = state === 'SCHEDULED';
        const open = known.filter((step) => (reopens || !isOver(step)) && step.state !== 'COMPLETED');
        const changing = state === 'CANCELED' ? open.filter((step) => step.state !== 'STARTED') : open;
        if (changing.length === 0 && !known.every((step) => step.state === state)) return 'performed';
        for (const step of changing) {
          await within.all(sql`
            update scheduled_step set state = ${state}, source = ${source}, changed_at = ${now().toISOString()}
            where study_instance_uid = ${uid} and step_id = ${step.stepId}`);
        }
        return 'changed';
      }),
    async list(filter) {
      const limit = Math.min(filter.limit ?? mostListed, mostListed);
      const rows = await database.all<StepRow>(sql`${selectSteps(whereOf(filter))} limit ${limit}`);
      return rows.map(stepOf);
    },
    async *find(keys, { matching, asking = '', signal } = {}) {
      const wanted = matchingKeys(keys);
      const pages = database.iterate<StepRow>(selectSteps(narrowing(wanted, horizon())), signal ? { signal } : {});
      const station = stationFor(wanted, asking);
      for await (const rows of pages) {
        for (const row of rows) {
          if (signal?.aborted) return;
          const item = answered(stepOf(row), station);
          if (matches(wanted, item, { ...matching, combinedDateTime: true }) && samePatient(wanted, item)) yield item;
        }
      }
    },
  };
}

/** The case of letters counts in the ID of a patient, whatever else it is ignored in. */
function samePatient(keys: DataSet, item: DataSet): boolean {
  const wanted = keys.strings('PatientID').filter((value) => value !== '');
  const only = keys.clone();
  for (const { tag } of keys.elements()) if (tag !== 0x00100020) only.delete(tag);
  return wanted.length === 0 || matches(only, item);
}

/** Only what is declared restricts: other keys are left out. PS3.4 K.4.1.1.4 */
function matchingKeys(keys: DataSet): DataSet {
  const wanted = keys.clone();
  for (const { tag } of keys.elements()) if (!requestTags.has(tag) && tag !== 0x00080005) wanted.delete(tag);
  for (const [index, item] of wanted.items(stepSequence).entries())
    for (const { tag } of [...item.elements()]) if (!stepTags.has(tag)) wanted.items(stepSequence)[index]?.delete(tag);
  return wanted;
}

const stationPath = `${stepSequence}[0].${stepAttributes.stationAeTitle.keyword}`;

/** Who an unassigned step is for: the station that is asked for, or the one that asks. */
function stationFor(keys: DataSet, asking: string): string {
  const [wanted = '', ...others] = keys.strings(stationPath);
  return wanted !== '' && others.length === 0 && !/[*?]/.test(wanted) ? wanted : asking;
}

/** The item with what only the answer has: its state, and a station in any case. */
function answered({ item, state }: ScheduledStep, station: string): DataSet {
  item.set(`${stepSequence}[0].${stepStatus}`, state);
  if (item.string(stationPath) === undefined && station !== '') item.set(stationPath, station);
  return item;
}

function whereOf({ state, from, to, ...filter }: OrderFilter): Query {
  const conditions = [
    ...(filter.studyInstanceUid === undefined ? [] : [sql`study_instance_uid = ${filter.studyInstanceUid}`]),
    ...(filter.patientId === undefined ? [] : [sql`patient_id = ${filter.patientId}`]),
    ...(filter.accessionNumber === undefined ? [] : [sql`accession_number = ${foldedNumber(filter.accessionNumber)}`]),
    ...(filter.placerOrderNumber === undefined ? [] : [sql`placer_order_number = ${filter.placerOrderNumber}`]),
    ...(filter.modality === undefined ? [] : [sql`modality = ${filter.modality}`]),
    ...(state === undefined ? [] : [sql`state = ${state}`]),
    ...(from === undefined ? [] : [sql`scheduled_start >= ${from}`]),
    ...(to === undefined ? [] : [sql`scheduled_start < ${`${to}~`}`]),
  ];
  const all = conditions.flatMap((condition, index) => (index === 0 ? [condition] : [literal(' and '), condition]));
  return all.length === 0 ? sql`` : sql`where ${all.reduce((left, right) => sql`${left}${right}`)}`;
}

/** What is over, or too old for the worklist, goes after its time. */
async function forget(within: Within, { worklistHistory, worklistKeep }: OrderSettings, now: Date): Promise<void> {
  const before = new Date(now.getTime() - worklistHistory * dayMs).toISOString();
  const stale = localMoment(new Date(now.getTime() - (worklistKeep + worklistHistory) * dayMs));
  await within.all(sql`
    delete from scheduled_step where changed_at < ${before}
      and (state in ('COMPLETED', 'DISCONTINUED', 'CANCELED') or scheduled_start < ${stale})`);
}
