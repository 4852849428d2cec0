// What a query of the worklist narrows by before each step is matched: what is still to be done, its start, a few single values. PS3.4 K.6.1.
import { type DataSet, hasWildcard, parseDateRange } from '@concord/dicom';
import { join, type Query, sql } from '../database/database.ts';
import { requestAttributes, stepAttributes, stepSequence } from './attributes.ts';
import { foldedNumber, waitingStates } from './step-rows.ts';

/** What is in the worklist at a moment. */
export interface Horizon {
  /** Started steps are in it until they end. */
  readonly started: boolean;
  /** YYYYMMDDHHMMSS, local time: steps that were to begin before it are not; '' for no such moment. */
  readonly from: string;
}

/** A value that means itself. */
function single(keys: DataSet, path: string): string | undefined {
  const [value = '', ...others] = keys.strings(path);
  return others.length === 0 && value.trim() !== '' && !hasWildcard(value) ? value.trim() : undefined;
}

const inStep = (name: keyof typeof stepAttributes): string => `${stepSequence}[0].${stepAttributes[name].keyword}`;

/** A step begins at one moment: what lies outside the days of a range cannot match it. */
function inDays(keys: DataSet): readonly Query[] {
  const [text = '', ...others] = keys.strings(inStep('startDate'));
  const range = others.length === 0 ? parseDateRange(text) : undefined;
  return [
    ...(range?.from === undefined ? [] : [sql`scheduled_start >= ${range.from}`]),
    ...(range?.to === undefined ? [] : [sql`scheduled_start < ${`${range.to}~`}`]),
  ];
}

function conditionsOf(keys: DataSet): readonly Query[] {
  const patient = single(keys, requestAttributes.patientId.keyword);
  const accession = single(keys, requestAttributes.accessionNumber.keyword);
  const study = single(keys, requestAttributes.studyInstanceUid.keyword);
  const modality = single(keys, inStep('modality'));
  return [
    ...(patient === undefined ? [] : [sql`patient_id = ${patient}`]),
    ...(accession === undefined ? [] : [sql`accession_number = ${foldedNumber(accession)}`]),
    ...(study === undefined ? [] : [sql`study_instance_uid = ${study}`]),
    ...(modality === undefined ? [] : [sql`modality = ${modality}`]),
    ...inDays(keys),
  ];
}

/** A condition that every step that can match fulfils. */
export function narrowing(keys: DataSet, { started, from }: Horizon): Query {
  const states = [...waitingStates, ...(started ? ['STARTED'] : [])].map((state) => sql`${state}`);
  const conditions = [
    sql`state in (${join(states, ', ')})`,
    ...(from === '' ? [] : [sql`scheduled_start >= ${from}`]),
    ...conditionsOf(keys),
  ];
  return sql`where ${join(conditions, ' and ')}`;
}

/** YYYYMMDDHHMMSS in local time, as orders have it. */
export function localMoment(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
