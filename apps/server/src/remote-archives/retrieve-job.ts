// A job that fetches from another archive: measured by what that archive lists, done only when every instance is in ours.
import { formatCode, NetworkError, statusClass } from '@concord/network';
import type { Archive, Receipt } from '../archive/archive.ts';
import type { JobHandler, Outcome } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { type Listing, listInstances } from './list-instances.ts';
import { type Calling, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { retrieveByGet } from './retrieve-get.ts';
import { type RetrieveEnd, retrieveByMove } from './retrieve-move.ts';
import { retrieveByWado } from './retrieve-wado.ts';
import { createTally, type ReceivedFrom, type Tally } from './tally.ts';
import { type Part, partsFor, type Wish } from './wish.ts';

export interface RetrieveParts {
  readonly archive: Pick<Archive, 'receive' | 'receivePart10' | 'instances' | 'watch'>;
  readonly store: JobStore;
  /** Undefined for a title nobody configured. */
  readonly archiveOf: (aeTitle: string) => RemoteArchive | undefined;
  readonly calling: Calling;
  /** AE title and port by which others reach our listener. */
  readonly here: () => { readonly aeTitle: string; readonly port: number };
  /** Longest wait for an answer of an archive, in ms. */
  readonly timeoutMs: number;
  /** For an instance that an archive says it has sent, in ms since the last one came. */
  readonly arrivalMs: number;
  /** Whether what an archive names in Retrieve AE Title is fetched from instead of itself. */
  readonly retrieveFrom: 'asked' | 'named';
  /** What ends a retrieval by C-MOVE: that each listed instance is here, or that the archive says so. */
  readonly retrieveProof: 'objects' | 'responses';
}

/** What one try knows. */
interface Pass {
  readonly from: RemoteArchive;
  readonly wish: Wish;
  readonly parts: RetrieveParts;
  readonly listing: Listing;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Carries out jobs of the kind `retrieve`. */
export const retrieveJob =
  (parts: RetrieveParts): JobHandler =>
  async (job, signal) => {
    const from = parts.archiveOf(job.destination);
    if (!from) return { kind: 'failed', detail: `no archive is called ${job.destination}` };
    const { wishShape } = await import('./wish-shape.ts');
    const read = wishShape.safeParse(job.parameters);
    if (!read.success) return { kind: 'failed', detail: 'the job does not say what to fetch' };
    let tally: Tally | undefined;
    try {
      const listing = await listInstances(from, read.data, { ...parts, signal });
      const source = sourceOf(from, listing, parts);
      if (!source)
        return { kind: 'failed', detail: `it is to be fetched from ${listing.retrieveFrom}, which is no peer` };
      tally = await createTally({ ...parts, job, listing, wish: read.data });
      await using _ = tally;
      return await fetchMissing({ from: source, wish: read.data, parts, listing, tally, signal });
    } catch (error) {
      if (!(error instanceof RemoteError || error instanceof NetworkError)) throw error;
      const detail = signal.aborted ? 'stopped' : error.message;
      if (error instanceof RemoteError && error.fault === 'unsupported') return { kind: 'failed', detail };
      return { kind: 'again', detail, progress: tally?.progress ?? false };
    }
  };

/** Undefined where the archive names one that nobody configured. PS3.4 C.4.1.1.3.2 */
function sourceOf(asked: RemoteArchive, { retrieveFrom }: Listing, parts: RetrieveParts): RemoteArchive | undefined {
  const named = parts.retrieveFrom === 'named' && retrieveFrom !== '' && retrieveFrom !== asked.aeTitle;
  return named ? parts.archiveOf(retrieveFrom) : asked;
}

async function fetchMissing(pass: Pass): Promise<Outcome> {
  const { from, wish, listing, tally } = pass;
  const missing = tally.missing();
  const requests = listing.instances ? partsFor(wish, listing.instances, missing) : [whole(wish)];
  if (listing.instances && missing.size === 0) return conclude(pass, []);
  const ends = await methods[from.retrieve](pass, requests);
  return conclude(pass, ends);
}

const whole = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Wish): Part => ({
  studyInstanceUid,
  ...(seriesInstanceUid !== undefined && { seriesInstanceUid }),
  ...(seriesInstanceUid !== undefined && sopInstanceUid && { sopInstanceUids: sopInstanceUid }),
});

type Method = (pass: Pass, requests: readonly Part[]) => Promise<readonly RetrieveEnd[]>;

const methods: Readonly<Record<RemoteArchive['retrieve'], Method>> = {
  async 'C-MOVE'({ from, parts, listing, tally, signal }, requests) {
    tally.watch();
    const ends = await retrieveByMove(from, requests, {
      calling: parts.calling,
      destination: parts.here().aeTitle,
      patientId: listing.patientId,
      signal,
    });
    const failed = ends.some(({ status }) => statusClass(status) === 'failure');
    const patience = failed || parts.retrieveProof === 'responses' ? 0 : parts.arrivalMs;
    await tally.settleArrived(patience, ends, signal);
    return ends;
  },
  async 'C-GET'(pass, requests) {
    const { from, parts, listing, signal } = pass;
    return retrieveByGet(from, requests, {
      ...parts.archive,
      received: (receipt, facts) => noteReceipt(pass, receipt, facts),
      calling: parts.calling,
      patientId: listing.patientId,
      sopClassUids: listing.instances?.map(({ sopClassUid }) => sopClassUid).filter(Boolean) ?? [],
      signal,
    });
  },
  async 'WADO-RS'(pass, requests) {
    const { from, parts, signal } = pass;
    const received: ReceivedFrom['received'] = (receipt, facts) => noteReceipt(pass, receipt, facts);
    await retrieveByWado(from, requests, { ...parts.archive, received, timeoutMs: parts.timeoutMs, signal });
    return [];
  },
};

const noteReceipt = async (
  { tally }: Pass,
  { status, sopInstanceUid, sopClassUid }: Receipt,
  facts: { transferSyntaxUid: string; associationId: string },
): Promise<void> => {
  if (sopInstanceUid === undefined) return;
  const stored = statusClass(status.code) === 'success' || statusClass(status.code) === 'warning';
  const detail = stored ? '' : `refused here: status ${formatCode(status.code)} ${status.comment ?? ''}`.trim();
  await tally.settle({ sopInstanceUid, sopClassUid: sopClassUid ?? '', stored, detail, ...facts });
};

/** Move Destination unknown. PS3.4 C.4.2.1.5. */
const destinationUnknown = 0xa801;

async function conclude(pass: Pass, ends: readonly RetrieveEnd[]): Promise<Outcome> {
  const { from, parts, listing, tally, signal } = pass;
  if (signal.aborted) return { kind: 'again', detail: 'stopped', progress: tally.progress };
  if (ends.some(({ status }) => status === destinationUnknown)) {
    const { aeTitle, port } = parts.here();
    const hint = `register this station at ${from.aeTitle}: AE title ${aeTitle}, its address, port ${port}`;
    return { kind: 'failed', detail: `the archive does not know this station (A801H); ${hint}` };
  }
  const failed = ends.find(({ status }) => statusClass(status) === 'failure');
  if (failed) return { kind: 'again', detail: `the archive answered ${failed.words}`, progress: tally.progress };
  await tally.giveUpMissing(
    from.retrieve === 'C-MOVE' ? 'the archive says it has sent it' : 'the archive did not send it',
  );
  const isTold = ends.length > 0 && ends.every(({ status }) => statusClass(status) === 'success');
  if (from.retrieve === 'C-MOVE' && parts.retrieveProof === 'responses' && isTold) return { kind: 'done' };
  const count = tally.count();
  const words = (count: number) => `${count} instance${count === 1 ? '' : 's'}`;
  if (count.failed > 0) return { kind: 'failed', detail: `${words(count.failed)} not received: ${count.reason}` };
  if (count.received === 0) return { kind: 'failed', detail: 'the archive sent nothing' };
  if (listing.announced !== undefined && count.received < listing.announced)
    return { kind: 'failed', detail: `the archive announces ${words(listing.announced)} and gave ${count.received}` };
  return { kind: 'done' };
}
