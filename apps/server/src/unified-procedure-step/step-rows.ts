// Rows of work items and subscriptions.
import { type DataSet, type DicomJson, fromJson, toJson } from '@concord/dicom';
import { type Database, sql } from '../database/database.ts';
import { isStepState, type StepState } from './states.ts';

/** A database, or a transaction of it. */
export type Within = Pick<Database, 'all'>;

export interface Step {
  readonly sopInstanceUid: string;
  readonly state: StepState;
  /** Empty while nobody performs the step. */
  readonly transactionUid: string;
  /** Never with a Transaction UID. */
  readonly dataSet: DataSet;
}

export interface StepRow {
  readonly sop_instance_uid: string;
  readonly state: string;
  readonly transaction_uid: string;
  readonly attributes: string;
}

export const stepOf = (row: StepRow): Step => ({
  sopInstanceUid: row.sop_instance_uid,
  state: isStepState(row.state) ? row.state : 'CANCELED',
  transactionUid: row.transaction_uid,
  dataSet: fromJson(JSON.parse(row.attributes)),
});

export const readStep = async (within: Within, sopInstanceUid: string): Promise<Step | undefined> => {
  const [row] = await within.all<StepRow>(sql`
    select sop_instance_uid, state, transaction_uid, attributes from procedure_step where sop_instance_uid = ${sopInstanceUid}`);
  return row && stepOf(row);
};

const startOf = (dataSet: DataSet): string => dataSet.string('ScheduledProcedureStepStartDateTime') ?? '';

/** False where the UID is taken. */
export const insertStep = async (
  within: Within,
  { sopInstanceUid, state, dataSet }: Step,
  now: Date,
): Promise<boolean> => {
  const rows = await within.all(sql`
    insert into procedure_step (sop_instance_uid, state, transaction_uid, scheduled_start, attributes, modified_at)
    values (${sopInstanceUid}, ${state}, '', ${startOf(dataSet)}, ${JSON.stringify(toJson(dataSet))}, ${now.toISOString()})
    on conflict (sop_instance_uid) do nothing returning 1 as added`);
  return rows.length === 1;
};

export const updateStep = async (
  within: Within,
  { sopInstanceUid, state, transactionUid, dataSet }: Step,
  now: Date,
) => {
  await within.all(sql`
    update procedure_step set state = ${state}, transaction_uid = ${transactionUid}, scheduled_start = ${startOf(dataSet)},
      attributes = ${JSON.stringify(toJson(dataSet))}, modified_at = ${now.toISOString()}
    where sop_instance_uid = ${sopInstanceUid}`);
};

export interface Subscription {
  readonly receivingAe: string;
  readonly sopInstanceUid: string;
  readonly deletionLock: boolean;
  /** Keys that a step must match; of filtered global subscriptions. */
  readonly filter?: DicomJson;
}

export const putSubscription = async (within: Within, one: Subscription): Promise<void> => {
  await within.all(sql`
    insert into step_subscription (receiving_ae, sop_instance_uid, deletion_lock, filter)
    values (${one.receivingAe}, ${one.sopInstanceUid}, ${one.deletionLock ? 1 : 0}, ${one.filter ? JSON.stringify(one.filter) : ''})
    on conflict (receiving_ae, sop_instance_uid) do update set deletion_lock = excluded.deletion_lock, filter = excluded.filter`);
};

export const subscriptionsOf = async (within: Within, sopInstanceUid: string): Promise<readonly Subscription[]> => {
  const rows = await within.all<{ receiving_ae: string; deletion_lock: number; filter: string }>(sql`
    select receiving_ae, deletion_lock, filter from step_subscription where sop_instance_uid = ${sopInstanceUid}`);
  return rows.map((row) => ({
    receivingAe: row.receiving_ae,
    sopInstanceUid,
    deletionLock: row.deletion_lock === 1,
    ...(row.filter === '' ? {} : { filter: JSON.parse(row.filter) }),
  }));
};

/** To one step, or to anything. */
export const isSubscribed = async (within: Within, receivingAe: string, sopInstanceUid?: string): Promise<boolean> => {
  const rows = await within.all(
    sopInstanceUid === undefined
      ? sql`select 1 as one from step_subscription where receiving_ae = ${receivingAe} limit 1`
      : sql`select 1 as one from step_subscription where receiving_ae = ${receivingAe} and sop_instance_uid = ${sopInstanceUid}`,
  );
  return rows.length > 0;
};

/** Of one step; without a step: all of an application entity. */
export const removeSubscriptions = async (
  within: Within,
  receivingAe: string,
  sopInstanceUid?: string,
): Promise<void> => {
  await within.all(
    sopInstanceUid === undefined
      ? sql`delete from step_subscription where receiving_ae = ${receivingAe}`
      : sql`delete from step_subscription where receiving_ae = ${receivingAe} and sop_instance_uid = ${sopInstanceUid}`,
  );
};
