// Answers of the server, and of something that only looks like it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readComparison } from './comparison.ts';
import { cellsOf, narrowed } from './matrix.ts';
import { readRun } from './test-run.ts';

const comparison = {
  directions: [
    {
      initiator: 'A',
      acceptor: 'B',
      workflows: [
        {
          name: 'Print',
          verdict: 'cannot',
          parts: [{ name: 'Print Management', verdict: 'cannot', sopClasses: ['1.2'] }],
        },
      ],
      pairs: [
        {
          sopClass: { uid: '1.2', name: 'CT Image Storage' },
          category: 'Transfer',
          initiator: { activityName: 'Send', aeName: 'A', path: '/x/0', source: 'imported: line 7' },
          verdict: 'can with limits',
          reasons: [{ text: 'Slow.', remedy: 'Wait.' }],
        },
      ],
    },
  ],
  questions: [{ of: 'B', text: 'Which?' }],
};

test('two systems, and several', () => {
  const read = readComparison(comparison);
  assert.deepEqual(read.directions[0]?.works, [
    { name: 'Print', verdict: 'cannot', parts: ['Print Management: cannot'], sopClasses: ['1.2'] },
  ]);
  assert.deepEqual(read.directions[0]?.pairs[0]?.reasons, ['Slow. Wait.']);
  assert.equal(read.directions[0]?.pairs[0]?.activities, 'Send → nobody');
  assert.deepEqual(read.directions[0]?.pairs[0]?.sources, ['A, /x/0: imported: line 7']);
  const matrix = readComparison({ format: 'concord-matrix-1', comparisons: [comparison, comparison] });
  assert.deepEqual([matrix.directions.length, matrix.questions.length], [2, 2]);
});

test('an unknown verdict is unknown, never can; what is no comparison is empty', () => {
  const odd = readComparison({ directions: [{ workflows: [{ name: 'x', verdict: 'surely' }], pairs: [7, {}] }] });
  assert.equal(odd.directions[0]?.works[0]?.verdict, 'unknown');
  assert.equal(odd.directions[0]?.pairs[0]?.verdict, 'unknown');
  for (const value of [undefined, 7, [], 'x', {}])
    assert.deepEqual(readComparison(value), { directions: [], questions: [] });
});

test('rows are SOP Classes, cells what each direction comes to; filters narrow by class, category, work and verdict', () => {
  const other = { ...comparison.directions[0], initiator: 'B', acceptor: 'A', workflows: [], pairs: [] };
  const { directions } = readComparison({ directions: [comparison.directions[0], other] });
  const rows = cellsOf(directions);
  assert.deepEqual(
    rows.map(({ sopClass, cells }) => [sopClass, cells.map(({ length }) => length)]),
    [['CT Image Storage', [1, 0]]],
  );
  const none = { text: '', category: '', work: '', verdict: '' } as const;
  const count = (filter: object) => narrowed(rows, directions, { ...none, ...filter }).length;
  assert.deepEqual([count({ text: 'ct' }), count({ category: 'Print' }), count({ work: 'Print' })], [1, 0, 1]);
  assert.deepEqual([count({ verdict: 'can' }), count({ verdict: 'can with limits' }), count({})], [0, 1, 1]);
});

test('a run in any state', () => {
  const run = readRun({
    id: 'r',
    state: 'running',
    done: 3,
    total: 9,
    results: [{ id: 'a', result: 'failed', differences: ['d', 7] }],
  });
  assert.deepEqual([run.done, run.total, run.results[0]?.differences], [3, 9, ['d']]);
  assert.deepEqual(readRun(undefined).results, []);
  const held = readRun({ paused: true, prompt: { item: 'a', instructions: 'Eject.' }, log: ['x', 7] });
  assert.deepEqual([held.paused, held.prompt?.instructions, held.log], [true, 'Eject.', ['x', '7']]);
  assert.equal(run.prompt, undefined);
});
