// Checks of Storage Commitment: the request, and the report over the same association or one of the peer's own. PS3.4 Annex J
import { setTimeout as wait } from 'node:timers/promises';
import {
  type BoundService,
  bind,
  type CommitmentRequest,
  commitmentReportOf,
  listen,
  type NormalizedResponse,
  requestCommitment,
  storageCommitmentReports,
  storageCommitmentSopClass,
  verificationScp,
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

type Commitment = Extract<Check, { kind: 'commitment' }>;

/** Our side as the report finds it, where it can be called. */
async function listening({ ourSide, evidence }: RunContext, service: BoundService) {
  if (!ourSide) return undefined;
  const acceptor = await listen({
    host: ourSide.host,
    port: ourSide.port,
    applicationEntities: [{ aeTitle: ourSide.aeTitle, services: [service, verificationScp] }],
    onAssociation: (record) => evidence.add(record),
  });
  return { [Symbol.asyncDispose]: () => acceptor.close({ graceMs: 1000 }) };
}

async function ask(run: RunContext, request: CommitmentRequest, service: BoundService): Promise<NormalizedResponse> {
  await using association = await run.associate([queryContext(storageCommitmentSopClass)], { services: [service] });
  return await requestCommitment(association, request);
}

/** Milliseconds in which our side is not there. */
const away = 500;

/** The association is gone before the report can come, and our side listens only after a while. */
async function afterRestart(run: RunContext, request: CommitmentRequest, expected: string): Promise<Outcome> {
  const { service, report } = waitFor(request.transactionUid);
  const answer = await ask(run, request, bind(storageCommitmentReports, { 'N-EVENT-REPORT': notNow }));
  if (answer.code !== 0) return verdict(false, expected, statusWords(answer));
  await wait(away, undefined, { signal: run.signal });
  await using _ours = await listening(run, service);
  const late = await within(report, run.care.patience, run.signal);
  if (!late) return inconclusive(expected, `no report within ${run.care.patience} s: the next attempt may come later`);
  return judged(late, request, 'stored', expected);
}

/** What a side that goes down answers to a report that comes too early. */
const notNow = async () => ({ code: 0x0110 }) as const;

async function reported(
  run: RunContext,
  request: CommitmentRequest,
  variant: 'stored' | 'unknown',
  expected: string,
): Promise<Outcome> {
  const { service, report } = waitFor(request.transactionUid);
  await using _ours = await listening(run, service);
  await using association = await run.associate([queryContext(storageCommitmentSopClass)], { services: [service] });
  const answer = await requestCommitment(association, request);
  if (answer.code !== 0) return verdict(false, expected, statusWords(answer));
  return judged(await within(report, run.care.patience, run.signal), request, variant, expected);
}

export async function commitment(run: RunContext, { variant }: Commitment): Promise<Outcome> {
  const expected = variant === 'unknown' ? 'failed with reason 0112' : 'committed';
  const [sample] = run.stored;
  if (variant !== 'unknown' && !sample) return inconclusive(expected, 'nothing could be stored to be committed');
  if (variant === 'after a restart' && !run.ourSide)
    return { result: 'not run', expected, observed: 'it has not been said where the system can call us' };
  const sopClassUid = sample?.sopClassUid ?? '1.2.840.10008.5.1.4.1.1.7';
  const sopInstanceUid = variant === 'unknown' ? freshUid() : (sample?.sopInstanceUid ?? '');
  const request: CommitmentRequest = { transactionUid: freshUid(), instances: [{ sopClassUid, sopInstanceUid }] };
  try {
    if (variant === 'after a restart') return await afterRestart(run, request, expected);
    return await reported(run, request, variant, expected);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
