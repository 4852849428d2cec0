// Sends objects of a medium that were not imported: a job like any other, which goes on as long as the medium is open.
import type { StoredInstance } from '../archive/archive.ts';
import type { Job, JobHandler, NewJob } from '../jobs/job.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import type { ActionReport } from './actions.ts';
import { MediaRefusal } from './media-refusal.ts';

/** Of jobs that send from the shelf; those of the kind `send` send from the archive. */
export const sendFromMedia = 'send from media';

export interface SendParts {
  readonly transfers: Pick<Transfers, 'add' | 'jobs' | 'watch' | 'control'>;
  /** This one: the shelf is its own, and no other node can carry the job out. */
  readonly node: string;
}

export interface ToSend {
  readonly instances: readonly StoredInstance[];
  readonly destination: string;
  readonly title: string;
  readonly cause: string;
}

const isOver = ({ state }: Job): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

/** Resolves when the job is over. Throws MediaRefusal where not all was sent. */
export async function sendThem({ transfers, node }: SendParts, wish: ToSend, report: ActionReport): Promise<void> {
  const { instances, destination, title, cause } = wish;
  const job: NewJob = { kind: sendFromMedia, priority: 'medium', destination, title, cause, parameters: { node } };
  const jobId = await transfers.add(job, instances);
  report.set({ job: jobId });
  const cancel = () => void transfers.control(jobId, 'cancel').catch(() => undefined);
  report.signal.addEventListener('abort', cancel, { once: true });
  try {
    const over = await jobIsOver(transfers, jobId, report.signal);
    if (over?.state === 'failed') throw new MediaRefusal('not-sent', over.detail);
  } finally {
    report.signal.removeEventListener('abort', cancel);
  }
}

/** Looked at when the job has changed, and now and then: another node may tell of it as well. */
const lookEveryMs = 1000;

async function jobIsOver(
  { jobs, watch }: SendParts['transfers'],
  jobId: string,
  signal: AbortSignal,
): Promise<Job | undefined> {
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const unwatch = watch((id) => id === jobId && changed.resolve());
    const look = () => changed.resolve();
    const timer = setTimeout(look, lookEveryMs);
    signal.addEventListener('abort', look, { once: true });
    try {
      const job = await jobs.get(jobId);
      if (!job || isOver(job) || signal.aborted) return job;
      await changed.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', look);
      unwatch();
    }
  }
}

/** A node that is gone does not come back for its jobs for ever. */
const longestWaitMs = 3_600_000;
const lookAgainMs = 10_000;

/** Leaves jobs of other nodes to them. */
export const onOwnNode =
  (handler: JobHandler, node: string, now: () => Date): JobHandler =>
  async (job, signal) => {
    if (job.parameters.node === node) return handler(job, signal);
    const at = now().getTime();
    if (at - Date.parse(job.createdAt) > longestWaitMs)
      return { kind: 'failed', detail: 'the server on which the medium was open does not answer' };
    return {
      kind: 'later',
      detail: 'it is for the server on which the medium is open',
      until: new Date(at + lookAgainMs).toISOString(),
    };
  };
