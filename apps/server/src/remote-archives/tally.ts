// What of a retrieval has arrived: each listed instance once, looked up in the index or told by whoever stored it.
import type { Archive, Receipt } from '../archive/archive.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { Listing } from './list-instances.ts';
import type { RetrieveEnd } from './retrieve-move.ts';
import type { Wish } from './wish.ts';

/** Where instances go that come in answer to our own request, and who is told of them. */
export interface ReceivedFrom extends Pick<Archive, 'receive' | 'receivePart10'> {
  received(receipt: Receipt, facts: { transferSyntaxUid: string; associationId: string }): Promise<void>;
}

export interface TallyParts {
  readonly archive: Pick<Archive, 'instances' | 'watch'>;
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

export interface Tally extends AsyncDisposable {
  /** Something came in this try. */
  readonly progress: boolean;
  /** Listed, and neither here nor given up. */
  missing(): ReadonlySet<string>;
  /** From now on the index is looked at while instances of the study come in. */
  watch(): void;
  settle(what: Settled): Promise<void>;
  /** Looks what has arrived, and waits until nothing more comes for so long. */
  settleArrived(patienceMs: number, ends: readonly RetrieveEnd[], signal: AbortSignal): Promise<void>;
  /** What is missing now will not come by itself. */
  giveUpMissing(why: string): Promise<void>;
  count(): { readonly received: number; readonly failed: number; readonly reason: string };
}

/** Between two looks at the index while instances come in, in ms. */
const lookEvery = 500;

/** A job keeps at most so many instances at a time in one answer. */
const atOnce = 100_000;

const unavailable = ['OFFLINE', 'UNAVAILABLE'];

export async function createTally(parts: TallyParts): Promise<Tally> {
  const tally = new ArrivalTally(parts);
  await tally.begin();
  return tally;
}

class ArrivalTally implements Tally {
  readonly #parts: TallyParts;
  /** Listed instances that are neither here nor given up, with their place in the job. */
  readonly #missing = new Map<string, number>();
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

  get progress(): boolean {
    return this.#progress;
  }

  /** Writes the list into the job at its first try, and ticks off what is here or cannot be had. */
  async begin(): Promise<void> {
    const { store, job, listing, wish } = this.#parts;
    const listed = listing.instances ?? [];
    if (job.total === 0 && listed.length > 0) await store.enlist(job.jobId, listed);
    for (const { sopInstanceUid, state, position, detail } of await store.instances(job.jobId, 0, atOnce)) {
      this.#next = position + 1;
      if (state === 'pending') this.#missing.set(sopInstanceUid, position);
      else if (state === 'sent') this.#received += 1;
      else this.#fail(detail);
    }
    for (const { sopInstanceUid, availability } of listed)
      if (unavailable.includes(availability))
        await this.#settle(sopInstanceUid, false, `the archive has it ${availability}`);
    if (!wish.anew) await this.#look('held already');
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
      if (!this.#dirty || wish.anew) return;
      this.#dirty = false;
      this.#looking = this.#looking.then(() => this.#look('')).catch(() => undefined);
    }, lookEvery);
  }

  async settle({ sopInstanceUid, sopClassUid, stored, detail, ...facts }: Settled): Promise<void> {
    const { store, job } = this.#parts;
    if (!this.#missing.has(sopInstanceUid) && this.#parts.listing.instances === undefined) {
      await store.enlist(job.jobId, [{ sopInstanceUid, sopClassUid }], this.#next);
      this.#missing.set(sopInstanceUid, this.#next);
      this.#next += 1;
    }
    await this.#settle(sopInstanceUid, stored, detail, facts);
  }

  async settleArrived(patienceMs: number, ends: readonly RetrieveEnd[], signal: AbortSignal): Promise<void> {
    await this.#looking;
    await this.#look('', this.#parts.wish.anew === true && ends.length > 0);
    for (const { failedUids, words } of ends)
      for (const uid of failedUids) await this.#settle(uid, false, `the archive could not send it: ${words}`);
    // Some archives answer first and send later.
    for (let last = performance.now(); this.#missing.size > 0 && !signal.aborted; ) {
      if (performance.now() - last > patienceMs) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(lookEvery, patienceMs)));
      const before = this.#missing.size;
      if (this.#dirty) await this.#look('');
      if (this.#missing.size < before) last = performance.now();
    }
  }

  async giveUpMissing(why: string): Promise<void> {
    for (const uid of [...this.#missing.keys()]) await this.#settle(uid, false, `not received: ${why}`);
  }

  count() {
    return { received: this.#received, failed: this.#failed, reason: this.#reason };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#unwatch?.();
    await this.#looking;
  }

  /** Ticks off what the index has; without a list, what it has of the study. `all`: the sender's word has to do. */
  async #look(detail: string, all = false): Promise<void> {
    const { archive, wish, listing } = this.#parts;
    const { studyInstanceUid, seriesInstanceUid } = wish;
    const held = await archive.instances({ studyInstanceUid, ...(seriesInstanceUid && { seriesInstanceUid }) });
    for (const { sopInstanceUid, sopClassUid, transferSyntaxUid } of held) {
      const facts = { detail, transferSyntaxUid, associationId: '' };
      if (
        this.#missing.has(sopInstanceUid) ||
        (listing.instances === undefined && detail === '' && !this.#seen(sopInstanceUid))
      )
        await this.settle({ sopInstanceUid, sopClassUid, stored: true, ...facts });
    }
    if (all) for (const uid of [...this.#missing.keys()]) await this.#settle(uid, true, '');
  }

  readonly #unlisted = new Set<string>();

  /** Without a list: whether the instance was counted already. */
  #seen(uid: string): boolean {
    if (this.#unlisted.has(uid)) return true;
    this.#unlisted.add(uid);
    return false;
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
    this.#progress ||= stored;
    if (stored) this.#received += 1;
    else this.#fail(detail);
    const state = stored ? ('sent' as const) : ('failed' as const);
    const { store, job } = this.#parts;
    await store.settle(job.jobId, { position, state, detail, ...facts });
  }
}
