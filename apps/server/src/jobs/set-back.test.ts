// A server that starts with an earlier clock than the one its jobs were made by: they wait no longer for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@concord/network';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import { sql } from '../database/database.ts';
import { startJobEngine } from './job-engine.ts';
import { createJobStore } from './job-store.ts';

const policy = { attempts: 9, firstWait: 60, longestWait: 100 };
const wanted = [{ sopInstanceUid: '1.2.1', sopClassUid: '1.2' }];

test('jobs that a clock of the future made, or put off, are carried out by a start in the present', async (t) => {
  const database = await openTestIndex(await temporaryFolder());
  t.after(() => database.close());
  let time = Date.parse('2026-01-02T03:04:05Z');
  const now = () => new Date(time);
  const store = createJobStore(database, now);
  const add = (title: string, notBefore?: string) =>
    store.add(
      {
        ...{ kind: 'test', priority: 'medium', destination: title, cause: 'a test', title, parameters: {} },
        ...(notBefore !== undefined && { notBefore }),
      },
      wanted,
    );
  // Tried, and put off for a minute, when it seemed to be 2036.
  await add('tried');
  time = Date.parse('2036-01-02T03:04:05Z');
  const taken = await store.take('dead', 30_000, []);
  assert.ok(taken);
  await store.finish(taken, 'dead', { kind: 'again', detail: 'no answer', progress: false }, policy);
  await add('made', new Date(time + 5000).toISOString());
  time = Date.parse('2026-01-02T03:05:05Z');
  const done: string[] = [];
  const engine = startJobEngine({
    ...{ store, policy, workers: 4, perDestination: 1, log: silentLog, alone: true, everyMs: 5, now },
    handlers: {
      test: async ({ title }) => {
        done.push(title);
        return { kind: 'done' };
      },
    },
  });
  const carriedOut = async (count: number) => {
    for (let tries = 0; done.length < count && tries < 1000; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return [...done];
  };
  const late = () => database.all(sql`select job_id from job where not_before > '2030'`);
  for (let tries = 0; (await late()).length > 0 && tries < 1000; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  // Each waits for what it was told, by any clock.
  try {
    time += 5000;
    assert.deepEqual(await carriedOut(1), ['made']);
    time += 55_000;
    assert.deepEqual(await carriedOut(2), ['made', 'tried']);
  } finally {
    await engine.close();
  }
});
