// Rows of scheduled procedure steps: how far each is, when it begins, and its worklist item.
import { type DataSet, foldText, fromJson, toJson } from '@concord/dicom';
import { type Database, literal, type Query, sql } from '../database/database.ts';
import { type RequestName, requestAttributes, stepAttributes, stepSequence } from './attributes.ts';

/** A database, or a transaction of it. */
export type Within = Pick<Database, 'all'>;

/** Those of PS3.3 C.4.10 that are still to be done, and how a step ends. */
export const waitingStates = ['SCHEDULED', 'ARRIVED', 'READY'] as const;
export const endedStates = ['COMPLETED', 'DISCONTINUED', 'CANCELED'] as const;
export const stepStates = [...waitingStates, 'STARTED', ...endedStates] as const;
export type StepState = (typeof stepStates)[number];

export interface ScheduledStep {
  readonly studyInstanceUid: string;
  readonly stepId: string;
  readonly state: StepState;
  readonly item: DataSet;
  readonly performedStepUid: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly changedAt: string;
}

export interface StepRow {
  readonly study_instance_uid: string;
  readonly step_id: string;
  readonly state: string;
  readonly attributes: string;
  readonly performed_step_uid: string;
  readonly source: string;
  readonly created_at: string;
  readonly changed_at: string;
}

const columns = literal(
  'study_instance_uid, step_id, state, attributes, performed_step_uid, source, created_at, changed_at',
);

/** Rows of a condition, the first to begin first. */
export const selectSteps = (where: Query): Query =>
  sql`select ${columns} from scheduled_step ${where} order by scheduled_start, study_instance_uid, step_id`;

export const stepOf = (row: StepRow): ScheduledStep => ({
  studyInstanceUid: row.study_instance_uid,
  stepId: row.step_id,
  state: stepStates.find((state) => state === row.state) ?? 'CANCELED',
  item: fromJson(JSON.parse(row.attributes)),
  performedStepUid: row.performed_step_uid,
  source: row.source,
  createdAt: row.created_at,
  changedAt: row.changed_at,
});

export const stepsOfOrder = async (within: Within, studyInstanceUid: string): Promise<readonly ScheduledStep[]> =>
  (await within.all<StepRow>(selectSteps(sql`where study_instance_uid = ${studyInstanceUid}`))).map(stepOf);

/** As the index compares it. */
export const foldedNumber = (text: string): string => foldText(text.trim());

const requestText = (item: DataSet, name: RequestName): string => item.string(requestAttributes[name].keyword) ?? '';
const stepText = (item: DataSet, name: keyof typeof stepAttributes): string =>
  item.string(`${stepSequence}[0].${stepAttributes[name].keyword}`) ?? '';

/** Of an item: YYYYMMDDHHMMSS. */
const startOf = (item: DataSet): string =>
  `${stepText(item, 'startDate')}${stepText(item, 'startTime').slice(0, 6).padEnd(6, '0')}`;

export interface NewStep {
  readonly item: DataSet;
  readonly state: StepState;
  readonly source: string;
  readonly at: Date;
}

/** A new step, or a known one with another item; a known one keeps its state and when it was made. */
export function putStep(within: Within, { item, state, source, at }: NewStep): Promise<readonly object[]> {
  const now = at.toISOString();
  return within.all(sql`
    insert into scheduled_step (study_instance_uid, step_id, state, scheduled_start, patient_id, accession_number,
      placer_order_number, modality, attributes, performed_step_uid, source, created_at, changed_at)
    values (${requestText(item, 'studyInstanceUid')}, ${stepText(item, 'stepId')}, ${state}, ${startOf(item)},
      ${requestText(item, 'patientId')}, ${foldedNumber(requestText(item, 'accessionNumber'))},
      ${requestText(item, 'placerOrderNumber')}, ${stepText(item, 'modality')}, ${JSON.stringify(toJson(item))}, '',
      ${source}, ${now}, ${now})
    on conflict (study_instance_uid, step_id) do update set scheduled_start = excluded.scheduled_start,
      patient_id = excluded.patient_id, accession_number = excluded.accession_number,
      placer_order_number = excluded.placer_order_number, modality = excluded.modality,
      attributes = excluded.attributes, source = excluded.source, changed_at = excluded.changed_at`);
}

export const removeStep = (within: Within, { studyInstanceUid, stepId }: ScheduledStep): Promise<readonly object[]> =>
  within.all(sql`delete from scheduled_step where study_instance_uid = ${studyInstanceUid} and step_id = ${stepId}`);
