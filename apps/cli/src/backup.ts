// `concord backup`: a consistent copy of a stopped or a running server.

import { Command } from 'commander';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { configurationOf, type StoresOptions, withStartErrors, withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { wholeNumber } from './whole-number.ts';

interface BackupOptions extends StoresOptions {
  readonly parallel: number;
  readonly rate: number;
  readonly recheck?: true;
  readonly json?: true;
}

const megabyte = 1_000_000;

const after = `
The copy is of one moment: the index as it is then, and every object that it knows. A running server goes on meanwhile.
Objects that the target has from an earlier backup, with the right digest, are not copied again. A backup that is cut off does
not count; the next one goes on with what it copied. Settings, certificates and keys are not part of it: keep them apart.
Exit codes: 0 the copy is whole, 1 it is not (an object was damaged or missing, or the backup failed), 2 wrong use.

Examples:
  concord backup /mnt/backup --data /srv/concord
  concord backup /mnt/backup --rate 50 --recheck`;

/** The command. */
export const backup = (surroundings: Surroundings): Command =>
  withStores(new Command('backup'))
    .description('makes a consistent copy of index and objects, of a running server too')
    .argument('<target>', 'folder of the backup; made where it is missing')
    .option('--parallel <files>', 'copied side by side, 1 to 64', wholeNumber(1, 64), 2)
    .option('--rate <MB/s>', 'read at most; 0: as fast as it goes', wholeNumber(0, 100_000), 0)
    .option('--recheck', 'reads again what the target has, instead of trusting its list')
    .option('--json', 'the summary as JSON')
    .addHelpText('after', after)
    .action((target: string, options: BackupOptions) => withStartErrors(() => make(target, options, surroundings)));

async function make(target: string, options: BackupOptions, surroundings: Surroundings): Promise<void> {
  const { print, note, signal, fail } = surroundings;
  const { backup: makeBackup, copyIndex, openStored, findingKinds } = await import('@concord/server/maintenance');
  const configuration = await configurationOf(options, surroundings);
  await using stored = await openStored(configuration);
  const bar = progress(surroundings, 100);
  const { cutOff, ...summary } = await makeBackup(
    { ...stored, copyIndex: (file) => copyIndex(configuration, file) },
    {
      target,
      parallel: options.parallel,
      bytesPerSecond: options.rate * megabyte,
      recheck: options.recheck ?? false,
      signal,
      now: () => new Date(),
      found: ({ kind, key, detail }) =>
        note(printable(`not copied: ${key}: ${findingKinds[kind].text}: ${detail}; ${findingKinds[kind].remedy}`)),
      progress: ({ rows, of, bytes }) =>
        bar.show(
          Math.floor((100 * rows) / Math.max(1, of)),
          `${rows} objects, ${Math.round(bytes / megabyte)} MB copied`,
        ),
    },
  );
  bar.end();
  if (cutOff.length > 0) note(`an earlier backup was cut off and did not count: ${cutOff.join(', ')}`);
  if (options.json) print(JSON.stringify(summary));
  else
    print(
      `${summary.folder}: ${counted(summary.objects, 'object')}, ${Math.round(summary.bytes / megabyte)} MB; ${summary.copied} copied now`,
    );
  if (summary.findings === 0) return;
  note(`${counted(summary.findings, 'object')} of the index could not be copied`);
  fail();
}
