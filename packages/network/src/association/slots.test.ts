// Turns: never more than there are, in order, and given up without being lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;

test('who comes too late waits for its turn, in order', async () => {
  const slots = createSlots(1);
  const first = await slots.take(never);
  const order: string[] = [];
  const enter = async (name: string) => {
    const release = await slots.take(never);
    order.push(name);
    return release;
  };
  const [second, third] = [enter('second'), enter('third')];
  assert.deepEqual(order, []);
  first();
  first();
  (await second)();
  (await third)();
  assert.deepEqual(order, ['second', 'third'], 'giving back twice makes no second slot');
});

test('who gives up waiting takes no turn', async () => {
  const slots = createSlots(1);
  const first = await slots.take(never);
  const tired = new AbortController();
  const waiting = slots.take(tired.signal);
  tired.abort(new Error('tired'));
  await assert.rejects(waiting, /tired/);
  first();
  (await slots.take(never))();
  await assert.rejects(slots.take(tired.signal), /tired/);
});
