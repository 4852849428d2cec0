// What `npm test` prints of the unmet claims: a table with a line for each seed, then each claim that is not met. A test keeps the page current that they are read from.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test-run/result.ts';
import { unmetPage } from './unmet-page.ts';

const cellsOf = (line: string): readonly string[] => line.split(/(?<!\\)\|/).map((each) => each.trim());
const firstColumn = 48;
const column = 9;
const row = (first: string, ...rest: readonly string[]): string =>
  first.padEnd(firstColumn) + rest.map((each) => each.padStart(column)).join('');

/** Lines of the page of unmet claims, for a terminal. */
export function* claimsSummary(page: string): Generator<string> {
  yield '\nClaims of the systems that Concord takes the place of, under the profile of each';
  yield row('seed', 'claims', 'met', 'not met');
  const [overview = '', ...profiles] = page.split('\n## ');
  for (const line of overview
    .split('\n')
    .filter((each) => each.startsWith('| '))
    .slice(2)) {
    const [, name = '', claims = '', met = '', unmet = ''] = cellsOf(line);
    yield row(name, claims, met, unmet);
  }
  for (const part of profiles) {
    const [name = '', ...lines] = part.split('\n');
    for (const line of lines.filter((each) => each.startsWith('| ')).slice(2)) {
      const [, kind = '', text = '', , why = ''] = cellsOf(line);
      yield `  ${name}, ${kind}: ${text} ${/Decision \d+\.$|^No profile .*/.exec(why)?.[0] ?? 'WITHOUT A REASON'}`;
    }
  }
}

/** Of the page as it is kept. */
export const keptClaims = (): Iterable<string> => claimsSummary(readFileSync(join(root, unmetPage), 'utf8'));
