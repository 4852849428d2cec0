// The queue of a peer that is paused: what is asked for meanwhile waits with the rest, over restarts, until somebody goes on with it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { NewJob } from './job.ts';
import { startJobEngine } from './job-engine.ts';
import { createJobStore } from './job-store.ts';

const jobTo = (destination: string, parameters = {}): NewJob => ({
  ...{ kind: 'send', priority: 'medium', destination, cause: 'a test', title: 'Doe^Jane', parameters },
});
const wanted = [{ sopInstanceUid: '1.2.1', sopClassUid: '1.2' }];

async function start(t: TestContext) {
  const database = await openTestIndex(await temporaryFolder());
  t.after(() => database.close());
  const store = createJobStore(database, () => new Date());
  const tried: string[] = [];
  const policy = { attempts: 1, firstWait: 1, longestWait: 1 };
  const engine = startJobEngine({
    ...{ store, policy, workers: 4, perDestination: 1, log: silentLog, alone: true, everyMs: 5 },
    handlers: {
      send: async ({ jobId, destination }) => {
        tried.push(jobId);
        return destination === 'BROKEN' ? { kind: 'failed', detail: 'refused' } : { kind: 'done' };
      },
    },
  });
  const until = async (jobId: string, state: string) => {
    for (let tries = 0; tries < 2000; tries += 1) {
      if ((await store.get(jobId))?.state === state) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.fail(`${jobId} is ${(await store.get(jobId))?.state}, not ${state}`);
  };
  return { store, database, engine, until, tried };
}

test('what is asked for while the queue of a peer is paused waits until it goes on, and nobody else does', async (t) => {
  const { store, database, engine, until, tried } = await start(t);
  assert.equal(await engine.controlQueue('PACS', 'pause'), 0, 'nothing is there yet');
  assert.deepEqual(
    (await store.queues()).map(({ destination, isPaused }) => [destination, isPaused]),
    [['PACS', true]],
  );
  const later = await engine.add(jobTo('PACS'), wanted);
  const other = await engine.add(jobTo('OTHER'), wanted);
  const { jobId: listed, statements } = store.insertion(jobTo('PACS'), [], { state: 'cancelled' });
  await database.batch(statements);
  await database.batch([store.begin(listed)]);
  engine.wake();
  await until(other, 'done');
  for (const jobId of [later, listed]) await until(jobId, 'paused');
  assert.deepEqual(tried, [other]);
  assert.equal(await engine.controlQueue('PACS', 'resume'), 2);
  for (const jobId of [later, listed]) await until(jobId, 'done');
  const after = await engine.add(jobTo('PACS'), wanted);
  await until(after, 'done');
  assert.deepEqual(await store.queues(), []);
  await engine.close();
});

test('in a paused queue neither a rule that goes on nor another try of all sends anything; a person may try a single job', async (t) => {
  const { store, engine, until, tried } = await start(t);
  const broken = await engine.add(jobTo('BROKEN'), wanted);
  await until(broken, 'failed');
  await engine.controlQueue('BROKEN', 'pause');
  const ofRule = await engine.add(jobTo('BROKEN', { rule: 'r1' }), wanted);
  assert.equal(await engine.controlRule('r1', 'resume'), 0);
  // The queues of others are not touched.
  const free = await engine.add(jobTo('OTHER', { rule: 'r1' }), wanted);
  await until(free, 'done');
  assert.equal(await engine.controlQueue('OTHER', 'retry'), 0);
  assert.equal(await engine.controlQueue('BROKEN', 'retry'), 1);
  for (const jobId of [broken, ofRule]) assert.equal((await store.get(jobId))?.state, 'paused');
  assert.equal((await store.pending(broken, 9)).length, 1);
  assert.equal(await engine.control(ofRule, 'resume'), true);
  await until(ofRule, 'failed');
  assert.deepEqual(tried, [broken, free, ofRule]);
  await engine.close();
});
