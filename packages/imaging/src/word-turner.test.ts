import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWordTurner } from './word-turner.ts';

test('words are turned round wherever the pieces they come in end', () => {
  const bytes = Uint8Array.from({ length: 12 }, (_, index) => index);
  const turned = [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10];
  for (const size of [1, 2, 3, 5, 12]) {
    const turner = createWordTurner();
    const found: number[] = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...turner.push(bytes.subarray(at, at + size)));
    assert.deepEqual(found, turned, `pieces of ${size}`);
  }
});
