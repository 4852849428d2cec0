// An act is taken back: rows are again what they were, and what came under it meanwhile is placed as if it came now.
import type { Received } from '../archive/place-study.ts';
import { type Row, sql } from '../database/database.ts';
import { type Moment, ReconciliationError } from './reconciliation.ts';
import {
  assignments,
  insertAlias,
  insertPatient,
  insertPatientRow,
  patientByAlias,
  patientById,
  patientByKey,
  recount,
  type Snapshot,
  type StudyRow,
  updateStudy,
  values,
  type Within,
} from './rows.ts';
import { groups, showAs } from './shown.ts';

/** The study that the act was about: one that was deleted for good and came anew under its UID is another. */
const putBackStudy = (within: Within, { study_key: key, ...row }: Row): Promise<unknown> =>
  within.all(sql`
    update study set ${assignments(row, Object.keys(row))}
    where study_key = ${key ?? 0} and study_instance_uid = ${row.study_instance_uid ?? ''}`);

/** `after` says what the act made, and goes. Throws ReconciliationError. */
export async function takeBack(within: Within, before: Snapshot, after: Snapshot, moment: Moment): Promise<void> {
  for (const study of before.studies) await checkNotTakenOut(within, study);
  for (const row of after.aliases)
    await within.all(
      sql`delete from patient_alias where patient_id = ${row.patient_id ?? ''} and issuer = ${row.issuer ?? ''}`,
    );
  for (const row of before.patients) {
    await checkOwnKey(within, row, after);
    await insertPatientRow(within, row);
  }
  for (const row of before.studies) await putBackStudy(within, row);
  for (const row of before.aliases)
    await insertAlias(within, String(row.patient_id), String(row.issuer), Number(row.patient_key));
  const keys = new Set([...before.patients, ...after.patients].map(({ patient_key: key }) => Number(key)));
  if (keys.size === 0) return;
  await forgetRejected(within, [...keys], after);
  const own = new Set(before.studies.map(({ study_key: key }) => key));
  for (const study of await coercedStudies(within, [...keys]))
    if (!own.has(study.study_key)) keys.add(await placeAnew(within, study, moment));
  await recount(within, [...keys]);
}

/** A study that is rejected comes back with what was put right about it. Throws ReconciliationError. */
async function checkNotTakenOut(within: Within, { study_instance_uid: uid = '' }: Row): Promise<void> {
  const [found] = await within.all(sql`select 1 as one from rejected_study where study_instance_uid = ${uid}`);
  if (found)
    throw new ReconciliationError(
      'in-the-way',
      `the study ${uid} is taken out: put it back, or delete it for good, first`,
    );
}

/** Somebody else's row is never overwritten. Throws ReconciliationError. */
async function checkOwnKey(within: Within, row: Row, after: Snapshot): Promise<void> {
  if (after.patients.some(({ patient_key: key }) => key === row.patient_key)) return;
  const now = await patientByKey(within, Number(row.patient_key));
  if (now && (now.patient_id !== row.patient_id || now.issuer !== row.issuer))
    throw new ReconciliationError('in-the-way', `another patient has taken the place of ${row.patient_id}`);
}

/** What was rejected of studies that came under it is placed anew when it comes back, and no ID leads there any more. */
async function forgetRejected(within: Within, patientKeys: readonly number[], after: Snapshot): Promise<void> {
  await within.all(sql`delete from rejected_study
    where patient_key in (${values(patientKeys)}) and overlay like ${'%"reason":"COERCE"%'}`);
  for (const { patient_id: id = '', issuer = '' } of after.aliases)
    await within.all(sql`delete from rejected_alias where patient_id = ${id} and issuer = ${issuer}`);
}

interface Arrived extends StudyRow {
  readonly received: string;
}

/** Of these patients, those that were given their values when they came, and that nobody has put right since. */
const coercedStudies = (within: Within, patientKeys: readonly number[]): Promise<readonly Arrived[]> =>
  within.all<Arrived>(sql`
    select study_key, patient_key, study_instance_uid, attributes, overlay, quarantine, protected, received from study
    where patient_key in (${values(patientKeys)}) and overlay like ${'%"reason":"COERCE"%'} and quarantine = '' and received <> ''`);

const asReceived = ({ patientId, issuer, name, birthDate, sex }: Received) => ({
  ...{ patient_id: patientId, issuer, nameless_study: '', name, birth_date: birthDate, sex, attributes: '{}' },
  ...{ corrected: 0, ...groups(name, 'name') },
});

/** The patient it is now of. */
async function placeAnew(within: Within, study: Arrived, moment: Moment): Promise<number> {
  const received: Received = JSON.parse(study.received);
  const { patientId, issuer, name, birthDate, sex } = received;
  if (patientId === '') return study.patient_key;
  const led = await patientByAlias(within, patientId, issuer);
  const patient = led ?? (await patientById(within, patientId, issuer));
  if (patient && (led || patient.corrected === 1)) {
    await showAs(within, [{ ...study, overlay: '' }], patient, moment, 'COERCE');
    return patient.patient_key;
  }
  const key = patient?.patient_key ?? (await insertPatient(within, asReceived(received), moment.at));
  await updateStudy(within, study.study_key, {
    patient_key: key,
    patient_name: name,
    ...groups(name, 'patient'),
    patient_birth_date: birthDate,
    patient_sex: sex,
    overlay: '',
  });
  return key;
}
