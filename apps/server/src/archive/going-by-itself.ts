// What of a study may go though nobody decided it: asked for the list of those that may, and again in the transaction that takes each out.
import { sql } from '../database/database.ts';

/** Jobs in which an instance of the study `s` stands. */
const jobsOfStudy = sql`series e join instance i on i.series_key = e.series_key
    join job_instance ji on ji.sop_instance_uid = i.sop_instance_uid`;

/** Whether nothing of the study `s` is still on its way to somebody; also where sending failed, until the job is cancelled. */
export const isSent = sql`not exists (
    select 1 from ${jobsOfStudy} join job j on j.job_id = ji.job_id
    where e.study_key = s.study_key and ji.state <> 'sent' and j.state <> 'cancelled' and j.kind = 'send')`;

/** The same of the instance `i` alone. */
export const isInstanceSent = sql`not exists (
    select 1 from job_instance ji join job j on j.job_id = ji.job_id
    where ji.sop_instance_uid = i.sop_instance_uid and ji.state <> 'sent' and j.state <> 'cancelled' and j.kind = 'send')`;

/** Whether no peer was told that something of the study `s` is committed here. */
export const isUncommitted = sql`not exists (
    select 1 from committed_study c where c.study_instance_uid = s.study_instance_uid)`;

/** Whether no commitment of a peer to something of the study `s` is waited for. */
export const isAnswered = sql`not exists (
    select 1 from ${jobsOfStudy} join commitment_transaction t on t.job_id = ji.job_id
    where e.study_key = s.study_key and t.asked = 'by us' and t.reported_at = '')`;

/** Whether everything is decided about it: while it comes in no rule has sent it yet, and a part of it would be left behind. */
export const isClosed = sql`s.is_open = 0`;

/** Whether the study `s` is neither protected nor waits to be put right, and nobody was told that it stays. */
export const isNobodys = sql`s.protected = 0 and s.quarantine = '' and ${isUncommitted}`;

/** Of the whole study `s`. */
export const mayGo = sql`${isNobodys} and ${isClosed} and ${isSent} and ${isAnswered}`;
