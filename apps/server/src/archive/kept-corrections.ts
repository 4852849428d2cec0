// What was put right about a study outlives its rejection: kept beside the rejected objects, and laid over again with the first that comes back (decision 0222).
import { type Database, literal, type Query, type Row, sql } from '../database/database.ts';
import { parseOverlay, writeOverlay } from '../patients/overlay.ts';
import { demographicsOf, type PatientRow } from './place-study.ts';

type Within = Pick<Database, 'all'>;

const studyColumns = [
  ...['study_date', 'study_time', 'accession_number', 'study_id', 'description'],
  ...['referring_alphabetic', 'referring_ideographic', 'referring_phonetic', 'attributes'],
];
const patientColumns = [
  ...['patient_id', 'issuer', 'nameless_study', 'name', 'name_alphabetic', 'name_ideographic', 'name_phonetic'],
  ...['birth_date', 'sex', 'corrected'],
];
const listed = (columns: readonly string[], alias = ''): Query =>
  literal(columns.map((column) => `${alias}${column}`).join(', '));

const emptied = sql`study_key in (select study_key from touched) and instance_count = 0`;

/** Of studies and patients that are about to go with their last objects, in the transaction that rejects these. */
export const keepCorrections: readonly Query[] = [
  sql`delete from rejected_study where study_instance_uid in (select study_instance_uid from study where ${emptied})`,
  sql`insert into rejected_study (study_instance_uid, overlay, ${listed(studyColumns)}, patient_key, patient_attributes, ${listed(patientColumns)})
    select s.study_instance_uid, s.overlay, ${listed(studyColumns, 's.')}, p.patient_key, p.attributes, ${listed(patientColumns, 'p.')}
    from study s join patient p on p.patient_key = s.patient_key
    where s.study_key in (select study_key from touched) and s.instance_count = 0
      and (s.overlay <> '' or (p.nameless_study <> '' and p.patient_id <> '' and s.quarantine = ''))`,
  sql`insert into rejected_alias (patient_id, issuer, of_patient_id, of_issuer, of_nameless_study)
    select a.patient_id, a.issuer, p.patient_id, p.issuer, p.nameless_study
    from patient_alias a join patient p on p.patient_key = a.patient_key
    where p.patient_key in (select patient_key from bereft) and p.study_count = 0
    on conflict (patient_id, issuer) do nothing`,
  sql`delete from patient_alias where patient_key in (
    select patient_key from patient where patient_key in (select patient_key from bereft) and study_count = 0)`,
];

/** Nothing of the study can come back any more. */
export const forgetCorrections = (studyInstanceUid: string): Query => sql`
  delete from rejected_study where study_instance_uid = ${studyInstanceUid}
    and not exists (select 1 from rejected r where r.study_instance_uid = ${studyInstanceUid})`;

/**
 * Counts of what an object came back to. A new one counts what it makes by its number; one that comes back may find its study
 * and its series there, under the keys that it once gave them.
 */
const recountFrom = (studyInstanceUid: string): readonly Query[] => [
  sql`update study set series_count = (select count(*) from series e where e.study_key = study.study_key)
    where study_instance_uid = ${studyInstanceUid}`,
  recount(sql`patient_key = (select patient_key from study where study_instance_uid = ${studyInstanceUid})`),
];

interface Saved extends Row, PatientRow {
  readonly study_instance_uid: string;
  readonly overlay: string;
}

/** Within the transaction that put an object back: where it made its study anew, that is as it was. Of a study that came again meanwhile nothing is changed. */
export async function putBackCorrections(within: Within, studyInstanceUid: string): Promise<void> {
  for (const query of recountFrom(studyInstanceUid)) await within.all(query);
  const [study] = await within.all(sql`
    select study_key, patient_key, instance_count from study where study_instance_uid = ${studyInstanceUid}`);
  if (study?.instance_count !== 1) return;
  const [saved] = await within.all<Saved>(
    sql`select * from rejected_study where study_instance_uid = ${studyInstanceUid}`,
  );
  if (saved) await putRight(within, { key: Number(study.study_key), made: Number(study.patient_key) }, saved);
  await within.all(sql`delete from rejected_study where study_instance_uid = ${studyInstanceUid}`);
  await leadAgain(within, studyInstanceUid);
}

interface Study {
  readonly key: number;
  /** The patient that its object alone made it one of. */
  readonly made: number;
}

