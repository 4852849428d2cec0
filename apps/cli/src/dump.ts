// `concord dump`: every element of files, as text or as the DICOM JSON model. PS3.10 chapter 7, PS3.18 Annex F.
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { withJobs } from './each-file.ts';
import { filesBelow } from './files.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';
import { inOrder } from './tasks/in-order.ts';
import { taskPool } from './tasks/pool.ts';

interface DumpOptions {
  readonly json?: true;
  readonly all?: true;
  readonly jobs?: number;
}

const examples = `
Examples:
  concord dump image.dcm
  concord dump study/ --json | jq '."00100020".Value'`;

/** The command. */
export const dump = (surroundings: Surroundings): Command =>
  withJobs(new Command('dump'))
    .description('prints the contents of DICOM files')
    .argument('<paths...>', 'files, and folders with everything in them')
    .option(
      '--json',
      'one DICOM JSON model object per file; values over 64 KiB are a URI of the file with offset and length',
    )
    .option('--all', 'whole values instead of their first 64 characters')
    .addHelpText('after', examples)
    .action((paths: readonly string[], options: DumpOptions) => dumpAll(paths, options, surroundings));

async function dumpAll(paths: readonly string[], options: DumpOptions, surroundings: Surroundings): Promise<void> {
  const { json = false, all = false, jobs = availableParallelism() } = options;
  const { print, note, fail, signal } = surroundings;
  const files = await Array.fromAsync(filesBelow(paths));
  const pool = await taskPool('dump', { json, all }, { jobs, files: files.length });
  const bar = progress(surroundings, files.length);
  const counts = { done: 0, shown: 0, foreign: 0 };
  try {
    for await (const { file, outcome } of inOrder(files, pool.lanes, signal, (one) => pool.run(one, ''))) {
      if (signal.aborted) break;
      bar.end();
      if (outcome.kind === 'foreign') counts.foreign += 1;
      else if (outcome.kind === 'failed') {
        note(`${printable(file.path)}: ${printable(outcome.reason)}`);
        fail();
      } else {
        if (outcome.result.damaged) fail();
        if (!json) print(`${counts.shown > 0 ? '\n' : ''}# ${printable(file.path)}`);
        print(outcome.result.text);
        counts.shown += 1;
      }
      counts.done += 1;
      bar.show(counts.done, '');
    }
  } finally {
    bar.end();
    await pool.close();
  }
  if (counts.foreign > 0) note(`passed by, not DICOM: ${counts.foreign}`);
}
