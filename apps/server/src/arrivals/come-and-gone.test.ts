// Studies of which something is taken out while they come in, and objects that the index gets long after they were received.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { type Database, sql } from '../database/database.ts';
import { type Trigger, watchArrivals } from './arrivals.ts';

const study = '1.2.3.1';
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const note = { by: 'test', reason: 'quality' };

async function open(t: TestContext, quietTime = 0.6) {
  const real = await openRealArchive(t);
  const told = new Map<Trigger, Set<string>>();
  const arrivals = watchArrivals({
    archive: real.archive,
    database: real.database,
    followers: [
      async ({ trigger, instances }) => {
        const known = told.get(trigger) ?? new Set();
        told.set(trigger, known);
        for (const { sopInstanceUid } of instances) known.add(sopInstanceUid.slice(study.length + 1));
        return [];
      },
    ],
    atOnce: () => true,
    quietTime,
    committed: nothing,
    now: () => new Date('2026-01-02T03:04:10Z'),
    log,
    gatherMs: 0,
  });
  t.after(arrivals.close);
  const put = (series: number, instance: number, more = {}) =>
    real.put(
      ctSlice({
        SeriesInstanceUID: `${study}.${series}`,
        SOPInstanceUID: `${study}.${series}.${instance}`,
        ...more,
      }),
    );
  const saidOf = (trigger: Trigger) => [...(told.get(trigger) ?? [])].sort().join(' ');
  return { ...real, put, saidOf };
}

const isOpen = async (database: Database) =>
  (await database.all(sql`select 1 as one from study where is_open = 1`)).length > 0;

async function settled(database: Database): Promise<void> {
  for (const end = Date.now() + 20_000; await isOpen(database); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) assert.fail('it was not decided about within 20 s');
}

test('an object that comes in the place of one that was taken out is told of, although there are as many as before', async (t) => {
  const { database, archive, put, saidOf } = await open(t);
  for (const instance of [1, 2]) await put(1, instance);
  await put(2, 1);
  await settled(database);
  await archive.reject({ sopInstanceUid: `${study}.1.1` }, note);
  await put(1, 3);
  await settled(database);
  for (const trigger of ['series complete', 'study complete', 'at once'] as const)
    assert.equal(saidOf(trigger), '1.1 1.2 1.3 2.1', trigger);
  await archive.reject({ studyInstanceUid: study }, note, { forGood: true });
  for (const instance of [4, 5]) await put(1, instance);
  await put(3, 1);
  await settled(database);
  for (const trigger of ['series complete', 'study complete'] as const)
    assert.equal(saidOf(trigger), '1.1 1.2 1.3 1.4 1.5 2.1 3.1', trigger);
});

test('what the index gets long after it was received is told of at once too, at the latest when the study is complete', async (t) => {
  const { database, put, saidOf } = await open(t, 3);
  await put(1, 1);
  while (saidOf('at once') !== '1.1') await new Promise((resolve) => setTimeout(resolve, 20));
  await put(1, 2);
  // As if a store had taken two minutes to have it.
  await database.batch([
    sql`update instance set received_at = '2026-01-02T03:02:00.000Z' where sop_instance_uid = ${`${study}.1.2`}`,
  ]);
  await settled(database);
  assert.equal(saidOf('at once'), '1.1 1.2');
});