async function putRight(within: Within, { key, made }: Study, saved: Saved): Promise<void> {
  const layer = parseOverlay(saved.overlay);
  const isOfPatient = layer?.values.PatientID !== undefined || saved.nameless_study !== '';
  await within.all(sql`update study set overlay = ${saved.overlay}, quarantine = '',
    ${columnsFrom(studyColumns)} where study_key = ${key}`);
  if (!isOfPatient) return;
  const owner = await ownerOf(within, made, saved);
  const [patient] = await within.all<Saved>(sql`select * from patient where patient_key = ${owner}`);
  if (!patient) return;
  const overlay = layer && writeOverlay({ ...layer, values: { ...layer.values, ...demographicsOf(patient) } });
  await within.all(sql`
    update study set patient_key = p.patient_key, overlay = ${overlay ?? ''}, patient_name = p.name,
      patient_alphabetic = p.name_alphabetic, patient_ideographic = p.name_ideographic, patient_phonetic = p.name_phonetic,
      patient_birth_date = p.birth_date, patient_sex = p.sex
    from patient p where p.patient_key = ${owner} and study.study_key = ${key}`);
  for (const query of recounted([made, owner])) await within.all(query);
}

/** The values that were kept, for the row of the study. */
const columnsFrom = (columns: readonly string[]): Query =>
  literal(
    columns
      .map(
        (column) =>
          `${column} = (select k.${column} from rejected_study k where k.study_instance_uid = study.study_instance_uid)`,
      )
      .join(', '),
  );

/** Whoever has the ID by now, or to whom it leads; else the patient as it was, under its key, by which events know it. */
async function ownerOf(within: Within, made: number, saved: Saved): Promise<number> {
  const [fresh] = await within.all(sql`select 1 as one from patient where patient_key = ${made} and study_count = 1`);
  const [there] = await within.all<{ key: number }>(sql`
    select a.patient_key as key from patient_alias a
    where a.patient_id = ${saved.patient_id} and a.issuer = ${saved.issuer} and ${saved.nameless_study} = ''
    union all
    select p.patient_key as key from patient p where p.patient_id = ${saved.patient_id} and p.issuer = ${saved.issuer}
      and p.nameless_study = ${saved.nameless_study}`);
  if (there && (there.key !== made || !fresh)) return there.key;
  const own = sql`where k.study_instance_uid = ${saved.study_instance_uid}`;
  // What the object alone made it one of is nobody yet.
  if (fresh && (there || made === saved.patient_key)) {
    const set = literal(patientColumns.map((column) => `${column} = k.${column}`).join(', '));
    await within.all(sql`update patient set ${set}, attributes = k.patient_attributes from rejected_study k
      ${own} and patient.patient_key = ${made}`);
    return made;
  }
  const [taken] = await within.all(sql`select 1 as one from patient where patient_key = ${saved.patient_key}`);
  if (taken) return made;
  await within.all(sql`
    insert into patient (patient_key, attributes, study_count, series_count, instance_count, ${listed(patientColumns)})
    select k.patient_key, k.patient_attributes, 0, 0, 0, ${listed(patientColumns, 'k.')} from rejected_study k ${own}`);
  return saved.patient_key;
}

const recount = (which: Query): Query => sql`
  update patient set
    study_count = (select count(*) from study s where s.patient_key = patient.patient_key),
    series_count = (select coalesce(sum(s.series_count), 0) from study s where s.patient_key = patient.patient_key),
    instance_count = (select coalesce(sum(s.instance_count), 0) from study s where s.patient_key = patient.patient_key)
  where ${which}`;

const recounted = (keys: readonly [number, number]): readonly Query[] => {
  const these = sql`patient_key in (${keys[0]}, ${keys[1]})`;
  return [recount(these), sql`delete from patient where ${these} and study_count = 0`];
};

/** IDs that led to the patient of the study lead there again, unless somebody has them meanwhile. */
async function leadAgain(within: Within, studyInstanceUid: string): Promise<void> {
  const led = await within.all<{ id: string; issuer: string; key: number }>(sql`
    select r.patient_id as id, r.issuer, p.patient_key as key
    from study s join patient p on p.patient_key = s.patient_key
      join rejected_alias r on r.of_patient_id = p.patient_id and r.of_issuer = p.issuer and r.of_nameless_study = p.nameless_study
    where s.study_instance_uid = ${studyInstanceUid}`);
  for (const { id, issuer, key } of led) {
    await within.all(sql`
      insert into patient_alias (patient_id, issuer, patient_key)
      select ${id}, ${issuer}, cast(${key} as integer) where not exists (
        select 1 from patient o where o.patient_id = ${id} and o.issuer = ${issuer} and o.nameless_study = '')
      on conflict (patient_id, issuer) do nothing`);
    await within.all(sql`delete from rejected_alias where patient_id = ${id} and issuer = ${issuer}`);
  }
}
