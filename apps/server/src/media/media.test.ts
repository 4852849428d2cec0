// Bounds of what is done with media: how many actions wait, how long media stay open, whose jobs are whose, where a medium begins.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedJob } from '../../testing/web.ts';
import { createActions } from './actions.ts';
import { mediaLimits } from './limits.ts';
import { createOpenedMedia } from './opened-media.ts';
import { rooted } from './rooted.ts';
import { onOwnNode } from './send-from-media.ts';
import { checkedPath } from './uploads.ts';

const start = Date.parse('2026-01-02T03:04:05Z');
const nothing = { medium: '', title: '' };

test('as many actions wait as may; one more is refused, one that failed does not hold up the next, and old ones are forgotten', async () => {
  const failures: unknown[] = [];
  const limits = { waiting: 2, remembered: 1, notes: 1 };
  const actions = createActions({ limits, now: () => new Date(start), failed: (error) => failures.push(error) });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const running = actions.start({ ...nothing, kind: 'import', work: () => gate });
  await new Promise(setImmediate);
  const broken = async () => {
    throw new Error('the disc is scratched');
  };
  const failing = actions.start({ ...nothing, kind: 'import', work: broken });
  const told = actions.start({
    ...{ ...nothing, medium: 'M', kind: 'show' },
    work: async ({ note, count }) => {
      for (const file of ['A', 'B']) note({ file, kind: 'failed', text: '' });
      count('failed');
    },
  });
  assert.equal(actions.isBusy('M'), true);
  assert.throws(() => actions.start({ ...nothing, kind: 'send', work: broken }), /2 actions wait/);
  open();
  while (actions.list().some(({ state }) => state === 'waiting' || state === 'running'))
    await new Promise(setImmediate);
  assert.deepEqual([actions.get(failing.action)?.state, failures.length], ['failed', 1]);
  assert.equal(actions.get(failing.action)?.detail, 'the disc is scratched');
  assert.deepEqual(
    actions.get(told.action)?.notes.map(({ file }) => file),
    ['A'],
  );
  assert.equal(actions.isBusy('M'), false);
  actions.start({ ...nothing, kind: 'open', work: async () => undefined });
  assert.equal(actions.get(running.action), undefined);
  assert.equal(actions.list().length, 2);
  await actions.close();
});

test('a medium that nobody asks for is closed after its time, one that is asked for or busy stays', async () => {
  let now = start;
  const media = createOpenedMedia({ open: 3, idleMs: 1000 }, () => new Date(now));
  const cleared: string[] = [];
  const fileSet = {
    ...({ from: 'files', fileSetId: '', fileSetUid: '', patients: [], others: [] } as const),
    ...{ passedOver: [], unreferenced: [], findings: [] },
  };
  const open = (title: string) =>
    media.add({ title, medium: { paths: [], read: async () => new Uint8Array(0) }, fileSet, notes: [] }, async () => {
      cleared.push(title);
    });
  const [, asked, busy] = [open('forgotten'), open('asked for'), open('busy')];
  assert.throws(() => media.checkRoom(), /3 media are open/);
  now += 1500;
  media.get(asked.id);
  await media.closeIdle((id) => id === busy.id);
  assert.deepEqual(cleared, ['forgotten']);
  assert.deepEqual(
    media.list().map(({ title }) => title),
    ['asked for', 'busy'],
  );
  await assert.rejects(async () => media.close('elsewhere'), /no such medium/);
});

test('a job of another node is left to it for an hour, and then given up', async () => {
  const job = (node: string) => ({ ...endedJob, parameters: { node }, createdAt: new Date(start).toISOString() });
  const at = (ms: number) =>
    onOwnNode(
      async () => ({ kind: 'done' }),
      'here',
      () => new Date(start + ms),
    );
  const { signal } = new AbortController();
  assert.equal((await at(0)(job('here'), signal)).kind, 'done');
  assert.equal((await at(60_000)(job('there'), signal)).kind, 'later');
  assert.equal((await at(3_700_000)(job('there'), signal)).kind, 'failed');
});

test('a medium begins where its DICOMDIR lies, the least deep first; without one it is left as it is', async () => {
  const asked: string[] = [];
  const mediumOf = (...paths: readonly string[]) =>
    rooted({
      paths,
      read: async (path) => {
        asked.push(path);
        return new Uint8Array(0);
      },
    });
  const deep = mediumOf('x/y/DICOMDIR', 'disc/dicomdir.;1', 'disc/IM/1', 'viewer.exe');
  assert.deepEqual(deep.paths, ['dicomdir.;1', 'IM/1']);
  await deep.read('IM/1', 0, 1);
  assert.deepEqual(asked, ['disc/IM/1']);
  assert.deepEqual(mediumOf('a/1', 'a/NOT_DICOMDIR').paths, ['a/1', 'a/NOT_DICOMDIR']);
});

test('paths that could lead anywhere are none', () => {
  assert.equal(checkedPath('A/Ünïcode name/IM1.;1', mediaLimits), 'A/Ünïcode name/IM1.;1');
  for (const path of ['', '/', 'A/', '../A', 'A/..', './A', 'C:A', 'A\\B', 'A\u0000', 'A\nB', 'x'.repeat(2000)])
    assert.throws(() => checkedPath(path, mediaLimits), /none that a file/, JSON.stringify(path));
});
