// Jobs in the index: made, taken under a lease, ended, and what people may do with them.
import { randomBytes } from 'node:crypto';
import { type Database, join, type Query, sql } from '../database/database.ts';
import {
  type InstanceName,
  type Job,
  type JobInstance,
  type JobState,
  type NewJob,
  type Outcome,
  priorities,
  type RetryPolicy,
  waitAfter,
} from './job.ts';
import { controlling } from './job-controls.ts';
import { deciding, type InstanceOutcome } from './job-decisions.ts';
import { doubting } from './job-doubts.ts';
import { reading } from './job-reading.ts';
import { instanceColumns, instanceOf, jobColumns, jobOf, rowsAtOnce, texts } from './job-rows.ts';
import { waitingFor } from './paused-queues.ts';

/** An instance that a job is to deal with. */
export interface Wanted {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  /** What is known of it from the beginning. */
  readonly status?: number;
  readonly detail?: string;
  /** What the peer has it as, where that is another. */
  readonly sentAs?: InstanceName;
}

/** Why an instance is tried again; without an answer the peer may have it all the same. */
export type Postponement = Pick<InstanceOutcome, 'position' | 'detail' | 'unanswered'>;

/** How a job begins. */
export interface Insertion {
  /** Default waiting: taken as soon as there is room. */
  readonly state?: 'waiting' | 'paused' | 'cancelled';
  /** Where one of this id is there already, nothing is made. */
  readonly jobId?: string;
}

/** What jobs wait for each other on: a long study on its way to a peer holds up no report to the same. */
export type Channel = Pick<Job, 'kind' | 'destination'>;

/** Sorts by age: milliseconds, then chance. */
const newJobId = (now: Date): string =>
  `${now.getTime().toString(16).padStart(12, '0')}${randomBytes(6).toString('hex')}`;

export type JobStore = ReturnType<typeof createJobStore>;

export function createJobStore(database: Database, now: () => Date) {
  const stamp = (afterMs = 0): string => new Date(now().getTime() + afterMs).toISOString();
  /** A job as statements, for those who commit it together with what it follows from. */
  const insertion = (job: NewJob, instances: readonly Wanted[], given: Insertion = {}) => {
    const jobId = given.jobId ?? newJobId(now());
    const { state = 'waiting' } = given;
    return {
      jobId,
      statements: [
        insertJob({ job, jobId, at: stamp(), total: instances.length, state }),
        ...insertInstances(jobId, instances),
      ],
    };
  };
  return {
    ...leasing(database, stamp),
    ...deciding(database, stamp),
    ...reading(database),
    ...controlling(database, stamp),
    ...doubting(database, stamp),

    /** Durable when the promise resolves; its id. */
    async add(job: NewJob, instances: readonly Wanted[]): Promise<string> {
      const { jobId, statements } = insertion(job, instances);
      await database.batch(statements);
      return jobId;
    },

    insertion,

    /** Further instances of a job that learns only at work what there is, from a position on. */
    async enlist(jobId: string, instances: readonly Wanted[], from = 0): Promise<void> {
      const total = from + instances.length;
      await database.batch([
        ...insertInstances(jobId, instances, from),
        sql`update job set total = ${total} where job_id = ${jobId}`,
      ]);
    },
  };
}

/** After the clock was set back by so many ms: what waits does not wait for it to come this far again. */
async function setBack(database: Database, now: string, ms: number): Promise<void> {
  const rows = await database.all<{ id: string; due: string }>(
    sql`select job_id as id, not_before as due from job where state = 'waiting' and not_before > ${now}`,
  );
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await database.batch(
      rows.slice(at, at + rowsAtOnce).map(({ id, due }) => {
        const earlier = new Date(Date.parse(due) - ms).toISOString();
        return sql`update job set not_before = ${earlier} where job_id = ${id} and not_before = ${due}`;
      }),
    );
}

