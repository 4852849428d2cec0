// Takes jobs as they fall due and carries them out, several at a time; a lease says that somebody is at it.
import { randomBytes } from 'node:crypto';
import type { Log } from '@concord/network';
import type { Job, JobHandler, NewJob, Outcome, RetryPolicy } from './job.ts';
import type { Control, QueueControl, RuleControl } from './job-controls.ts';
import type { Channel, JobStore, Wanted } from './job-store.ts';

export interface JobEngineParts {
  readonly store: JobStore;
  /** By the kind of job. */
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly policy: RetryPolicy;
  /** Jobs at a time on this node, and of those of one kind for one peer: one that is slow or dead never holds up the others. */
  readonly workers: number;
  readonly perDestination: number;
  readonly log: Log;
  /** No other node works on this index: jobs under a lease belong to a process that died. */
  readonly alone: boolean;
  /** Name of this node, the same after a restart and of no other: jobs under leases of its own last run are free. */
  readonly node?: string;
  /** Of a lease, in ms; it is renewed three times in that span. */
  readonly leaseMs?: number;
  /** How often the index is looked at for jobs of other nodes and leases that ran out, in ms. */
  readonly everyMs?: number;
  /** ISO time as leases and waits are written with it; absent: the machine's. */
  readonly now?: () => Date;
}

/** A clock that runs differently by less than this is not set anew, in ms. */
const noticed = 5000;

export interface JobEngine {
  /** Makes a job and starts it as soon as there is room. */
  add(job: NewJob, instances: readonly Wanted[]): Promise<string>;
  /** Looks for jobs that somebody else made. */
  wake(): void;
  /** False where the job is in no state for it. */
  control(jobId: string, control: Control): Promise<boolean>;
  /** All jobs of a destination that are in a state for it; how many. */
  controlQueue(destination: string, control: QueueControl): Promise<number>;
  /** All jobs that a rule asked for and that are in a state for it; how many. */
  controlRule(ruleId: string, control: RuleControl): Promise<number>;
  /** Calls back when a job has changed. */
  watch(listener: (jobId: string) => void): () => void;
  /** Stops what runs, which goes back to the queue, and waits for it. */
  close(): Promise<void>;
}

/** By how much the clock was set forward (or, below 0, back) since the last call, in ms. */
function createClockWatch(now: () => Date): () => number {
  const ahead = () => now().getTime() - performance.now();
  let before = ahead();
  return () => {
    const moved = ahead() - before;
    before += moved;
    return moved;
  };
}

interface Running {
  readonly job: Job;
  /** Of this try alone: what an earlier one still writes down does not count. */
  readonly lease: string;
  readonly stop: AbortController;
  readonly over: Promise<void>;
}

