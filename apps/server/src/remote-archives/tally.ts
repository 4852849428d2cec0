// What of a retrieval has arrived: each listed instance once, looked up in the index or told by whoever stored it.
import type { Archive, Receipt } from '../archive/archive.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { Listing } from './list-instances.ts';
import { isFailure, type RetrieveEnd, sentOf } from './retrieve-end.ts';
import type { Wish } from './wish.ts';

/** Where instances go that come in answer to our own request, and who is told of them. */
export interface ReceivedFrom extends Pick<Archive, 'receive' | 'receivePart10'> {
  received(receipt: Receipt, facts: { transferSyntaxUid: string; associationId: string }): Promise<void>;
}

/** UIDs of a study that came since then (ISO 8601), also where a copy of them was here already. */
export type ArrivedSince = (studyInstanceUid: string, since: string) => Promise<ReadonlySet<string>>;

export interface TallyParts {
  readonly archive: Pick<Archive, 'instances' | 'watch'>;
  readonly arrivedSince: ArrivedSince;
  readonly store: JobStore;
  readonly job: Job;
  readonly listing: Listing;
  readonly wish: Wish;
}

/** What became of one instance. */
export interface Settled {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly stored: boolean;
  readonly detail: string;
  readonly transferSyntaxUid: string;
  readonly associationId: string;
}

export interface Count {
  readonly received: number;
  readonly failed: number;
  /** Why the first failed. */
  readonly reason: string;
}

export interface Tally extends AsyncDisposable {
  /** Something came in this try. */
  readonly progress: boolean;
  /** Listed, and neither here nor given up. */
  missing(): ReadonlySet<string>;
  /** From now on the index is looked at while instances of the study come in. */
  watch(): void;
  settle(what: Settled): Promise<void>;
  /** Something came that could not be kept, and nobody can tell what it is. */
  nameless(detail: string): void;
  /** Looks what has arrived, and waits until nothing more comes for so long. */
  settleArrived(patienceMs: number, ends: readonly RetrieveEnd[], signal: AbortSignal): Promise<void>;
  /** What is missing now will not come by itself. */
  giveUpMissing(why: string): Promise<void>;
  count(): Count;
}

/** Between two looks at the index while instances come in, in ms. */
const lookEvery = 500;

/** Instances of a job that are read at a time. */
const atOnce = 100_000;

const unavailable = ['OFFLINE', 'UNAVAILABLE'];

export async function createTally(parts: TallyParts): Promise<Tally> {
  const tally = new ArrivalTally(parts);
  await tally.begin();
  return tally;
}

