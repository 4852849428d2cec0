// Aligned columns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamingTable } from './table.ts';

async function* rowsFrom(rows: readonly (readonly string[])[]) {
  yield* rows;
}
const lines = async (heading: readonly string[], rows: readonly (readonly string[])[]) => {
  const printed: string[] = [];
  await streamingTable(heading, rowsFrom(rows), (line) => printed.push(line));
  return printed;
};

test('columns are as wide as their widest cell, wide characters counted as two', async () => {
  assert.deepEqual(
    await lines(
      ['Name', 'ID'],
      [
        ['DOE^JANE', '1'],
        ['山田', '2'],
      ],
    ),
    ['Name      ID', 'DOE^JANE  1', '山田      2'],
  );
});

test('without rows nothing is printed', async () => assert.deepEqual(await lines(['Name'], []), []));

test('a long answer is printed while it arrives', async () => {
  let printed = 0;
  async function* many() {
    for (let at = 0; at < 1000; at += 1) {
      if (at === 900) assert.ok(printed > 800, `${printed} lines after 900 rows`);
      yield [String(at)];
    }
  }
  await streamingTable(['N'], many(), () => {
    printed += 1;
  });
  assert.equal(printed, 1001);
});

test('a cell cannot command the terminal', async () => {
  assert.deepEqual(await lines(['N'], [['\u001b[2J']]), ['N', '\\x1b[2J']);
});
