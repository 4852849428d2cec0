// `concord restore`: a backup put back, or checked, or single objects taken from it.

import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { configurationOf, type StoresOptions, withStartErrors, withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { wholeNumber } from './whole-number.ts';

interface RestoreOptions extends StoresOptions {
  readonly snapshot?: string;
  readonly check?: true;
  readonly missing?: true;
  readonly parallel: number;
  readonly rate: number;
}

const megabyte = 1_000_000;

const after = `
Everything is compared with its digest while it is copied, and takes its place only when all of it is right: the data folder must
not be there, or be empty; with --database-url the database must have no objects in its index, with --store (or --move-to) nothing
may be at the address. Any backup goes to any of them: what lay in files goes to S3 and the other way round. --missing works on an archive that is there, also while its server runs, and only replaces objects that
are missing or damaged, in files, in containers and on S3.
Exit codes: 0 all is right, 1 the backup is damaged or something could not be put back, 2 wrong use.

Examples:
  concord restore /mnt/backup --check
  concord restore /mnt/backup --data /srv/concord-new
  concord restore /mnt/backup --database-url postgresql://concord@db/concord --store s3://archive/objects
  concord restore /mnt/backup --missing --data /srv/concord`;

/** The command. */
export const restore = (surroundings: Surroundings): Command =>
  withStores(new Command('restore'))
    .description('puts a backup back, after comparing every byte with its digest')
    .argument('<backup>', 'folder of the backup')
    .option('--snapshot <name>', 'name of one of its snapshots, or the beginning of it (default: the newest)')
    .option('--check', 'only reads the backup and compares: nothing is written')
    .option('--missing', 'puts back objects of an archive that are missing or damaged')
    .option('--parallel <files>', 'copied side by side, 1 to 64', wholeNumber(1, 64), 2)
    .option('--rate <MB/s>', 'read at most; 0: as fast as it goes', wholeNumber(0, 100_000), 0)
    .addHelpText('after', after)
    .action((source: string, options: RestoreOptions) => withStartErrors(() => act(source, options, surroundings)));

async function act(source: string, options: RestoreOptions, surroundings: Surroundings): Promise<void> {
  if (options.check && options.missing) throw new CliError('usage', '--check and --missing do not go together');
  if (options.missing) await putBack(source, options, surroundings);
  else await whole(source, options, surroundings);
}

async function whole(source: string, options: RestoreOptions, surroundings: Surroundings): Promise<void> {
  const { print, note, signal, fail } = surroundings;
  const { checkBackup, restore: putInPlace } = await import('@concord/server/maintenance');
  const configuration = await configurationOf(options, surroundings);
  const bar = progress(surroundings, 100);
  const how = {
    source,
    snapshot: options.snapshot,
    parallel: options.parallel,
    bytesPerSecond: options.rate * megabyte,
    signal,
    damaged: (key: string, detail: string) => note(printable(`${key}: ${detail}`)),
    progress: ({ objects, of, bytes }: { objects: number; of: number; bytes: number }) =>
      bar.show(Math.floor((100 * objects) / Math.max(1, of)), `${objects} objects, ${Math.round(bytes / megabyte)} MB`),
  };
  const summary = await (options.check ? checkBackup(how) : putInPlace(configuration, how));
  bar.end();
  if (summary.cutOff.length > 0) note(`cut off and not counted: ${summary.cutOff.join(', ')}`);
  const { folder, takenAt, objects, bytes, findings, damaged } = summary;
  const what = `${folder}: ${counted(objects, 'object')}, ${Math.round(bytes / megabyte)} MB, as of ${takenAt}`;
  if (findings > 0) note(`${counted(findings, 'object')} damaged or missing when the backup was made, and not in it`);
  if (damaged > 0) {
    note(`${what}: ${damaged} damaged${options.check ? '' : '; nothing was put in place'}`);
    fail();
  } else print(options.check ? `${what}: all is as it was written` : `${what}: restored to ${placesOf(configuration)}`);
}

/** Where index and objects are; of a database nothing but that it is one, since its address may hold a password. */
const placesOf = ({ data, databaseUrl, store }: { data: string; databaseUrl: string; store: string }): string =>
  [databaseUrl === '' || store === '' ? data : '', databaseUrl === '' ? '' : 'the PostgreSQL database', store]
    .filter((place) => place !== '')
    .join(' and ');

async function putBack(source: string, options: RestoreOptions, surroundings: Surroundings): Promise<void> {
  const { print, note, signal, fail } = surroundings;
  const { openMender, openStored, putBackMissing } = await import('@concord/server/maintenance');
  const configuration = await configurationOf(options, surroundings);
  await using stored = await openStored(configuration);
  const mender = await openMender(configuration);
  const counts = { done: 0, left: 0 };
  await putBackMissing(
    { ...stored, mender },
    {
      source,
      parallel: options.parallel,
      bytesPerSecond: options.rate * megabyte,
      signal,
      putBack: (key) => {
        counts.done += 1;
        print(printable(`put back: ${key}`));
      },
      notPutBack: ({ kind, key, sopInstanceUid = '' }) => {
        counts.left += 1;
        note(printable(`not in the backup as it was received: ${key} (${kind}, SOP Instance UID ${sopInstanceUid})`));
      },
    },
  );
  await mender.close();
  note(`${counts.done} put back, ${counts.left} left`);
  if (counts.left > 0) fail();
}
