// What has been loaded, up to so many bytes, and what is being loaded, a few at a time: the most urgent first.

export type Loading<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface PictureCacheOptions<T> {
  readonly load: (key: string, signal: AbortSignal) => Promise<T>;
  readonly sizeOf: (value: T) => number;
  /** Called for what is thrown out. */
  readonly discard?: (value: T) => void;
  readonly onChange: () => void;
  /** Bytes that all values together may take; the one looked at is kept even when it alone is larger. */
  readonly budget: number;
  readonly parallel?: number;
}

export interface PictureCache<T> {
  /** What is wanted from now on, the most urgent first; everything else stops loading. */
  want(keys: readonly string[]): void;
  /** Undefined where it was never wanted, or has been thrown out. */
  get(key: string): Loading<T> | undefined;
  /** Loads again what failed. */
  retry(key: string): void;
  readonly bytes: number;
  close(): void;
}

interface Kept<T> {
  readonly value: T;
  readonly size: number;
}

/** Keys are loaded in the order of `want`, `parallel` at a time, until the budget is used up. */
export class BoundedPictureCache<T> implements PictureCache<T> {
  readonly #options: PictureCacheOptions<T>;
  /** Least lately wanted first. */
  readonly #kept = new Map<string, Kept<T>>();
  readonly #failed = new Map<string, unknown>();
  readonly #running = new Map<string, AbortController>();
  #wanted: readonly string[] = [];
  #bytes = 0;
  #closed = false;

  constructor(options: PictureCacheOptions<T>) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  want(keys: readonly string[]): void {
    this.#wanted = keys;
    const wanted = new Set(keys);
    for (const [key, controller] of this.#running) if (!wanted.has(key)) controller.abort();
    for (const key of keys.toReversed()) this.#touch(key);
    this.#start();
  }

  get(key: string): Loading<T> | undefined {
    const kept = this.#kept.get(key);
    if (kept) return { kind: 'ready', value: kept.value };
    if (this.#failed.has(key)) return { kind: 'failed', error: this.#failed.get(key) };
    return this.#wanted.includes(key) ? { kind: 'loading' } : undefined;
  }

  retry(key: string): void {
    this.#failed.delete(key);
    this.#start();
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running.values()) controller.abort();
    for (const key of [...this.#kept.keys()]) this.#drop(key);
  }

  /** Moves a value to the end of those that are thrown out. */
  #touch(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  #start(): void {
    const { parallel = 4 } = this.#options;
    for (const [rank, key] of this.#wanted.entries()) {
      if (this.#closed || this.#running.size >= parallel) return;
      if (this.#kept.has(key) || this.#failed.has(key) || this.#running.has(key)) continue;
      if (rank > 0 && (this.#isAwaited() || !this.#hasRoom(rank))) return;
      void this.#load(key);
    }
  }

  /** Whether the one looked at is still on its way: it has the line for itself. */
  #isAwaited(): boolean {
    const [first] = this.#wanted;
    return first !== undefined && this.#running.has(first);
  }

  /** Whether one more fits without throwing out what is more urgent, if it is as large as those that are there. */
  #hasRoom(rank: number): boolean {
    const before = this.#wanted.slice(0, rank).map((key) => this.#kept.get(key)?.size);
    const known = before.filter((size) => size !== undefined);
    const largest = Math.max(0, ...known);
    const underWay = before.length - known.length;
    const taken = known.reduce((sum, size) => sum + size, 0) + underWay * largest;
    return taken + largest <= this.#options.budget;
  }

  async #load(key: string): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    try {
      const value = await this.#options.load(key, controller.signal);
      if (controller.signal.aborted || this.#closed) this.#options.discard?.(value);
      else this.#keep(key, value);
    } catch (error) {
      if (!controller.signal.aborted) this.#failed.set(key, error);
    } finally {
      this.#running.delete(key);
      if (!this.#closed) {
        this.#options.onChange();
        this.#start();
      }
    }
  }

  #keep(key: string, value: T): void {
    const size = this.#options.sizeOf(value);
    this.#kept.set(key, { value, size });
    this.#bytes += size;
    for (const wanted of this.#wanted.toReversed()) this.#touch(wanted);
    for (const oldest of [...this.#kept.keys()]) {
      if (this.#bytes <= this.#options.budget || oldest === this.#wanted[0]) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#bytes -= kept.size;
    this.#options.discard?.(kept.value);
  }
}
