// A bounded queue between a peer that pushes and a handler that pulls.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PullQueue } from './pull-queue.ts';

const queue = (limit = 10) => {
  const said: string[] = [];
  const pulled = new PullQueue<string>({
    limit,
    weigh: (text) => text.length,
    onFull: () => said.push('full'),
    onDrained: () => said.push('drained'),
    onKept: (text) => said.push(`kept ${text}`),
    onDropped: (text) => said.push(`dropped ${text}`),
  });
  return { pulled, said };
};

test('items come out in order, whether they came before or after they were asked for', async () => {
  const { pulled } = queue();
  const first = pulled.next();
  pulled.push('a');
  pulled.push('b');
  pulled.end();
  assert.deepEqual(
    [await first, await pulled.next(), await pulled.next()],
    [
      { value: 'a', done: false },
      { value: 'b', done: false },
      { value: undefined, done: true },
    ],
  );
});

test('the source is told once to stop and once to go on', async () => {
  const { pulled, said } = queue(4);
  for (const text of ['aa', 'bb', 'cc']) pulled.push(text);
  assert.deepEqual(
    said.filter((line) => !line.startsWith('kept')),
    ['full'],
  );
  await pulled.next();
  assert.ok(!said.includes('drained'), 'still above half of the limit');
  await pulled.next();
  assert.equal(said.at(-1), 'drained');
});

test('a failure takes what waits with it: half an object must not look like a whole one', async () => {
  const { pulled, said } = queue();
  pulled.push('a');
  pulled.fail(new Error('cut'));
  await assert.rejects(pulled.next(), /cut/);
  assert.equal(said.at(-1), 'dropped a');
});

test('a failure after the end changes nothing', async () => {
  const { pulled } = queue();
  pulled.push('a');
  pulled.end();
  pulled.fail(new Error('cut'));
  assert.deepEqual(await Array.fromAsync(pulled), ['a']);
});

test('a consumer that leaves lets the rest go by, and the source go on', async () => {
  const { pulled, said } = queue(1);
  for (const text of ['aa', 'bb']) pulled.push(text);
  for await (const _ of pulled) break;
  pulled.push('cc');
  assert.deepEqual(said, ['kept aa', 'full', 'kept bb', 'dropped bb', 'drained']);
});
