// Test plans carried out by the server against its configured peers: one at a time; each result is kept as it comes.
import { randomUUID } from 'node:crypto';
import {
  type ActiveExecutor,
  createPlan,
  defaultCallingAeTitle,
  observedStatement,
  type PlanItem,
  probe,
  type RunReport,
  runPlan,
  type Target,
} from '@concord/conformance';
import { createTestEncoder } from './encode-test-object.ts';
import type { RunAnswer, RunProgress } from './run-progress.ts';
import { chosen, instructionsOf, type RunRequest } from './run-request.ts';
import type { RunAudit, RunStore } from './run-store.ts';

interface Run {
  progress: RunProgress;
  readonly executor: ActiveExecutor;
  readonly stop: AbortController;
  /** Resolved when it goes on. */
  hold: PromiseWithResolvers<void> | undefined;
  answer: ((answer: RunAnswer) => void) | undefined;
  written: Promise<void>;
}

/** Lines of the log that are told. */
const mostLines = 200;
/** An open run of which nothing was heard for so long has lost its process, in milliseconds. */
const silence = 30_000;
const heartbeat = 10_000;

export interface TestRuns {
  /** Undefined while another one goes on. */
  start(peer: Target, request: RunRequest): RunProgress | undefined;
  find(id: string): Promise<RunProgress | undefined>;
  list(): Promise<readonly RunProgress[]>;
  /** False where there is none of this id that goes on. */
  stop(id: string): boolean;
  hold(id: string, paused: boolean): boolean;
  answer(id: string, answer: RunAnswer): boolean;
  audited(): Promise<readonly RunAudit[]>;
  /** What of the executor is there while a run goes on. */
  active(): ActiveExecutor | undefined;
  close(): Promise<void>;
}

const isOpen = ({ progress: { state } }: Run): boolean => state === 'probing' || state === 'running';

/** Waits for the other promise, or for the end of the signal. */
const orStopped = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const over = (): void => reject(signal.reason);
    if (signal.aborted) return over();
    signal.addEventListener('abort', over, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
  });

class Runner {
  readonly #run: Run;
  readonly #store: RunStore;

  constructor(run: Run, store: RunStore) {
    this.#run = run;
    this.#store = store;
  }

  /** Changes what is told; writes follow each other, and one that fails fails the run. */
  change(progress: Partial<RunProgress>, ended = false): void {
    const run = this.#run;
    run.progress = { ...run.progress, ...progress };
    const now = run.progress;
    run.written = run.written.then(() => this.#store.save(now, ended));
    run.written.catch(() => undefined); // awaited at the end
  }

  say(line: string): void {
    const { log } = this.#run.progress;
    this.change({ log: [...log, `${new Date().toISOString()} ${line}`].slice(-mostLines) });
  }

  async #byHand(item: PlanItem, signal: AbortSignal): Promise<RunAnswer> {
    const { promise, resolve } = Promise.withResolvers<RunAnswer>();
    this.#run.answer = resolve;
    this.change({ prompt: { item: item.id, instructions: instructionsOf(item) } });
    try {
      return await orStopped(promise, signal);
    } finally {
      this.#run.answer = undefined;
      const { prompt: _, ...rest } = this.#run.progress;
      this.#run.progress = rest;
    }
  }

