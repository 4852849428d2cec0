// Stacks: single and multi-frame instances in one row, and what is fetched ahead.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesAround, stackOf } from './stack.ts';

const instance = (uid: string, frames: number) => ({ uid, number: 1, frames, isImage: true });

test('every frame has its place, and places beyond the ends are the ends', () => {
  const stack = stackOf([instance('a', 1), instance('b', 3), instance('c', 1)]);
  const place = (at: number) => `${stack.at(at)?.instance.uid}${stack.at(at)?.frame}`;
  assert.equal(stack.length, 5);
  assert.deepEqual([0, 1, 2, 3, 4].map(place), ['a1', 'b1', 'b2', 'b3', 'c1']);
  assert.deepEqual([-5, 99].map(place), ['a1', 'c1']);
});

test('an empty series has no places, and an instance that claims no frames has one', () => {
  assert.equal(stackOf([]).at(0), undefined);
  assert.equal(stackOf([instance('a', 0)]).length, 1);
});

test('an instance of a million frames costs nothing until it is looked at', () => {
  const stack = stackOf([instance('a', 1_000_000), instance('b', 1)]);
  assert.equal(stack.at(999_999)?.frame, 1_000_000);
  assert.equal(stack.at(1_000_000)?.instance.uid, 'b');
});

test('what lies ahead comes first, what lies behind now and then, nothing twice and nothing outside', () => {
  assert.deepEqual(placesAround(10, 1, 100, 6), [10, 11, 9, 12, 13, 8]);
  assert.deepEqual(placesAround(10, -1, 100, 4), [10, 9, 11, 8]);
  assert.deepEqual(placesAround(0, 1, 3, 10).toSorted(), [0, 1, 2]);
  assert.deepEqual(placesAround(2, 1, 3, 10).toSorted(), [0, 1, 2]);
  assert.deepEqual(placesAround(0, 1, 1, 10), [0]);
  assert.deepEqual(placesAround(999_999, 1, 1_000_000, 3), [999_999, 999_998, 999_997]);
});
