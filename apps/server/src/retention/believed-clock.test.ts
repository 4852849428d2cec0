// A clock that leaps takes nothing with it: until somebody has said that it is right, over a restart, and on every server of the index.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { openAlerts } from '../alerts/open-alerts.ts';
import { DatabaseError, sql } from '../database/database.ts';
import { createBelievedClock, mostGained, mostOff } from './believed-clock.ts';
import { openRetention } from './open-retention.ts';

const begun = Date.parse('2026-06-01T00:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

/** Servers of one index, one clock, and steady time that goes on as it does. */
async function start(t: TestContext) {
  const real = await openRealArchive(t);
  const clock = { wall: begun, steady: 5000 };
  const now = () => new Date(clock.wall);
  const alerts = openAlerts({ database: real.database, log: silentLog, now });
  t.after(alerts.close);
  const server = () =>
    createBelievedClock({ database: real.database, alerts, now, log: silentLog, steady: () => clock.steady });
  const open = async () => (await alerts.list()).filter(({ acknowledgedAt }) => acknowledgedAt === '');
  const acknowledge = async () => {
    for (const { alertId } of await open()) assert.equal(await alerts.acknowledge(alertId, 'vet'), true);
  };
  return {
    ...real,
    ...{ alerts, now, server, open, acknowledge },
    /** Time goes on. */
    pass: (ms: number) => {
      clock.wall += ms;
      clock.steady += ms;
    },
    /** The clock is set. */
    set: (ms: number) => {
      clock.wall += ms;
    },
  };
}

test('time that passes is believed, however long; so is a clock that is put right by less than an hour, or back', async (t) => {
  const { server, pass, set, now, open } = await start(t);
  const believed = server();
  for (const step of [() => pass(day), () => pass(400 * day), () => set(mostGained), () => set(-day)]) {
    step();
    assert.deepEqual(await believed(), now());
  }
  set(mostGained);
  pass(1);
  assert.deepEqual(await believed(), now(), 'measured from where it was set back to');
  assert.deepEqual(await open(), []);
});

test('a clock that leaps is in doubt until somebody acknowledges the alert, also after a restart, elsewhere, and when it is back', async (t) => {
  const { server, pass, set, now, open, acknowledge } = await start(t);
  const first = server();
  const second = server();
  assert.ok(await first());
  assert.ok(await second());
  set(mostGained + 60_000);
  assert.equal(await first(), undefined);
  const [alert, ...more] = await open();
  assert.deepEqual([alert?.operation, alert?.times, more.length], ['clock', 1, 0]);
  assert.match(alert?.detail ?? '', /set forward by 1 hours: nothing goes by its age until/);
  for (const server of [second, first]) assert.equal(await server(), undefined);
  const restarted = server();
  assert.equal(await restarted(), undefined);
  set(-mostGained - 60_000);
  assert.equal(await restarted(), undefined);
  assert.equal((await open())[0]?.times, 1, 'it is told once');
  await acknowledge();
  pass(hour);
  for (const server of [first, second, restarted]) assert.deepEqual(await server(), now());
  set(2 * mostGained);
  assert.equal(await second(), undefined, 'the next leap is in doubt again');
});

test('small steps add up; a leap before the first look counts', async (t) => {
  const { server, set } = await start(t);
  const believed = server();
  set(mostGained / 2);
  assert.ok(await believed());
  set(mostGained / 2 + 1);
  assert.equal(await believed(), undefined);
  const { server: other, set: leap } = await start(t);
  const early = other();
  leap(day);
  assert.equal(await early(), undefined);
});

test('a start more than thirty days after the last run is in doubt; the first of an index, and one before that, is not', async (t) => {
  const { server, set, pass, now, open, acknowledge, database } = await start(t);
  assert.ok(await server()());
  set(mostOff);
  assert.ok(await server()());
  set(mostOff + 1000);
  const late = server();
  assert.equal(await late(), undefined);
  assert.match((await open())[0]?.detail ?? '', /720 hours after the last run/);
  await acknowledge();
  assert.deepEqual(await late(), now());
  pass(hour);
  assert.deepEqual(await server()(), now(), 'what was confirmed once is not asked again');
  set(-mostOff);
  assert.deepEqual(await server()(), now());
  assert.deepEqual(await database.all(sql`select at from believed_clock`), [{ at: now().toISOString() }]);
});

test('where the alert cannot be kept nothing is believed either', async (t) => {
  const { alerts, now, set, database } = await start(t);
  const raise = async () => Promise.reject(new DatabaseError('full'));
  const believed = createBelievedClock({
    ...{ database, now, log: silentLog, steady: () => 0 },
    alerts: { isOpen: alerts.isOpen, raise },
  });
  set(day);
  for (let times = 0; times < 2; times += 1) await assert.rejects(believed(), DatabaseError);
});

test('a clock two years ahead rejects nothing and deletes nothing that was rejected, until it is confirmed', async (t) => {
  const { archive, database, put, files, now, set, server, acknowledge } = await start(t);
  for (const number of [1, 2])
    await put(
      ctSlice({
        StudyInstanceUID: `1.2.${number}`,
        SeriesInstanceUID: `1.2.${number}.0`,
        SOPInstanceUID: `1.2.${number}.1`,
      }),
    );
  await archive.reject({ studyInstanceUid: '1.2.1' }, { by: 'vet', reason: '' });
  await database.batch([
    sql`insert into temporary_instance (sop_instance_uid, came_at) values ('1.2.2.1', '2026-06-01T00:00:00.000Z')`,
    sql`update study set received_at = '2026-06-01T00:00:00.000Z', is_open = 0`,
    sql`update rejected set rejected_at = '2026-06-01T00:00:00.000Z'`,
  ]);
  const settings = {
    purgeAfter: 30,
    quota: 0,
    quotaPolicy: 'refuse',
    temporaryTime: 24,
    retention: [{ name: 'old', olderThan: 30, by: 'reception' }],
  } as const;
  const parts = { archive, database, settings, now, believedNow: server(), log: silentLog, everyMs: 1_000_000 };
  const retention = await openRetention(parts);
  t.after(retention.close);
  const nothing = { removed: 0, rejected: 0, purged: 0, recycled: 0 };
  assert.deepEqual(await retention.round(), nothing);
  set(730 * day);
  for (let times = 0; times < 3; times += 1) assert.deepEqual(await retention.round(), nothing);
  assert.equal((await files()).length, 2);
  await acknowledge();
  assert.deepEqual(await retention.round(), { ...nothing, removed: 1, purged: 1 });
  assert.equal((await files()).length, 0);
});