/** What whoever carries out a job does with its row. */
const leasing = (database: Database, stamp: (afterMs?: number) => string) => ({
  /** The next job that is due, for as long as the lease says; none for what is busy. */
  async take(lease: string, leaseMs: number, busy: readonly Channel[]): Promise<Job | undefined> {
    const due = sql`((state = 'waiting' and not_before <= ${stamp()})
      or (state = 'running' and leased_until < ${stamp()}))`;
    const free = join(
      [sql`1 = 1`, ...busy.map(({ kind, destination }) => sql`not (kind = ${kind} and destination = ${destination})`)],
      ' and ',
    );
    const [rows] = await database.batch([
      sql`update job set state = 'running', leased_by = ${lease}, leased_until = ${stamp(leaseMs)},
          started_at = case when started_at = '' then ${stamp()} else started_at end
        where job_id = (select job_id from job where ${due} and ${free} order by priority, not_before, job_id limit 1)
          and ${due}
        returning ${jobColumns}`,
    ]);
    const [row] = rows ?? [];
    return row && jobOf(row);
  },

  /** False where the lease is lost: the job was stopped, or another node has it. */
  async renew(jobId: string, lease: string, leaseMs: number): Promise<boolean> {
    const [rows] = await database.batch([
      sql`update job set leased_until = ${stamp(leaseMs)}
        where job_id = ${jobId} and leased_by = ${lease} and state = 'running' returning job_id`,
    ]);
    return (rows?.length ?? 0) > 0;
  },

  /** Writes down what a try came to, and gives the lease back; nothing where the lease is lost. */
  async finish(job: Job, lease: string, outcome: Outcome, policy: RetryPolicy): Promise<void> {
    const progress = outcome.kind === 'again' && outcome.progress;
    const attempts = progress ? 1 : job.attempts + 1;
    const again = outcome.kind === 'again' && attempts < policy.attempts;
    const state: JobState = again ? 'waiting' : outcome.kind === 'done' ? 'done' : 'failed';
    if (outcome.kind === 'later') {
      await database.batch([
        sql`update job set state = 'waiting', leased_by = '', leased_until = '', attempts = 0,
            detail = ${outcome.detail}, not_before = ${outcome.until}
          where job_id = ${job.jobId} and leased_by = ${lease} and state = 'running'`,
      ]);
      return;
    }
    const gaveUp = outcome.kind === 'again' && !again ? ` (given up after ${attempts} tries)` : '';
    const detail = `${outcome.detail ?? ''}${gaveUp}`;
    await database.batch([
      sql`update job set state = ${state}, leased_by = '', leased_until = '', attempts = ${attempts}, detail = ${detail},
          not_before = ${again ? stamp(waitAfter(policy, attempts)) : job.notBefore},
          finished_at = ${again ? '' : stamp()},
          sent = (select count(*) from job_instance where job_id = ${job.jobId} and state = 'sent'),
          failed = (select count(*) from job_instance where job_id = ${job.jobId} and state = 'failed')
        where job_id = ${job.jobId} and leased_by = ${lease} and state = 'running'`,
    ]);
  },

  /** Forgets jobs that ended before (ISO 8601); what this server, or a peer, promised to keep is remembered. */
  async clear(before: string): Promise<void> {
    for (;;) {
      const rows = await database.all(sql`
        select job_id from job where finished_at <> '' and finished_at < ${before}
          and state in ('done', 'failed', 'cancelled') and kind not in ('commitment', 'commitment report') limit ${rowsAtOnce}`);
      if (rows.length === 0) return;
      const old = texts(rows.map(({ job_id: jobId }) => String(jobId)));
      await database.batch([
        sql`delete from job_instance where job_id in (${old})`,
        sql`delete from commitment_transaction where job_id in (${old})`,
        sql`delete from job where job_id in (${old})`,
      ]);
    }
  },

  /** Takes every lease back: for a node that knows itself to be the only one, when it starts. */
  async releaseAll(): Promise<void> {
    await database.batch([
      sql`update job set state = 'waiting', leased_by = '', leased_until = '' where state = 'running'`,
    ]);
  },

  /** The same for leases whose names begin so: those of the last run of a node that is one of several. */
  async releaseOf(prefix: string): Promise<void> {
    await database.batch([
      sql`update job set state = 'waiting', leased_by = '', leased_until = ''
        where state = 'running' and substr(leased_by, 1, ${prefix.length}) = ${prefix}`,
    ]);
  },

  setBack: (ms: number): Promise<void> => setBack(database, stamp(), ms),

  /** What is newer than now says how far the clock was set back while nobody looked; no try waits longer than the longest wait. */
  async mendWaits(longestMs: number): Promise<void> {
    const [newest] = await database.all<{ at: string }>(
      sql`select created_at as at from job order by job_id desc limit 1`,
    );
    const ahead = newest ? Date.parse(newest.at) - Date.parse(stamp()) : 0;
    if (ahead > 0) await setBack(database, stamp(), ahead);
    await database.batch([
      sql`update job set not_before = ${stamp()} where state = 'waiting' and attempts > 0 and not_before > ${stamp(longestMs)}`,
    ]);
  },

  /** Gives a job back untouched: this node stops. */
  async giveBack(jobId: string, lease: string): Promise<void> {
    await database.batch([
      sql`update job set state = 'waiting', leased_by = '', leased_until = ''
        where job_id = ${jobId} and leased_by = ${lease} and state = 'running'`,
    ]);
  },

  /** Instances not dealt with yet; those on whose way a connection was lost come last. */
  async pending(jobId: string, limit: number): Promise<readonly JobInstance[]> {
    const rows = await database.all(sql`select ${instanceColumns} from job_instance
      where job_id = ${jobId} and state = 'pending' order by attempts, position limit ${limit}`);
    return rows.map(instanceOf);
  },

  /** Kept before the next instance goes out: a crash of this program cannot make it forget what the peer has confirmed. */
  async settle(jobId: string, { position, state, status, ...outcome }: InstanceOutcome): Promise<void> {
    const column = state === 'sent' ? sql`sent = sent + 1` : sql`failed = failed + 1`;
    await database.batch(
      [
        sql`update job_instance set state = ${state}, status = cast(${status ?? null} as integer),
            detail = ${outcome.detail}, transfer_syntax_uid = ${outcome.transferSyntaxUid},
            association_id = ${outcome.associationId}, finished_at = ${stamp()},
            sent_class = ${outcome.sentAs?.sopClassUid ?? ''}, sent_uid = ${outcome.sentAs?.sopInstanceUid ?? ''},
            begun_at = ${outcome.unanswered ? sql`begun_at` : sql`''`}
          where job_id = ${jobId} and position = ${position}`,
        sql`update job set ${column} where job_id = ${jobId}`,
      ],
      { durable: false },
    );
  },

  /** Refused for now, or lost with the connection while it was on its way: it is tried after the others. */
  async postpone(jobId: string, { position, detail, unanswered }: Postponement): Promise<void> {
    await database.batch([
      sql`update job_instance set attempts = attempts + 1, detail = ${detail},
          begun_at = ${unanswered ? sql`begun_at` : sql`''`}
        where job_id = ${jobId} and position = ${position}`,
    ]);
  },
});

