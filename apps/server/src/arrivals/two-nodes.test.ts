// Two nodes over one index, both of which saw a study come in: what follows is decided once.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ctSlice, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { Change } from '../archive/archive.ts';
import { type Database, sql } from '../database/database.ts';
import { type Follower, watchArrivals } from './arrivals.ts';

const study = '1.2.3.1';
const nothing = () => undefined;
const silentLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** One node: its arrivals hear of what we say it received. */
function startNode(
  database: Database,
  follow: Follower,
  { quietTime = 0, now = () => new Date(), atOnce = false } = {},
) {
  const listeners = new Set<(change: Change) => void>();
  const arrivals = watchArrivals({
    archive: {
      watch(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    database,
    followers: [follow],
    atOnce: () => atOnce,
    quietTime,
    committed: () => undefined,
    now,
    log: silentLog,
    gatherMs: 0,
  });
  const received = () => {
    const change = {
      kind: 'instances-stored',
      studyInstanceUid: study,
      seriesInstanceUid: '1.2.3.1.1',
      count: 1,
    } as const;
    for (const listener of listeners) listener(change);
  };
  return { arrivals, received };
}

/** Stands for a rule: sends what no job was made for, as `forwarding` does. */
const sending =
  (database: Database, before: () => Promise<void>): Follower =>
  async ({ trigger, instances }) => {
    if (trigger !== 'study complete') return [];
    const made = await database.all(sql`select name from object_counter where name like 'sent %'`);
    const known = new Set(made.map(({ name }) => name));
    await before();
    return instances.flatMap(({ sopInstanceUid }) => {
      const name = `sent ${sopInstanceUid}`;
      // Another row each time: a job made twice is a row too many.
      return known.has(name)
        ? []
        : [
            sql`insert into object_counter (name, next) values (${name}, 1)
        on conflict (name) do update set next = object_counter.next + 1`,
          ];
    });
  };

const jobsMade = async (database: Database) =>
  (await database.all(sql`select name, next from object_counter where name like 'sent %' order by name`)).map(
    ({ name, next }) => [name, next],
  );

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) assert.fail('it did not come to that within 20 s');
}

async function open(t: TestContext, count: number, values: Values = {}) {
  const real = await openRealArchive(t);
  for (let index = 1; index <= count; index += 1)
    await real.put(ctSlice({ SOPInstanceUID: `${study}.1.${index}`, ...values }));
  const other = await openTestIndex(real.folder);
  t.after(() => other.close());
  return { real, databases: [real.database, other] as const };
}

test('two nodes that decide at the same moment make each job once, and note the completion once', async (t) => {
  const { databases } = await open(t, 3);
  /** Both have read what there is before either commits. */
  const both = Promise.withResolvers<void>();
  let looks = 0;
  const meet = async () => {
    looks += 1;
    if (looks === 2) both.resolve();
    await both.promise;
  };
  const nodes = databases.map((database) => startNode(database, sending(database, meet)));
  for (const { received } of nodes) received();
  const [database] = databases;
  await until(
    async () => (await database.all(sql`select 1 as done from completion where series_instance_uid = ''`)).length === 1,
  );
  // Whoever came second is heard to its end.
  for (const { arrivals } of nodes) await arrivals.close();
  assert.deepEqual(
    await jobsMade(database),
    [1, 2, 3].map((index) => [`sent ${study}.1.${index}`, 1]),
  );
});

test('what another node has just received prolongs the wait; a clock that was set back does not', async (t) => {
  // The archive of the test says that everything came at this moment.
  const receivedAt = Date.parse('2026-01-02T03:04:05Z');
  const { real, databases } = await open(t, 2);
  let clock = receivedAt + 500;
  let looks = 0;
  let decided = 0;
  const now = () => {
    looks += 1;
    return new Date(clock);
  };
  const follow: Follower = async ({ trigger }) => {
    if (trigger === 'study complete') decided += 1;
    return [];
  };
  // A node that starts finds the study open and knows nothing of when it came.
  const node = startNode(databases[0], follow, { quietTime: 1, now });
  // As long as its clock stands still the last object came half a second ago.
  await until(() => looks >= 8);
  assert.equal(decided, 0);
  clock = receivedAt + 5000;
  await until(() => decided > 0);
  await node.arrivals.close();
  await real.database.batch([sql`delete from completion`, sql`update study set is_open = 1`]);
  clock = receivedAt - 86_400_000;
  const later = startNode(databases[1], follow, { quietTime: 1, now });
  await until(() => decided > 1);
  await later.arrivals.close();
});

test('what comes after a clock was set back is told at once all the same', async (t) => {
  const { real, databases } = await open(t, 2);
  // The archive of the test says that everything came at 03:04:05 of the day before.
  let clock = Date.parse('2026-01-03T03:04:05Z');
  const told: (readonly string[])[] = [];
  const follow: Follower = async ({ trigger, instances }) => {
    if (trigger === 'at once') told.push(instances.map(({ sopInstanceUid }) => sopInstanceUid));
    return [];
  };
  const node = startNode(databases[0], follow, { quietTime: 3600, now: () => new Date(clock), atOnce: true });
  t.after(() => node.arrivals.close());
  node.received();
  await until(() => told.length === 1);
  assert.deepEqual(told, [[`${study}.1.1`, `${study}.1.2`]]);
  clock -= 86_400_000;
  await real.put(ctSlice({ SOPInstanceUID: `${study}.1.3` }));
  node.received();
  await until(() => told.length === 2);
  assert.ok(told[1]?.includes(`${study}.1.3`));
});
