// The report's arithmetic: medians, and ratios that say "Concord is so many times better" for rates and for times alike.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, ratio, rowsOf, table } from './report.ts';

const measurements = [
  { target: 'Concord', workload: 'store', unit: 'objects/s', value: 300, better: 'more' as const },
  { target: 'Concord', workload: 'store', unit: 'objects/s', value: 100, better: 'more' as const },
  { target: 'Concord', workload: 'store', unit: 'objects/s', value: 200, better: 'more' as const },
  { target: 'Peer', workload: 'store', unit: 'objects/s', value: 50, better: 'more' as const },
  { target: 'Concord', workload: 'find', unit: 'ms', value: 2, better: 'less' as const },
  { target: 'Peer', workload: 'find', unit: 'ms', value: 8, better: 'less' as const },
];

test('the median of an even number of runs lies between the middle two', () => {
  assert.equal(median([1, 9, 3, 5]), 4);
  assert.equal(median([7]), 7);
  assert.ok(Number.isNaN(median([])));
});

test('a ratio above one means that the first target is better, for rates and for times', () => {
  const [store, find] = rowsOf(measurements);
  assert.equal(ratio(store!, 'Concord', 'Peer'), 4);
  assert.equal(ratio(find!, 'Concord', 'Peer'), 4);
  assert.equal(ratio(find!, 'Concord', 'Absent'), undefined);
});

test('a target that was not measured leaves its cell empty', () => {
  const lines = table(rowsOf(measurements), ['Concord', 'Peer', 'Absent']).split('\n');
  assert.equal(lines[2], '| store | objects/s | 200 | 50.0 (4.00x) |  |');
});
