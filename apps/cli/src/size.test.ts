// Bytes and times in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeText, timeText } from './size.ts';

test('bytes in powers of 1000', () => {
  assert.deepEqual([0, 999, 1500, 2_000_000, 5e15].map(sizeText), ['0 B', '999 B', '1.5 kB', '2.0 MB', '5000.0 TB']);
});

test('times by their size', () => {
  assert.deepEqual([0.4, 850, 2400, 200_000].map(timeText), ['0 ms', '850 ms', '2.4 s', '3 min 20 s']);
});
