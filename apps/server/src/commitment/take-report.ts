// A report on storage commitment that comes in: kept instance by instance, then answered. PS3.4 J.3.3.
import {
  commitmentReportOf,
  failureReasons,
  formatCode,
  type Handlers,
  type ReferencedInstance,
} from '@concord/network';
import type { Database } from '../database/database.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { commitmentReports } from './declaration.ts';
import type { Transactions } from './transactions.ts';

export interface TakeReportParts {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly store: Pick<JobStore, 'decide' | 'decideRest' | 'rouse'>;
  /** Whoever waits for the report goes on. */
  readonly kept: (transactionUid: string) => void;
  readonly now: () => Date;
}

/** The peer is who this server asked: the calling title of its association, the called one of ours. */
export const takeReport = (parts: TakeReportParts): Handlers<typeof commitmentReports> => ({
  async 'N-EVENT-REPORT'(request, { association }) {
    const { eventTypeId, dataSet } = request;
    if (eventTypeId !== 1 && eventTypeId !== 2) return { code: 0x0113, comment: 'events are 1 and 2' };
    const report = commitmentReportOf(request);
    if (!report) return { code: 0x0115, comment: 'there is no Transaction UID' };
    const peer = association.requestor ? association.calledAeTitle : association.callingAeTitle;
    const transaction = await parts.transactions.find(report.transactionUid, peer, 'by us');
    if (!transaction) return { code: 0x0115, comment: 'the transaction was not asked of this peer' };
    await keep(transaction.jobId, report, dataSet?.string('RetrieveAETitle') ?? peer, { ...parts, id: association.id });
    return { code: 0x0000 };
  },
});

type Report = NonNullable<ReturnType<typeof commitmentReportOf>>;

const reasonText = (reason: number): string => {
  const meaning = new Map<number, string>(
    Object.entries(failureReasons).map(([code, text]) => [Number(code), text]),
  ).get(reason);
  return [formatCode(reason), meaning].filter(Boolean).join(' ');
};

/** All of it in one transaction, so that a report that comes again finds nothing half done. */
async function keep(
  jobId: string,
  { transactionUid, instances, failed }: Report,
  retrieveAeTitle: string,
  parts: TakeReportParts & { readonly id: string },
): Promise<void> {
  const uids = (list: readonly ReferencedInstance[]) => list.map(({ sopInstanceUid }) => sopInstanceUid);
  const byReason = Map.groupBy(failed, ({ failureReason }) => failureReason);
  const common = { jobId, associationId: parts.id };
  await parts.database.batch([
    ...parts.store.decide({ ...common, state: 'sent', status: 0, detail: '' }, uids(instances)),
    ...[...byReason].flatMap(([reason, list]) =>
      parts.store.decide({ ...common, state: 'failed', status: reason, detail: reasonText(reason) }, uids(list)),
    ),
    parts.store.decideRest({ ...common, state: 'failed', detail: 'the report does not name it' }),
    parts.transactions.reported(transactionUid, parts.now().toISOString(), retrieveAeTitle),
    parts.store.rouse(jobId),
  ]);
  parts.kept(transactionUid);
}
