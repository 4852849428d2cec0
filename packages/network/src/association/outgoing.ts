// Sends messages one after the other: never two mixed, never faster than the peer takes them. PS3.7 6.3, PS3.8 9.3.5.
import { type CommandSet, encodeCommandSet } from '../dimse/command-set.ts';
import { chunksInTurn, type LentBytes } from '../lent-bytes.ts';
import type { NetworkError } from '../network-error.ts';
import { Fragmenter } from '../pdu/fragmenter.ts';
import { fragmentLength, messagePdus, pDataPdus } from '../pdu/p-data.ts';
import { startTimer } from './transport.ts';

export type OutgoingDataSet = Uint8Array | AsyncIterable<Uint8Array> | LentBytes;

export interface OutgoingOptions {
  /** Writes P-DATA-TF PDUs, which may wait for others of the same turn; then `writable` says whether the peer keeps up. */
  readonly sendData: (pdus: Uint8Array) => void;
  /** Writes them at once. */
  readonly streamData: (buffers: readonly Uint8Array[]) => void;
  readonly writable: () => boolean;
  /** What the peer announced, in bytes. */
  readonly maximumLength: number;
  /** Seconds that the peer may leave what we sent unread. */
  readonly patience: number;
  /** Ends the association: it cannot go on after half a message. */
  readonly giveUp: (detail: string) => void;
}

/** Bytes that are collected for one system call while a data set streams. */
const batchLength = 0x40000;

export class Outgoing {
  readonly #options: OutgoingOptions;
  readonly #longest: number;
  /** The message that is being sent, and those that wait for it. */
  #tail: Promise<void> | undefined;
  #waiting: { readonly resolve: () => void; readonly reject: (cause: unknown) => void }[] = [];
  #failure: unknown;
  /** The command set that went out last: the answers to one query all have the same. */
  #last: { readonly contextId: number; readonly command: CommandSet; readonly pdus: Buffer } | undefined;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#longest = fragmentLength(options.maximumLength);
  }

  /** Sends one message. Undefined when it is out already; otherwise the promise says when more may be sent. */
  send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#tail !== undefined) return this.#enqueue(() => this.#sendNow(contextId, command, dataSet));
    if (dataSet !== undefined && !(dataSet instanceof Uint8Array))
      return this.#enqueue(() => this.#stream(contextId, command, dataSet));
    return this.#sendNow(contextId, command, dataSet);
  }

  #enqueue(work: () => Promise<void> | undefined): Promise<void> {
    const done = (this.#tail ?? Promise.resolve()).then(work);
    const tail = done.then(
      () => undefined,
      () => undefined,
    );
    this.#tail = tail;
    void tail.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    return done;
  }

  #sendNow(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> | undefined {
    if (dataSet !== undefined && !(dataSet instanceof Uint8Array)) return this.#stream(contextId, command, dataSet);
    const pdus = this.#commandPdus(contextId, command);
    this.#options.sendData(dataSet ? messagePdus(contextId, pdus, dataSet, this.#longest) : pdus);
    return this.#options.writable() ? undefined : this.#drain();
  }

  #commandPdus(contextId: number, command: CommandSet): Buffer {
    if (this.#last?.command === command && this.#last.contextId === contextId) return this.#last.pdus;
    const pdus = pDataPdus(contextId, true, encodeCommandSet(command), this.#longest);
    this.#last = { contextId, command, pdus };
    return pdus;
  }

  /** The first chunk is there before the command goes out: a source that cannot be read costs no association. */
  async #stream(contextId: number, command: CommandSet, dataSet: Exclude<OutgoingDataSet, Uint8Array>): Promise<void> {
    /** Of lent chunks: nothing of one may be left to send when the next is asked for. */
    let left = 'chunks' in dataSet ? dataSet.length : undefined;
    const source = chunksInTurn(dataSet);
    let next = await source.next();
    const fragmenter = new Fragmenter(contextId, this.#longest);
    let buffers: Uint8Array[] = [this.#commandPdus(contextId, command)];
    let length = 0;
    try {
      while (!next.done) {
        length += fragmenter.push(next.value, buffers);
        if (left !== undefined) {
          left -= next.value.length;
          fragmenter.cut(buffers, left === 0);
        }
        if (length >= batchLength || left !== undefined) {
          this.#flush(buffers);
          buffers = [];
          length = 0;
          if (!this.#options.writable()) await this.#drain();
        }
        next = await source.next();
      }
    } catch (cause) {
      if (this.#failure === undefined)
        this.#options.giveUp(`the object could not be read to its end: ${messageOf(cause)}`);
      await source.return?.();
      throw cause;
    }
    if (left !== 0 || buffers.length > 0) fragmenter.end(buffers);
    this.#flush(buffers);
    if (!this.#options.writable()) await this.#drain();
  }

  #flush(buffers: readonly Uint8Array[]): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#options.streamData(buffers);
  }

  /** Resolves when the peer has taken what was sent. */
  #drain(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = startTimer(this.#options.patience, () => {
        this.#options.giveUp(`the peer has taken nothing for ${this.#options.patience} s`);
      });
      this.#waiting.push({
        resolve: () => {
          timer.stop();
          resolve();
        },
        reject: (cause) => {
          timer.stop();
          reject(cause);
        },
      });
    });
  }

  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }

  /** The association is over: nothing is sent any more, who waits is told why. */
  fail(cause: NetworkError): void {
    this.#failure ??= cause;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(cause);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
