// A job that fetches from another archive: measured by what that archive lists, done only when every instance is in ours.

import { formatCode, NetworkError, statusClass } from '@concord/network';
import type { Archive, Receipt, StoredInstance } from '../archive/archive.ts';
import type { Named } from '../arrivals/expected-by-name.ts';
import { counted } from '../counted.ts';
import type { JobHandler, Outcome } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { type Listing, listInstances } from './list-instances.ts';
import { type Calling, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { isFailure, isSuccess, type RetrieveEnd, sentOf, unnamedOf } from './retrieve-end.ts';
import { retrieveByGet } from './retrieve-get.ts';
import { retrieveByMove } from './retrieve-move.ts';
import { retrieveByWado } from './retrieve-wado.ts';
import { type ArrivedSince, createTally, type ReceivedFrom, type Tally } from './tally.ts';
import { type Part, partsFor, type Wish } from './wish.ts';

export interface RetrieveParts {
  readonly archive: Pick<Archive, 'receive' | 'receivePart10' | 'instances' | 'watch'>;
  readonly arrivedSince: ArrivedSince;
  readonly store: JobStore;
  /** Told what an archive lists of whole series, or of all of a study, before it is fetched. */
  readonly expect: (named: Named, aeTitle: string) => Promise<void>;
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
  /** Objects that came and were not asked for. */
  readonly strays: { count: number };
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
      await expectListed(listing, { wish: read.data, from, parts });
      const source = sourceOf(from, listing, parts);
      if (!source)
        return { kind: 'failed', detail: `it is to be fetched from ${listing.retrieveFrom}, which is no peer` };
      tally = await createTally({ ...parts, job, listing, wish: read.data });
      await using _ = tally;
      return await fetchMissing({ from: source, wish: read.data, parts, listing, tally, strays: { count: 0 }, signal });
    } catch (error) {
      if (!(error instanceof RemoteError || error instanceof NetworkError)) throw error;
      const detail = signal.aborted ? 'stopped' : error.message;
      if (error instanceof RemoteError && ['unsupported', 'missing', 'unoffered'].includes(error.fault))
        return { kind: 'failed', detail };
      return { kind: 'again', detail, progress: tally?.progress ?? false };
    }
  };

/** What does not come is missing, also when the job is forgotten. Chosen images are no more than were wished for. */
async function expectListed(
  { instances: listed }: Listing,
  { wish, from, parts }: { wish: Wish; from: RemoteArchive; parts: RetrieveParts },
): Promise<void> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = wish;
  if (!listed || sopInstanceUid) return;
  const instances = [...new Map(listed.map((each) => [each.sopInstanceUid, each])).values()];
  const seriesInstanceUids = [...new Set(instances.map((each) => each.seriesInstanceUid))];
  const isWholeStudy = seriesInstanceUid === undefined;
  await parts.expect({ studyInstanceUid, seriesInstanceUids, instances, isWholeStudy }, from.aeTitle);
}

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
    const patience = ends.some(isFailure) || parts.retrieveProof === 'responses' ? 0 : parts.arrivalMs;
    await tally.settleArrived(patience, ends, signal);
    return ends;
  },
  async 'C-GET'(pass, requests) {
    const { from, parts, listing, tally, signal } = pass;
    const ends = await retrieveByGet(from, requests, {
      ...parts.archive,
      received: (receipt, facts) => noteReceipt(pass, receipt, facts),
      calling: parts.calling,
      patientId: listing.patientId,
      sopClassUids: listing.instances?.map(({ sopClassUid }) => sopClassUid) ?? [],
      signal,
    });
    await tally.settleArrived(0, ends, signal);
    return ends;
  },
  async 'WADO-RS'(pass, requests) {
    const { from, parts, signal } = pass;
    const received: ReceivedFrom['received'] = (receipt, facts) => noteReceipt(pass, receipt, facts);
    await retrieveByWado(from, requests, { ...parts.archive, received, timeoutMs: parts.timeoutMs, signal });
    return [];
  },
};

const noteReceipt = async (
  { tally, wish, strays }: Pass,
  { status, sopInstanceUid, sopClassUid, instance }: Receipt,
  facts: { transferSyntaxUid: string; associationId: string },
): Promise<void> => {
  const isKept = ['success', 'warning'].includes(statusClass(status.code));
  const refused = `refused here: status ${formatCode(status.code)} ${status.comment ?? ''}`.trim();
  if (sopInstanceUid === undefined) return tally.nameless(refused);
  const isWanted = !isKept || !instance || isWished(wish, instance);
  if (!isWanted) strays.count += 1;
  if (!isWanted && !tally.missing().has(sopInstanceUid)) return;
  const elsewhere = `it is here as one of study ${instance?.studyInstanceUid}, series ${instance?.seriesInstanceUid}`;
  const detail = isWanted ? (isKept ? '' : refused) : elsewhere;
  await tally.settle({ sopInstanceUid, sopClassUid: sopClassUid ?? '', stored: detail === '', detail, ...facts });
};