export function startJobEngine(parts: JobEngineParts): JobEngine {
  const { store, policy, log, workers, perDestination, leaseMs = 30_000, everyMs = 1000 } = parts;
  const running = new Map<string, Running>();
  const listeners = new Set<(jobId: string) => void>();
  const closing = new AbortController();
  let looking: Promise<void> | undefined;
  let again = false;

  const leasePrefix = parts.node === undefined ? '' : `${parts.node}.`;
  const releaseOwn = async () => {
    if (leasePrefix !== '') await store.releaseOf(leasePrefix);
  };

  const changed = (jobId: string) => {
    for (const listener of listeners) listener(jobId);
  };

  const attempt = async (job: Job, signal: AbortSignal): Promise<Outcome> => {
    const handler = parts.handlers[job.kind];
    if (!handler) return { kind: 'failed', detail: `nothing here carries out jobs of the kind ${job.kind}` };
    try {
      return await handler(job, signal);
    } catch (error) {
      log.error({ err: error, job: job.jobId }, 'a job failed');
      return { kind: 'again', detail: error instanceof Error ? error.message : String(error), progress: false };
    }
  };

  const carryOut = async ({ job, lease, stop }: Omit<Running, 'over'>): Promise<void> => {
    const renewal = setInterval(() => {
      store.renew(job.jobId, lease, leaseMs).then(
        (held) => held || stop.abort(new Error('the lease is lost')),
        (error: unknown) => log.warn({ err: error, job: job.jobId }, 'a lease could not be renewed'),
      );
    }, leaseMs / 3);
    try {
      const outcome = await attempt(job, stop.signal);
      if (closing.signal.aborted && outcome.kind === 'again') await store.giveBack(job.jobId, lease);
      else await store.finish(job, lease, outcome, policy);
      log.info({ job: job.jobId, kind: job.kind, destination: job.destination, outcome }, 'a job was tried');
    } catch (error) {
      // The lease runs out, and the job is taken again.
      log.error({ err: error, job: job.jobId }, 'what a job came to could not be kept');
    } finally {
      clearInterval(renewal);
      running.delete(job.jobId);
      changed(job.jobId);
      look();
    }
  };

  const busy = (): readonly Channel[] => {
    const channels = Map.groupBy(
      [...running.values()].map(({ job }) => job),
      ({ kind, destination }) => JSON.stringify([kind, destination]),
    );
    return [...channels.values()].flatMap((jobs) => (jobs.length >= perDestination ? jobs.slice(0, 1) : []));
  };

  const clock = createClockWatch(parts.now ?? (() => new Date()));
  /** Leases and waits are times of the day: set anew, they would run out at once, or not for a long while. */
  const followClock = async (): Promise<void> => {
    const moved = clock();
    if (Math.abs(moved) < noticed) return;
    log.warn({ seconds: Math.round(moved / 1000) }, 'the clock was set anew');
    for (const { job, lease } of running.values()) await store.renew(job.jobId, lease, leaseMs);
    if (moved < 0) await store.setBack(-moved);
  };

  const takeAll = async (): Promise<void> => {
    while (!closing.signal.aborted && running.size < workers) {
      await followClock();
      const lease = `${leasePrefix}${randomBytes(8).toString('hex')}`;
      const job = await store.take(lease, leaseMs, busy());
      if (!job) return;
      // Stopped and started again faster than it could end.
      await running.get(job.jobId)?.over;
      const stop = new AbortController();
      const over = Promise.withResolvers<void>();
      running.set(job.jobId, { job, lease, stop, over: over.promise });
      changed(job.jobId);
      void carryOut({ job, lease, stop }).then(over.resolve);
    }
  };

  /** One look at a time; a call meanwhile makes for one more. */
  const look = (): void => {
    if (looking) {
      again = true;
      return;
    }
    if (closing.signal.aborted) return;
    looking = takeAll()
      .catch((error: unknown) => log.warn({ err: error }, 'the queue of jobs cannot be read'))
      .finally(() => {
        looking = undefined;
        if (again) {
          again = false;
          look();
        }
      });
  };
  const timer = setInterval(look, everyMs);
  const begin = async () => {
    await (parts.alone ? store.releaseAll() : releaseOwn());
    await store.mendWaits(policy.longestWait * 1000);
  };
  looking = begin()
    .catch((error: unknown) => log.warn({ err: error }, 'what an earlier run left of its jobs could not be mended'))
    .finally(() => {
      looking = undefined;
      look();
    });

  /** Many jobs were put into another state; how many. */
  const follow = (jobIds: readonly string[], control: QueueControl): number => {
    for (const jobId of jobIds) {
      if (control === 'pause') running.get(jobId)?.stop.abort();
      changed(jobId);
    }
    look();
    return jobIds.length;
  };
  return {
    async add(job, instances) {
      const jobId = await store.add(job, instances);
      changed(jobId);
      look();
      return jobId;
    },
    wake: look,
    async control(jobId, control) {
      const done = await store.control(jobId, control);
      if (done && (control === 'pause' || control === 'cancel')) running.get(jobId)?.stop.abort();
      if (done) changed(jobId);
      look();
      return done;
    },
    controlQueue: async (destination, control) => follow(await store.controlQueue(destination, control), control),
    controlRule: async (ruleId, control) => follow(await store.controlRule(ruleId, control), control),
    watch(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closing.abort();
      clearInterval(timer);
      await looking;
      const all = [...running.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ over }) => over));
    },
  };
}
