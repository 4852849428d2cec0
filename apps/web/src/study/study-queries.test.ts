// Which of the first instances of a series are certain to be the first of all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certainBeginning, type Instance } from './study-queries.ts';

const numbered = (...numbers: readonly (number | undefined)[]) =>
  numbers.map((number, index) => ({ uid: `1.${index}`, sopClassUid: '', number, frames: 1, isImage: true }));
const numbersOf = (instances: readonly Instance[]) => instances.map(({ number }) => number);

test('a list that is shorter than what was asked for is the whole series', () => {
  const few = numbered(3, 3, undefined);
  assert.deepEqual(certainBeginning(few, 4), few);
  assert.deepEqual(certainBeginning([], 4), []);
});

test('those before the first that may have an equal are certain', () => {
  assert.deepEqual(numbersOf(certainBeginning(numbered(1, 2, 3, 4), 4)), [1, 2, 3]);
  assert.deepEqual(numbersOf(certainBeginning(numbered(1, 2, 2, 4), 4)), [1]);
  assert.deepEqual(numbersOf(certainBeginning(numbered(0, 5, 6, 6), 4)), [0, 5]);
});

test('equals at the beginning, and instances without a number, leave nothing certain', () => {
  assert.deepEqual(certainBeginning(numbered(1, 1, 2, 3), 4), []);
  assert.deepEqual(certainBeginning(numbered(1, 2, 3, undefined), 4), []);
});
