// What people do with jobs: with one, or with all of a destination at once.
import { type Database, type Query, sql } from '../database/database.ts';
import type { JobState } from './job.ts';
import { texts } from './job-rows.ts';

/** What a person may do with a job, and the states in which it can be done. */
export const controls = {
  pause: { from: ['waiting', 'running'], to: 'paused' },
  resume: { from: ['paused'], to: 'waiting' },
  cancel: { from: ['waiting', 'running', 'paused', 'failed'], to: 'cancelled' },
  retry: { from: ['waiting', 'failed', 'cancelled'], to: 'waiting' },
} as const satisfies Record<string, { from: readonly JobState[]; to: JobState }>;
export type Control = keyof typeof controls;

/** What may be done with a queue: nobody cancels, or calls back what was cancelled, in one go. */
export const queueControls = ['pause', 'resume', 'retry'] as const satisfies readonly Control[];
export type QueueControl = (typeof queueControls)[number];

/** What a rule does with its jobs when it is paused, or goes on. */
export type RuleControl = 'pause' | 'resume';

/** The first of the parameters of a job that a rule asked for. */
export const parametersOf = (ruleId: string) => ({ rule: ruleId });

export const controlling = (database: Database, stamp: () => string) => {
  const change = async (which: Query, control: Control, from: readonly JobState[]): Promise<readonly string[]> => {
    const again = control === 'retry' || control === 'resume';
    const finishedAt = control === 'cancel' ? stamp() : '';
    const [changed = []] = await database.batch([
      sql`update job set state = ${controls[control].to}, leased_by = '', finished_at = ${finishedAt},
          attempts = case when ${Number(again)} = 1 then 0 else attempts end,
          failed = case when ${Number(control === 'retry')} = 1 then 0 else failed end,
          not_before = case when ${Number(again)} = 1 then ${stamp()} else not_before end
        where ${which} and state in (${texts(from)}) returning job_id`,
      ...(control === 'retry' ? [failedToPending(which)] : []),
    ]);
    return changed.map((row) => String(row.job_id));
  };
  return {
    /** False where the job is in no state for it. */
    control: async (jobId: string, control: Control): Promise<boolean> =>
      (await change(sql`job_id = ${jobId}`, control, controls[control].from)).length > 0,

    /** Every job of a destination that is in a state for it; their ids. */
    controlQueue: (destination: string, control: QueueControl): Promise<readonly string[]> =>
      change(
        sql`destination = ${destination}`,
        control,
        controls[control].from.filter((state) => state !== 'cancelled'),
      ),

    /** Every job that a rule asked for; their ids. */
    controlRule: (ruleId: string, control: RuleControl): Promise<readonly string[]> => {
      const begins = JSON.stringify(parametersOf(ruleId)).slice(0, -1);
      return change(
        sql`kind = 'send' and substr(parameters, 1, ${begins.length}) = ${begins}`,
        control,
        controls[control].from,
      );
    },
  };
};

const failedToPending = (which: Query): Query => sql`
  update job_instance set state = 'pending', attempts = 0
  where state = 'failed' and job_id in (select job_id from job where ${which} and state = 'waiting')`;
