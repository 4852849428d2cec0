// What people put right stands in the rows of patients and studies alone: carried over from the index before, whole rows at a time.
import { type Database, join, literal, type Query, type ReadDatabase, type Row, sql } from '../database/database.ts';

/** Columns that are counted, not copied. */
const counts = new Set(['study_count', 'series_count', 'instance_count', 'bytes', 'modalities', 'sop_classes']);
/** Patients of the new index give way to those of the old under a name that no patient has. */
const parked = 'parked\\';

/** True where somebody put something right, merged, moved or protected. */
export async function hasCorrections(before: ReadDatabase): Promise<boolean> {
  const tables = new Map((await before.tables()).map(({ name, columns }) => [name, columns]));
  if (!tables.get('study')?.includes('overlay') || !tables.has('patient_event')) return false;
  const [row] = await before.all<{ n: number }>(sql`
    select (select count(*) from patient_event) + (select count(*) from patient_alias)
      + (select count(*) from study where protected <> 0 or quarantine <> '') as n`);
  return (row?.n ?? 0) > 0;
}

/** Rows of patients and studies become those of the index before; objects it did not know keep what their files say. */
export async function carryCorrections(before: ReadDatabase, after: Database): Promise<void> {
  const known = new Map((await before.tables()).map((table) => [table.name, new Set(table.columns)]));
  /** Those that the older schema has too. */
  const columns = async (name: string) =>
    (await after.tables())
      .find((table) => table.name === name)
      ?.columns.filter((each) => !counts.has(each) && known.get(name)?.has(each)) ?? [];
  const batch = (queries: readonly Query[]) => after.batch(queries, { durable: false });
  await batch([sql`update patient set nameless_study = ${parked} || patient_key || '\\' || nameless_study`]);
  const patient = await columns('patient');
  for await (const page of before.iterate<Row>(sql`select ${names(patient)} from patient`))
    await batch(page.map((row) => upsertPatient(row, patient)));
  const study = await columns('study');
  for await (const page of before.iterate<Row>(sql`select ${names(study)} from study`))
    await batch(page.map((row) => updateRow('study', 'study_key', row, study)));
  for await (const page of before.iterate<Row>(sql`select instance_key, overlay from instance where overlay <> ''`))
    await batch(page.map((row) => updateRow('instance', 'instance_key', row, ['overlay'])));
  await unpark(after, batch);
  await batch(recount);
}

const names = (columns: readonly string[]): Query => literal(columns.join(', '));

const assignments = (row: Row, columns: readonly string[]): Query =>
  join(
    columns.map((column) => sql`${literal(column)} = ${row[column] ?? null}`),
    ', ',
  );

const upsertPatient = (row: Row, columns: readonly string[]): Query => sql`
  insert into patient (${names(columns)}, study_count, series_count, instance_count)
  values (${join(
    columns.map((column) => sql`${row[column] ?? null}`),
    ', ',
  )}, 0, 0, 0)
  on conflict (patient_key) do update set ${assignments(
    row,
    columns.filter((column) => column !== 'patient_key'),
  )}`;

const updateRow = (table: string, key: string, row: Row, columns: readonly string[]): Query => sql`
  update ${literal(table)} set ${assignments(
    row,
    columns.filter((column) => column !== key),
  )} where ${literal(key)} = ${row[key] ?? null}`;

/** Patients that only files know: they get their name back, or their studies go to the patient who has it by now. */
async function unpark(after: Database, batch: (queries: readonly Query[]) => Promise<unknown>): Promise<void> {
  const left = await after.all<{ key: number; id: string; issuer: string; nameless: string }>(sql`
    select patient_key as key, patient_id as id, issuer, nameless_study as nameless from patient
    where nameless_study like ${`${parked}%`} and exists (select 1 from study s where s.patient_key = patient.patient_key)`);
  for (const { key, id, issuer, nameless } of left) {
    const own = nameless.slice(`${parked}${key}\\`.length);
    const [other] = await after.all<{ key: number }>(sql`
      select patient_key as key from patient where patient_id = ${id} and issuer = ${issuer} and nameless_study = ${own}`);
    await batch([
      other
        ? sql`update study set patient_key = ${other.key} where patient_key = ${key}`
        : sql`update patient set nameless_study = ${own} where patient_key = ${key}`,
    ]);
  }
}

const recount: readonly Query[] = [
  sql`update patient set
    study_count = (select count(*) from study s where s.patient_key = patient.patient_key),
    series_count = (select coalesce(sum(s.series_count), 0) from study s where s.patient_key = patient.patient_key),
    instance_count = (select coalesce(sum(s.instance_count), 0) from study s where s.patient_key = patient.patient_key)`,
  sql`delete from patient where study_count = 0`,
];
