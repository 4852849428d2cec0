// Instances that may have gone out before a crash or with a lost line: the peer is asked for them before they go out again. PS3.4 C.6.2.
import type { OutgoingInstance } from '@concord/network';
import type { Job } from '../jobs/job.ts';
import type { InstanceOutcome } from '../jobs/job-decisions.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { Item } from './lane.ts';

/** What a peer is asked for: some instances of a series, by the names that it would have them by. */
export interface Sought {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUids: readonly string[];
}

/** 'unknown': it cannot be asked such a thing; 'unreachable': not now, and nothing could be sent to it either. */
export type Found =
  | { readonly kind: 'known'; readonly there: ReadonlySet<string> }
  | { readonly kind: 'unknown' | 'unreachable'; readonly why: string };

/** Asks a peer which of these it has. */
export type Seek = (aeTitle: string, sought: readonly Sought[], signal: AbortSignal) => Promise<Found>;

export interface DoubtParts {
  readonly job: Job;
  readonly store: Pick<JobStore, 'brought' | 'settle'>;
  readonly seek: Seek;
  readonly signal: AbortSignal;
}

/** What is still to be sent, and of what may be there twice then, why; or why nothing can be sent now. */
export interface Resolved {
  readonly items: readonly Item[];
  readonly repeated: ReadonlyMap<number, string>;
  readonly unreachable?: string;
}

interface Doubtful {
  readonly item: Item;
  /** What it may have gone out as. */
  readonly forms: readonly Pick<OutgoingInstance, 'sopClassUid' | 'sopInstanceUid'>[];
}

/** Settles what the peer says it has. Nothing is taken for sent that it does not name. Throws DatabaseError. */
export async function resolveDoubts(items: readonly Item[], parts: DoubtParts): Promise<Resolved> {
  const repeated = new Map<number, string>();
  const doubted = items.filter(({ begun }) => begun);
  if (doubted.length === 0) return { items, repeated };
  const asked = await askable(doubted, parts, repeated);
  const found = asked.length === 0 ? nothing : await parts.seek(parts.job.destination, bySeries(asked), parts.signal);
  if (found.kind !== 'known') {
    if (found.kind === 'unreachable') return { items: [], repeated, unreachable: found.why };
    for (const { item } of asked) repeated.set(item.position, againBecause(`the peer cannot be asked: ${found.why}`));
    return { items, repeated };
  }
  const there = new Set<Item>();
  for (const { item, forms } of asked) {
    const form = forms.find(({ sopInstanceUid }) => found.there.has(sopInstanceUid));
    if (!form) continue;
    await parts.store.settle(parts.job.jobId, arrived(item, form));
    there.add(item);
  }
  return { items: items.filter((item) => !there.has(item)), repeated };
}

const nothing: Found = { kind: 'known', there: new Set() };

const againBecause = (why: string): string => `perhaps sent twice, as the last try ended without an answer and ${why}`;

/** Those whose being there would say that this job brought them. */
async function askable(
  doubted: readonly Item[],
  { job, store }: DoubtParts,
  repeated: Map<number, string>,
): Promise<readonly Doubtful[]> {
  const before = await store.brought(
    job,
    doubted.map(({ stored }) => stored.sopInstanceUid),
  );
  const asked: Doubtful[] = [];
  for (const item of doubted) {
    const forms = await formsOf(item);
    const own = forms.some(({ sopInstanceUid }) => sopInstanceUid === item.stored.sopInstanceUid);
    if (before.has(item.stored.sopInstanceUid))
      repeated.set(item.position, againBecause('the peer had it before, from another job'));
    else if (!own) repeated.set(item.position, againBecause('the peer has it under other UIDs'));
    else asked.push({ item, forms });
  }
  return asked;
}

/** A form that cannot be made now is none that went out. */
async function formsOf(item: Item): Promise<Doubtful['forms']> {
  const forms = [];
  for (const form of [item, ...(item.substitutes ?? [])])
    forms.push(form.settled ? await form.settled().catch(() => undefined) : form);
  return forms.filter((form) => form !== undefined);
}

function bySeries(asked: readonly Doubtful[]): readonly Sought[] {
  const series = Map.groupBy(asked, ({ item: { stored } }) => `${stored.studyInstanceUid} ${stored.seriesInstanceUid}`);
  return [...series.values()].flatMap((some) => {
    const stored = some[0]?.item.stored;
    if (!stored) return [];
    const { patientId, studyInstanceUid, seriesInstanceUid } = stored;
    const names = new Set(some.flatMap(({ forms }) => forms.map(({ sopInstanceUid }) => sopInstanceUid)));
    return [{ patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUids: [...names] }];
  });
}

const arrived = ({ position, stored }: Item, form: Doubtful['forms'][number]): InstanceOutcome => {
  const { sopClassUid, sopInstanceUid } = form;
  return {
    position,
    state: 'sent',
    detail: 'the peer says that it has it; it was asked because the last try ended without an answer',
    transferSyntaxUid: '',
    associationId: '',
    ...(sopInstanceUid !== stored.sopInstanceUid && { sentAs: { sopClassUid, sopInstanceUid } }),
  };
};
