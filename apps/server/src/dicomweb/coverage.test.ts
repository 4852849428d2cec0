// The page that says what of PS3.18 is done names tests: each of them is there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/dicomweb-coverage.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:---|section|client) /u.test(line));

/** The last cell of a row: a file and the title of a test in it. */
const proofOf = (row: string): readonly string[] | undefined => {
  const cell = row.split('|').at(-2)?.trim() ?? '';
  return /^(\S+\.test\.ts): (.+)$/u.exec(cell)?.slice(1);
};

test('every row that says yes names a test, and every test that is named is there', () => {
  assert.ok(rows.length > 40, `${rows.length} rows`);
  for (const row of rows) {
    const proof = proofOf(row);
    if (proof === undefined) {
      assert.match(row, /\| no: /u, row);
      continue;
    }
    const [file = '', title = ''] = proof;
    assert.ok(readFileSync(join(import.meta.dirname, file), 'utf8').includes(title), `${file}: ${title}`);
  }
});
