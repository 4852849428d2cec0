// Checks of Storage Commitment: the request, and the report over the same association or one of the peer's own. PS3.4 Annex J
import {
  type BoundService,
  bind,
  type CommitmentRequest,
  commitmentReportOf,
  listen,
  requestCommitment,
  storageCommitmentReports,
  storageCommitmentSopClass,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { inconclusive, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid } from '../test-data.ts';
import { queryContext } from './query.ts';

type Report = NonNullable<ReturnType<typeof commitmentReportOf>>;

/** Waits for the report of one transaction, wherever it comes from. */
function waitFor(transactionUid: string): { readonly service: BoundService; readonly report: Promise<Report> } {
  const { promise, resolve } = Promise.withResolvers<Report>();
  const service = bind(storageCommitmentReports, {
    'N-EVENT-REPORT': async (request) => {
      const report = commitmentReportOf(request);
      if (report?.transactionUid === transactionUid) resolve(report);
      return { code: 0x0000 };
    },
  });
  return { service, report: promise };
}

const within = <T>(promise: Promise<T>, seconds: number, signal: AbortSignal): Promise<T | undefined> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const over = new Promise<undefined>((resolve) =>
    limit.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  return Promise.race([promise, over]);
};

function judged(
  report: Report | undefined,
  request: CommitmentRequest,
  variant: 'stored' | 'unknown',
  expected: string,
): Outcome {
  if (!report) return verdict(false, expected, 'no report came in time');
  const reasons = report.failed.map(({ failureReason }) => failureReason.toString(16).padStart(4, '0'));
  const observed = `${report.instances.length} committed, ${report.failed.length} failed${reasons.length > 0 ? ` (reason ${reasons.join(', ')})` : ''}`;
  const passed =
    variant === 'stored'
      ? report.instances.length === request.instances.length && report.failed.length === 0
      : report.failed.length === 1 && report.failed[0]?.failureReason === 0x0112;
  return verdict(passed, expected, observed);
}

export async function commitment(
  run: RunContext,
  { variant }: Extract<Check, { kind: 'commitment' }>,
): Promise<Outcome> {
  const expected = variant === 'stored' ? 'committed' : 'failed with reason 0112';
  const [sample] = run.stored;
  if (variant === 'stored' && !sample) return inconclusive(expected, 'nothing could be stored to be committed');
  const sopClassUid = sample?.sopClassUid ?? '1.2.840.10008.5.1.4.1.1.7';
  const request: CommitmentRequest = {
    transactionUid: freshUid(),
    instances: [{ sopClassUid, sopInstanceUid: variant === 'stored' ? (sample?.sopInstanceUid ?? '') : freshUid() }],
  };
  const { service, report } = waitFor(request.transactionUid);
  const { ourSide, evidence, care } = run;
  const acceptor =
    ourSide &&
    (await listen({
      host: ourSide.host,
      port: ourSide.port,
      applicationEntities: [{ aeTitle: ourSide.aeTitle, services: [service] }],
      onAssociation: (record) => evidence.add(record),
    }));
  try {
    await using association = await run.associate([queryContext(storageCommitmentSopClass)], { services: [service] });
    const answer = await requestCommitment(association, request);
    if (answer.code !== 0) return verdict(false, expected, statusWords(answer));
    return judged(await within(report, care.patience, run.signal), request, variant, expected);
  } catch (error) {
    return outcomeOfError(error, expected);
  } finally {
    await acceptor?.close({ graceMs: 1000 });
  }
}
