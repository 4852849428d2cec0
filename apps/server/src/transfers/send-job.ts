// A job that sends stored instances to a peer by C-STORE: done only when the peer has confirmed each. PS3.4 Annex B.
import {
  type Association,
  type ConnectOptions,
  connect,
  NetworkError,
  type OutgoingInstance,
  type Peer,
  type PlannedAssociation,
  type ProposalPolicy,
  planAssociations,
} from '@concord/network';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import type { Job, JobHandler, JobInstance, Outcome } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { resolveDoubts, type Seek } from './doubts.ts';
import { createLane, type Item, type Sent } from './lane.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { sendApart } from './send-apart.ts';
import type { Throttle } from './throttle.ts';

/** A peer with what is agreed about sending to it. */
export interface SendingPeer {
  readonly peer: Peer;
  readonly proposal: Partial<ProposalPolicy>;
  /** 'never': an instance goes out as it is kept, or not at all. */
  readonly conversion: 'lossless' | 'never';
  readonly throttle?: Throttle;
}

export interface SendParts {
  readonly archive: Pick<Archive, 'instances'>;
  readonly store: JobStore;
  readonly sendable: (instance: StoredInstance, aeTitle: string) => OutgoingInstance;
  /** Undefined for a title nobody configured. */
  readonly peerOf: (aeTitle: string) => SendingPeer | undefined;
  /** Associations that share one job. */
  readonly associations: number;
  /** Whether each instance has an association of its own, and one try. */
  readonly apart: boolean;
  readonly connection: Pick<ConnectOptions, 'log' | 'onRecord'>;
  /** Whether a peer has what may have been sent to it. */
  readonly seek: Seek;
  readonly now: () => Date;
  /** When nothing is left to send: what follows is made before the job counts as over, so that a crash forgets none of it. */
  readonly over: (job: Job) => Promise<void>;
}

/** Looked up and planned at a time: bounds the memory of a job of any size. */
const page = 2000;

/** Carries out jobs of the kind `send`. */
export const sendJob =
  (parts: SendParts): JobHandler =>
  async (job, signal) => {
    const to = withConversion(parts.peerOf(job.destination), job);
    if (!to) return { kind: 'failed', detail: `no peer is called ${job.destination}` };
    const pass: Pass = {
      job,
      to,
      parts,
      signal,
      progress: false,
      ...{ refused: new Map(), repeated: new Map() },
      ...{ over: undefined, givesWay: false, askedAt: performance.now() },
    };
    for (;;) {
      const pending = await parts.store.pending(job.jobId, page);
      if (pending.length === 0) return conclude(parts, job);
      const left = pending.filter(({ position }) => !pass.refused.has(position));
      if (left.length > 0) await sendPage(pass, left);
      const detail = signal.aborted ? 'stopped' : (pass.over ?? (left.length === 0 ? refusals(pass) : undefined));
      if (pass.givesWay && !signal.aborted) return { kind: 'later', detail: gaveWay, until: parts.now().toISOString() };
      if (detail !== undefined) return { kind: 'again', detail, progress: pass.progress };
    }
  };

/** A rule may say how its objects go out; otherwise it is as the peer has it. */
function withConversion(peer: SendingPeer | undefined, { parameters }: Job): SendingPeer | undefined {
  const { conversion } = parameters;
  return peer && (conversion === 'never' || conversion === 'lossless') ? { ...peer, conversion } : peer;
}

/** What one try knows of itself. */
interface Pass {
  readonly job: Job;
  readonly to: SendingPeer;
  readonly parts: SendParts;
  readonly signal: AbortSignal;
  /** The peer confirmed something. */
  progress: boolean;
  /** Refused for now, by position: tried again in the next try. */
  readonly refused: Map<number, string>;
  /** What may be there twice when it is sent, and why, by position. */
  repeated: ReadonlyMap<number, string>;
  /** Why this try goes no further. */
  over: string | undefined;
  /** It does for a more urgent job to the same peer. */
  givesWay: boolean;
  /** When it was last looked for one, in ms of a clock that never goes back. */
  askedAt: number;
}

const gaveWay = 'gave way to a more urgent job for the same peer';
/** How often one is looked for, in ms. */
const lookEveryMs = 1000;

/** After an object, so that each turn gets on: the peer takes one job at a time, and a long one would hold up all that is urgent. */
async function giveWay(pass: Pass): Promise<void> {
  const { job, parts } = pass;
  if (pass.over !== undefined || performance.now() - pass.askedAt < lookEveryMs) return;
  pass.askedAt = performance.now();
  if (!(await parts.store.isUrgentDue(job, parts.now().toISOString()))) return;
  pass.givesWay = true;
  pass.over ??= gaveWay;
}

/** So many instances that are refused for now end a try: the peer is in trouble. */
const mostRefused = 100;

const refusals = ({ refused }: Pass): string => `${refused.size} refused for now: ${[...refused.values()][0] ?? ''}`;

async function conclude({ store, over }: SendParts, job: Job): Promise<Outcome> {
  await over(job);
  const failures = await store.failures(job.jobId);
  if (failures.count === 0) return { kind: 'done' };
  return { kind: 'failed', detail: `${failures.count} not sent: ${failures.detail}` };
}

