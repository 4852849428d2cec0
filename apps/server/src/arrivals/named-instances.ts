// What somebody named of a study, before or after it came: which of it is missing, and whether more is being made.
import { type Database, join, type Query, sql } from '../database/database.ts';
import type { Expectation } from './arrival-rows.ts';

/** An instance that somebody named before, or after, it came. */
export interface NamedInstance {
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

/** Rows in one statement. */
const rowsAtOnce = 500;

/** The names, and how many of all that were named are missing of a study that was judged before. */
export function namedInstanceRows(
  study: string,
  instances: readonly NamedInstance[],
  { source, saidAt }: Pick<Expectation, 'source' | 'saidAt'>,
): Query[] {
  const rows = instances.map(
    (each) =>
      sql`(${study}, ${each.seriesInstanceUid}, ${each.sopInstanceUid}, ${each.sopClassUid}, ${source}, ${saidAt})`,
  );
  const statements: Query[] = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    statements.push(sql`
      insert into expected_instance (study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid, source, said_at)
      values ${join(rows.slice(at, at + rowsAtOnce), ', ')}
      on conflict (study_instance_uid, sop_instance_uid, source) do nothing`);
  return [...statements, recountMissing(study)];
}

/** What one who named instances of some series says no more. */
export const withoutNames = (study: string, series: readonly string[], source: string): Query[] => {
  const statements: Query[] = [];
  for (let at = 0; at < series.length; at += rowsAtOnce)
    statements.push(sql`
      delete from expected_instance where study_instance_uid = ${study} and source = ${source}
        and series_instance_uid in (${join(
          series.slice(at, at + rowsAtOnce).map((uid) => sql`${uid}`),
          ', ',
        )})`);
  return statements;
};

/** One that lies in another study is no part of this one. */
const isAbsent = sql`not exists (
  select 1 from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
  where i.sop_instance_uid = x.sop_instance_uid and s.study_instance_uid = x.study_instance_uid)`;

/** Each once, however many named it. */
const namedAndAbsent = (study: string): Query => sql`
  select min(x.series_instance_uid) as series_instance_uid, x.sop_instance_uid, min(x.sop_class_uid) as sop_class_uid
  from expected_instance x where x.study_instance_uid = ${study} and ${isAbsent} group by x.sop_instance_uid`;

export interface MissingInstance extends NamedInstance {
  /** The study in which it is, '' where it is nowhere. */
  readonly elsewhere: string;
}

/** Instances that were named and are not here. */
export async function missingOf(
  database: Pick<Database, 'all'>,
  study: string,
  limit: number,
): Promise<MissingInstance[]> {
  const rows = await database.all(sql`
    select m.series_instance_uid, m.sop_instance_uid, m.sop_class_uid, (
      select s.study_instance_uid from instance i join series e on e.series_key = i.series_key
        join study s on s.study_key = e.study_key where i.sop_instance_uid = m.sop_instance_uid) as elsewhere
    from (${namedAndAbsent(study)}) m order by m.series_instance_uid, m.sop_instance_uid limit ${limit}`);
  return rows.map((row) => ({
    seriesInstanceUid: String(row.series_instance_uid),
    sopInstanceUid: String(row.sop_instance_uid),
    sopClassUid: String(row.sop_class_uid),
    elsewhere: String(row.elsewhere ?? ''),
  }));
}

/** How many were named and are not here: of each series, and of the study as a whole under ''. */
export async function missingCounts(
  database: Pick<Database, 'all'>,
  study: string,
): Promise<(seriesInstanceUid: string) => number> {
  const rows = await database.all(sql`
    select m.series_instance_uid, count(*) as missing from (${namedAndAbsent(study)}) m group by m.series_instance_uid`);
  const counts = new Map(rows.map((row) => [String(row.series_instance_uid), Number(row.missing)]));
  counts.set(
    '',
    rows.reduce((sum, row) => sum + Number(row.missing), 0),
  );
  return (series) => counts.get(series) ?? 0;
}

/** Of a study that counts as complete: what is missing may be named later, and may come. */
export const recountMissing = (study: string): Query => recountMissingOf(sql`(${study})`);

/** @param studies UIDs, as the list of a statement */
export const recountMissingOf = (studies: Query): Query => sql`
  update completion set missing = (
    select count(distinct x.sop_instance_uid) from expected_instance x
    where x.study_instance_uid = completion.study_instance_uid and ${isAbsent})
  where study_instance_uid in ${studies} and series_instance_uid = ''`;

/** Whether a performed procedure step of the study has begun and not ended. PS3.4 F.7. */
export async function isBeingPerformed(database: Pick<Database, 'all'>, study: string): Promise<boolean> {
  const rows = await database.all(sql`
    select 1 from performed_step where study_instance_uid = ${study} and state = 'IN PROGRESS' limit 1`);
  return rows.length > 0;
}
