// A job that asks a peer to commit itself to what was sent there, and waits for the report. PS3.4 J.3.2, J.3.3.
import { randomBytes } from 'node:crypto';
import { newUid } from '@concord/dicom';
import {
  type Association,
  type BoundService,
  type ConnectOptions,
  connect,
  dataSetSyntaxes,
  formatCode,
  generalStatuses,
  NetworkError,
  type Peer,
  requestCommitment,
  storageCommitmentSopClass,
} from '@concord/network';
import type { Job, JobHandler, Outcome } from '../jobs/job.ts';
import type { JobStore, Wanted } from '../jobs/job-store.ts';
import type { Transactions } from './transactions.ts';

export interface AskJobParts {
  readonly store: Pick<JobStore, 'pending' | 'instances' | 'failures'>;
  readonly transactions: Transactions;
  readonly peerOf: (aeTitle: string) => Peer | undefined;
  /** Takes a report that comes over the association of the request. */
  readonly reports: BoundService;
  /** Resolves when a report of the transaction has been kept. */
  readonly reported: (transactionUid: string, signal: AbortSignal) => Promise<void>;
  readonly connection: Pick<ConnectOptions, 'log' | 'onRecord'>;
  /** How long the association stays open for the report, in ms; 0: not at all. */
  readonly waitMs: number;
  /** How long a report is waited for at all, in ms. */
  readonly timeoutMs: number;
  readonly now: () => Date;
}

const context = { abstractSyntax: storageCommitmentSopClass, transferSyntaxes: dataSetSyntaxes };
const page = 2000;

/** Carries out jobs of the kind `commitment`. */
export const askJob =
  (parts: AskJobParts): JobHandler =>
  async (job, signal) => {
    if ((await parts.store.pending(job.jobId, 1)).length === 0) return conclude(job, parts);
    const before = await parts.transactions.ofJob(job.jobId);
    if (before && before.acceptedAt !== '' && before.reportedAt === '') {
      if (parts.now().toISOString() < before.dueAt) return waiting(before.dueAt);
      // A person who tries again after that wants a new request.
      if (job.detail !== late) return { kind: 'failed', detail: late };
    }
    const peer = parts.peerOf(job.destination);
    if (!peer) return { kind: 'failed', detail: `no peer is called ${job.destination}` };
    try {
      return await ask(job, peer, { ...parts, signal });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return { kind: 'again', detail: error.message, progress: false };
    }
  };

const late = 'no report came in time';
const waiting = (until: string): Outcome => ({ kind: 'later', detail: 'waits for the report of the peer', until });

async function conclude({ jobId }: Job, { store }: AskJobParts): Promise<Outcome> {
  const { count, detail } = await store.failures(jobId);
  return count === 0 ? { kind: 'done' } : { kind: 'failed', detail: `${count} not committed: ${detail}` };
}

async function ask(job: Job, peer: Peer, parts: AskJobParts & { readonly signal: AbortSignal }): Promise<Outcome> {
  const { transactions, signal } = parts;
  await using association = await connect(peer, [context], { ...parts.connection, services: [parts.reports], signal });
  const [refusal] = association.rejected;
  if (refusal) return { kind: 'failed', detail: `the peer takes no requests for commitment: ${refusal.reason}` };
  const transactionUid = newUid(randomBytes(16));
  const askedAt = parts.now().toISOString();
  // Known before it is asked: the report may be faster than the answer.
  await transactions.add({ transactionUid, peer: job.destination, asked: 'by us', jobId: job.jobId, askedAt });
  using waits = new DisposableStack();
  const over = waits.adopt(new AbortController(), (controller) => controller.abort());
  const reported = parts.reported(transactionUid, AbortSignal.any([signal, over.signal]));
  const instances = await pendingOf(job, parts);
  const { code, comment } = await requestCommitment(association, { transactionUid, instances });
  if (code !== 0x0000) return refusedBy(association, code, comment);
  const dueAt = new Date(parts.now().getTime() + parts.timeoutMs).toISOString();
  await transactions.accepted(transactionUid, parts.now().toISOString(), dueAt);
  const patience = AbortSignal.timeout(Math.max(1, parts.waitMs));
  await Promise.race([reported, aborted(AbortSignal.any([patience, signal]))]);
  const outcome = await transactions.ofJob(job.jobId);
  return outcome?.reportedAt === '' ? waiting(dueAt) : conclude(job, parts);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** MO-CMT-04: any other status ends the association and the request. What is only out of resources is asked again. */
function refusedBy(association: Association, code: number, comment = ''): Outcome {
  association.abort();
  const meaning = new Map<number, string>(
    Object.entries(generalStatuses).map(([key, text]) => [Number(key), text]),
  ).get(code);
  const detail = `the request was answered with ${[formatCode(code), meaning].filter(Boolean).join(' ')}${comment && `: ${comment}`}`;
  return code === 0x0213 || code === 0x0110 ? { kind: 'again', detail, progress: false } : { kind: 'failed', detail };
}

async function pendingOf({ jobId, total }: Job, { store }: AskJobParts): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  for (let at = 0; at < total; at += page)
    for (const { state, sentAs, sopClassUid, sopInstanceUid } of await store.instances(jobId, at, page))
      if (state === 'pending') wanted.push(sentAs ?? { sopClassUid, sopInstanceUid });
  return wanted;
}
