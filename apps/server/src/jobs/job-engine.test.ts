// Jobs over a real index: taken once, tried again later and later, stopped by people, taken over from a node that died.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import { sql } from '../database/database.ts';
import type { JobHandler, NewJob } from './job.ts';
import { type JobEngineParts, startJobEngine } from './job-engine.ts';
import { createJobStore } from './job-store.ts';

const policy = { attempts: 3, firstWait: 60, longestWait: 100 };
const job: NewJob = {
  kind: 'test',
  priority: 'medium',
  destination: 'PACS',
  cause: 'a test',
  title: 'Doe^Jane',
  parameters: { deep: [1] },
};
const wanted = Array.from({ length: 3 }, (_, index) => ({ sopInstanceUid: `1.2.${index}`, sopClassUid: '1.2' }));
const instance = { status: 0, detail: '', transferSyntaxUid: '1.2.840.10008.1.2', associationId: 'a1' };

/** A clock that a test moves. */
const openStore = async (t: TestContext) => {
  const database = await openTestIndex(await temporaryFolder());
  let time = Date.parse('2026-01-02T03:04:05Z');
  const store = createJobStore(database, () => new Date(time));
  t.after(() => database.close());
  const advance = (seconds: number) => {
    time += seconds * 1000;
  };
  return { store, database, advance, now: () => new Date(time) };
};