interface JobRow {
  readonly job: NewJob;
  readonly jobId: string;
  readonly at: string;
  readonly total: number;
  readonly state: JobState;
}

const insertJob = ({ job, jobId, at, total, state }: JobRow): Query => sql`
  insert into job (job_id, kind, state, priority, destination, cause, title, parameters, attempts, not_before, leased_by,
    leased_until, created_at, started_at, finished_at, detail, total, sent, failed)
  values (${jobId}, ${job.kind}, ${state === 'waiting' ? waitingFor(sql`${job.destination}`) : sql`${state}`},
    ${priorities.indexOf(job.priority)}, ${job.destination}, ${job.cause}, ${job.title}, ${JSON.stringify(job.parameters)}, 0, ${job.notBefore ?? at}, '', '', ${at}, '', '', '', ${total}, 0, 0)
  on conflict (job_id) do nothing`;

const insertInstances = (jobId: string, instances: readonly Wanted[], from = 0): Query[] => {
  const rows = instances.map(
    ({ sopInstanceUid, sopClassUid, status = null, detail = '', sentAs }, index) =>
      sql`(${jobId}, ${from + index}, ${sopInstanceUid}, ${sopClassUid}, 'pending', 0, cast(${status} as integer),
        ${detail}, '', '', '', ${sentAs?.sopClassUid ?? ''}, ${sentAs?.sopInstanceUid ?? ''})`,
  );
  const statements: Query[] = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    statements.push(sql`
      insert into job_instance (job_id, position, sop_instance_uid, sop_class_uid, state, attempts, status, detail,
        transfer_syntax_uid, association_id, finished_at, sent_class, sent_uid)
      values ${join(rows.slice(at, at + rowsAtOnce), ', ')}
      on conflict (job_id, position) do nothing`);
  }
  return statements;
};
