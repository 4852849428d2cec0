// Storage commitment put together: what peers ask of this server, what it asks of them, the jobs of both.
import {
  type AssociationRecord,
  type BoundService,
  bind,
  type Log,
  type OperationContext,
  type Peer,
} from '@concord/network';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import type { Database } from '../database/database.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import type { JobStore, Wanted } from '../jobs/job-store.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import { askJob } from './ask-job.ts';
import { type CommitmentRequests, createCommitmentRequests } from './commitment-requests.ts';
import { commitment, commitmentReports } from './declaration.ts';
import { reportJob } from './report-job.ts';
import { createReportLines } from './report-lines.ts';
import { takeReport } from './take-report.ts';
import { takeRequest } from './take-request.ts';
import { createTransactions } from './transactions.ts';

export interface CommitmentParts {
  readonly configuration: Configuration;
  readonly archive: Pick<Archive, 'instances'>;
  readonly isWhole: (instance: StoredInstance) => Promise<boolean>;
  readonly takes: (sopClassUid: string) => boolean;
  readonly database: Database;
  /** @param from title of ours that calls; absent: the one that usually does */
  readonly peerOf: (aeTitle: string, from?: string) => Peer | undefined;
  readonly onRecord: (record: AssociationRecord) => void;
  readonly now: () => Date;
  readonly log: Log;
}

export interface Commitment {
  handlers(store: JobStore): Readonly<Record<'commitment' | 'commitment report', JobHandler>>;
  /** After a job that sends: asks the peer to commit itself, where that is wanted of it. */
  afterSend(job: Job, store: JobStore): Promise<void>;
  /** The reports of peers that were asked, taken by an application entity that commits itself to nothing. */
  reports(store: Transfers['making']): readonly BoundService[];
  /** What peers may ask of an application entity, and their reports. */
  services(store: Transfers['making'], wake: () => void): readonly BoundService[];
  /** The same over the web. */
  requests(store: Transfers['making'], wake: () => void): CommitmentRequests;
  close(): Promise<void>;
}

/** Associations whose way back is remembered; the oldest is given up for one more: its report goes over another. */
const mostRemembered = 10_000;
const secondMs = 1000;
const hourMs = 3_600_000;
const page = 2000;

export function openCommitment(parts: CommitmentParts): Commitment {
  const { configuration, database, peerOf, log, now, onRecord } = parts;
  const transactions = createTransactions(database);
  const connection = { log, onRecord };
  const lines = createReportLines({ peerOf, connection, most: configuration.reportAssociations });
  const back = createMemory<OperationContext['eventReport']>();
  const waiting = new Map<string, () => void>();
  const takingReports = (store: Pick<JobStore, 'decide' | 'decideRest' | 'rouse'>) =>
    bind(commitmentReports, takeReport({ database, transactions, store, now, kept: (uid) => waiting.get(uid)?.() }));
  const { commitmentReportsOver } = configuration;
  return {
    handlers: (store) => ({
      'commitment report': reportJob({ database, store, lines, recall: back.get, forget: back.delete }),
      commitment: askJob({
        store,
        transactions,
        peerOf,
        connection,
        reports: takingReports(store),
        reported: (transactionUid, signal) =>
          new Promise((resolve) => {
            const done = () => {
              waiting.delete(transactionUid);
              resolve();
            };
            waiting.set(transactionUid, done);
            signal.addEventListener('abort', done, { once: true });
          }),
        waitMs: configuration.commitmentWait * secondMs,
        timeoutMs: configuration.commitmentTimeout * hourMs,
        now,
      }),
    }),
    async afterSend(job, store) {
      const wanted = configuration.peers.find(({ aeTitle }) => aeTitle === job.destination)?.commitment;
      if (wanted === 'ask') await askAfter(job, store, database);
    },
    reports: (store) => [takingReports(store)],
    services: (store, wake) => [
      bind(
        commitment,
        takeRequest({
          ...parts,
          transactions,
          jobs: store,
          remember: commitmentReportsOver === 'any association' ? back.set : () => undefined,
          wake,
        }),
      ),
      takingReports(store),
    ],
    requests: (store, wake) => createCommitmentRequests({ ...parts, transactions, jobs: store, wake }),
    close: lines.close,
  };
}

const createMemory = <T>() => {
  const kept = new Map<string, T>();
  return {
    get: (key: string) => kept.get(key),
    set: (key: string, value: T) => {
      kept.set(key, value);
      const oldest = kept.keys().next();
      if (kept.size > mostRemembered && !oldest.done) kept.delete(oldest.value);
    },
    delete: (key: string) => void kept.delete(key),
  };
};

/** The id follows from the job and how much it has sent: asked once, however often the job is concluded. */
async function askAfter(job: Job, store: JobStore, database: Database): Promise<void> {
  const sent: Wanted[] = [];
  for (let at = 0; at < job.total; at += page)
    for (const { state, sopClassUid, sopInstanceUid, sentAs } of await store.instances(job.jobId, at, page))
      if (state === 'sent') sent.push({ sopClassUid, sopInstanceUid, ...(sentAs && { sentAs }) });
  if (sent.length === 0) return;
  const jobId = `${job.jobId}${sent.length.toString(16).padStart(8, '0')}`;
  const asking = {
    kind: 'commitment',
    priority: job.priority,
    destination: job.destination,
    cause: `sent by ${job.cause}`,
    title: job.title,
    parameters: { sendJob: job.jobId },
  } as const;
  await database.batch(store.insertion(asking, sent, { jobId }).statements);
}