const start = async (t: TestContext, handler: JobHandler, more: Partial<JobEngineParts> = {}) => {
  const opened = await openStore(t);
  const parts = {
    policy,
    workers: 4,
    perDestination: 1,
    log: silentLog,
    alone: false,
    everyMs: 5,
    handlers: { test: handler },
    now: opened.now,
  };
  const engine = startJobEngine({ ...parts, store: opened.store, ...more });
  const until = async (jobId: string, state: string) => {
    for (let tries = 0; tries < 2000; tries += 1) {
      const found = await opened.store.get(jobId);
      if (found?.state === state) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return assert.fail(`${jobId} is not ${state}: ${JSON.stringify(await opened.store.get(jobId))}`);
  };
  // Hooks run in the order they are made, and the database is closed by the first: what runs is ended here.
  const end = () => engine.close();
  return { ...opened, engine, until, end };
};

test('a job is carried out once, with what it was made with', async (t) => {
  const seen: unknown[] = [];
  const { engine, until, end } = await start(t, async (given) => {
    seen.push([given.parameters, given.destination, given.total]);
    return { kind: 'done' };
  });
  const jobId = await engine.add(job, wanted);
  const done = await until(jobId, 'done');
  await end();
  assert.deepEqual(seen, [[{ deep: [1] }, 'PACS', 3]]);
  assert.equal(done.finishedAt, '2026-01-02T03:04:05.000Z');
});

test('[ES-FWD-04] a job that does not get on is tried again after waits that double, then given up; a person may start it anew', async (t) => {
  const { engine, until, end, store, advance } = await start(t, async () => ({
    kind: 'again',
    detail: 'no answer',
    progress: false,
  }));
  const jobId = await engine.add(job, wanted);
  const due = async (attempts: number) => {
    for (;;) {
      const found = await store.get(jobId);
      if (found?.state === 'waiting' && found.attempts === attempts) return found.notBefore;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  assert.equal(await due(1), '2026-01-02T03:05:05.000Z');
  advance(60);
  assert.equal(await due(2), '2026-01-02T03:06:45.000Z');
  advance(100);
  const failed = await until(jobId, 'failed');
  assert.equal(failed.detail, 'no answer (given up after 3 tries)');
  assert.equal(await engine.control(jobId, 'pause'), false);
  assert.equal(await engine.control(jobId, 'retry'), true);
  await due(1);
  await end();
});

test('progress begins the count of tries anew; an exception is a try that failed', async (t) => {
  let tries = 0;
  const { engine, until, end, advance, store } = await start(t, async () => {
    tries += 1;
    if (tries > 5) return { kind: 'done' };
    if (tries === 2) throw new Error('a mistake of ours');
    return { kind: 'again', detail: 'cut off', progress: true };
  });
  const jobId = await engine.add(job, []);
  const ticks = setInterval(() => advance(50), 5);
  await until(jobId, 'done');
  clearInterval(ticks);
  await end();
  assert.equal(tries, 6);
  assert.equal((await store.get(jobId))?.detail, '');
});

test('a dead peer never holds up the others', async (t) => {
  const order: string[] = [];
  const dead = Promise.withResolvers<void>();
  const { engine, until, end } = await start(t, async ({ destination, title }, signal) => {
    if (destination === 'DEAD') {
      signal.addEventListener('abort', () => dead.resolve(), { once: true });
      await dead.promise;
      return { kind: 'again', detail: 'stopped', progress: false };
    }
    order.push(title);
    return { kind: 'done' };
  });
  for (let count = 0; count < 20; count += 1) await engine.add({ ...job, destination: 'DEAD' }, []);
  const first = await engine.add({ ...job, title: 'medium' }, []);
  await until(first, 'done');
  await end();
  assert.deepEqual(order, ['medium']);
});

test('pause, resume and cancel stop what runs; what was confirmed stays confirmed', async (t) => {
  let running = Promise.withResolvers<void>();
  const { engine, until, end, store } = await start(t, async ({ jobId }, signal) => {
    const [next] = await store.pending(jobId, 1);
    if (next) await store.settle(jobId, { ...instance, position: next.position, state: 'sent' });
    running.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { kind: 'again', detail: 'stopped', progress: true };
  });
  const jobId = await engine.add(job, wanted);
  await running.promise;
  assert.equal(await engine.control(jobId, 'pause'), true);
  assert.equal((await until(jobId, 'paused')).sent, 1);
  running = Promise.withResolvers();
  assert.equal(await engine.control(jobId, 'resume'), true);
  await running.promise;
  assert.equal(await engine.control(jobId, 'cancel'), true);
  await until(jobId, 'cancelled');
  await end();
  const states = (await store.instances(jobId, 0, 10)).map(({ state }) => state);
  assert.deepEqual(states, ['sent', 'sent', 'pending']);
  assert.equal(await engine.control('no such job', 'cancel'), false);
});

test('the queue of a peer is counted, paused, gone on with and tried again as a whole, and no other with it', async (t) => {
  let fail = true;
  const { engine, until, end, store } = await start(t, async ({ destination }, signal) => {
    if (destination === 'OTHER') return fail ? { kind: 'failed', detail: 'refused' } : { kind: 'done' };
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { kind: 'again', detail: 'stopped', progress: true };
  });
  const first = await engine.add({ ...job, destination: 'SLOW' }, wanted);
  await until(first, 'running');
  const second = await engine.add({ ...job, destination: 'SLOW' }, wanted);
  const lost = await engine.add({ ...job, destination: 'OTHER' }, wanted);
  await until(lost, 'failed');
  const [other, slow] = await store.queues();
  assert.deepEqual([other?.destination, other?.failed, other?.instances], ['OTHER', 1, 0]);
  assert.deepEqual([slow?.running, slow?.waiting, slow?.instances, slow?.sent], [1, 1, 2 * wanted.length, 0]);
  assert.equal(slow?.since, (await store.get(first))?.createdAt);
  assert.equal(await engine.controlQueue('SLOW', 'pause'), 2);
  for (const jobId of [first, second]) await until(jobId, 'paused');
  assert.equal(await engine.controlQueue('SLOW', 'pause'), 0);
  assert.equal(await engine.controlQueue("x' or 1 = 1", 'resume'), 0);
  assert.equal((await store.get(lost))?.state, 'failed');
  fail = false;
  assert.equal(await engine.controlQueue('OTHER', 'retry'), 1);
  await until(lost, 'done');
  assert.equal(await engine.controlQueue('SLOW', 'resume'), 2);
  const listed = (await store.list({ destination: 'SLOW', limit: 9 })).map(({ jobId }) => jobId);
  assert.deepEqual(listed.sort(), [first, second].sort());
  await end();
});

test('the lease of a node that died runs out, another takes over, and what the dead one still says does not count', async (t) => {
  const { store, advance } = await openStore(t);
  const jobId = await store.add(job, wanted);
  const mine = await store.take('node-1', 30_000, []);
  assert.equal(mine?.jobId, jobId);
  assert.equal(await store.take('node-2', 30_000, []), undefined);
  advance(20);
  assert.equal(await store.renew(jobId, 'node-1', 30_000), true);
  advance(31);
  assert.equal((await store.take('node-2', 30_000, []))?.jobId, jobId);
  assert.equal(await store.renew(jobId, 'node-1', 30_000), false);
  if (mine) await store.finish(mine, 'node-1', { kind: 'failed', detail: 'too late' }, policy);
  assert.equal((await store.get(jobId))?.state, 'running');
});

for (const [name, seconds] of [
  ['an hour back', -3600],
  ['an hour forward', 3600],
] as const)
  test(`a clock that is set ${name} neither holds up a job that waits nor has a running one carried out twice`, {
    timeout: 60_000,
  }, async (t) => {
    let tries = 0;
    const running = Promise.withResolvers<void>();
    const ending = Promise.withResolvers<void>();
    const minute = () => new Date(now().getTime() + 60_000).toISOString();
    const { engine, store, until, end, advance, now } = await start(t, async ({ destination }) => {
      if (destination === 'SLOW') {
        tries += 1;
        running.resolve();
        await ending.promise;
        return { kind: 'done' };
      }
      return { kind: 'later', detail: 'in a while', until: minute() };
    });
    const slow = await engine.add({ ...job, destination: 'SLOW' }, []);
    const waiting = await engine.add({ ...job, destination: 'LATER' }, []);
    await running.promise;
    const due = async () => Date.parse((await store.get(waiting))?.notBefore ?? '');
    const before = Date.parse('2026-01-02T03:04:05Z');
    while ((await due()) < before + 60_000) await new Promise((resolve) => setTimeout(resolve, 5));
    advance(seconds);
    if (seconds < 0) {
      while ((await due()) > before + 60_000 + seconds * 1000) await new Promise((resolve) => setTimeout(resolve, 5));
    } else {
      // Looks enough to take it again, were its lease believed to have run out.
      for (let looks = 0; looks < 20; looks += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal((await store.get(slow))?.state, 'running');
    ending.resolve();
    await until(slow, 'done');
    await end();
    assert.equal(tries, 1);
  });

test('a server that stops gives its jobs back at once, without counting a try', async (t) => {
  const running = Promise.withResolvers<void>();
  const { engine, store } = await start(t, async (_, signal) => {
    running.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { kind: 'again', detail: 'stopped', progress: false };
  });
  const jobId = await engine.add(job, []);
  await running.promise;
  await engine.close();
  const kept = await store.get(jobId);
  assert.deepEqual([kept?.state, kept?.attempts], ['waiting', 0]);
});

test('a job of a kind that nobody here knows fails in words; a hundred thousand instances are one job', async (t) => {
  const { engine, until, end, store } = await start(t, async () => ({ kind: 'done' }));
  const many = Array.from({ length: 100_000 }, (_, index) => ({ sopInstanceUid: `1.2.${index}`, sopClassUid: '1.2' }));
  const jobId = await engine.add({ ...job, kind: 'unheard of' }, many);
  const failed = await until(jobId, 'failed');
  await end();
  assert.equal(failed.detail, 'nothing here carries out jobs of the kind unheard of');
  assert.equal((await store.pending(jobId, 5)).length, 5);
  assert.equal((await store.instances(jobId, 99_998, 10)).length, 2);
});

test('jobs are taken by priority, those of one priority in the order they came, however they were added', async (t) => {
  const { store, advance, now } = await openStore(t);
  for (const [title, priority] of [
    ['low 1', 'low'],
    ['medium 1', 'medium'],
    ['high 1', 'high'],
    ['medium 2', 'medium'],
    ['high 2', 'high'],
  ] as const) {
    await store.add({ ...job, title, priority }, wanted);
    advance(1);
  }
  const isUrgentDue = (priority: NewJob['priority'], more: Partial<NewJob> = {}, at = now()) =>
    store.isUrgentDue({ ...job, priority, ...more }, at.toISOString());
  assert.deepEqual(
    await Promise.all([
      ...[isUrgentDue('low'), isUrgentDue('medium'), isUrgentDue('high')],
      ...[isUrgentDue('low', { destination: 'OTHER' }), isUrgentDue('low', { kind: 'other' })],
      isUrgentDue('medium', {}, new Date(0)),
    ]),
    [true, true, false, false, false, false],
  );
  const taken: (string | undefined)[] = [];
  for (let count = 0; count < 6; count += 1) taken.push((await store.take(`lease ${count}`, 30_000, []))?.title);
  assert.deepEqual(taken, ['high 1', 'high 2', 'medium 1', 'medium 2', 'low 1', undefined]);
});

test('a node that starts again goes on with the jobs of its own last run at once, and leaves those of others alone', async (t) => {
  const tried: string[] = [];
  const handler: JobHandler = async ({ title }) => {
    tried.push(title);
    return { kind: 'done' };
  };
  const { store, now, advance } = await openStore(t);
  const own = await store.add({ ...job, title: 'own' }, wanted);
  advance(1);
  const other = await store.add({ ...job, title: 'other' }, wanted);
  // Both were killed while they had one each, a moment ago: neither lease has run out.
  assert.equal((await store.take('node-1.a', 30_000, []))?.jobId, own);
  assert.equal((await store.take('node-11.b', 30_000, []))?.jobId, other);
  const again = startJobEngine({
    ...{ store, handlers: { test: handler }, policy, workers: 4, perDestination: 1, log: silentLog, now },
    ...{ alone: false, node: 'node-1', everyMs: 5 },
  });
  for (let tries = 0; tries < 2000 && (await store.get(own))?.state !== 'done'; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await again.close();
  assert.deepEqual([tried, (await store.get(other))?.state], [['own'], 'running']);
});

test('old jobs are forgotten, but what was promised, by us or by a peer, stays for the proof of each instance', async (t) => {
  const { store, advance, database } = await openStore(t);
  const kinds = ['send', 'commitment', 'commitment report', 'notification'];
  for (const kind of kinds) {
    const jobId = await store.add({ ...job, kind }, wanted);
    const taken = await store.take('lease', 30_000, []);
    assert.equal(taken?.jobId, jobId);
    await store.settle(jobId, { ...instance, position: 0, state: 'sent' });
    await store.finish(taken, 'lease', { kind: 'done' }, policy);
  }
  advance(400 * 86_400);
  await store.clear('2026-12-31');
  const left = await database.all(sql`
    select j.kind, count(*) as instances from job j join job_instance i on i.job_id = j.job_id group by j.kind order by j.kind`);
  assert.deepEqual(
    left.map(({ kind, instances }) => [kind, Number(instances)]),
    [
      ['commitment', 3],
      ['commitment report', 3],
    ],
  );
});
