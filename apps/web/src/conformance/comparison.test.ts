// Answers of the server, and of something that only looks like it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readComparison, readRun } from './comparison.ts';

const comparison = {
  directions: [
    {
      initiator: 'A',
      acceptor: 'B',
      workflows: [{ name: 'Print', verdict: 'cannot', parts: [{ name: 'Print Management', verdict: 'cannot' }] }],
      pairs: [
        {
          sopClass: { name: 'CT Image Storage' },
          category: 'Transfer',
          initiator: { activityName: 'Send' },
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
    { name: 'Print', verdict: 'cannot', parts: ['Print Management: cannot'] },
  ]);
  assert.deepEqual(read.directions[0]?.pairs[0]?.reasons, ['Slow. Wait.']);
  assert.equal(read.directions[0]?.pairs[0]?.activities, 'Send → nobody');
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
});
