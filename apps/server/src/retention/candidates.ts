// Which studies may go by themselves: by age, never what is protected, still comes in, waits to be put right, is still to be sent, or was committed.
import { kindsWithFile } from '../archive/conflicts.ts';
import { isAnswered, isClosed, isSent, mayGo } from '../archive/going-by-itself.ts';
import { type Database, type Query, sql } from '../database/database.ts';
import type { RetentionRule } from '../settings/retention.ts';

export interface Candidate {
  readonly studyInstanceUid: string;
  readonly bytes: number;
  readonly receivedAt: string;
  readonly patientName: string;
  readonly studyDate: string;
}

export interface Recyclable extends Candidate {
  /** Bytes that go with it and are not in `bytes`. */
  readonly beside: number;
}

const columns = sql`s.study_instance_uid as "studyInstanceUid", s.bytes, s.received_at as "receivedAt",
  s.patient_name as "patientName", s.study_date as "studyDate"`;

const day = 86_400_000; // ms

/** The oldest first, so many at most. */
export function expired(
  database: Pick<Database, 'all'>,
  rule: RetentionRule,
  now: Date,
  limit: number,
): Promise<readonly Candidate[]> {
  const before = new Date(now.getTime() - rule.olderThan * day).toISOString();
  const age: Query =
    rule.by === 'reception' ? sql`s.received_at < ${before}` : isDatedBefore(before.slice(0, 10).replaceAll('-', ''));
  const modality =
    rule.modality === undefined
      ? sql`1 = 1`
      : sql`'\\' || s.modalities || '\\' like ${`%\\${rule.modality}\\%`} escape '!'`;
  const from = rule.from === undefined ? sql`1 = 1` : sql`${sentBy(rule.from)}`;
  return database.all<Candidate>(sql`
    select ${columns} from study s where ${age} and ${modality} and ${from} and ${mayGo}
    order by s.received_at, s.study_key limit ${limit}`);
}

/** A study without a date that can be read has no age; one of a month or a year alone is as young as its last day. PS3.5 6.2 */
const isDatedBefore = (date: string): Query => sql`s.study_date > '' and s.study_date < ${date}
  and substr(s.study_date || '9999', 1, 8) < ${date} and length(s.study_date) in (4, 6, 8)
  and s.study_date not like '%-%' and s.study_date not like '%.%'`;

/** The study's row has the number of its first object; where that is gone, any of the others says who sent it. */
function sentBy(aeTitle: string): Query {
  const pattern = `%"callingAeTitle":${JSON.stringify(aeTitle).replace(/[!%_]/g, '!$&')}%`;
  const first = sql`select 1 from instance f where f.instance_key = s.study_key`;
  return sql`(exists (${first} and f.received_by like ${pattern} escape '!')
    or not exists (${first}) and exists (
      select 1 from series e join instance i on i.series_key = e.series_key
      where e.study_key = s.study_key and i.received_by like ${pattern} escape '!'))`;
}

/** What goes with a study that is deleted for good: what was taken out of it before, and what was put aside. */
const bytesBeside = sql`
  (select coalesce(sum(r.size), 0) from rejected r where r.study_instance_uid = s.study_instance_uid)
  + (select coalesce(sum(c.size), 0) from conflict c
    where c.study_instance_uid = s.study_instance_uid and c.kind in ${kindsWithFile})`;

/** Those that came first. */
export const oldest = (database: Pick<Database, 'all'>, limit: number): Promise<readonly Recyclable[]> =>
  database.all<Recyclable>(sql`
    select ${columns}, ${bytesBeside} as beside from study s where ${mayGo} order by s.received_at, s.study_key limit ${limit}`);

/** What keeps a study from going by itself. */
export interface Keeping {
  readonly studyInstanceUid: string;
  readonly isProtected: boolean;
  /** Why it waits in quarantine; '' where it does not. */
  readonly quarantine: string;
  /** Peers that were told it is committed, and when last, ISO 8601. */
  readonly committed: readonly { readonly peer: string; readonly at: string }[];
  readonly isOnItsWay: boolean;
  readonly awaitsCommitment: boolean;
  /** Something came to it of late, and nothing is decided about that yet. */
  readonly isComingIn: boolean;
  /** Of its instances, those that are kept for a while only. */
  readonly temporary: number;
}

/** Undefined where the study is not here. */
export async function keepingOf(database: Pick<Database, 'all'>, study: string): Promise<Keeping | undefined> {
  const [row] = await database.all(sql`
    select s.protected, s.quarantine, case when ${isSent} then 1 else 0 end as is_sent,
      case when ${isAnswered} then 1 else 0 end as is_answered,
      case when ${isClosed} then 1 else 0 end as is_closed,
      (select count(*) from series e join instance i on i.series_key = e.series_key
        join temporary_instance t on t.sop_instance_uid = i.sop_instance_uid where e.study_key = s.study_key) as temporary
    from study s where s.study_instance_uid = ${study}`);
  if (!row) return undefined;
  return {
    studyInstanceUid: study,
    isProtected: row.protected === 1,
    quarantine: String(row.quarantine),
    committed: await database.all<Keeping['committed'][number]>(sql`
      select peer, committed_at as at from committed_study where study_instance_uid = ${study} order by peer`),
    isOnItsWay: row.is_sent === 0,
    awaitsCommitment: row.is_answered === 0,
    isComingIn: row.is_closed === 0,
    temporary: Number(row.temporary),
  };
}

/**
 * Studies whose instances were all rejected before that moment, and of which nothing was committed to a peer. Grouped by an expression:
 * an index by study would be walked through for the column itself, and what is young with it.
 */
export const rejectedBefore = async (database: Pick<Database, 'all'>, moment: string, limit: number) =>
  (
    await database.all<{ study: string }>(sql`
      select r.study_instance_uid || '' as study from rejected r
      where r.rejected_at < ${moment}
        and not exists (select 1 from committed_study c where c.study_instance_uid = r.study_instance_uid)
        and not exists (select 1 from rejected l
          where l.study_instance_uid = r.study_instance_uid and l.rejected_at >= ${moment})
      group by r.study_instance_uid || '' order by max(r.rejected_at) limit ${limit}`)
  ).map(({ study }) => study);
