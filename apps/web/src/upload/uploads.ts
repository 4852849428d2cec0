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

export interface Uploads {
  add(files: AsyncIterable<WaitingFile>): Promise<void>;
  cancel(): void;
  /** Forgets what is over. */
  clear(): void;
  state(): UploadState;
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

export const createUploads = (options: UploadOptions): Uploads => {
  const { parallel = 3, queueLimit = 200_000 } = options;
  let state = idle;
  let stop = new AbortController();
  let looking = 0;
  let nextId = 0;
  const waiting: (WaitingFile & { readonly id: number })[] = [];
  const wake: (() => void)[] = [];
  const change = (changes: Partial<UploadState>) => {
    state = { ...state, ...changes };
    options.onChange();
  };
  const refuse = (id: number, path: string, reason: string) =>
    change({ refused: [...state.refused, { id, path, reason }] });
  const activate = (id: number, changes: Partial<ActiveFile>) =>
    change({ active: state.active.map((file) => (file.id === id ? { ...file, ...changes } : file)) });

  const settle = (id: number, path: string, size: number, outcome: Outcome) => {
    if (outcome.kind === 'refused') return refuse(id, path, outcome.reason);
    const { study, warning } = outcome;
    const known = study === undefined || state.studies.includes(study);
    change({
      stored: state.stored + 1,
      bytesSent: state.bytesSent + size,
      warnings: state.warnings + (warning === undefined ? 0 : 1),
      studies: known ? state.studies : [...state.studies, study],
    });
  };

  const attempt = async (id: number, file: Blob, signal: AbortSignal): Promise<Outcome> => {
    for (const pauseMs of pausesMs) {
      try {
        return await options.send(file, { signal, onProgress: (sent) => activate(id, { sent }) });
      } catch (error) {
        if (signal.aborted || !options.isTransient(error)) throw error;
        await options.pause(pauseMs, signal);
      }
    }
    return options.send(file, { signal, onProgress: (sent) => activate(id, { sent }) });
  };

  const sendOne = async (next: WaitingFile & { readonly id: number }, signal: AbortSignal) => {
    const { id, path } = next;
    change({ active: [...state.active, { id, path, sent: 0, size: 0 }] });
    try {
      const file = await next.open();
      activate(id, { size: file.size });
      settle(id, path, file.size, await attempt(id, file, signal));
    } catch (error) {
      if (signal.aborted) change({ left: state.left + 1 });
      else refuse(id, path, wordsOf(error));
    } finally {
      change({ active: state.active.filter((file) => file.id !== id) });
    }
  };

  let working = 0;
  const work = async (signal: AbortSignal) => {
    working += 1;
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      wake.shift()?.();
      await sendOne(next, signal);
    }
    working -= 1;
    if (working === 0 && looking === 0 && state.phase === 'running') change({ phase: 'finished' });
  };

  const enqueue = async (file: WaitingFile, signal: AbortSignal) => {
    while (waiting.length >= queueLimit && !signal.aborted) await new Promise<void>((resolve) => wake.push(resolve));
    if (signal.aborted) return;
    waiting.push({ path: file.path, open: () => file.open(), id: nextId });
    nextId += 1;
    change({ total: state.total + 1 });
    if (working < parallel) void work(signal);
  };

  return {
    add: async (files) => {
      if (state.phase !== 'running') {
        stop = new AbortController();
        state = { ...idle, phase: 'running' };
      }
      const { signal } = stop;
      looking += 1;
      change({ looking: true });
      try {
        for await (const file of files) {
          if (signal.aborted) break;
          await enqueue(file, signal);
        }
      } finally {
        looking -= 1;
        const over = looking === 0 && working === 0 && state.phase === 'running';
        change({ looking: looking > 0, ...(over ? { phase: 'finished' as const } : {}) });
      }
    },
    cancel: () => {
      if (state.phase !== 'running') return;
      const left = waiting.splice(0).length;
      change({ phase: 'cancelled', left: state.left + left });
      stop.abort();
      for (const resolve of wake.splice(0)) resolve();
    },
    clear: () => {
      if (state.phase !== 'running') change(idle);
    },
    state: () => state,
  };
};