const isWished = (wish: Wish, { studyInstanceUid, seriesInstanceUid }: StoredInstance): boolean =>
  studyInstanceUid === wish.studyInstanceUid && [undefined, seriesInstanceUid].includes(wish.seriesInstanceUid);

/** Move Destination unknown. PS3.4 C.4.2.1.5. */
const destinationUnknown = 0xa801;

async function conclude(pass: Pass, ends: readonly RetrieveEnd[]): Promise<Outcome> {
  const { from, parts, tally, signal } = pass;
  if (signal.aborted) return { kind: 'again', detail: 'stopped', progress: tally.progress };
  if (ends.some(({ status }) => status === destinationUnknown)) {
    const { aeTitle, port } = parts.here();
    const hint = `register this station at ${from.aeTitle}: AE title ${aeTitle}, its address, port ${port}`;
    return { kind: 'failed', detail: `the archive does not know this station (A801H); ${hint}` };
  }
  const failed = ends.find(isFailure);
  if (failed) return { kind: 'again', detail: `the archive answered ${failed.words}`, progress: tally.progress };
  await tally.giveUpMissing(whyMissing(pass, ends));
  const isTold = ends.length > 0 && ends.every(isSuccess);
  const lacking = from.retrieve === 'C-MOVE' && parts.retrieveProof === 'responses' && isTold ? '' : lackOf(pass, ends);
  if (lacking !== '') return { kind: 'failed', detail: lacking };
  const detail = await remarks(pass, ends);
  return { kind: 'done', ...(detail !== '' && { detail }) };
}

/** Why something is not here, as far as the other side's words go. */
function whyMissing({ from, tally }: Pass, ends: readonly RetrieveEnd[]): string {
  const unnamed = unnamedOf(ends);
  const sent = sentOf(ends);
  if (unnamed > 0) return `the archive could not send ${counted(unnamed, 'instance')}, and does not say which`;
  if (from.retrieve !== 'C-MOVE') return 'the archive did not send it';
  return sent > 0 && sent < tally.missing().size + tally.count().received
    ? `the archive says it has sent ${counted(sent, 'instance')}`
    : 'the archive says it has sent it';
}

/** What is lacking for success, in words; '' where nothing is. */
function lackOf({ listing, tally }: Pass, ends: readonly RetrieveEnd[]): string {
  const { received, failed, reason } = tally.count();
  const sent = sentOf(ends);
  if (failed > 0) return `${counted(failed, 'instance')} not received: ${reason}`;
  if (received === 0) return 'nothing found: the archive sent nothing';
  if (listing.instances === undefined && unnamedOf(ends) > 0)
    return `the archive could not send ${counted(unnamedOf(ends), 'instance')}, and does not say which`;
  if (listing.instances === undefined && received < sent)
    return `the archive says it has sent ${counted(sent, 'instance')}, and ${received} came`;
  if (listing.announced !== undefined && received < listing.announced)
    return `the archive announces ${counted(listing.announced, 'instance')} and gave ${received}`;
  return '';
}

/** What is to be said of a retrieval that lacks nothing. */
async function remarks({ wish, listing, tally, strays, parts }: Pass, ends: readonly RetrieveEnd[]): Promise<string> {
  const { studyInstanceUid } = wish;
  const isUnproved = listing.instances === undefined && listing.announced === undefined && sentOf(ends) === 0;
  const asked = (listing.patientId ?? '').trim();
  const here = new Set((await parts.archive.instances({ studyInstanceUid })).map(({ patientId }) => patientId.trim()));
  here.delete(asked);
  const others = [...here].map((id) => (id === '' ? 'no Patient ID' : `Patient ID ${id}`)).join(', ');
  return [
    isUnproved && tally.count().received > 0 ? 'how many there are the archive does not say' : '',
    strays.count > 0
      ? `${counted(strays.count, 'object')} came that ${strays.count === 1 ? 'was' : 'were'} not asked for`
      : '',
    asked !== '' && others !== '' ? `the archive lists it under Patient ID ${asked}, here it is under ${others}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
