// A job that reports on storage commitment: over the association of the request, or one of our own. PS3.4 J.3.3.
import { setImmediate as breath } from 'node:timers/promises';
import { DataSet } from '@concord/dicom';
import { type EventReport, formatCode, NetworkError, type OperationContext, reportOf } from '@concord/network';
import type { Database } from '../database/database.ts';
import type { Job, JobHandler, JobInstance, Outcome } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { asOfNow, goneSince } from './as-of-now.ts';
import type { ReportLines } from './report-lines.ts';
import type { Reason } from './take-request.ts';

export interface ReportJobParts {
  readonly database: Pick<Database, 'all' | 'batch'>;
  readonly store: Pick<JobStore, 'instances' | 'decide' | 'settleAll'>;
  readonly lines: ReportLines;
  /** The way back over the association of the request, while there is one. */
  readonly recall: (associationId: string) => OperationContext['eventReport'] | undefined;
  readonly forget: (associationId: string) => void;
}

const page = 500;

/** Done, or done with a warning: PS3.7 10.1.1.1.8, attribute list error. */
const isTaken = (code: number): boolean => code === 0x0000 || code === 0x0107;

/** Carries out jobs of the kind `commitment report`. */
export const reportJob =
  (parts: ReportJobParts): JobHandler =>
  async (job, signal) => {
    // Whoever asked over the web comes for the result.
    if (job.parameters.fetched !== true) {
      const event = { ...(await eventOf(job, parts)), signal };
      const over = await send(job, event, parts);
      if (over !== undefined) return over;
    }
    await parts.store.settleAll(job.jobId);
    return { kind: 'done' };
  };

/** Undefined when the peer has the report. */
async function send(job: Job, event: EventReport, parts: ReportJobParts): Promise<Outcome | undefined> {
  const associationId = String(job.parameters.associationId ?? '');
  const back = parts.recall(associationId);
  if (back) {
    const answer = await back(event).catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
      // The association is over, or was given up: the report goes over another one at once.
      parts.forget(associationId);
      return undefined;
    });
    if (answer && isTaken(answer.code)) return undefined;
    if (answer) {
      parts.forget(associationId);
      return refused(answer.code, answer.comment);
    }
  }
  try {
    const { code, comment } = await parts.lines.report(
      { aeTitle: job.destination, from: String(job.parameters.calledAeTitle ?? '') },
      event,
    );
    return isTaken(code) ? undefined : refused(code, comment);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return { kind: 'again', detail: error.message, progress: false };
  }
}

const refused = (code: number, comment = ''): Outcome => ({
  kind: 'again',
  detail: `the report was answered with ${formatCode(code)}${comment && `: ${comment}`}`,
  progress: false,
});

/** What was found when the request came and holds when it is said. Made in lots: others have their turn. */
async function eventOf({ jobId, parameters, total }: Job, parts: ReportJobParts): Promise<EventReport> {
  const transactionUid = String(parameters.transactionUid);
  const sequences = { ReferencedSOPSequence: [] as DataSet[], FailedSOPSequence: [] as DataSet[] };
  for (let at = 0; at < total; at += page) {
    const all = await stillTrue(jobId, await parts.store.instances(jobId, at, page), parts);
    const part = reportOf({
      transactionUid,
      instances: all.filter(({ status }) => status === 0),
      failed: all.flatMap((each) => (each.status ? [{ ...each, failureReason: each.status as Reason }] : [])),
    });
    for (const [keyword, items] of Object.entries(sequences))
      items.push(...(part.dataSet?.items(keyword as keyof typeof sequences) ?? []));
    await breath();
  }
  const { ReferencedSOPSequence: instances, FailedSOPSequence: failed } = sequences;
  const { dataSet = new DataSet(), ...event } = reportOf({ transactionUid, instances: [], failed: [] });
  if (instances.length > 0) {
    dataSet.set('ReferencedSOPSequence', instances);
    dataSet.set('RetrieveAETitle', String(parameters.calledAeTitle));
  }
  if (failed.length > 0) dataSet.set('FailedSOPSequence', failed);
  return { ...event, eventTypeId: failed.length > 0 ? 2 : 1, dataSet };
}

/** As it is said now, so it stands with the job. */
async function stillTrue(
  jobId: string,
  found: readonly JobInstance[],
  { database, store }: ReportJobParts,
): Promise<readonly JobInstance[]> {
  const { instances, gone } = await asOfNow(database, found);
  if (gone.length > 0)
    await database.batch(store.decide({ jobId, state: 'failed', ...goneSince, associationId: '' }, gone));
  return instances;
}
