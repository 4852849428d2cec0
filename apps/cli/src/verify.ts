// `concord verify`: index against store, both ways, of a stopped or a running server.

import { Command, InvalidArgumentError } from 'commander';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { configurationOf, type StoresOptions, withStartErrors, withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { wholeNumber } from './whole-number.ts';

interface VerifyOptions extends StoresOptions {
  readonly study?: string;
  readonly since?: string;
  readonly content: boolean;
  readonly parallel: number;
  readonly rate: number;
  readonly json?: true;
}

const megabyte = 1_000_000;

/** ISO 8601, as rows keep it. */
export const moment = (text: string): string => {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be a date such as 2026-01-31, or 2026-01-31T08:00Z.');
  return new Date(time).toISOString();
};

const after = `
It changes nothing, and a running server goes on meanwhile; what that is still receiving is no finding.
Exit codes: 0 nothing is wrong, 1 there are findings, 2 wrong use.
--json prints one object for each finding, and a summary as the last line.

Examples:
  concord verify --data /srv/concord
  concord verify --since 2026-01-31 --rate 20`;

/** The command. */
export const verify = (surroundings: Surroundings): Command =>
  withStores(new Command('verify'))
    .description('checks the index against the stored files, by the digest kept at receipt')
    .option('--study <uid>', 'only the rows of one study')
    .option('--since <date>', 'only what was received then or later', moment)
    .option('--no-content', 'only names and sizes: no file is read')
    .option('--parallel <files>', 'read side by side, 1 to 64', wholeNumber(1, 64), 2)
    .option('--rate <MB/s>', 'read at most; 0: as fast as it goes', wholeNumber(0, 100_000), 0)
    .option('--json', 'JSON lines instead of text')
    .addHelpText('after', after)
    .action((options: VerifyOptions) => withStartErrors(() => check(options, surroundings)));

async function check(options: VerifyOptions, surroundings: Surroundings): Promise<void> {
  const { print, note, signal, fail } = surroundings;
  const { openStored, verify: verifyStored, findingKinds } = await import('@concord/server/maintenance');
  await using stored = await openStored(await configurationOf(options, surroundings));
  const bar = progress(surroundings, 100);
  const summary = await verifyStored(stored, {
    studyInstanceUid: options.study,
    since: options.since,
    content: options.content,
    parallel: options.parallel,
    bytesPerSecond: options.rate * megabyte,
    signal,
    found: (finding) => {
      const { text, remedy } = findingKinds[finding.kind];
      const { kind, key, studyInstanceUid = '', detail } = finding;
      if (options.json) print(JSON.stringify({ ...finding, text, remedy }));
      else print(printable(`${kind}: ${key || `study ${studyInstanceUid}`}: ${detail}; ${remedy}`));
    },
    progress: ({ rows, of, bytes }) =>
      bar.show(Math.floor((100 * rows) / Math.max(1, of)), `${rows} objects, ${Math.round(bytes / megabyte)} MB read`),
  });
  bar.end();
  if (options.json) print(JSON.stringify({ summary }));
  const { rows, files, bytes, underWay, findings } = summary;
  note(
    `${counted(rows, 'row')} and ${counted(files, 'file')} looked at, ${Math.round(bytes / megabyte)} MB read` +
      `${underWay > 0 ? `, ${counted(underWay, 'file')} the running server is still at` : ''}: ${counted(findings, 'finding')}`,
  );
  if (findings > 0) fail();
}