  /** @returns whether the run was stopped before its end */
  async carryOut(target: Target, request: RunRequest): Promise<boolean> {
    const { signal } = this.#run.stop;
    const statement =
      request.statement ??
      observedStatement(await probe(target, { signal, onProgress: (doing) => this.change({ doing }) }));
    const plan =
      request.plan ?? createPlan(statement, request.partner === undefined ? {} : { partner: request.partner });
    this.change({ state: 'running', total: plan.items.length, doing: '' });
    const only = chosen(request);
    const encoder = createTestEncoder();
    try {
      const report = await runPlan(plan, target, {
        signal,
        allow: request.allow,
        inClinicalUse: request.inClinicalUse,
        dryRun: request.dryRun,
        tester: request.tester,
        encode: encoder.encode,
        ...(request.plan && !request.dryRun && { approved: true, statement }),
        ...(request.rate !== undefined && { care: { objectsPerSecond: request.rate } }),
        ...(request.entities && { entities: request.entities }),
        ...(request.ourSide && { ourSide: request.ourSide }),
        ...(only && { only }),
        ...(request.attended && {
          assisted: request.ourSide !== undefined,
          answer: (item: PlanItem, stopped: AbortSignal) => this.#byHand(item, stopped),
        }),
        gate: (stopped) => orStopped(this.#run.hold?.promise ?? Promise.resolve(), stopped),
        ask: (text) => this.say(text),
        onResult: (result, done, total) => this.#onResult(result, done, total),
      });
      const stopped = signal.aborted;
      this.change({ state: 'done', doing: '', report }, true);
      await this.#run.written;
      return stopped;
    } finally {
      await encoder.close();
    }
  }

  #onResult(full: RunReport['results'][number], done: number, total: number): void {
    const { id, title, service, result, expected, observed, differences } = full;
    const kept = { id, title, service, result, expected, observed, ...(differences && { differences }) };
    const run = this.#run;
    run.written = run.written.then(() => this.#store.result(run.progress.id, done, kept));
    run.progress = { ...run.progress, results: [...run.progress.results, kept] };
    const line = `${new Date().toISOString()} ${done}/${total} ${result}: ${title}`;
    this.change({ done, total, doing: title, log: [...run.progress.log, line].slice(-mostLines) });
  }
}

const summaryOf = ({ report, state, doing }: RunProgress): string =>
  report
    ? Object.entries(report.counts)
        .filter(([, count]) => count > 0)
        .map(([result, count]) => `${count} ${result}`)
        .join(', ')
    : `${state}: ${doing}`;

const newRun = (target: Target, { statement, tester, ourSide }: RunRequest): Run => ({
  executor: { calling: target.callingAeTitle ?? defaultCallingAeTitle, ...(ourSide && { sink: ourSide }) },
  progress: {
    id: randomUUID(),
    peer: target.calledAeTitle,
    state: statement === undefined ? 'probing' : 'running',
    startedAt: new Date().toISOString(),
    tester,
    done: 0,
    total: 0,
    doing: '',
    paused: false,
    log: [],
    results: [],
  },
  stop: new AbortController(),
  hold: undefined,
  answer: undefined,
  written: Promise.resolve(),
});

export interface TestRunOptions {
  readonly store: RunStore;
  /** Told of what happens in the server's log as well. */
  readonly log?: (fields: object, text: string) => void;
  /** Silence after which an open run of another process counts as interrupted, in milliseconds. */
  readonly silence?: number;
}

/** Runs of this server, and what the index knows of others. */
export function createTestRuns({ store, log = () => undefined, ...options }: TestRunOptions): TestRuns {
  let current: Run | undefined;
  const mostSilence = options.silence ?? silence;
  const audit = (run: Run, event: RunAudit['event'], detail: string): Promise<void> => {
    const { id, tester, peer } = run.progress;
    const line: RunAudit = { at: new Date().toISOString(), run: id, event, who: tester, peer, detail };
    log({ audit: line }, `test run ${event}`);
    return store.audit(line);
  };
  const carry = async (run: Run, target: Target, request: RunRequest): Promise<void> => {
    const runner = new Runner(run, store);
    const beating = setInterval(() => runner.change({}), heartbeat);
    let stopped = false;
    try {
      await audit(run, 'started', request.dryRun ? 'dry run' : request.allow.join(', ') || 'reading only');
      stopped = await runner.carryOut(target, request);
    } catch (error) {
      stopped = run.stop.signal.aborted;
      runner.change({ state: 'failed', doing: error instanceof Error ? error.message : String(error) }, true);
    } finally {
      clearInterval(beating);
      await run.written.catch((error: unknown) => log({ error }, 'a test run could not be written'));
      await audit(run, stopped ? 'stopped' : 'ended', summaryOf(run.progress)).catch(() => undefined);
    }
  };
  const told = (stored: { progress: RunProgress; touchedAt: string; ended: boolean }): RunProgress =>
    !stored.ended && Date.now() - Date.parse(stored.touchedAt) > mostSilence
      ? { ...stored.progress, state: 'interrupted' }
      : stored.progress;
  const open = (id: string): Run | undefined => (current && current.progress.id === id ? current : undefined);
  let ending: Promise<void> = Promise.resolve();
  return {
    start(target, request) {
      if (current && isOpen(current)) return undefined;
      const run = newRun(target, request);
      current = run;
      ending = carry(run, target, request);
      ending.catch(() => undefined);
      return run.progress;
    },
    async find(id) {
      const run = open(id);
      if (run) return run.progress;
      const stored = await store.find(id);
      return stored && told(stored);
    },
    async list() {
      const stored = (await store.list(50)).map(told);
      const now = current?.progress;
      const others = stored.filter(({ id }) => id !== now?.id);
      return now ? [now, ...others] : others;
    },
    stop(id) {
      const run = open(id);
      run?.stop.abort();
      return run !== undefined;
    },
    hold(id, paused) {
      const run = open(id);
      if (!run || !isOpen(run)) return false;
      if (paused) run.hold ??= Promise.withResolvers();
      else {
        run.hold?.resolve();
        run.hold = undefined;
      }
      new Runner(run, store).change({ paused });
      return true;
    },
    answer(id, answer) {
      const run = open(id);
      run?.answer?.(answer);
      return run?.answer !== undefined;
    },
    audited: () => store.audited(500),
    active: () => (current && isOpen(current) ? current.executor : undefined),
    async close() {
      current?.stop.abort();
      await ending;
    },
  };
}