class ArrivalTally implements Tally {
  readonly #parts: TallyParts;
  /** Instances that are neither here nor given up, with their place in the job. */
  readonly #missing = new Map<string, number>();
  /** Everything that has a place in the job. */
  readonly #known = new Set<string>();
  #next = 0;
  #received = 0;
  #failed = 0;
  #reason = '';
  #progress = false;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: TallyParts) {
    this.#parts = parts;
  }

  /** What the index has is enough; else it must have come since the job began, which a copy that stays does not show. */
  get #isByIndex(): boolean {
    return this.#parts.listing.instances !== undefined && !this.#parts.wish.anew;
  }

  get progress(): boolean {
    return this.#progress;
  }

  /** Writes into the job what it does not have yet, and ticks off what is here or cannot be had. */
  async begin(): Promise<void> {
    const { store, job, listing, wish } = this.#parts;
    await this.#readJob();
    const listed = listing.instances ?? [];
    // Of an archive that is still receiving, a later list is longer.
    const further = listed.filter(({ sopInstanceUid }) => !this.#known.has(sopInstanceUid));
    if (further.length > 0) await store.enlist(job.jobId, further, this.#next);
    for (const { sopInstanceUid } of further) this.#place(sopInstanceUid);
    for (const { sopInstanceUid, availability } of listed)
      if (unavailable.includes(availability))
        await this.#settle(sopInstanceUid, false, `the archive has it ${availability}`);
    if (listing.instances) {
      await this.#enlistChosen();
      if (!wish.anew) await this.#look('held already');
      await this.#giveUpUnlisted(new Set(listed.map(({ sopInstanceUid }) => sopInstanceUid)));
    }
    this.#progress = false;
  }

  missing(): ReadonlySet<string> {
    return new Set(this.#missing.keys());
  }

  watch(): void {
    const { archive, wish } = this.#parts;
    this.#unwatch = archive.watch(({ studyInstanceUid }) => {
      if (studyInstanceUid === wish.studyInstanceUid) this.#dirty = true;
    });
    this.#timer = setInterval(() => {
      if (!this.#dirty) return;
      this.#dirty = false;
      this.#looking = this.#looking.then(() => this.#look('')).catch(() => undefined);
    }, lookEvery);
  }

  async settle({ sopInstanceUid, sopClassUid, stored, detail, ...facts }: Settled): Promise<void> {
    const { store, job, listing } = this.#parts;
    if (listing.instances === undefined && !this.#known.has(sopInstanceUid)) {
      await store.enlist(job.jobId, [{ sopInstanceUid, sopClassUid }], this.#next);
      this.#place(sopInstanceUid);
    }
    await this.#settle(sopInstanceUid, stored, detail, facts);
  }

  nameless(detail: string): void {
    // With a list it is one of those that are missing.
    if (this.#parts.listing.instances === undefined) this.#fail(detail);
  }

  async settleArrived(patienceMs: number, ends: readonly RetrieveEnd[], signal: AbortSignal): Promise<void> {
    await this.#looking;
    await this.#look('');
    for (const end of ends) await this.#settleFailed(end);
    const isWaiting = () => (this.#parts.listing.instances ? this.#missing.size > 0 : this.#received < sentOf(ends));
    // Some archives answer first and send later.
    for (let last = performance.now(); isWaiting() && !signal.aborted; ) {
      if (performance.now() - last > patienceMs) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(lookEvery, patienceMs)));
      const before = this.#received;
      if (this.#dirty || !this.#isByIndex) await this.#look('');
      if (this.#received > before) last = performance.now();
    }
  }

  async giveUpMissing(why: string): Promise<void> {
    if (this.#missing.size > 0 && this.#reason === '') this.#reason = why;
    for (const uid of [...this.#missing.keys()]) await this.#settle(uid, false, `not received: ${why}`);
  }

  count(): Count {
    return { received: this.#received, failed: this.#failed, reason: this.#reason };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#unwatch?.();
    await this.#looking;
  }

  async #readJob(): Promise<void> {
    const { store, job } = this.#parts;
    for (;;) {
      const read = await store.instances(job.jobId, this.#next, atOnce);
      for (const { sopInstanceUid, state, position, detail } of read) {
        this.#next = position + 1;
        this.#known.add(sopInstanceUid);
        if (state === 'pending') this.#missing.set(sopInstanceUid, position);
        else if (state === 'sent') this.#received += 1;
        else this.#fail(detail);
      }
      if (read.length < atOnce) return;
    }
  }

  #place(sopInstanceUid: string): void {
    this.#known.add(sopInstanceUid);
    this.#missing.set(sopInstanceUid, this.#next);
    this.#next += 1;
  }

  /** What was chosen stands in the job, also where the archive does not list it. */
  async #enlistChosen(): Promise<void> {
    const { store, job, wish } = this.#parts;
    const chosen = [...new Set(wish.sopInstanceUid)].filter((uid) => !this.#known.has(uid));
    if (chosen.length === 0) return;
    const wanted = chosen.map((sopInstanceUid) => ({ sopInstanceUid, sopClassUid: '' }));
    await store.enlist(job.jobId, wanted, this.#next);
    for (const uid of chosen) this.#place(uid);
  }

  async #giveUpUnlisted(listed: ReadonlySet<string>): Promise<void> {
    for (const uid of [...this.#missing.keys()])
      if (!listed.has(uid)) await this.#settle(uid, false, 'the archive does not list it');
  }

  /** What a failure left out is asked for again with the job; behind any other end it stays out. */
  async #settleFailed(end: RetrieveEnd): Promise<void> {
    const { store, job } = this.#parts;
    const facts = { sopClassUid: '', transferSyntaxUid: '', associationId: '' };
    const detail = `the archive could not send it: ${end.words}`;
    for (const sopInstanceUid of end.failedUids) {
      const position = this.#missing.get(sopInstanceUid);
      if (!isFailure(end)) await this.settle({ sopInstanceUid, stored: false, detail, ...facts });
      else if (position !== undefined) await store.postpone(job.jobId, { position, detail });
    }
  }

  /** Of what is wanted, what the index has; wanted anew, or where no list says what there is, what came since the job began. */
  async #held() {
    const { archive, arrivedSince, job, wish } = this.#parts;
    const { studyInstanceUid, seriesInstanceUid } = wish;
    const held = await archive.instances({ studyInstanceUid, ...(seriesInstanceUid && { seriesInstanceUid }) });
    if (this.#isByIndex) return held;
    const came = await arrivedSince(studyInstanceUid, job.startedAt);
    return held.filter(({ sopInstanceUid }) => came.has(sopInstanceUid));
  }

  /** Ticks off what the index has; without a list, what came of the study. */
  async #look(detail: string): Promise<void> {
    const isListed = this.#parts.listing.instances !== undefined;
    for (const { sopInstanceUid, sopClassUid, transferSyntaxUid } of await this.#held())
      if (isListed ? this.#missing.has(sopInstanceUid) : !this.#known.has(sopInstanceUid))
        await this.settle({ sopInstanceUid, sopClassUid, stored: true, detail, transferSyntaxUid, associationId: '' });
  }

  #fail(detail: string): void {
    this.#failed += 1;
    if (this.#reason === '') this.#reason = detail;
  }

  async #settle(
    uid: string,
    stored: boolean,
    detail: string,
    facts = { transferSyntaxUid: '', associationId: '' },
  ): Promise<void> {
    const position = this.#missing.get(uid);
    if (position === undefined) return;
    this.#missing.delete(uid);
    if (stored) this.#received += 1;
    else this.#fail(detail);
    this.#progress ||= stored;
    const state = stored ? ('sent' as const) : ('failed' as const);
    const { store, job } = this.#parts;
    await store.settle(job.jobId, { position, state, detail, ...facts });
  }
}
