// The bytes of a data set on their way to a handler: kept, or borrowed chunk by chunk. PS3.7 6.3.2.
import type { IncomingDataSet } from '../handlers.ts';
import { PullQueue } from './pull-queue.ts';
import type { ReadMemory } from './transport.ts';

/** What a view costs besides its bytes, which a peer may send one by one. */
export const viewCost = 64;

export interface InboundBytesOptions {
  readonly memory: ReadMemory;
  readonly queuedBytes: number;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Filled by the association, read by one handler. */
export class InboundBytes implements IncomingDataSet {
  readonly #queue: PullQueue<Uint8Array>;
  readonly #memory: ReadMemory;
  #borrowed: Uint8Array | undefined;

  constructor({ memory, queuedBytes, pause, resume }: InboundBytesOptions) {
    this.#memory = memory;
    this.#queue = new PullQueue<Uint8Array>({
      limit: queuedBytes,
      weigh: (view) => view.length + viewCost,
      onFull: pause,
      onDrained: resume,
      onKept: (view) => memory.hold(view),
      onDropped: (view) => memory.free(view),
    });
  }

  push(view: Uint8Array): void {
    this.#queue.push(view);
  }

  end(): void {
    this.#queue.end();
  }

  fail(cause: unknown): void {
    this.#queue.fail(cause);
  }

  discard(): void {
    this.#giveBack();
    this.#queue.discard();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#queue;
  }

  borrowed(): AsyncIterable<Uint8Array> {
    return new Borrowed(this);
  }

  /** What was lent before is given back. */
  async lendNext(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#giveBack();
    const result = await this.#queue.next();
    this.#borrowed = result.value;
    return result;
  }

  lendNoMore(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#giveBack();
    return this.#queue.return();
  }

  #giveBack(): void {
    if (this.#borrowed) this.#memory.free(this.#borrowed);
    this.#borrowed = undefined;
  }
}

/** One for each data set: a class, because a literal whose name is a symbol takes the slow way of making objects. */
class Borrowed implements AsyncIterable<Uint8Array, undefined>, AsyncIterator<Uint8Array, undefined> {
  readonly #bytes: InboundBytes;

  constructor(bytes: InboundBytes) {
    this.#bytes = bytes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#bytes.lendNext();
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#bytes.lendNoMore();
  }
}
