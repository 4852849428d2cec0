// The cache: never beyond its budget, the picture looked at before all others, and nothing loaded for nobody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedPictureCache } from './picture-cache.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

const scene = (budget: number, size = 10) => {
  const asked: string[] = [];
  const aborted: string[] = [];
  const dropped: string[] = [];
  const pending = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  let most = 0;
  const cache = new BoundedPictureCache<string>({
    load: (key, signal) =>
      new Promise((resolve, reject) => {
        asked.push(key);
        pending.set(key, { resolve, reject });
        most = Math.max(most, pending.size);
        signal.addEventListener('abort', () => {
          aborted.push(key);
          pending.delete(key);
          reject(new Error('aborted'));
        });
      }),
    sizeOf: () => size,
    discard: (value) => dropped.push(value),
    onChange: () => {},
    budget,
    parallel: 2,
  });
  const settle = async (key: string) => {
    pending.get(key)?.resolve(key);
    pending.delete(key);
    await tick();
  };
  const fail = async (key: string) => {
    pending.get(key)?.reject(new Error('no'));
    pending.delete(key);
    await tick();
  };
  return { cache, asked, aborted, dropped, pending, settle, fail, most: () => most };
};

test('the one looked at alone, then two at a time, in the order of their urgency', async () => {
  const { cache, asked, settle, most } = scene(1000);
  cache.want(['a', 'b', 'c', 'd']);
  assert.deepEqual(asked, ['a']);
  assert.deepEqual(cache.get('a'), { kind: 'loading' });
  await settle('a');
  assert.deepEqual(asked, ['a', 'b', 'c']);
  assert.deepEqual(cache.get('a'), { kind: 'ready', value: 'a' });
  assert.equal(most(), 2);
});

test('what is wanted no more stops, and the new place comes at once', async () => {
  const { cache, asked, aborted, settle } = scene(1000);
  cache.want(['a', 'b', 'c']);
  await settle('a');
  cache.want(['x', 'y']);
  await tick();
  assert.deepEqual(aborted, ['b', 'c']);
  assert.deepEqual(asked, ['a', 'b', 'c', 'x']);
  assert.equal(cache.get('b'), undefined);
});

test('the others come where the one looked at has failed', async () => {
  const { cache, asked, fail } = scene(1000);
  cache.want(['a', 'b', 'c', 'd']);
  await fail('a');
  assert.deepEqual(asked, ['a', 'b', 'c']);
});

test('the budget holds, what was looked at longest ago goes first, and the reader of it is told', async () => {
  const { cache, settle, dropped } = scene(30);
  for (const key of ['a', 'b', 'c', 'd']) {
    cache.want([key]);
    await settle(key);
    assert.ok(cache.bytes <= 30);
  }
  assert.deepEqual(dropped, ['a']);
  assert.equal(cache.get('a'), undefined);
  assert.deepEqual(cache.get('d'), { kind: 'ready', value: 'd' });
});

test('fetching ahead ends where the budget ends, instead of turning in a circle', async () => {
  const { cache, asked, settle } = scene(30);
  cache.want(['a', 'b', 'c', 'd', 'e', 'f']);
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await settle(key);
  assert.deepEqual(asked, ['a', 'b', 'c']);
  assert.equal(cache.bytes, 30);
});

test('one picture larger than the whole budget is shown all the same', async () => {
  const { cache, settle } = scene(5);
  cache.want(['a', 'b']);
  await settle('a');
  assert.equal(cache.get('a')?.kind, 'ready');
});

test('a failure is kept until it is tried again', async () => {
  const { cache, asked, fail, settle } = scene(100);
  cache.want(['a']);
  await fail('a');
  assert.equal(cache.get('a')?.kind, 'failed');
  cache.want(['a']);
  assert.equal(asked.length, 1);
  cache.retry('a');
  await settle('a');
  assert.equal(cache.get('a')?.kind, 'ready');
});

test('closing throws everything out and stops what is on its way', async () => {
  const { cache, settle, dropped, aborted } = scene(100);
  cache.want(['a', 'b']);
  await settle('a');
  cache.close();
  assert.deepEqual(dropped, ['a']);
  assert.deepEqual(aborted, ['b']);
  assert.equal(cache.bytes, 0);
});
