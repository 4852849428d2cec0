// What associations of a job share: nothing goes out that was not noted before, and nothing is noted that nobody takes, but for a window.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutbox } from './outbox.ts';

const numbers = Array.from({ length: 70 }, (_, index) => index);

test('each instance is noted before it is handed out, once, many at a time, however many take from the box', async () => {
  const notes: number[][] = [];
  const noted = new Set<number>();
  const box = createOutbox(numbers, async (some) => {
    notes.push([...some]);
    await new Promise((resolve) => setImmediate(resolve));
    for (const each of some) noted.add(each);
  });
  const taken: number[] = [];
  const take = async () => {
    for (let each = await box.next(); each !== undefined; each = await box.next()) {
      assert.ok(noted.has(each), `${each} goes out unnoted`);
      taken.push(each);
    }
  };
  await Promise.all([take(), take(), take()]);
  assert.deepEqual([taken.sort((one, other) => one - other), notes.flat()], [numbers, numbers]);
  assert.deepEqual([notes.length, box.left()], [3, []]);
});

test('what was noted and never taken is left over; where it cannot be noted nothing is handed out', async () => {
  const box = createOutbox(numbers, async () => undefined);
  assert.deepEqual([await box.next(), await box.next()], [0, 1]);
  assert.deepEqual(box.left(), numbers.slice(2, 32));
  const broken = createOutbox(numbers, () => Promise.reject(new Error('no disk')));
  await assert.rejects(broken.next(), /no disk/);
  assert.equal(await createOutbox([], () => assert.fail()).next(), undefined);
});
