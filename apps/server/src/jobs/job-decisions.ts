// What is decided about instances of a job: settled one by one, or many at once by somebody else than who carries it out.
import { type Database, type Query, sql } from '../database/database.ts';
import type { InstanceName, InstanceState } from './job.ts';
import { rowsAtOnce, texts } from './job-rows.ts';
import { waitingFor } from './paused-queues.ts';

/** What became of an instance in one try. */
export interface InstanceOutcome {
  readonly position: number;
  readonly state: Exclude<InstanceState, 'pending'>;
  readonly status?: number;
  readonly detail: string;
  readonly transferSyntaxUid: string;
  readonly associationId: string;
  /** It was given up without an answer of the peer, who may have it all the same. */
  readonly unanswered?: boolean;
  /** Absent: it went out as the instance it is. */
  readonly sentAs?: InstanceName;
}

/** The same outcome of several instances of a job. */
export interface Decision extends Pick<InstanceOutcome, 'state' | 'detail' | 'associationId'> {
  readonly jobId: string;
  readonly status?: number;
}

/** What is decided about instances by others than whoever carries out the job. */
export const deciding = (database: Database, stamp: (afterMs?: number) => string) => ({
  /** Ends all that are pending as their status, known from the beginning, has it. */
  async settleAll(jobId: string): Promise<void> {
    await database.batch([
      sql`update job_instance set state = case when status = 0 then 'sent' else 'failed' end, finished_at = ${stamp()}
        where job_id = ${jobId} and state = 'pending'`,
    ]);
  },

  decide: (decision: Decision, sopInstanceUids: readonly string[]): Query[] => {
    const statements: Query[] = [];
    for (let at = 0; at < sopInstanceUids.length; at += rowsAtOnce) {
      const some = texts(sopInstanceUids.slice(at, at + rowsAtOnce));
      const ofJob = sql`${decided(decision, stamp())} where job_id = ${decision.jobId}`;
      statements.push(
        sql`${ofJob} and sop_instance_uid in (${some}) and sent_uid = ''`,
        // The peer knows it by the name that it got.
        sql`${ofJob} and sent_uid in (${some}) and sent_uid <> ''`,
      );
    }
    return statements;
  },

  decideRest: (decision: Decision): Query =>
    sql`${decided(decision, stamp())} where job_id = ${decision.jobId} and state = 'pending'`,

  /** A job that was made without being begun is due now. */
  begin: (jobId: string): Query =>
    sql`update job set state = ${waitingFor(sql`job.destination`)} where job_id = ${jobId}`,

  /** A job that waits for somebody else, has given him up, or had another word of his, is due now. */
  rouse: (jobId: string): Query => sql`
    update job set state = 'waiting', not_before = ${stamp()}, finished_at = ''
    where job_id = ${jobId} and state in ('waiting', 'failed', 'done')`,
});

const decided = ({ state, status, detail, associationId }: Decision, at: string): Query => sql`
  update job_instance set state = ${state}, status = cast(${status ?? null} as integer), detail = ${detail},
    association_id = ${associationId}, finished_at = ${at}`;
