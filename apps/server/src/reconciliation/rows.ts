// Rows of patients and studies as acts read and write them: found, changed, counted again, and put back as they were.
import type { PatientRow as IdentifiedPatient } from '../archive/place-study.ts';
import { type Database, join, literal, type Query, type Row, sql } from '../database/database.ts';
import { type PatientRef, ReconciliationError } from './reconciliation.ts';

export type Within = Pick<Database, 'all'>;

const patientColumns = [
  ...['patient_key', 'patient_id', 'issuer', 'nameless_study', 'name', 'name_alphabetic', 'name_ideographic'],
  ...['name_phonetic', 'birth_date', 'sex', 'attributes', 'corrected'],
] as const;
const studyColumns = [
  ...['study_key', 'patient_key', 'study_instance_uid', 'patient_name', 'patient_alphabetic', 'patient_ideographic'],
  ...[
    'patient_phonetic',
    'patient_birth_date',
    'patient_sex',
    'study_date',
    'study_time',
    'accession_number',
    'study_id',
  ],
  ...['description', 'referring_alphabetic', 'referring_ideographic', 'referring_phonetic', 'attributes', 'overlay'],
  ...['quarantine', 'protected'],
] as const;
const aliasColumns = ['patient_id', 'issuer', 'patient_key'] as const;

/** Rows as an event keeps them. */
export interface Snapshot {
  readonly patients: readonly Row[];
  readonly studies: readonly Row[];
  readonly aliases: readonly Row[];
}

export interface PatientRow extends IdentifiedPatient, Row {}

export interface StudyRow extends Row {
  readonly study_key: number;
  readonly patient_key: number;
  readonly study_instance_uid: string;
  readonly patient_name: string;
  readonly patient_birth_date: string;
  readonly patient_sex: string;
  readonly attributes: string;
  readonly overlay: string;
  readonly quarantine: string;
  readonly protected: number;
}

const listed = (columns: readonly string[]): Query => literal(columns.join(', '));
export const values = (list: readonly (string | number)[]): Query =>
  join(
    list.map((value) => sql`${value}`),
    ', ',
  );

export async function studyOf(within: Within, studyInstanceUid: string): Promise<StudyRow> {
  const [row] = await within.all<StudyRow>(
    sql`select ${listed(studyColumns)} from study where study_instance_uid = ${studyInstanceUid}`,
  );
  if (!row) throw new ReconciliationError('not-there', `study ${studyInstanceUid}`);
  return row;
}

export const studiesOf = (within: Within, patientKey: number): Promise<readonly StudyRow[]> =>
  within.all<StudyRow>(
    sql`select ${listed(studyColumns)} from study where patient_key = ${patientKey} order by study_key`,
  );

export const patientByKey = async (within: Within, key: number): Promise<PatientRow | undefined> => {
  const [row] = await within.all<PatientRow>(
    sql`select ${listed(patientColumns)} from patient where patient_key = ${key}`,
  );
  return row;
};

export const patientById = async (within: Within, id: string, issuer: string): Promise<PatientRow | undefined> => {
  const [row] = await within.all<PatientRow>(sql`
    select ${listed(patientColumns)} from patient
    where patient_id = ${id} and issuer = ${issuer} and nameless_study = ''`);
  return row;
};

/** Whom another ID leads to, since a merge or a correction. */
export const patientByAlias = async (within: Within, id: string, issuer: string): Promise<PatientRow | undefined> => {
  const [row] = await within.all<PatientRow>(sql`
    select ${listed(patientColumns.map((column) => `p.${column}`))} from patient_alias a join patient p on p.patient_key = a.patient_key
    where a.patient_id = ${id} and a.issuer = ${issuer}`);
  return row;
};

/** Throws ReconciliationError 'not-there'. */
export async function patientOf(within: Within, ref: PatientRef): Promise<PatientRow> {
  const row =
    'studyInstanceUid' in ref
      ? await patientByKey(within, (await studyOf(within, ref.studyInstanceUid)).patient_key)
      : await patientById(within, ref.patientId, ref.issuer ?? '');
  if (row) return row;
  const name = 'patientId' in ref ? `${ref.patientId}${ref.issuer ? ` of ${ref.issuer}` : ''}` : ref.studyInstanceUid;
  const others = 'patientId' in ref ? await othersOfId(within, ref.patientId) : '';
  throw new ReconciliationError('not-there', `patient ${name}${others}`);
}

const namedOthers = 5;

