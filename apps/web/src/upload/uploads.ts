// Files on their way to the archive: a few at a time, each followed to its outcome, none forgotten.
import type { WaitingFile } from './dropped-files.ts';
import type { Outcome } from './store-answer.ts';

export interface ActiveFile {
  readonly id: number;
  readonly path: string;
  readonly sent: number;
  readonly size: number;
}

export interface Refusal {
  readonly id: number;
  readonly path: string;
  readonly reason: string;
}

/** Everything there is to show, as of one moment. */
export interface UploadState {
  readonly phase: 'idle' | 'running' | 'finished' | 'cancelled';
  /** Folders are still being read: `total` grows. */
  readonly looking: boolean;
  readonly total: number;
  readonly stored: number;
  readonly warnings: number;
  readonly refused: readonly Refusal[];
  /** Files that were not sent because of a cancel. */
  readonly left: number;
  readonly active: readonly ActiveFile[];
  readonly bytesSent: number;
  /** Studies that something was stored in. */
  readonly studies: readonly string[];
}

export interface UploadOptions {
  /** @throws what `isTransient` knows where another try may help */
  readonly send: (file: Blob, options: { signal: AbortSignal; onProgress: (sent: number) => void }) => Promise<Outcome>;
  readonly isTransient: (error: unknown) => boolean;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Something changed; `state()` has it. */
  readonly onChange: () => void;
  readonly parallel?: number;
  /** Files that may wait at one time; reading of folders stops until there is room. */
  readonly queueLimit?: number;
}

const pausesMs = [1000, 4000, 10_000];

const idle: UploadState = {
  phase: 'idle',
  looking: false,
  total: 0,
  stored: 0,
  warnings: 0,
  refused: [],
  left: 0,
  active: [],
  bytesSent: 0,
  studies: [],
};

const wordsOf = (error: unknown): string =>
  error instanceof Error && error.message ? error.message : 'It cannot be read';

interface Queued extends WaitingFile {
  readonly id: number;
}

/** One queue for everything that is dropped while it runs; a drop after its end begins anew. */
export class Uploads {
  readonly #options: UploadOptions;
  readonly #waiting: Queued[] = [];
  /** Those who read folders and wait for room in the queue. */
  readonly #wake: (() => void)[] = [];
  #state = idle;
  #stop = new AbortController();
  #looking = 0;
  #working = 0;
  #nextId = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  state(): UploadState {
    return this.#state;
  }

  /** Resolves when the files have been found, long before they are all sent. */
  async add(files: AsyncIterable<WaitingFile>): Promise<void> {
    if (this.#state.phase !== 'running') {
      this.#stop = new AbortController();
      this.#state = { ...idle, phase: 'running' };
    }
    const { signal } = this.#stop;
    this.#looking += 1;
    this.#change({ looking: true });
    try {
      for await (const file of files) {
        if (signal.aborted) break;
        await this.#enqueue(file, signal);
      }
    } finally {
      this.#looking -= 1;
      this.#change({ looking: this.#looking > 0 });
      this.#finish();
    }
  }

  cancel(): void {
    if (this.#state.phase !== 'running') return;
    const left = this.#waiting.splice(0).length;
    this.#change({ phase: 'cancelled', left: this.#state.left + left });
    this.#stop.abort();
    for (const resolve of this.#wake.splice(0)) resolve();
  }

  /** Forgets what is over. */
  clear(): void {
    if (this.#state.phase !== 'running') this.#change(idle);
  }

  #change(changes: Partial<UploadState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#options.onChange();
  }

  #finish(): void {
    if (this.#looking === 0 && this.#working === 0 && this.#state.phase === 'running')
      this.#change({ phase: 'finished' });
  }

  async #enqueue(file: WaitingFile, signal: AbortSignal): Promise<void> {
    const { parallel = 3, queueLimit = 200_000 } = this.#options;
    while (this.#waiting.length >= queueLimit && !signal.aborted) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    if (signal.aborted) return;
    this.#waiting.push({ path: file.path, open: () => file.open(), id: this.#nextId });
    this.#nextId += 1;
    this.#change({ total: this.#state.total + 1 });
    if (this.#working < parallel) void this.#work(signal);
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#working += 1;
    for (let next = this.#waiting.shift(); next && !signal.aborted; next = this.#waiting.shift()) {
      this.#wake.shift()?.();
      await this.#sendOne(next, signal);
    }
    this.#working -= 1;
    this.#finish();
  }

  async #sendOne({ id, path, open }: Queued, signal: AbortSignal): Promise<void> {
    this.#change({ active: [...this.#state.active, { id, path, sent: 0, size: 0 }] });
    try {
      const file = await open();
      this.#update(id, { size: file.size });
      this.#settle(id, path, file.size, await this.#attempt(id, file, signal));
    } catch (error) {
      if (signal.aborted) this.#change({ left: this.#state.left + 1 });
      else this.#refuse(id, path, wordsOf(error));
    } finally {
      this.#change({ active: this.#state.active.filter((file) => file.id !== id) });
    }
  }

  async #attempt(id: number, file: Blob, signal: AbortSignal): Promise<Outcome> {
    const { send, isTransient, pause } = this.#options;
    const sendNow = () => send(file, { signal, onProgress: (sent) => this.#update(id, { sent }) });
    for (const pauseMs of pausesMs) {
      try {
        return await sendNow();
      } catch (error) {
        if (signal.aborted || !isTransient(error)) throw error;
        await pause(pauseMs, signal);
      }
    }
    return sendNow();
  }

  #update(id: number, changes: Partial<ActiveFile>): void {
    this.#change({ active: this.#state.active.map((file) => (file.id === id ? { ...file, ...changes } : file)) });
  }

  #refuse(id: number, path: string, reason: string): void {
    this.#change({ refused: [...this.#state.refused, { id, path, reason }] });
  }

  #settle(id: number, path: string, size: number, outcome: Outcome): void {
    if (outcome.kind === 'refused') {
      this.#refuse(id, path, outcome.reason);
      return;
    }
    const { stored, bytesSent, warnings, studies } = this.#state;
    const { study, warning } = outcome;
    this.#change({
      stored: stored + 1,
      bytesSent: bytesSent + size,
      warnings: warnings + (warning === undefined ? 0 : 1),
      studies: study === undefined || studies.includes(study) ? studies : [...studies, study],
    });
  }
}
