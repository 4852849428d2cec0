// Commands that make a new file of each file they are given: over folders, several at a time, with progress.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { filesBelow, type NamedFile } from './files.ts';
import type { Surroundings } from './surroundings.ts';
import { startTally } from './tally.ts';
import { inOrder } from './tasks/in-order.ts';
import type { TaskPool } from './tasks/pool.ts';
import { wholeNumber } from './whole-number.ts';

export interface EachFileOptions {
  readonly to?: string;
  readonly inPlace?: true;
  readonly jobs?: number;
  readonly json?: true;
}

/** More about one file. */
export interface Told {
  readonly details?: Readonly<Record<string, string | number>>;
  readonly line?: string;
}

/** What a command does with one file. */
export interface FileWork {
  /** What the file is afterwards, for the counts: `modified`. */
  readonly done: string;
  /** Makes ready for so many files. */
  readonly open: (size: { readonly jobs: number; readonly files: number }) => Promise<TaskPool<unknown>>;
  /** What is told of a file that is done, beside the counts: members for --json, and a line otherwise. */
  readonly told?: (result: unknown, file: NamedFile) => Told;
  /** The new file's name from the old one's; the same where absent. */
  readonly rename?: (relative: string) => string;
}

/** How many files at a time. */
export const withJobs = (command: Command): Command =>
  command.option(
    '-j, --jobs <number>',
    'files at a time (default: as many as there are processors)',
    wholeNumber(1, 256),
  );

/** Adds arguments and options that all of them have. */
export const withFiles = (command: Command): Command =>
  withJobs(
    command
      .argument('<paths...>', 'files, and folders with everything in them')
      .option('--to <folder>', 'where the new files go, in folders as they were')
      .option('--in-place', 'replaces the files, each at once when its new one is complete'),
  ).option('--json', 'one JSON object per file, and one with the counts at the end');

/** Makes the new files. What fails is told and the rest goes on. */
export async function eachFile(
  paths: readonly string[],
  options: EachFileOptions,
  work: FileWork,
  surroundings: Surroundings,
): Promise<void> {
  if ((options.to === undefined) === (options.inPlace === undefined))
    throw new CliError('usage', 'say where the new files go: --to <folder> or --in-place');
  if (options.inPlace && work.rename)
    throw new CliError('usage', 'the new files are of another kind: say where they go with --to');
  const files = await Array.fromAsync(filesBelow(paths));
  const targets = targetsOf(files, options, work);
  const targetOf = (file: NamedFile): string => targets.get(file) ?? file.path;
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const tally = startTally(
    { done: work.done, json: options.json === true, total: files.length, sizeOf: (path) => sizes.get(path) ?? 0 },
    surroundings,
  );
  const pool = await work.open({ jobs: options.jobs ?? availableParallelism(), files: files.length });
  try {
    const run = (file: NamedFile) => pool.run(file, targetOf(file));
    for await (const { file, outcome } of inOrder(files, pool.lanes, surroundings.signal, run)) {
      if (outcome.kind === 'foreign') tally.passBy(1);
      else if (outcome.kind === 'failed') tally.tell({ path: file.path, outcome: 'failed', reason: outcome.reason });
      else {
        const { details, line } = work.told?.(outcome.result, file) ?? {};
        tally.tell({ path: file.path, outcome: 'done', details: { to: targetOf(file), ...details } });
        if (line !== undefined && !options.json) surroundings.print(line);
      }
    }
  } finally {
    await pool.close();
  }
  tally.end();
}

/** Where each new file goes. @throws CliError `usage` when two would go to the same place */
function targetsOf(files: readonly NamedFile[], { to }: EachFileOptions, { rename = (name) => name }: FileWork) {
  const targets = new Map<NamedFile, string>();
  const taken = new Map<string, string>();
  for (const file of files) {
    const target = to === undefined ? file.path : join(to, rename(file.relative));
    const other = taken.get(resolve(target));
    if (other !== undefined) throw new CliError('usage', `${file.path} and ${other} would both become ${target}`);
    taken.set(resolve(target), file.path);
    targets.set(file, target);
  }
  return targets;
}
