import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImagingError } from '../imaging-error.ts';
import { createTurnstile } from './turnstile.ts';

const limits = { inside: 1, waiting: 2, waitMs: 10_000 };
const fails = (fault: string) => (error: unknown) => error instanceof ImagingError && error.fault === fault;

test('those who wait come in by order of arrival', async () => {
  const turnstile = createTurnstile(limits);
  const order: number[] = [];
  const leave = await turnstile.enter();
  const others = [1, 2].map(async (number) => {
    const leaveAgain = await turnstile.enter();
    order.push(number);
    leaveAgain();
  });
  assert.equal(turnstile.waiting, 2);
  leave();
  leave();
  await Promise.all(others);
  assert.deepEqual(order, [1, 2]);
  assert.equal(turnstile.waiting, 0);
});

test('one more than may wait is turned away', async () => {
  const turnstile = createTurnstile(limits);
  const leave = await turnstile.enter();
  const waiting = [turnstile.enter(), turnstile.enter()];
  await assert.rejects(turnstile.enter(), fails('queue-full'));
  leave();
  for (const next of waiting) (await next)();
  (await turnstile.enter())();
});

test('nobody waits for ever', async () => {
  const turnstile = createTurnstile({ ...limits, waitMs: 5 });
  await turnstile.enter();
  await assert.rejects(turnstile.enter(), fails('timeout'));
  assert.equal(turnstile.waiting, 0);
});

test('an aborted signal ends the waiting, or keeps from coming in at all', async () => {
  const turnstile = createTurnstile(limits);
  const leave = await turnstile.enter();
  const controller = new AbortController();
  const waiting = turnstile.enter(controller.signal);
  controller.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  await assert.rejects(turnstile.enter(controller.signal), /gone/);
  leave();
  (await turnstile.enter())();
});

test('closing turns everyone away', async () => {
  const turnstile = createTurnstile(limits);
  await turnstile.enter();
  const waiting = turnstile.enter();
  turnstile.close();
  await assert.rejects(waiting, fails('closed'));
  await assert.rejects(turnstile.enter(), fails('closed'));
});
