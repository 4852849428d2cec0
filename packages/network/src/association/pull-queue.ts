// What came from the peer and waits for its consumer: bounded, because it tells the source to stop and go on.

interface PullQueueOptions<T> {
  /** Weight above which `onFull` is called; `onDrained` follows below half of it. */
  readonly limit: number;
  readonly weigh: (item: T) => number;
  readonly onFull: () => void;
  readonly onDrained: () => void;
  /** An item is going to be used after this call. */
  readonly onKept?: (item: T) => void;
  /** An item that was kept will not be used after all. */
  readonly onDropped?: (item: T) => void;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (cause: unknown) => void;
}

/** One producer, one consumer. A consumer that stops early lets the rest go by unseen. */
export class PullQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #options: PullQueueOptions<T>;
  #items: T[] = [];
  /** Where the next item is: shifting an array would copy it. */
  #first = 0;
  #weight = 0;
  #full = false;
  #state: 'open' | 'ended' | 'failed' | 'discarding' = 'open';
  #cause: unknown;
  #waiter: Waiter<T> | undefined;

  constructor(options: PullQueueOptions<T>) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(item: T): void {
    if (this.#state !== 'open') return;
    this.#options.onKept?.(item);
    const waiter = this.#waiter;
    if (waiter) {
      this.#waiter = undefined;
      waiter.resolve({ value: item, done: false });
      return;
    }
    this.#items.push(item);
    this.#weight += this.#options.weigh(item);
    if (!this.#full && this.#weight > this.#options.limit) {
      this.#full = true;
      this.#options.onFull();
    }
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#waiter?.resolve({ value: undefined, done: true });
    this.#waiter = undefined;
  }

  /** What has come so far is lost too: half an object must not look like a whole one. */
  fail(cause: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#cause = cause;
    this.#waiter?.reject(cause);
    this.#waiter = undefined;
    this.#empty();
  }

  /** The consumer wants no more. */
  discard(): void {
    if (this.#state === 'open') this.#state = 'discarding';
    this.#waiter?.resolve({ value: undefined, done: true });
    this.#waiter = undefined;
    this.#empty();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#items[this.#first];
    if (item !== undefined) {
      this.#take(item);
      return Promise.resolve({ value: item, done: false });
    }
    if (this.#state === 'failed') return Promise.reject(this.#cause);
    if (this.#state !== 'open') return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.discard();
    return Promise.resolve({ value: undefined, done: true });
  }

  #take(item: T): void {
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    }
    this.#weight -= this.#options.weigh(item);
    if (this.#full && this.#weight * 2 <= this.#options.limit) this.#drained();
  }

  #empty(): void {
    if (this.#options.onDropped) for (const item of this.#items.slice(this.#first)) this.#options.onDropped(item);
    this.#items = [];
    this.#first = 0;
    this.#weight = 0;
    if (this.#full) this.#drained();
  }

  #drained(): void {
    this.#full = false;
    this.#options.onDrained();
  }
}
