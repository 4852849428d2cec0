// What checks are given: the target, the clock, the evidence, and the data that the run has stored.
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Association,
  type BoundService,
  type ConnectOptions,
  connect,
  type ProposedContext,
} from '@concord/network';
import type { Medium } from '../medium/check-medium.ts';
import { Evidence } from './evidence.ts';
import { type Care, peerOf, type Target } from './target.ts';
import { type TestInstance, type TestPatient, testPatient } from './test-data.ts';

/** Where the peer can reach us, for reports and for what it initiates. */
export interface OurSide {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly aeTitle: string;
}

/** Where media are written to and read from: a folder, or what stands for one. */
export interface MediumDrive {
  /** In words, for whoever sits at the peer. */
  readonly where: string;
  /** What is there now. Rejects where it cannot be read. */
  readonly read: () => Promise<Medium>;
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** Makes a test object in a compressed syntax; undefined where it cannot. A lossy one gets a SOP Instance UID of its own. */
export type EncodeTestObject = (
  instance: TestInstance,
  transferSyntax: string,
  newSopInstanceUid: string,
) => Promise<TestInstance | undefined>;

/** A connection that takes longer to close is not waited for, in milliseconds. */
const longestClose = 2000;

interface Parts {
  readonly target: Target;
  readonly care: Care;
  readonly signal: AbortSignal;
  readonly ourSide: OurSide | undefined;
  readonly ask: (text: string) => void;
  readonly encode: EncodeTestObject | undefined;
  readonly drive?: MediumDrive | undefined;
}

/** State of one run, which several checks share. */
export class RunContext {
  /** Of the item that is carried out. */
  target: Target;
  readonly care: Care;
  readonly signal: AbortSignal;
  readonly ourSide: OurSide | undefined;
  /** Tells whoever sits at the peer what to do. */
  readonly ask: (text: string) => void;
  readonly encode: EncodeTestObject | undefined;
  readonly drive: MediumDrive | undefined;
  readonly startedAt = Date.now();
  readonly patient: TestPatient = testPatient();
  /** What the peer has taken, for queries and for the list at the end. */
  readonly stored: TestInstance[] = [];
  /** What else may be left there, in studies of its own: only for the list at the end. */
  readonly besides: TestInstance[] = [];
  /** What else it made there that no interface deletes, in words: steps, orders, entries of logs. */
  readonly traces: string[] = [];
  evidence: Evidence;
  #records: Promise<void>[] = [];
  #bytes = 0;
  #nextAssociation = 0;
  #nextObject = 0;

  constructor({ target, care, signal, ourSide, ask, encode, drive }: Parts) {
    this.target = target;
    this.care = care;
    this.signal = signal;
    this.ourSide = ourSide;
    this.ask = ask;
    this.encode = encode;
    this.drive = drive;
    this.evidence = new Evidence(this.startedAt);
  }

  /** The evidence of the next item, which is about `target`. */
  begin(target: Target): Evidence {
    this.target = target;
    this.evidence = new Evidence(this.startedAt);
    return this.evidence;
  }

  /** Opens an association with the target, not before the pause has passed. */
  async associate(
    contexts: readonly ProposedContext[],
    options: Omit<ConnectOptions, 'signal' | 'onRecord' | 'identity'> & {
      readonly maximumLength?: number;
      /** Undefined: none, even where the target has one. */
      readonly identity?: ConnectOptions['identity'] | undefined;
      readonly services?: readonly BoundService[];
    } = {},
  ): Promise<Association> {
    // The turn is taken before the wait: of several that ask at once, each has its own.
    const turn = Math.max(Date.now(), this.#nextAssociation);
    this.#nextAssociation = turn + this.care.pause;
    await this.#until(turn);
    const { maximumLength, identity, ...rest } = options;
    const named = 'identity' in options ? identity : this.target.identity;
    const evidence = this.evidence;
    const recorded = Promise.withResolvers<void>();
    this.#records.push(recorded.promise);
    return connect(peerOf(this.target, this.care, maximumLength), contexts, {
      ...(named && { identity: named }),
      ...rest,
      signal: this.signal,
      onRecord: (record) => {
        evidence.add(record);
        recorded.resolve();
      },
    });
  }

  /** Waits until the associations of the item have left their records, which they do when their connections are closed. */
  async settled(): Promise<void> {
    const late = new AbortController();
    const limit = wait(longestClose, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#records), limit]);
    late.abort();
    this.#records = [];
  }

  /** Waits for the turn of an object; false where the run has sent all that it may. Those that ask at once have a turn each. */
  async mayExchange(bytes: number): Promise<boolean> {
    if (this.#bytes + bytes > this.care.bytes) return false;
    this.#bytes += bytes;
    const turn = Math.max(Date.now(), this.#nextObject);
    this.#nextObject = turn + 1000 / this.care.objectsPerSecond;
    await this.#until(turn);
    return true;
  }

  async #until(moment: number): Promise<void> {
    const left = moment - Date.now();
    if (left > 0) await wait(left, undefined, { signal: this.signal });
  }
}
