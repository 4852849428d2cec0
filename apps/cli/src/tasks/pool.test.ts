// Task pools: order, threads that end, files that fail.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { folderWith } from '../../testing/folder.ts';
import { instanceFile } from '../../testing/instance.ts';
import { inOrder } from './in-order.ts';
import { inThisThread } from './pool.ts';
import { startThread } from './seat.ts';

const named = (path: string) => ({ path, relative: path, size: 0, explicit: true });

test('files are told in their order, whichever is done first', async () => {
  const under = { now: 0, most: 0 };
  const work = async (name: number) => {
    under.now += 1;
    under.most = Math.max(under.most, under.now);
    await pause(name % 3);
    under.now -= 1;
    return { kind: 'done', result: name } as const;
  };
  const files = Array.from({ length: 20 }, (_, at) => at);
  const told = await Array.fromAsync(inOrder(files, 4, new AbortController().signal, work));
  assert.deepEqual(
    told.map(({ file }) => file),
    files,
  );
  assert.ok(under.most > 1 && under.most <= 4, String(under.most));
});

test('whatever a task throws has cost that file only', async () => {
  const pool = inThisThread(async ({ path }) => {
    if (path === 'bad') throw new TypeError('a fault');
    return path;
  }, 1);
  assert.deepEqual(await pool.run(named('good'), ''), { kind: 'done', result: 'good' });
  const failed = await pool.run(named('bad'), '');
  assert.equal(failed.kind, 'failed');
  assert.match(failed.kind === 'failed' ? failed.reason : '', /a fault of this program: TypeError: a fault/);
});

test('a thread answers, and one that is ended fails its files instead of hanging', async (context) => {
  const folder = folderWith(context, { '1.dcm': instanceFile({ sopInstanceUid: '1.2.3' }) });
  const seat = startThread('dump', { json: true, all: false });
  const first = await seat.run(named(join(folder, '1.dcm')), '');
  assert.equal(first.kind, 'done');
  const missing = await seat.run(named(join(folder, 'none.dcm')), '');
  assert.equal(missing.kind, 'failed');
  const pending = seat.run(named(join(folder, '1.dcm')), '');
  await seat.end();
  assert.ok(['done', 'failed'].includes((await pending).kind));
  assert.deepEqual(await seat.run(named('x'), ''), { kind: 'failed', reason: 'its thread ended' });
  assert.equal(seat.alive(), false);
});
