// One thread that accepts associations, as the main thread sees it.
import { Worker } from 'node:worker_threads';
import { NetworkError } from '../network-error.ts';
import type { AssociationRecord } from './record.ts';
import type {
  Answers,
  FromThread,
  LogLine,
  Question,
  ThreadFailure,
  ThreadStart,
  ToThread,
} from './thread-messages.ts';
import { startTimer } from './transport.ts';

/** Seconds to load its module and to listen. */
const startPatience = 60;
/** Seconds for an answer: a thread that is busy for longer is not asked again for that. */
const answerPatience = 10;
/** Seconds beyond the grace that a thread is given to end by itself. */
const endPatience = 5;

export interface SeatEvents {
  happened(records: readonly AssociationRecord[], lines: readonly LogLine[]): void;
  /** Once, whatever ended it. */
  ended(cause: Error | undefined): void;
}

interface Waiter {
  readonly resolve: (value: Answers[keyof Answers]) => void;
  readonly reject: (cause: NetworkError) => void;
}

export class Seat {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiter>();
  readonly #gone = Promise.withResolvers<void>();
  #listening: { readonly port: number; readonly securePort: number | undefined } | undefined;
  readonly #started = Promise.withResolvers<void>();
  #cause: Error | undefined;
  #lastId = 0;

  constructor(start: ThreadStart, events: SeatEvents) {
    this.#worker = new Worker(new URL('./accepting-thread.ts', import.meta.url), { workerData: start });
    this.#started.promise.catch(() => undefined);
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'happened') events.happened(message.records, message.lines);
      else this.#heard(message);
    });
    this.#worker.on('error', (cause) => {
      this.#cause = cause instanceof Error ? cause : new Error(String(cause));
    });
    this.#worker.on('exit', () => {
      this.#over();
      events.ended(this.#cause);
    });
  }

  #heard(message: Exclude<FromThread, { kind: 'happened' }>): void {
    switch (message.kind) {
      case 'listening':
        this.#listening = message;
        this.#started.resolve();
        return;
      case 'failed':
        this.#started.reject(errorOf(message.failure));
        return;
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.value);
        return;
      case 'refused':
        this.#waiting.get(message.id)?.reject(errorOf(message.failure));
    }
  }

  #over(): void {
    const cause = new NetworkError(
      'closed',
      this.#cause ? `the thread ended: ${this.#cause.message}` : 'the thread ended',
    );
    this.#started.reject(new NetworkError('not-possible', cause.detail, { cause: this.#cause }));
    for (const waiter of this.#waiting.values()) waiter.reject(cause);
    this.#gone.resolve();
  }

  /** Resolves when it listens. Throws NetworkError: what `listen` throws, 'not-possible' where its module does not do, 'timeout'. */
  async listening(): Promise<{ readonly port: number; readonly securePort: number | undefined }> {
    const late = startTimer(startPatience, () => {
      this.#started.reject(new NetworkError('timeout', `a thread did not listen within ${startPatience} s`));
      void this.#worker.terminate();
    });
    try {
      await this.#started.promise;
    } finally {
      late.stop();
    }
    return this.#listening ?? { port: 0, securePort: undefined };
  }

  /** Throws NetworkError: that of the thread, 'closed' when it has ended, 'timeout'. */
  async ask<Q extends Question>(question: Q): Promise<Answers[Q['kind']]> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[keyof Answers]>();
    const late = startTimer(answerPatience, () => reject(new NetworkError('timeout', 'the thread does not answer')));
    this.#waiting.set(id, { resolve, reject });
    this.#say({ kind: 'question', id, question });
    try {
      // The thread answers each kind of question with its kind of answer.
      return (await promise) as Answers[Q['kind']];
    } finally {
      late.stop();
      this.#waiting.delete(id);
    }
  }

  #say(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Ends it within `graceMs` and a few seconds. */
  async close(graceMs: number): Promise<void> {
    this.#say({ kind: 'close', graceMs });
    const late = startTimer(graceMs / 1000 + endPatience, () => void this.#worker.terminate());
    await this.#gone.promise;
    late.stop();
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

const errorOf = ({ fault, detail }: ThreadFailure): NetworkError => new NetworkError(fault, detail);
