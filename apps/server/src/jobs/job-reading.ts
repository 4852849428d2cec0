// Jobs and their instances as pages, commands and rules read them.
import { type Database, join, sql } from '../database/database.ts';
import { type Job, type JobInstance, type JobState, priorities } from './job.ts';
import { instanceColumns, instanceOf, jobColumns, jobOf, rowsAtOnce, texts } from './job-rows.ts';

export interface JobFilter {
  readonly states?: readonly JobState[];
  /** AE title of a peer. */
  readonly destination?: string;
  /** Only jobs older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** What waits for a peer, or was given up. */
export interface Queue {
  readonly destination: string;
  /** What is asked for waits until somebody goes on with the queue. */
  readonly isPaused: boolean;
  /** Jobs by their state. */
  readonly waiting: number;
  readonly running: number;
  readonly paused: number;
  readonly failed: number;
  /** Instances of the jobs that have not ended: all, and those that have arrived. */
  readonly instances: number;
  readonly sent: number;
  /** When the oldest job that has not ended was made, ISO 8601; '' where there is none. */
  readonly since: string;
  /** What the last try of a job that has not ended came to; '' where all is well. */
  readonly detail: string;
}

const openStates = ['waiting', 'running', 'paused'] as const satisfies readonly JobState[];

/** What pages and commands read. */
export const reading = (database: Database) => ({
  /** The newest first. */
  async list({ states = [], destination = '', before = '', limit }: JobFilter): Promise<readonly Job[]> {
    const conditions = [
      ...(states.length === 0 ? [] : [sql`state in (${texts(states)})`]),
      ...(destination === '' ? [] : [sql`destination = ${destination}`]),
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

  /** One for each destination with something to do or given up, or that is paused, by its title. */
  async queues(): Promise<readonly Queue[]> {
    const counts = await database.all(sql`
      select destination, state, count(*) as jobs, sum(total) as instances, sum(sent) as sent, min(created_at) as since
      from job where state in (${texts([...openStates, 'failed'])}) group by destination, state order by destination`);
    const words = await database.all(sql`
      select destination, detail from job where job_id in (
        select max(job_id) from job where state in (${texts(openStates)}) and detail <> '' group by destination)`);
    const paused = await database.all(sql`select destination from paused_queue order by destination`);
    const isPaused = new Set(paused.map(({ destination }) => String(destination)));
    const open = counts.filter(({ state }) => state !== 'failed');
    const byTitle = Map.groupBy(counts, (row) => String(row.destination));
    return [...new Set([...byTitle.keys(), ...isPaused])].sort().map((destination) => {
      const rows = byTitle.get(destination) ?? [];
      const jobs = (state: JobState) => Number(rows.find((row) => row.state === state)?.jobs ?? 0);
      const ours = open.filter((row) => row.destination === destination);
      const sum = (name: 'instances' | 'sent') => ours.reduce((total, row) => total + Number(row[name]), 0);
      return {
        destination,
        isPaused: isPaused.has(destination),
        ...{ waiting: jobs('waiting'), running: jobs('running'), paused: jobs('paused'), failed: jobs('failed') },
        instances: sum('instances'),
        sent: sum('sent'),
        since: ours.map(({ since }) => String(since)).sort()[0] ?? '',
        detail: String(words.find((row) => row.destination === destination)?.detail ?? ''),
      };
    });
  },

  /** Whether a more urgent job of the same kind for the same peer is due. @param now ISO 8601 */
  async isUrgentDue({ kind, destination, priority }: Pick<Job, 'kind' | 'destination' | 'priority'>, now: string) {
    const rows = await database.all(sql`
      select 1 from job where state = 'waiting' and priority < ${priorities.indexOf(priority)} and not_before <= ${now}
        and kind = ${kind} and destination = ${destination} limit 1`);
    return rows.length > 0;
  },

  /** In the order they were asked for, from a position on. */
  async instances(jobId: string, from: number, limit: number): Promise<readonly JobInstance[]> {
    const rows = await database.all(sql`select ${instanceColumns} from job_instance
      where job_id = ${jobId} and position >= ${from} order by position limit ${limit}`);
    return rows.map(instanceOf);
  },

  /**
   * Of these, the instances that a rule has given to a job for this destination, and those that it went there as, under another UID: what
   * comes back without identity would otherwise go out as one more instance each time.
   */
  async forwarded(destination: string, sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let at = 0; at < sopInstanceUids.length; at += rowsAtOnce) {
      const some = texts(sopInstanceUids.slice(at, at + rowsAtOnce));
      const byRule = sql`j.destination = ${destination} and j.kind = 'send' and substr(j.cause, 1, 5) = 'rule '`;
      const rows = await database.all(sql`
        select i.sop_instance_uid as uid from job_instance i join job j on j.job_id = i.job_id
        where i.sop_instance_uid in (${some}) and ${byRule}
        union all
        select i.sent_uid from job_instance i join job j on j.job_id = i.job_id
        where i.sent_uid <> '' and i.sent_uid in (${some}) and ${byRule}`);
      for (const row of rows) found.add(String(row.uid));
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
