// What remains of test runs in the index: progress, each result as it comes, the report, and who did what. Survives the process.
import { type Database, sql } from '../database/database.ts';
import type { RunProgress } from './run-progress.ts';

/** One line of the audit trail of runs, and of what they rest on: statements, plans, approvals, refusals. */
export interface RunAudit {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Empty where it is about none. */
  readonly run: string;
  readonly event: 'started' | 'ended' | 'stopped' | 'refused' | 'kept' | 'planned' | 'approved' | 'deleted';
  readonly who: string;
  readonly peer: string;
  readonly detail: string;
}

/** A run as it was last written. */
export interface StoredRun {
  readonly progress: RunProgress;
  readonly touchedAt: string;
  readonly ended: boolean;
}

export interface RunStore {
  /** Writes how far a run is; its results are written by `result`. */
  save(progress: RunProgress, ended: boolean): Promise<void>;
  result(run: string, position: number, result: RunProgress['results'][number]): Promise<void>;
  find(id: string): Promise<StoredRun | undefined>;
  /** The newest first, without results and reports. */
  list(most: number): Promise<readonly StoredRun[]>;
  audit(event: RunAudit): Promise<void>;
  /** The newest first. */
  audited(most: number): Promise<readonly RunAudit[]>;
}

interface RunRow {
  readonly touched_at: string;
  readonly ended: number;
  readonly progress: string;
  readonly report: string;
}

const storedOf = ({ progress, report, touched_at, ended }: RunRow, results: RunProgress['results']): StoredRun => ({
  progress: { ...JSON.parse(progress), results, ...(report !== '' && { report: JSON.parse(report) }) },
  touchedAt: touched_at,
  ended: ended === 1,
});

/** Runs in the index. */
export function createRunStore(database: Database): RunStore {
  return {
    async save({ report, results: _, ...progress }, ended) {
      const now = new Date().toISOString();
      const values = [JSON.stringify(progress), report ? JSON.stringify(report) : ''] as const;
      await database.batch([
        sql`insert into test_run (id, started_at, touched_at, ended, progress, report)
          values (${progress.id}, ${progress.startedAt}, ${now}, ${ended ? 1 : 0}, ${values[0]}, ${values[1]})
          on conflict (id) do update set touched_at = ${now}, ended = ${ended ? 1 : 0}, progress = ${values[0]}, report = ${values[1]}`,
      ]);
    },
    async result(run, position, result) {
      const content = JSON.stringify(result);
      await database.batch([
        sql`insert into test_run_result (run, position, content) values (${run}, ${position}, ${content})
          on conflict (run, position) do update set content = ${content}`,
      ]);
    },
    async find(id) {
      const [row] = await database.all<RunRow>(
        sql`select touched_at, ended, progress, report from test_run where id = ${id}`,
      );
      if (!row) return undefined;
      const results = await database.all<{ content: string }>(
        sql`select content from test_run_result where run = ${id} order by position`,
      );
      return storedOf(
        row,
        results.map(({ content }) => JSON.parse(content)),
      );
    },
    async list(most) {
      const rows = await database.all<Omit<RunRow, 'report'>>(
        sql`select touched_at, ended, progress from test_run order by started_at desc limit ${most}`,
      );
      return rows.map((row) => storedOf({ ...row, report: '' }, []));
    },
    async audit({ at, run, event, who, peer, detail }) {
      await database.batch([
        sql`insert into test_run_audit (at, run, event, who, peer, detail)
          values (${at}, ${run}, ${event}, ${who}, ${peer}, ${detail})`,
      ]);
    },
    audited: (most) =>
      database.all<RunAudit>(
        sql`select at, run, event, who, peer, detail from test_run_audit order by at desc limit ${most}`,
      ),
  };
}

/** Runs of a server without an index: gone with the process. */
export function createMemoryRunStore(): RunStore {
  const runs = new Map<string, StoredRun>();
  const audits: RunAudit[] = [];
  return {
    save: async (progress, ended) => {
      runs.set(progress.id, { progress, ended, touchedAt: new Date().toISOString() });
    },
    result: async () => undefined,
    find: async (id) => runs.get(id),
    list: async (most) => [...runs.values()].reverse().slice(0, most),
    audit: async (event) => {
      audits.unshift(event);
    },
    audited: async (most) => audits.slice(0, most),
  };
}
