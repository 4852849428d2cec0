// Text out of PDFs, one at a time, each in a thread of its own that ends with it: what a hostile document does to its reader ends there too.
import { Worker } from 'node:worker_threads';
import { createTurnstile } from '@concord/imaging/node';
import { environmentWithCache } from '../environment-with-cache.ts';
import { type ByteRun, bytesOfRun } from './header-value.ts';
import type { PdfFault, PdfLimits, PdfTask, PdfText } from './pdf-messages.ts';

/** Every bound. */
export interface PdfBounds extends PdfLimits {
  /** Of a document, in bytes: it is held while it is read. */
  readonly bytes: number;
  /** That a document may take in its thread. */
  readonly deadlineMs: number;
  /** JavaScript's heap of the thread, MB. */
  readonly heapMb: number;
  /** Memory of the thread outside of that heap, where streams are decompressed, MB. */
  readonly buffersMb: number;
  /** Requests that may wait; one more is turned away. */
  readonly waiting: number;
  readonly waitMs: number;
}

export const pdfBounds: PdfBounds = {
  bytes: 67_108_864,
  pages: 2000,
  characters: 1_000_000,
  deadlineMs: 20_000,
  heapMb: 256,
  buffersMb: 256,
  waiting: 8,
  waitMs: 30_000,
};

export interface PdfTexts {
  /**
   * The text of a document, which is read when its turn has come. Rejects with ImagingError 'queue-full', 'timeout' (waited too long) or
   * 'closed', with the signal's reason, with what the document's bytes throw, and where the thread cannot be started.
   */
  read(document: ByteRun, signal?: AbortSignal): Promise<PdfText>;
  /** Ends the thread, turns away what waits and comes. */
  close(): void;
}

export const createPdfTexts = (bounds: PdfBounds = pdfBounds): PdfTexts => {
  const turnstile = createTurnstile({ inside: 1, waiting: bounds.waiting, waitMs: bounds.waitMs });
  const closing = new AbortController();
  return {
    async read(document, signal) {
      if (document.length > bounds.bytes) return { kind: 'none', fault: 'too-large' };
      const leave = await turnstile.enter(signal);
      try {
        const bytes = await bytesOfRun(document, bounds.bytes);
        const either = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
        either.throwIfAborted();
        return await readInThread(bytes, bounds, either);
      } finally {
        leave();
      }
    },
    close() {
      turnstile.close();
      closing.abort();
    },
  };
};

/** Between two looks at the memory of a thread: in this time a stream grows by some ten megabytes. */
const lookMs = 50;

const readInThread = async (
  bytes: Uint8Array<ArrayBuffer>,
  bounds: PdfBounds,
  signal: AbortSignal,
): Promise<PdfText> => {
  const { pages, characters, deadlineMs, heapMb } = bounds;
  const most = bounds.buffersMb * 1_048_576 + bytes.length;
  const worker = new Worker(new URL('./pdf-thread.ts', import.meta.url), {
    workerData: { bytes, limits: { pages, characters } } satisfies PdfTask,
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32 },
    env: environmentWithCache(),
  });
  const { promise, resolve, reject } = Promise.withResolvers<PdfText>();
  const none = (fault: PdfFault) => resolve({ kind: 'none', fault });
  const gone = () => reject(signal.reason);
  const deadline = setTimeout(none, deadlineMs, 'too-slow');
  const looking = setInterval(() => {
    const look = async () => {
      if ((await worker.getHeapStatistics()).external_memory > most) none('too-much-memory');
    };
    look().catch(() => undefined); // it has just ended
  }, lookMs);
  signal.addEventListener('abort', gone, { once: true });
  worker.once('message', resolve);
  worker.on('error', (error) => (isOutOfMemory(error) ? none('too-much-memory') : reject(error)));
  worker.once('exit', () => reject(new Error('the thread that reads a PDF ended without a word')));
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    clearInterval(looking);
    signal.removeEventListener('abort', gone);
    await worker.terminate();
  }
};

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
