// Puts together what sends: the queue of jobs, who carries them out, and how they are asked for.

import type { ImagingPool } from '@concord/imaging/node';
import type { AssociationRecord, Log } from '@concord/network';
import type { Archive } from '../archive/archive.ts';
import { type SendingParts, sendable } from '../archive/convert-on-send.ts';
import type { Database } from '../database/database.ts';
import type { Activities } from '../jobs/activities.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import { type JobEngine, startJobEngine } from '../jobs/job-engine.ts';
import { createJobStore, type JobStore } from '../jobs/job-store.ts';
import { createForms } from '../outgoing/outgoing-policy.ts';
import { createSyntaxes } from '../outgoing/proposals.ts';
import type { BelievedNow } from '../retention/believed-clock.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Seek } from './doubts.ts';
import { type Requested, requestSend, type SendRequest } from './request-send.ts';
import { type SendingPeer, sendJob } from './send-job.ts';

type Handlers = Readonly<Record<string, JobHandler>>;

export interface TransferParts {
  readonly configuration: Configuration;
  /** No other node works on the index: jobs under a lease belong to a run that ended. */
  readonly alone: boolean;
  readonly database: Database;
  readonly archive: Archive;
  readonly imaging: ImagingPool;
  /** What each peer gets; absent: everything as it is. */
  readonly outgoing?: SendingParts['outgoing'];
  readonly peerOf: (aeTitle: string) => SendingPeer | undefined;
  readonly onRecord: (record: AssociationRecord) => void;
  /** Whether a peer has what may have been sent to it. */
  readonly seek: Seek;
  /** When a job that sends is over, before it counts as over. */
  readonly afterSend?: (job: Job, store: JobStore) => Promise<void>;
  /** Who carries out further kinds of jobs; `sendFrom` makes one that sends out of another archive. */
  readonly handlers?: (store: JobStore, sendFrom: (archive: Archive) => JobHandler) => Handlers;
  /** Where only one thing is done at a time, jobs too wait for their turn. */
  readonly activities?: Activities | undefined;
  /** Name of this node among those that share the index. */
  readonly node?: string;
  readonly now: () => Date;
  /** The time by which jobs are old. */
  readonly believedNow: BelievedNow;
  readonly log: Log;
}

/** What the faces and other roles ask for. */
export interface Transfers
  extends Pick<JobEngine, 'add' | 'wake' | 'control' | 'controlQueue' | 'controlRule' | 'watch' | 'close'> {
  readonly jobs: Pick<JobStore, 'list' | 'get' | 'instances' | 'queues'>;
  /** For those who make jobs as part of something else. */
  readonly making: Pick<
    JobStore,
    'insertion' | 'enlist' | 'begin' | 'forwarded' | 'decide' | 'decideRest' | 'rouse' | 'get' | 'instances'
  >;
  send(request: SendRequest): Promise<Requested>;
}

/** A job that is stopped while it waits goes back to the queue. */
function inTurn(handlers: Handlers, activities: Activities | undefined): Handlers {
  if (!activities) return handlers;
  const waiting =
    (handler: JobHandler): JobHandler =>
    async (job, signal) => {
      const leave = await activities.enter(signal).catch(() => undefined);
      if (!leave) return { kind: 'again', detail: 'stopped before its turn', progress: false };
      try {
        return await handler(job, signal);
      } finally {
        leave();
      }
    };
  return Object.fromEntries(Object.entries(handlers).map(([kind, handler]) => [kind, waiting(handler)]));
}

const dayMs = 86_400_000;
const clearEveryMs = 3_600_000;

/** What sends the objects of an archive as the settings and the peers have it. */
function sendingFrom(archive: Archive, store: JobStore, parts: TransferParts): JobHandler {
  const { configuration, imaging, outgoing, peerOf, onRecord, log } = parts;
  const syntaxes = createSyntaxes(configuration.proposes);
  const formOf = createForms(configuration.peers);
  const sending: SendingParts = {
    archive,
    imaging,
    formOf,
    ...(outgoing && { outgoing }),
    ...(syntaxes && { syntaxes }),
  };
  return sendJob({
    archive,
    store,
    sendable: (instance, to) => sendable(instance, sending, to),
    peerOf,
    associations: configuration.sendAssociations,
    apart: configuration.sendGrouping === 'one by one',
    connection: { log, onRecord },
    now: parts.now,
    seek: parts.seek,
    over: async (job) => (job.kind === 'send' ? parts.afterSend?.(job, store) : undefined),
  });
}

/** Starts to carry out what is in the queue. */
export function openTransfers(parts: TransferParts): Transfers {
  const { configuration, database, archive, peerOf, now, log } = parts;
  const store = createJobStore(database, now);
  const sendFrom = (from: Archive) => sendingFrom(from, store, parts);
  const engine = startJobEngine({
    store,
    handlers: inTurn({ send: sendFrom(archive), ...parts.handlers?.(store, sendFrom) }, parts.activities),
    policy: {
      attempts: configuration.sendAttempts,
      firstWait: configuration.sendRetryWait,
      longestWait: configuration.sendLongestWait,
    },
    workers: configuration.jobs,
    perDestination: configuration.jobsPerPeer,
    leaseMs: configuration.jobLease * 1000,
    alone: parts.alone,
    ...(parts.node !== undefined && { node: parts.node }),
    now,
    log,
  });
  const clear = async () => {
    const moment = await parts.believedNow();
    if (moment) await store.clear(new Date(moment.getTime() - configuration.jobHistory * dayMs).toISOString());
  };
  const clearOld = () =>
    void clear().catch((error: unknown) => log.warn({ err: error }, 'old jobs could not be cleared'));
  const clearing = setInterval(clearOld, clearEveryMs);
  clearOld();
  return {
    jobs: store,
    making: store,
    add: engine.add,
    wake: engine.wake,
    control: engine.control,
    controlQueue: engine.controlQueue,
    controlRule: engine.controlRule,
    watch: engine.watch,
    async close() {
      clearInterval(clearing);
      await engine.close();
    },
    send: requestSend({ archive, isPeer: (aeTitle) => peerOf(aeTitle) !== undefined, add: engine.add }),
  };
}