/** Who else has an ID, as commands and pages write it: lists show IDs without their issuers. '' where nobody has. */
async function othersOfId(within: Within, id: string): Promise<string> {
  const rows = await within.all<PatientRow>(sql`
    select ${listed(patientColumns)} from patient
    where patient_id = ${id} and nameless_study = '' order by issuer limit ${namedOthers}`);
  const names = rows.map(({ issuer }) => `'${id}${issuer === '' ? '' : `\\${issuer}`}'`);
  return names.length === 0 ? '' : `; with this ID there is ${names.join(', ')}`;
}

/** The rows as they are now, with every ID that leads to these patients. */
export async function snapshotOf(
  within: Within,
  patientKeys: readonly number[],
  studyKeys: readonly number[],
): Promise<Snapshot> {
  const none: readonly Row[] = [];
  const patients =
    patientKeys.length === 0
      ? none
      : await within.all(sql`
    select ${listed(patientColumns)} from patient where patient_key in (${values(patientKeys)}) order by patient_key`);
  const aliases =
    patientKeys.length === 0
      ? none
      : await within.all(sql`
    select ${listed(aliasColumns)} from patient_alias where patient_key in (${values(patientKeys)}) order by patient_id, issuer`);
  const studies: Row[] = [];
  for (let at = 0; at < studyKeys.length; at += 500) {
    const some = values(studyKeys.slice(at, at + 500));
    studies.push(...(await within.all(sql`select ${listed(studyColumns)} from study where study_key in (${some})`)));
  }
  return { patients, studies, aliases };
}

export const assignments = (row: Row, columns: readonly string[]): Query =>
  join(
    columns.map((column) => sql`${literal(column)} = ${row[column] ?? ''}`),
    ', ',
  );

/** Changes some columns of a row; names of columns are our own. */
export const updatePatient = (within: Within, key: number, row: Row): Promise<unknown> =>
  within.all(sql`update patient set ${assignments(row, Object.keys(row))} where patient_key = ${key}`);
export const updateStudy = (within: Within, key: number, row: Row): Promise<unknown> =>
  within.all(sql`update study set ${assignments(row, Object.keys(row))} where study_key = ${key}`);

/**
 * A patient that no object has named: its key lies below those of objects, and by the moment below that of every such patient
 * before it. No key comes twice, since events bring patients back under theirs.
 */
export async function insertPatient(
  within: Within,
  row: Omit<PatientRow, 'patient_key'> & Row,
  at: Date,
): Promise<number> {
  const [lowest] = await within.all<{ key: number | null }>(sql`select min(patient_key) as key from patient`);
  const key = Math.min(lowest?.key ?? 0, -at.getTime() * 1000) - 1;
  await insertPatientRow(within, { ...row, patient_key: key });
  return key;
}

export const insertPatientRow = (within: Within, row: Row): Promise<unknown> =>
  within.all(sql`
    insert into patient (${listed(patientColumns)}, study_count, series_count, instance_count)
    values (${join(
      patientColumns.map((column) => sql`${row[column] ?? ''}`),
      ', ',
    )}, 0, 0, 0)
    on conflict (patient_key) do update set ${assignments(row, patientColumns.slice(1))}`);

export const insertAlias = (within: Within, id: string, issuer: string, key: number): Promise<unknown> =>
  within.all(sql`
    insert into patient_alias (patient_id, issuer, patient_key) values (${id}, ${issuer}, ${key})
    on conflict (patient_id, issuer) do update set patient_key = ${key}`);

/** IDs that led to one patient lead to another. */
export const repointAliases = (within: Within, from: number, to: number): Promise<unknown> =>
  within.all(sql`update patient_alias set patient_key = ${to} where patient_key = ${from}`);

/** Counts of these patients anew; those without any study go, and with them the IDs that lead there. */
export async function recount(within: Within, keys: readonly number[]): Promise<void> {
  const these = values(keys);
  await within.all(sql`
    update patient set
      study_count = (select count(*) from study s where s.patient_key = patient.patient_key),
      series_count = (select coalesce(sum(s.series_count), 0) from study s where s.patient_key = patient.patient_key),
      instance_count = (select coalesce(sum(s.instance_count), 0) from study s where s.patient_key = patient.patient_key)
    where patient_key in (${these})`);
  await within.all(sql`
    delete from patient_alias where patient_key in (select patient_key from patient where patient_key in (${these}) and study_count = 0)`);
  await within.all(sql`delete from patient where patient_key in (${these}) and study_count = 0`);
}
