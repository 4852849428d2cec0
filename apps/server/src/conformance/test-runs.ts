// Test plans carried out by the server against one of its configured peers: one at a time, the last ones are kept.
import { randomUUID } from 'node:crypto';
import {
  createPlan,
  type ItemResult,
  observedStatement,
  probe,
  type RunReport,
  runPlan,
  type Safety,
  type Target,
} from '@concord/conformance';

export interface RunRequest {
  /** The peer's statement; without it the peer is probed first. */
  readonly statement?: unknown;
  readonly partner?: unknown;
  readonly allow: readonly Safety[];
  readonly inClinicalUse: boolean;
  readonly dryRun: boolean;
  readonly services?: readonly string[];
}

/** How far a run is. */
export interface RunProgress {
  readonly id: string;
  readonly peer: string;
  readonly state: 'probing' | 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly done: number;
  readonly total: number;
  readonly doing: string;
  readonly results: readonly Pick<
    ItemResult,
    'id' | 'title' | 'service' | 'result' | 'expected' | 'observed' | 'differences'
  >[];
  readonly report?: RunReport;
}

interface Run {
  progress: RunProgress;
  readonly stop: AbortController;
}

/** Older ones are forgotten. */
const mostKept = 20;

export interface TestRuns {
  /** Undefined while another one goes on. */
  start(peer: Target, request: RunRequest): RunProgress | undefined;
  find(id: string): RunProgress | undefined;
  list(): readonly RunProgress[];
  /** False where there is none of this id. */
  stop(id: string): boolean;
}

const isOpen = ({ progress: { state } }: Run): boolean => state === 'probing' || state === 'running';

async function carryOut(run: Run, target: Target, request: RunRequest): Promise<void> {
  const change = (progress: Partial<RunProgress>): void => {
    run.progress = { ...run.progress, ...progress };
  };
  const { signal } = run.stop;
  const statement =
    request.statement ?? observedStatement(await probe(target, { signal, onProgress: (doing) => change({ doing }) }));
  const { partner, services, allow, inClinicalUse, dryRun } = request;
  const plan = createPlan(statement, partner === undefined ? {} : { partner });
  change({ state: 'running', total: plan.items.length, doing: '' });
  const report = await runPlan(plan, target, {
    signal,
    allow,
    inClinicalUse,
    dryRun,
    ...(services && { only: ({ service }) => services.includes(service) }),
    onResult: ({ id, title, service, result, expected, observed, differences }, done, total) =>
      change({
        done,
        total,
        doing: title,
        results: [
          ...run.progress.results,
          { id, title, service, result, expected, observed, ...(differences && { differences }) },
        ],
      }),
  });
  change({ state: 'done', doing: '', report });
}

/** What is running or has run since the server started. */
export function createTestRuns(): TestRuns {
  const runs = new Map<string, Run>();
  return {
    start(target, request) {
      if ([...runs.values()].some(isOpen)) return undefined;
      const id = randomUUID();
      const run: Run = {
        progress: {
          id,
          peer: target.calledAeTitle,
          state: request.statement === undefined ? 'probing' : 'running',
          startedAt: new Date().toISOString(),
          done: 0,
          total: 0,
          doing: '',
          results: [],
        },
        stop: new AbortController(),
      };
      runs.set(id, run);
      for (const old of [...runs.keys()].slice(0, -mostKept)) runs.delete(old);
      carryOut(run, target, request).catch((error: unknown) => {
        const doing = error instanceof Error ? error.message : String(error);
        run.progress = { ...run.progress, state: 'failed', doing };
      });
      return run.progress;
    },
    find: (id) => runs.get(id)?.progress,
    list: () => [...runs.values()].map(({ progress }) => progress).reverse(),
    stop(id) {
      const run = runs.get(id);
      run?.stop.abort();
      return run !== undefined;
    },
  };
}
