// Jobs and their instances as pages, commands and rules read them.
import { type Database, join, sql } from '../database/database.ts';
import type { Job, JobInstance, JobState } from './job.ts';
import { instanceColumns, instanceOf, jobColumns, jobOf, rowsAtOnce, texts } from './job-rows.ts';

export interface JobFilter {
  readonly states?: readonly JobState[];
  /** Only jobs older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** What pages and commands read. */
export const reading = (database: Database) => ({
  /** The newest first. */
  async list({ states = [], before = '', limit }: JobFilter): Promise<readonly Job[]> {
    const conditions = [
      ...(states.length === 0 ? [] : [sql`state in (${texts(states)})`]),
      ...(before === '' ? [] : [sql`job_id < ${before}`]),
    ];
    const where = conditions.length === 0 ? sql`` : sql`where ${join(conditions, ' and ')}`;
    const rows = await database.all(sql`select ${jobColumns} from job ${where} order by job_id desc limit ${limit}`);
    return rows.map(jobOf);
  },

  async get(jobId: string): Promise<Job | undefined> {
    const [row] = await database.all(sql`select ${jobColumns} from job where job_id = ${jobId}`);
    return row && jobOf(row);
  },

  /** In the order they were asked for, from a position on. */
  async instances(jobId: string, from: number, limit: number): Promise<readonly JobInstance[]> {
    const rows = await database.all(sql`select ${instanceColumns} from job_instance
      where job_id = ${jobId} and position >= ${from} order by position limit ${limit}`);
    return rows.map(instanceOf);
  },

  /** Of these, the instances that a rule has given to a job for this destination. */
  async forwarded(destination: string, sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let at = 0; at < sopInstanceUids.length; at += rowsAtOnce) {
      const rows = await database.all(sql`
        select i.sop_instance_uid from job_instance i join job j on j.job_id = i.job_id
        where i.sop_instance_uid in (${texts(sopInstanceUids.slice(at, at + rowsAtOnce))})
          and j.destination = ${destination} and j.kind = 'send' and substr(j.cause, 1, 5) = 'rule '`);
      for (const row of rows) found.add(String(row.sop_instance_uid));
    }
    return found;
  },

  /** How many instances were given up, and why the first of them. */
  async failures(jobId: string): Promise<{ readonly count: number; readonly detail: string }> {
    const rows = await database.all<{ detail: string }>(sql`select detail from job_instance
      where job_id = ${jobId} and state = 'failed' order by position`);
    return { count: rows.length, detail: rows[0]?.detail ?? '' };
  },
});
