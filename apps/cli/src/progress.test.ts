// The progress bar.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress } from './progress.ts';

const terminal = (columns: number | undefined) => {
  const drawn: string[] = [];
  return { drawn, columns, draw: (text: string) => drawn.push(text) };
};

test('the bar is drawn at most every 100 ms, and at the end', () => {
  const { drawn, columns, draw } = terminal(80);
  const times = [0, 0, 50, 50, 120, 120, 130];
  const bar = progress({ columns, draw }, 4, () => times.shift() ?? 200);
  for (const done of [1, 2, 3, 4]) bar.show(done, 'words');
  const shown = drawn.map((text) => /(\d)\/4/.exec(text)?.[1]);
  assert.deepEqual([shown.at(0), shown.at(-1)], ['1', '4']);
  assert.ok(!shown.includes('2'), 'the second step came within 100 ms');
});

test('it never grows beyond the terminal', () => {
  const { drawn, columns, draw } = terminal(20);
  progress({ columns, draw }, 10).show(10, 'a long text beside the bar');
  for (const text of drawn) assert.ok(text.replace('\r\u001b[2K', '').length < 20);
});

test('where there is no terminal nothing is drawn', () => {
  const { drawn, columns, draw } = terminal(undefined);
  const bar = progress({ columns, draw }, 1);
  bar.show(1, '');
  bar.end();
  assert.deepEqual(drawn, []);
});