async function sendPage(pass: Pass, pending: readonly JobInstance[]): Promise<void> {
  const items = await withoutDoubts(pass, await itemsOf(pass, pending));
  if (pass.parts.apart) return sendEach(pass, items);
  for (const plan of planAssociations(items, pass.to.proposal)) {
    if (pass.over !== undefined || pass.signal.aborted) return;
    const queue = outboxOf(pass, plan.instances);
    const count = Math.min(pass.parts.associations, plan.instances.length);
    const ends = await Promise.allSettled(Array.from({ length: count }, () => sendFrom(pass, plan, queue)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const left = queue.left().map(({ position }) => position);
    if (left.length > 0) await pass.parts.store.notBegun(pass.job.jobId, left);
  }
}

const outboxOf = ({ job, parts }: Pass, items: readonly Item[]): Outbox<Item> =>
  createOutbox(items, (some) =>
    parts.store.begun(
      job.jobId,
      some.map(({ position }) => position),
    ),
  );

/** What is left after the peer was asked for what it may have. */
async function withoutDoubts(pass: Pass, items: readonly Item[]): Promise<readonly Item[]> {
  const { job, parts, signal } = pass;
  const resolved = await resolveDoubts(items, { job, store: parts.store, seek: parts.seek, signal });
  pass.repeated = resolved.repeated;
  pass.progress ||= resolved.items.length < items.length;
  pass.over ??= resolved.unreachable;
  return signal.aborted ? [] : resolved.items;
}

const sendEach = (pass: Pass, items: readonly Item[]): Promise<void> =>
  sendApart(items, {
    job: pass.job,
    to: pass.to,
    connection: pass.parts.connection,
    signal: pass.signal,
    current: (item) => current(pass, item),
    begun: (item) => pass.parts.store.begun(pass.job.jobId, [item.position]),
    settle: async (outcome) => {
      await pass.parts.store.settle(pass.job.jobId, outcome);
      pass.progress ||= outcome.state === 'sent';
    },
  });

type Wanted = Pick<JobInstance, 'position' | 'sopInstanceUid' | 'begunAt'>;

/** Those still in the archive, in the order of the job; the others have failed. */
async function itemsOf({ job, to, parts }: Pass, pending: readonly Wanted[]): Promise<readonly Item[]> {
  const uids = pending.map(({ sopInstanceUid }) => sopInstanceUid);
  const stored = await parts.archive.instances({ sopInstanceUid: uids });
  const byUid = new Map(stored.map((instance) => [instance.sopInstanceUid, instance]));
  const items: Item[] = [];
  for (const { position, sopInstanceUid, begunAt } of pending) {
    const instance = byUid.get(sopInstanceUid);
    if (!instance) {
      await parts.store.settle(job.jobId, { position, ...gone });
      continue;
    }
    const item = itemOf(parts.sendable(instance, job.destination), instance, to);
    const known = { position, stored: instance, begun: begunAt !== undefined, lookedUpAt: performance.now() };
    if (item.withheld === undefined) items.push({ ...item, ...known });
    else await parts.store.settle(job.jobId, { position, ...gone, detail: item.withheld });
  }
  return items;
}

/** What was looked up longer ago is looked up again before it goes out. */
const freshMs = 1000;

/** What was put right or taken out while the line was slow goes out put right, or not at all: undefined, and the instance has failed. */
async function current(pass: Pass, item: Item): Promise<Item | undefined> {
  if (performance.now() - item.lookedUpAt < freshMs) return item;
  const { position, stored, begun } = item;
  const [again] = await itemsOf(pass, [{ position, sopInstanceUid: stored.sopInstanceUid }]);
  return again && { ...again, begun };
}

/** Where nothing is converted, an instance goes out as it is kept, or not at all. */
function itemOf(outgoing: OutgoingInstance, stored: StoredInstance, to: SendingPeer): OutgoingInstance {
  if (to.conversion === 'lossless') return outgoing;
  const { transferSyntaxUid, sopClassUid } = stored;
  const asKept = [outgoing, ...(outgoing.substitutes ?? [])].find(
    (each) => each.settled === undefined && each.sopClassUid === sopClassUid,
  );
  const { alternatives = [], substitutes: _, ...rest } = asKept ?? outgoing;
  if (!asKept || ![rest.transferSyntaxUid, ...alternatives].includes(transferSyntaxUid))
    return { ...rest, withheld: 'it is not to be converted, and the settings do not propose the syntax it is kept in' };
  return { ...rest, transferSyntaxUid };
}

const gone = {
  state: 'failed',
  detail: 'no longer in the archive',
  transferSyntaxUid: '',
  associationId: '',
} as const;

/** One association: takes instances from the queue it shares with others until that is empty or the connection is lost. */
async function sendFrom(pass: Pass, { contexts }: PlannedAssociation<Item>, queue: Outbox<Item>): Promise<void> {
  const { job, to, parts, signal } = pass;
  let association: Association;
  try {
    association = await connect(to.peer, contexts, { ...parts.connection, signal });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    pass.over ??= error.message;
    return;
  }
  await using _ = association;
  const lane = createLane({ association, job, throttle: to.throttle, signal });
  // An object that broke in the middle took the association with it: what is left goes over the next one.
  while (!signal.aborted && pass.over === undefined && !association.exchange.failure) {
    const next = await queue.next();
    if (!next) break;
    const item = await current(pass, next);
    if (!item) continue;
    await settle(pass, item.position, await lane.send(item));
    await giveWay(pass);
  }
}

async function settle(pass: Pass, position: number, sent: Sent): Promise<void> {
  const { job, parts, signal, refused } = pass;
  if ('state' in sent) {
    const again = sent.state === 'sent' ? pass.repeated.get(position) : undefined;
    const detail = [sent.detail, again].filter(Boolean).join('; ');
    await parts.store.settle(job.jobId, { position, ...sent, detail });
    pass.progress ||= sent.state === 'sent';
    return;
  }
  if (signal.aborted) return;
  await parts.store.postpone(job.jobId, { position, detail: sent.detail, unanswered: sent.lost });
  refused.set(position, sent.detail);
  if (sent.lost || refused.size >= mostRefused) pass.over ??= sent.detail;
}
