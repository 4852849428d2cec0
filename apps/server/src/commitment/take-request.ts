// A request for storage commitment: checked, looked up, kept as a job, answered. PS3.4 J.3.2.

import { setImmediate as breath } from 'node:timers/promises';
import type { DataSet } from '@concord/dicom';
import {
  type failureReasons,
  type Handlers,
  type Log,
  type NormalizedRequest,
  type OperationContext,
  type ReferencedInstance,
  storageCommitmentInstance,
} from '@concord/network';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { counted } from '../counted.ts';
import type { Database, Query } from '../database/database.ts';
import type { NewJob } from '../jobs/job.ts';
import type { JobStore, Wanted } from '../jobs/job-store.ts';
import type { commitment } from './declaration.ts';
import { promise } from './promises.ts';
import { insertTransaction, type Transactions } from './transactions.ts';

export type Reason = keyof typeof failureReasons;

export interface TakeRequestParts {
  readonly archive: Pick<Archive, 'instances'>;
  /** Whether the object's bytes are there. */
  readonly isWhole: (instance: StoredInstance) => Promise<boolean>;
  /** Storage classes this server takes. */
  readonly takes: (sopClassUid: string) => boolean;
  readonly database: Database;
  readonly transactions: Pick<Transactions, 'find'>;
  readonly jobs: Pick<JobStore, 'insertion' | 'enlist' | 'begin'>;
  /** Keeps the way back to the peer while the association of the request is open. */
  readonly remember: (associationId: string, eventReport: OperationContext['eventReport']) => void;
  /** The job may begin: called when the answer is on its way. */
  readonly wake: () => void;
  readonly now: () => Date;
  readonly log: Log;
}

/** Instances in one request; a peer that has more asks in parts. */
export const mostInstances = 150_000;
/** Looked up at a time; between two lots others have their turn. */
const lot = 500;
const filesAtOnce = 16;

type Refusal = { readonly code: 0x0110 | 0x0112 | 0x0120 | 0x0121 | 0x0123; readonly comment: string };

export const takeRequest = (parts: TakeRequestParts): Handlers<typeof commitment> => ({
  async 'N-ACTION'(request, { association, eventReport }) {
    const asked = await read(request);
    if ('code' in asked) return asked;
    const { transactionUid, instances } = asked;
    const peer = association.callingAeTitle;
    const known = await parts.transactions.find(transactionUid, peer, 'of us');
    const wanted = known ? instances.map((each) => verdictOf(each, 0x0131)) : await lookUp(instances, peer, parts);
    const job = {
      kind: 'commitment report',
      priority: 'high',
      destination: peer,
      cause: `asked by ${peer}`,
      title: `commitment to ${counted(instances.length, 'object')}`,
      parameters: { transactionUid, associationId: association.id, calledAeTitle: association.calledAeTitle },
    } as const;
    await keep(
      job,
      wanted,
      (jobId) => insertTransaction({ transactionUid, peer, asked: 'of us', jobId, askedAt: parts.now().toISOString() }),
      parts,
    );
    parts.remember(association.id, eventReport);
    // The answer goes first: it is written before the next turn of the event loop.
    setImmediate(parts.wake);
    return { code: 0x0000 };
  },
});

type KeepingParts = Pick<TakeRequestParts, 'jobs' | 'database'>;

/** The job and its instances in lots; it is there for whoever carries it out only when the last of them is. */
export async function keep(
  job: NewJob,
  wanted: readonly Wanted[],
  note: (jobId: string) => Query,
  { jobs, database }: KeepingParts,
): Promise<void> {
  const { jobId, statements } = jobs.insertion(job, [], { state: 'cancelled' });
  await database.batch(statements);
  for (let at = 0; at < wanted.length; at += lot) {
    await jobs.enlist(jobId, wanted.slice(at, at + lot), at);
    await breath();
  }
  await database.batch([jobs.begin(jobId), note(jobId)]);
}

