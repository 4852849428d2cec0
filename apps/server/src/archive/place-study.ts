// Whose a new study is: the patient of its (ID, issuer), unless what it says contradicts what is known of that patient.
import type { DataSet } from '@concord/dicom';
import { type Database, sql } from '../database/database.ts';
import { tolerantly } from '../patients/compare-patients.ts';
import { dateTimeOf, type Overlay } from '../patients/overlay.ts';
import type { Configuration } from '../settings/settings.ts';
import { describePerson, identityOf, type PatientIdentity } from './describe-instance.ts';

/** What an object that is stored contradicts: the patient of its study, that patient's name or birth date, its series' study. */
export type Contradiction = 'other patient' | 'other demographics' | 'series in two studies';

/** What the objects of a study say of their patient. */
export interface Received {
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** The row of the patient a study belongs to, and what the study's own row says beside. */
export interface Placement extends PatientIdentity {
  /** Why it is apart from the patient whose ID it bears; '' where it is not. */
  readonly quarantine: string;
  readonly overlay: Overlay | undefined;
}

export interface PlacingParts {
  readonly database: Pick<Database, 'all'>;
  readonly conflicts: Configuration['patientConflicts'];
  /** (0400,0563) of what is coerced. */
  readonly system: string;
  readonly now: () => Date;
}

export const receivedOf = (header: DataSet): Received => {
  const { patientId, issuer } = identityOf(header, '');
  return { patientId, issuer, ...describePerson(header) };
};

/** Compared with what the study's first object says, whatever was put right since. */
export function contradictionsOf(own: Received, first: Received): readonly Contradiction[] {
  if (own.patientId !== first.patientId || own.issuer !== first.issuer) return ['other patient'];
  if (own.name === first.name && own.birthDate === first.birthDate) return [];
  return tolerantly(own, first).length > 0 ? ['other demographics'] : [];
}

/** What identifies a patient in the index. */
export interface PatientRow {
  readonly patient_key: number;
  readonly patient_id: string;
  readonly issuer: string;
  readonly nameless_study: string;
  readonly name: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly corrected: number;
}

interface FoundPatient extends PatientRow {
  /** 1: by an ID that leads to it. */
  readonly known_as: number;
}

const patientColumns = sql`p.patient_key, p.patient_id, p.issuer, p.nameless_study, p.name, p.birth_date, p.sex, p.corrected`;

/** The patient's part of an overlay: everything by which a person is named. */
export const demographicsOf = ({
  patient_id,
  issuer,
  name,
  birth_date,
  sex,
}: Omit<PatientRow, 'patient_key' | 'nameless_study' | 'corrected'>) => ({
  PatientID: one(patient_id),
  IssuerOfPatientID: one(issuer),
  PatientName: one(name),
  PatientBirthDate: one(birth_date),
  PatientSex: one(sex),
});
const one = (value: string): readonly string[] => (value === '' ? [] : [value]);

/** Whoever is known under the ID, those to whom another ID leads first. */
const patientsOf = (database: Pick<Database, 'all'>, { patientId, issuer }: PatientIdentity) =>
  database.all<FoundPatient>(sql`
    select ${patientColumns}, 1 as known_as from patient_alias a join patient p on p.patient_key = a.patient_key
    where a.patient_id = ${patientId} and a.issuer = ${issuer}
    union all
    select ${patientColumns}, 0 as known_as from patient p
    where p.patient_id = ${patientId} and p.issuer = ${issuer} and p.nameless_study = ''`);

/** Undefined where the study is known already. Only a new study costs more than one read. */
export async function placeStudy(
  header: DataSet,
  studyInstanceUid: string,
  parts: PlacingParts,
): Promise<Placement | undefined> {
  const { database } = parts;
  const own = { ...identityOf(header, studyInstanceUid), quarantine: '', overlay: undefined };
  // Asked together: the answers come in one turn.
  const [[known], [found]] = await Promise.all([
    database.all(sql`select study_key from study where study_instance_uid = ${studyInstanceUid}`),
    own.patientId === '' ? [] : patientsOf(database, own),
  ]);
  if (known) return undefined;
  if (!found) return own;
  const received = receivedOf(header);
  const contradicted = await contradictions(received, found, database);
  if (contradicted.length > 0 && parts.conflicts !== 'accept')
    return apart(own, received, contradicted, studyInstanceUid, parts);
  const identity = { patientId: found.patient_id, issuer: found.issuer, namelessStudy: found.nameless_study };
  const overlay = found.known_as === 1 || found.corrected === 1 ? coercion(demographicsOf(found), parts) : undefined;
  return { ...own, ...identity, overlay };
}

/** What was put right counts, and so does what earlier objects said before that. */
async function contradictions(received: Received, patient: FoundPatient, database: PlacingParts['database']) {
  const found = tolerantly(received, { name: patient.name, birthDate: patient.birth_date });
  if (found.length === 0 || (patient.corrected === 0 && patient.known_as === 0)) return found;
  const rows = await database.all<{ received: string }>(sql`
    select distinct received from study where patient_key = ${patient.patient_key} and received <> '' limit 100`);
  const agrees = rows.some((row) => {
    const earlier: Received = JSON.parse(row.received);
    return tolerantly(received, earlier).length === 0;
  });
  return agrees ? [] : found;
}

const coercion = (values: Overlay['values'], { system, now }: PlacingParts): Overlay => ({
  values,
  at: dateTimeOf(now()),
  by: system,
  reason: 'COERCE',
});

/** A row of its own, under the same ID and marked, or under an ID that nobody has. */
async function apart(
  own: Placement,
  received: Received,
  contradicted: readonly string[],
  study: string,
  parts: PlacingParts,
): Promise<Placement> {
  const why = `${contradicted.join(' and ')} contradict${contradicted.length === 1 ? 's' : ''} what is known of patient ${own.patientId}`;
  if (parts.conflicts === 'quarantine') return { ...own, namelessStudy: study, quarantine: why };
  const patientId = await freeId(own, received, parts.database);
  return { ...own, patientId, quarantine: why, overlay: coercion({ PatientID: [patientId] }, parts) };
}

/** `PID001-2` and so on: the first that is free, or belongs to whom the study names. LO, 64 characters. */
async function freeId({ patientId, issuer }: Placement, received: Received, database: PlacingParts['database']) {
  for (let number = 2; ; number += 1) {
    const candidate = `${patientId.slice(0, 56)}-${number}`;
    const [taken] = await database.all<PatientRow>(sql`
      select ${patientColumns} from patient p
      where p.patient_id = ${candidate} and p.issuer = ${issuer} and p.nameless_study = ''`);
    if (!taken || tolerantly(received, { name: taken.name, birthDate: taken.birth_date }).length === 0)
      return candidate;
  }
}
