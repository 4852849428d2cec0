// Places are given in the order of asking, come back once, and nobody waits for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

test('as many at a time as there are places, in order; leaving twice gives no second place', async () => {
  const turns = createTurns(2, 60_000);
  const [first, second] = [await turns.enter(), await turns.enter()];
  const order: number[] = [];
  const entering = async (number: number) => {
    const leave = await turns.enter();
    order.push(number);
    return leave;
  };
  const [third, fourth] = [entering(3), entering(4)];
  await Promise.resolve();
  assert.deepEqual(order, []);
  first();
  first();
  const leaveThird = await third;
  assert.deepEqual(order, [3]);
  leaveThird();
  const leaveFourth = await fourth;
  second();
  leaveFourth();
  const again = [await turns.enter(), await turns.enter()];
  assert.equal(again.length, 2);
});

test('who waits too long is told so, and does not get a place later', async () => {
  const turns = createTurns(1, 20);
  const leave = await turns.enter();
  await assert.rejects(turns.enter(), /no place became free within 20 ms/);
  leave();
  (await turns.enter())();
});