/** What is asked for, each instance once; or why it cannot be. PS3.4 Table J.3-1. */
async function read(
  request: NormalizedRequest,
): Promise<Refusal | { readonly transactionUid: string; readonly instances: readonly ReferencedInstance[] }> {
  const { dataSet, actionTypeId, sopInstanceUid } = request;
  if (sopInstanceUid !== storageCommitmentInstance)
    return { code: 0x0112, comment: 'the instance is not that of Storage Commitment' };
  if (actionTypeId !== 1) return { code: 0x0123, comment: 'the only action is 1' };
  if (!dataSet?.has('TransactionUID')) return { code: 0x0120, comment: 'there is no Transaction UID' };
  const transactionUid = dataSet.string('TransactionUID') ?? '';
  if (transactionUid === '') return { code: 0x0121, comment: 'Transaction UID is empty' };
  if (!dataSet.has('ReferencedSOPSequence')) return { code: 0x0120, comment: 'there is no Referenced SOP Sequence' };
  const items = dataSet.items('ReferencedSOPSequence');
  if (items.length === 0) return { code: 0x0121, comment: 'Referenced SOP Sequence is empty' };
  if (items.length > mostInstances) return { code: 0x0110, comment: `more than ${mostInstances} instances` };
  const instances = new Map<string, ReferencedInstance>();
  for (const [index, item] of items.entries()) {
    if (index % lot === 0) await breath();
    const problem = problemOf(item);
    if (problem) return problem;
    const each = {
      sopClassUid: item.string('ReferencedSOPClassUID') ?? '',
      sopInstanceUid: item.string('ReferencedSOPInstanceUID') ?? '',
    };
    instances.set(`${each.sopClassUid} ${each.sopInstanceUid}`, each);
  }
  return { transactionUid, instances: [...instances.values()] };
}

function problemOf(item: DataSet): Refusal | undefined {
  for (const keyword of ['ReferencedSOPClassUID', 'ReferencedSOPInstanceUID'] as const) {
    if (!item.has(keyword)) return { code: 0x0120, comment: `an item has no ${keyword}` };
    if (item.string(keyword) === undefined) return { code: 0x0121, comment: `an item has an empty ${keyword}` };
  }
  return undefined;
}

const words: Readonly<Record<Reason | 0, string>> = {
  0: '',
  0x0110: 'the object is in the index, but its file is not whole',
  0x0112: 'no such object is stored here',
  0x0213: 'resource limitation',
  0x0122: 'the SOP Class is not taken here',
  0x0119: 'the object stored here is of another SOP Class',
  0x0131: 'the Transaction UID was used before',
};

/** An instance with what the report will say of it: 0, or the reason why not. */
const verdictOf = (instance: ReferencedInstance, reason: Reason | 0): Wanted => ({
  ...instance,
  status: reason,
  detail: words[reason],
});

type LookUpParts = Pick<TakeRequestParts, 'archive' | 'isWhole' | 'takes' | 'database' | 'now' | 'log'>;

/** Each instance with what the report will say of it; what is good is promised. */
export async function lookUp(
  instances: readonly ReferencedInstance[],
  peer: string,
  parts: LookUpParts,
): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  for (let at = 0; at < instances.length; at += lot) {
    const some = instances.slice(at, at + lot);
    const stored = await parts.archive.instances({ sopInstanceUid: some.map((each) => each.sopInstanceUid) });
    const byUid = new Map(stored.map((each) => [each.sopInstanceUid, each]));
    const whole = await wholeAmong(stored, parts);
    const verdicts = some.map((each) => {
      const found = byUid.get(each.sopInstanceUid);
      return verdictOf(each, reasonFor(each, found, found !== undefined && whole.has(found), parts));
    });
    wanted.push(...(await kept(verdicts, byUid, peer, parts)));
  }
  return wanted;
}

/** The promise comes before the word: what was deleted while it was looked up is not committed. */
async function kept(
  verdicts: readonly Wanted[],
  stored: ReadonlyMap<string, StoredInstance>,
  peer: string,
  { database, now }: LookUpParts,
): Promise<readonly Wanted[]> {
  const good = verdicts.flatMap(({ status, sopInstanceUid }) => (status === 0 ? [sopInstanceUid] : []));
  const studies = new Set(good.flatMap((uid) => stored.get(uid)?.studyInstanceUid ?? []));
  const here = await promise(database, { studyInstanceUids: studies, peer, at: now().toISOString() }, good);
  return verdicts.map((each) => (each.status === 0 && !here.has(each.sopInstanceUid) ? verdictOf(each, 0x0112) : each));
}

async function wholeAmong(
  stored: readonly StoredInstance[],
  { isWhole, log }: LookUpParts,
): Promise<ReadonlySet<StoredInstance>> {
  const whole = new Set<StoredInstance>();
  const queue = stored.values();
  const work = async () => {
    for (const instance of queue) {
      if (await isWhole(instance)) whole.add(instance);
      else
        log.error({ sopInstanceUid: instance.sopInstanceUid, key: instance.key }, 'the file of an object is not whole');
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  return whole;
}

function reasonFor(
  asked: ReferencedInstance,
  stored: StoredInstance | undefined,
  whole: boolean,
  { takes }: LookUpParts,
): Reason | 0 {
  if (!stored) return takes(asked.sopClassUid) ? 0x0112 : 0x0122;
  if (stored.sopClassUid !== asked.sopClassUid) return 0x0119;
  return whole ? 0 : 0x0110;
}
