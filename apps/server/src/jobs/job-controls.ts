// What people do with jobs: with one, or with all of a destination at once.
import { type Database, type Query, sql } from '../database/database.ts';
import type { JobState } from './job.ts';
import { texts } from './job-rows.ts';
import { pauseQueue, unpauseQueue, waitingFor } from './paused-queues.ts';

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

/** Of an AE title. PS3.5 6.2. */
const longestTitle = 16;

/** What a rule does with its jobs when it is paused, or goes on. */
export type RuleControl = 'pause' | 'resume';

/** The first of the parameters of a job that a rule asked for. */
export const parametersOf = (ruleId: string) => ({ rule: ruleId });

interface Change {
  readonly which: Query;
  readonly control: Control;
  readonly from: readonly JobState[];
  /** The new state, as an expression; absent: that of the control. */
  readonly to?: Query;
  /** Of the queue as a whole, in the same transaction and before. */
  readonly first?: readonly Query[];
}

export const controlling = (database: Database, stamp: () => string) => {
  const change = async ({ which, control, from, to, first = [] }: Change): Promise<readonly string[]> => {
    const again = control === 'retry' || control === 'resume';
    const finishedAt = control === 'cancel' ? stamp() : '';
    const results = await database.batch([
      ...first,
      ...(control === 'retry' ? [failedToPending(which, from)] : []),
      sql`update job set state = ${to ?? sql`${controls[control].to}`}, leased_by = '', finished_at = ${finishedAt},
          attempts = case when ${Number(again)} = 1 then 0 else attempts end,
          failed = case when ${Number(control === 'retry')} = 1 then 0 else failed end,
          not_before = case when ${Number(again)} = 1 then ${stamp()} else not_before end
        where ${which} and state in (${texts(from)}) returning job_id`,
    ]);
    return (results.at(-1) ?? []).map((row) => String(row.job_id));
  };
  return {
    /** False where the job is in no state for it. */
    control: async (jobId: string, control: Control): Promise<boolean> =>
      (await change({ which: sql`job_id = ${jobId}`, control, from: controls[control].from })).length > 0,

    /** Every job of a destination that is in a state for it; their ids. What is asked for later waits with them until all go on. */
    controlQueue: (destination: string, control: QueueControl): Promise<readonly string[]> =>
      change({
        which: sql`destination = ${destination}`,
        control,
        from: controls[control].from.filter((state) => state !== 'cancelled'),
        ...(control === 'pause' && destination.length <= longestTitle && { first: [pauseQueue(destination, stamp())] }),
        ...(control === 'resume' && { first: [unpauseQueue(destination)] }),
        ...(control === 'retry' && { to: waitingFor(sql`job.destination`) }),
      }),

    /** Every job that a rule asked for; their ids. None of a paused queue goes on with its rule. */
    controlRule: (ruleId: string, control: RuleControl): Promise<readonly string[]> => {
      const begins = JSON.stringify(parametersOf(ruleId)).slice(0, -1);
      const ofRule = sql`kind = 'send' and substr(parameters, 1, ${begins.length}) = ${begins}`;
      return change({
        which: control === 'resume' ? sql`${ofRule} and ${waitingFor(sql`job.destination`)} = 'waiting'` : ofRule,
        control,
        from: controls[control].from,
      });
    },
  };
};

const failedToPending = (which: Query, from: readonly JobState[]): Query => sql`
  update job_instance set state = 'pending', attempts = 0
  where state = 'failed' and job_id in (select job_id from job where ${which} and state in (${texts(from)}))`;
