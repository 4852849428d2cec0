// `concord reindex`: a new index from the stored files, compared with the old one.

import { Command } from 'commander';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { configurationOf, type StoresOptions, withStartErrors, withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

interface ReindexOptions extends StoresOptions {
  readonly filesAlone?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const after = `
Every server of the index must be stopped. The new index is built beside the old one and takes its place in one step; the old one
stays in the data folder under another name, or in a schema of its own in the PostgreSQL database. Files say what the objects are; only the old index says what was rejected or corrected, which
jobs are waiting and who sent what when: that is carried over from it unless it is gone, damaged, or --files-alone is given.
Exit codes: 0 the new index is the old one again (or there was none), 1 they differ or files were left out, 2 wrong use.

Examples:
  concord reindex --data /srv/concord --dry-run
  concord reindex --data /srv/concord`;

/** The command. */
export const reindex = (surroundings: Surroundings): Command =>
  withStores(new Command('reindex'))
    .description('builds the index anew from the stored files, and compares it with the old one')
    .option('--files-alone', 'asks the old index nothing')
    .option('--dry-run', 'builds and compares, and leaves the old index in its place')
    .option('--json', 'JSON lines instead of text')
    .addHelpText('after', after)
    .action((options: ReindexOptions) => withStartErrors(() => rebuild(options, surroundings)));

async function rebuild(options: ReindexOptions, surroundings: Surroundings): Promise<void> {
  const { print, note, signal, fail } = surroundings;
  const { reindex: fill, replaceIndex, openEveryObject, implementation } = await import('@concord/server/maintenance');
  const configuration = await configurationOf(options, surroundings);
  const say = (object: object, text: string) => print(options.json ? JSON.stringify(object) : printable(text));
  const bar = progress(surroundings, Number.POSITIVE_INFINITY);
  const { kept } = await replaceIndex(configuration, !options.filesAlone, async (database, before) => {
    await using stack = new AsyncDisposableStack();
    const objects = await openEveryObject(configuration, { fresh: database, before });
    stack.defer(() => objects.close());
    const summary = await fill(
      { objects, database, before, implementation, log: quietLog },
      {
        signal,
        now: () => new Date(),
        skipped: (key, reason) => say({ skipped: key, reason }, `left out: ${key}: ${reason}`),
        differs: (found) => say(found, `${found.kind}: ${found.key}: ${found.detail || found.sopInstanceUid}`),
        progress: ({ objects: count, bytes }) => bar.show(count, `objects, ${Math.round(bytes / 1_000_000)} MB read`),
      },
    );
    bar.end();
    if (options.json) print(JSON.stringify({ summary }));
    const { objects: count, skipped, copies, deleted, rejected, carriedOver, differences } = summary;
    const aside = copies > 0 ? `, ${counted(copies, 'copy', 'copies')} of objects that are being moved` : '';
    const gone = deleted > 0 ? `, ${deleted} deleted before and gone with the next start` : '';
    note(
      `${counted(count, 'object')} indexed, ${rejected} still rejected, ${counted(carriedOver, 'other row')} carried over, ${counted(skipped, 'file')} left out${aside}${gone}`,
    );
    note(
      before
        ? `${counted(differences, 'difference')} from the index before`
        : 'there was no readable index to compare with',
    );
    if (skipped + differences > 0) fail();
    return !options.dryRun;
  });
  if (kept) note(`the index before is kept as ${kept}`);
}

const quiet = () => undefined;
const quietLog = { debug: quiet, info: quiet, warn: quiet, error: quiet };
