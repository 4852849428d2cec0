// Objects that are kept for a while only: which they are, when they go, and what makes them stay.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import type { Origin } from '../archive/archive.ts';
import { promise } from '../commitment/promises.ts';
import { sql } from '../database/database.ts';
import { openRetention } from './open-retention.ts';
import { markingTemporary, type TemporaryParts } from './temporary.ts';

const study = '1.2.3.1';
const fetched: Origin = { via: 'DIMSE', callingAeTitle: 'PACS', retrieved: true };
const sent: Origin = { via: 'DIMSE', callingAeTitle: 'CT1' };
const begun = Date.parse('2026-06-01T00:00:00Z');
const hour = 3_600_000;

async function start(t: TestContext, settings: TemporaryParts['settings']) {
  const real = await openRealArchive(t);
  const clock = { hours: 0 };
  const now = () => new Date(begun + clock.hours * hour);
  const parts = { ...real, now, believedNow: async () => now(), log: silentLog };
  const archive = markingTemporary(real.archive, { ...parts, settings });
  const rules = { retention: [], purgeAfter: 0, quota: 0, quotaPolicy: 'refuse', temporaryTime: 24 } as const;
  const retention = await openRetention({ ...parts, settings: rules, everyMs: 1_000_000 });
  t.after(retention.close);
  const send = async (number: number, origin: Origin) => {
    const dataSet = ctSlice({ SOPInstanceUID: `${study}.1.${number}`, InstanceNumber: `${number}` });
    const transferSyntaxUid = explicitVrLittleEndian;
    const { status } = await archive.receive({ dataSet: inPieces(encoded(dataSet)), transferSyntaxUid, origin });
    return status.code;
  };
  const take = async (number: number, origin: Origin) => assert.equal(await send(number, origin), 0x0000);
  /** Numbers of the instances that are here after so many hours. */
  const afterHours = async (hours: number, { comesIn = false } = {}) => {
    clock.hours = hours;
    await real.database.batch([sql`update study set is_open = ${comesIn ? 1 : 0}`]);
    const { removed } = await retention.round();
    const instances = await archive.instances({ studyInstanceUid: study });
    return { removed, here: instances.map(({ instanceNumber }) => instanceNumber) };
  };
  return { ...real, archive, send, take, afterHours };
}

test('[QR-RCV-09] what was fetched goes again, what was sent by itself stays; and the other way round, or neither, as the settings say', async (t) => {
  const settings = (retrievedObjects: 'keep' | 'for a while', unsolicitedObjects: 'keep' | 'for a while') => ({
    ...{ retrievedObjects, unsolicitedObjects },
  });
  for (const [wanted, here] of [
    [settings('for a while', 'keep'), [2]],
    [settings('keep', 'for a while'), [1]],
    [settings('keep', 'keep'), [1, 2]],
  ] as const) {
    const { take, afterHours, files, archive } = await start(t, wanted);
    await take(1, fetched);
    await take(2, sent);
    assert.deepEqual(await afterHours(24), { removed: 0, here: [1, 2] });
    assert.deepEqual(await afterHours(25), { removed: 2 - here.length, here: [...here] });
    assert.equal((await files()).length, here.length);
    assert.deepEqual(await archive.rejected(), []);
  }
});

test('what came first to stay stays, what came again to stay stays, and what a person rejected is not deleted with it', async (t) => {
  const { take, afterHours, archive } = await start(t, { retrievedObjects: 'for a while', unsolicitedObjects: 'keep' });
  await take(1, sent);
  await take(1, fetched);
  await take(2, fetched);
  await take(2, sent);
  await take(3, fetched);
  await take(4, sent);
  await archive.reject({ sopInstanceUid: `${study}.1.4` }, { by: 'vet', reason: '' });
  assert.deepEqual(await afterHours(25), { removed: 1, here: [1, 2] });
  assert.equal(await archive.restore(study, { by: 'vet', reason: '' }), 1);
  assert.deepEqual(await afterHours(50), { removed: 0, here: [1, 2, 4] });
});

test('an object that is sent to stay in the moment its time is over is there, or its sender hears that it is not', async (t) => {
  const { take, send, afterHours, database } = await start(t, {
    retrievedObjects: 'for a while',
    unsolicitedObjects: 'keep',
  });
  const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
  for (const number of numbers) await take(number, fetched);
  await database.batch([sql`update study set is_open = 0`]);
  const sending = async (number: number) => {
    for (let turn = 0; turn < number; turn += 1) await database.all(sql`select 1 as one`);
    return [number, await send(number, sent)] as const;
  };
  const [, ...codes] = await Promise.all([afterHours(25), ...numbers.map(sending)]);
  const { here } = await afterHours(25);
  for (const [number, code] of codes) if (code === 0) assert.ok(here.includes(number), `${number} was confirmed`);
  assert.deepEqual(
    [...new Set(codes.map(([, code]) => code))].filter((code) => code !== 0 && code !== 0xa701),
    [],
  );
});

test('[QR-CMT-33] what is committed to somebody stays for good; what is protected or still to be sent stays until it is not', async (t) => {
  const { take, afterHours, database } = await start(t, {
    retrievedObjects: 'for a while',
    unsolicitedObjects: 'keep',
  });
  for (const number of [1, 2, 3]) await take(number, fetched);
  const peer = { studyInstanceUids: new Set([study]), peer: 'CT1', at: '2026-06-01' };
  assert.deepEqual([...(await promise(database, peer, [`${study}.1.1`, `${study}.1.9`]))], [`${study}.1.1`]);
  assert.deepEqual(await afterHours(30), { removed: 0, here: [1, 2, 3] });
  // Whoever asked takes its promise back: what was named in it stays all the same.
  await database.batch([sql`delete from committed_study`, sql`update study set protected = 1`]);
  assert.deepEqual(await afterHours(31), { removed: 0, here: [1, 2, 3] });
  const job = (state: string) => sql`
    insert into job (job_id, kind, state, priority, destination, cause, title, parameters, attempts, not_before, leased_by,
      leased_until, created_at, started_at, finished_at, detail, total, sent, failed)
    values ('j', 'send', ${state}, 0, 'X', '', '', '{}', 0, '', '', '', '', '', '', '', 1, 0, 0)`;
  await database.batch([
    sql`update study set protected = 0`,
    job('waiting'),
    sql`insert into job_instance (job_id, position, sop_instance_uid, sop_class_uid, state, attempts, status, detail,
        transfer_syntax_uid, association_id, finished_at)
      values ('j', 0, ${`${study}.1.3`}, '', 'pending', 0, null, '', '', '', '')`,
  ]);
  assert.deepEqual(await afterHours(32), { removed: 1, here: [1, 3] });
  await database.batch([sql`update job_instance set state = 'sent'`]);
  assert.deepEqual(await afterHours(33), { removed: 1, here: [1] });
  assert.deepEqual(await database.all(sql`select * from temporary_instance`), []);
});

test('a study that still comes in loses nothing: no rule has sent it yet', async (t) => {
  const { take, afterHours } = await start(t, { retrievedObjects: 'for a while', unsolicitedObjects: 'keep' });
  for (const number of [1, 2]) await take(number, fetched);
  assert.deepEqual(await afterHours(25, { comesIn: true }), { removed: 0, here: [1, 2] });
  assert.deepEqual(await afterHours(25), { removed: 2, here: [] });
});
