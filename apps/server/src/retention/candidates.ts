// Which studies may go by themselves: by age, never what is protected, waits to be put right, sent or committed.
import { type Database, type Query, sql } from '../database/database.ts';
import type { RetentionRule } from '../settings/retention.ts';

export interface Candidate {
  readonly studyInstanceUid: string;
  readonly bytes: number;
  readonly receivedAt: string;
}

const ofStudy = sql`from instance i join series e on e.series_key = i.series_key
  where e.study_key = s.study_key and i.sop_instance_uid = ji.sop_instance_uid`;

/**
 * Not protected, not in quarantine, nothing of it still on its way to somebody (also where sending failed), nothing that others were
 * told is committed here, and nothing whose commitment is still waited for.
 */
const mayGo = sql`s.protected = 0 and s.quarantine = ''
  and not exists (
    select 1 from job_instance ji join job j on j.job_id = ji.job_id
    where ji.state <> 'sent' and j.state <> 'cancelled' and j.kind = 'send' and exists (select 1 ${ofStudy}))
  and not exists (
    select 1 from commitment_transaction t join job_instance ji on ji.job_id = t.job_id
    where (t.asked = 'of us' or t.reported_at = '') and exists (select 1 ${ofStudy}))`;

const columns = sql`s.study_instance_uid as "studyInstanceUid", s.bytes, s.received_at as "receivedAt"`;

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
    rule.by === 'reception'
      ? sql`s.received_at < ${before}`
      : // A study without a date has no age.
        sql`s.study_date > '' and s.study_date < ${before.slice(0, 10).replaceAll('-', '')}`;
  const modality =
    rule.modality === undefined
      ? sql`1 = 1`
      : sql`'\\' || s.modalities || '\\' like ${`%\\${rule.modality}\\%`} escape '!'`;
  const from = rule.from === undefined ? sql`1 = 1` : sql`${sentBy(rule.from)}`;
  return database.all<Candidate>(sql`
    select ${columns} from study s where ${age} and ${modality} and ${from} and ${mayGo}
    order by s.received_at, s.study_key limit ${limit}`);
}

/** The study's row has the number of its first object. */
const sentBy = (aeTitle: string): Query => sql`exists (
  select 1 from instance f where f.instance_key = s.study_key
    and f.received_by like ${`%"callingAeTitle":${JSON.stringify(aeTitle).replace(/[!%_]/g, '!$&')}%`} escape '!')`;

/** Those that came first. */
export const oldest = (database: Pick<Database, 'all'>, limit: number): Promise<readonly Candidate[]> =>
  database.all<Candidate>(sql`
    select ${columns} from study s where ${mayGo} order by s.received_at, s.study_key limit ${limit}`);

/** Studies whose instances were all rejected before that moment. */
export const rejectedBefore = async (database: Pick<Database, 'all'>, moment: string, limit: number) =>
  (
    await database.all<{ study: string }>(sql`
      select study_instance_uid as study from rejected group by study_instance_uid
      having max(rejected_at) < ${moment} order by max(rejected_at) limit ${limit}`)
  ).map(({ study }) => study);
