// Many files, one outcome each: told as they come, counted, and summed up by reason at the end.
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { sizeText, timeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';

/** What became of one file. `done` is a word of the command's own: `stored`, `modified`. */
export interface FileOutcome {
  readonly path: string;
  readonly outcome: 'done' | 'warning' | 'failed';
  /** Why it failed, or what the warning is. */
  readonly reason?: string;
  /** More for --json. */
  readonly details?: Readonly<Record<string, string | number>>;
}

export interface Tally {
  readonly tell: (outcome: FileOutcome) => void;
  /** Files in folders that are not DICOM: counted, no failure. */
  readonly passBy: (count: number) => void;
  /** Prints the counts; exit code 1 when one failed or nothing was done at all. */
  readonly end: () => void;
}

export interface TallyOptions {
  /** What a file is when all went well. */
  readonly done: string;
  readonly json: boolean;
  readonly total: number;
  /** Size of a file in bytes, for the sum. */
  readonly sizeOf: (path: string) => number;
}

const listedPaths = 20;

/** Starts counting. */
export function startTally({ done, json, total, sizeOf }: TallyOptions, surroundings: Surroundings): Tally {
  const bar = progress(surroundings, total);
  const counts = { done: 0, warning: 0, failed: 0 };
  const failures: FileOutcome[] = [];
  let bytes = 0;
  let foreign = 0;
  const began = performance.now();
  return {
    tell(one) {
      const { path, outcome, reason, details } = one;
      counts[outcome] += 1;
      if (outcome === 'failed') failures.push(one);
      else bytes += sizeOf(path);
      if (json)
        surroundings.print(JSON.stringify({ path, outcome: outcome === 'done' ? done : outcome, reason, ...details }));
      else if (outcome === 'warning') surroundings.note(`${printable(path)}: ${printable(reason ?? '')}`);
      bar.show(counts.done + counts.warning + counts.failed, `${counts.done} ${done}, ${counts.failed} failed`);
    },
    passBy(count) {
      foreign += count;
    },
    end() {
      bar.end();
      const milliseconds = Math.round(performance.now() - began);
      const { warning, failed } = counts;
      if (failed > 0 || counts.done + warning === 0) surroundings.fail();
      if (json)
        return surroundings.print(
          JSON.stringify({ [done]: counts.done, warning, failed, foreign, bytes, milliseconds }),
        );
      const parts = [`${counts.done + warning} ${done}`, `${failed} failed`];
      if (warning > 0) parts.splice(1, 0, `${warning} of them with a warning`);
      if (foreign > 0) parts.push(`${foreign} not DICOM, passed by`);
      surroundings.print(`${parts.join(', ')} (${sizeText(bytes)} in ${timeText(milliseconds)})`);
      for (const line of byReason(failures)) surroundings.print(line);
    },
  };
}

/** What failed in the same way is told once. */
function* byReason(failures: readonly FileOutcome[]): Generator<string> {
  for (const [reason, outcomes] of Map.groupBy(failures, (one) => one.reason ?? 'no reason given')) {
    yield `${outcomes.length} failed: ${printable(reason)}`;
    for (const { path } of outcomes.slice(0, listedPaths)) yield `  ${printable(path)}`;
    if (outcomes.length > listedPaths) yield `  and ${outcomes.length - listedPaths} more (--json lists them all)`;
  }
}
