// Storage commitment that is asked for over the web: looked up at once, kept as a job whose asker comes for the result. PS3.18 13, PS3.4 Annex J.

import type { ReferencedInstance } from '@concord/network';
import { counted } from '../counted.ts';
import type { JobInstance } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { asOfNow } from './as-of-now.ts';
import { keep, lookUp, mostInstances, type TakeRequestParts } from './take-request.ts';
import { insertTransaction } from './transactions.ts';

/** Whoever asks over the web, where peers have their AE titles. */
export const webAsker = 'DICOMweb';

/** So many instances one behind the other are of one series. */
export interface RunOfSeries {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly count: number;
}

export interface CommitmentDemand {
  readonly transactionUid: string;
  /** Each once, at most `mostInstances`. */
  readonly instances: readonly ReferencedInstance[];
  /** Where the request names them by study and series, which the result then does too. */
  readonly series?: readonly RunOfSeries[] | undefined;
}

export interface CommitmentResult {
  /** In the order of the request, each with 0 or why it is not committed. PS3.3 C.14.1.1. */
  readonly instances: readonly (ReferencedInstance & { readonly reason: number })[];
  readonly series: readonly RunOfSeries[] | undefined;
}

export interface CommitmentRequests {
  /** Undefined where the Transaction UID is in use. Durable when this resolves. */
  request(demand: CommitmentDemand): Promise<CommitmentResult | undefined>;
  /** As far as it still holds. Undefined where nobody has asked. */
  result(transactionUid: string): Promise<CommitmentResult | 'under way' | undefined>;
}

export { mostInstances };

export interface CommitmentRequestParts extends Omit<TakeRequestParts, 'remember' | 'jobs'> {
  readonly jobs: TakeRequestParts['jobs'] & Pick<JobStore, 'get' | 'instances'>;
}

const page = 500;

export const createCommitmentRequests = (parts: CommitmentRequestParts): CommitmentRequests => {
  const underWay = new Set<string>();
  return {
    async request(demand) {
      const { transactionUid } = demand;
      if (underWay.has(transactionUid)) return undefined;
      underWay.add(transactionUid);
      try {
        const known = await parts.transactions.find(transactionUid, webAsker, 'of us');
        return known ? undefined : await decide(demand, parts);
      } finally {
        underWay.delete(transactionUid);
      }
    },
    result: async (transactionUid) => (underWay.has(transactionUid) ? 'under way' : decided(transactionUid, parts)),
  };
};

async function decide(
  { transactionUid, instances, series }: CommitmentDemand,
  parts: CommitmentRequestParts,
): Promise<CommitmentResult> {
  const wanted = await lookUp(instances, webAsker, parts);
  const job = {
    kind: 'commitment report',
    priority: 'high',
    destination: webAsker,
    cause: `asked over ${webAsker}`,
    title: `commitment to ${counted(instances.length, 'object')}`,
    parameters: { transactionUid, fetched: true, ...(series && { series }) },
  } as const;
  const note = (jobId: string) =>
    insertTransaction({ transactionUid, peer: webAsker, asked: 'of us', jobId, askedAt: parts.now().toISOString() });
  await keep(job, wanted, note, parts);
  parts.wake();
  return { instances: wanted.map(reasoned), series };
}

async function decided(transactionUid: string, parts: CommitmentRequestParts): Promise<CommitmentResult | undefined> {
  const transaction = await parts.transactions.find(transactionUid, webAsker, 'of us');
  const job = transaction && (await parts.jobs.get(transaction.jobId));
  if (!job) return undefined;
  const instances: JobInstance[] = [];
  for (let at = 0; at < job.total; at += page)
    instances.push(...(await asOfNow(parts.database, await parts.jobs.instances(job.jobId, at, page))).instances);
  return { instances: instances.map(reasoned), series: runsOf(job.parameters.series) };
}

const reasoned = ({ sopClassUid, sopInstanceUid, status = 0 }: ReferencedInstance & { readonly status?: number }) => ({
  sopClassUid,
  sopInstanceUid,
  reason: status,
});

/** As they were written into the parameters of the job. */
const runsOf = (value: unknown): readonly RunOfSeries[] | undefined =>
  Array.isArray(value)
    ? value.map((run) => ({
        studyInstanceUid: String(run.studyInstanceUid),
        seriesInstanceUid: String(run.seriesInstanceUid),
        count: Number(run.count),
      }))
    : undefined;
