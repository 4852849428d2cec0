// Order, bound, failures in their place, and nothing left open when the reader leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ahead } from './ahead.ts';

const numbers = Array.from({ length: 20 }, (_, index) => index);

test('results come in order, with no more begun than allowed', async () => {
  let open = 0;
  let most = 0;
  const taken: number[] = [];
  const work = async (item: number) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
    return item;
  };
  for await (const result of ahead(numbers, 4, work)) {
    open -= 1;
    taken.push(result);
  }
  assert.deepEqual(taken, numbers);
  assert.equal(most, 4);
});

test('a failure is thrown where its result stands', async () => {
  const taken: number[] = [];
  const work = async (item: number) => {
    if (item >= 3) throw new Error(`item ${item}`);
    return item;
  };
  await assert.rejects(async () => {
    for await (const result of ahead(numbers, 8, work)) taken.push(result);
  }, /item 3/);
  assert.deepEqual(taken, [0, 1, 2]);
});

test('a reader that leaves begins nothing more, and what it did not take is discarded', async () => {
  const begun: number[] = [];
  const discarded: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    return item;
  };
  for await (const result of ahead(numbers, 3, work, (item) => discarded.push(item))) if (result === 5) break;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(discarded, [6, 7]);
});
