// What goes by itself: by age, by quota, in two steps; and what never does.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { type Database, sql } from '../database/database.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import { readRetentionRule } from '../settings/retention.ts';
import { keepingOf } from './candidates.ts';
import { openRetention, type RetentionParts, type RulePreview } from './open-retention.ts';
import { createStorageUse } from './storage-use.ts';

const slice = (number: number, values: Values = {}) =>
  ctSlice({
    StudyInstanceUID: `1.2.${number}`,
    SeriesInstanceUID: `1.2.${number}.1`,
    SOPInstanceUID: `1.2.${number}.1.1`,
    PatientID: `P${number}`,
    ...values,
  });

const today = '2026-06-01T00:00:00.000Z';
const nothing = { retention: [], purgeAfter: 0, quota: 0, quotaPolicy: 'refuse', temporaryTime: 24 } as const;

const previewed = (rules: readonly RulePreview[]) =>
  rules.map(({ rule, studies }) => ({ rule, studies: studies.map(({ studyInstanceUid }) => studyInstanceUid) }));

/** Studies 1, 2, 3 came 100, 50 and 10 days ago. */
async function start(t: TestContext, settings: Partial<RetentionParts['settings']> = {}) {
  const real = await openRealArchive(t);
  await real.put(slice(1, { Modality: 'US', StudyDate: '20250101' }));
  await real.put(slice(2));
  await real.put(slice(3, { StudyDate: '20200101' }));
  for (const [number, days] of [
    [1, 100],
    [2, 50],
    [3, 10],
  ] as const) {
    const at = new Date(Date.parse(today) - days * 86_400_000).toISOString();
    await real.database.batch([
      sql`update study set received_at = ${at} where study_instance_uid = ${`1.2.${number}`}`,
    ]);
  }
  await real.database.batch([sql`update study set is_open = 0`]);
  let moment = Date.parse(today);
  const now = () => new Date(moment);
  const retention = await openRetention({
    database: real.database,
    archive: real.archive,
    settings: { ...nothing, ...settings },
    now,
    believedNow: async () => now(),
    log: silentLog,
    everyMs: 1_000_000,
  });
  t.after(retention.close);
  const here = async () =>
    (await real.database.all(sql`select study_instance_uid from study order by study_key`)).map(
      (row) => Object.values(row)[0],
    );
  const later = (days: number) => {
    moment += days * 86_400_000;
  };
  const job = (state: string, instance: string, uid: string) =>
    real.database.batch([
      sql`insert into job (job_id, kind, state, priority, destination, cause, title, parameters, attempts, not_before, leased_by,
          leased_until, created_at, started_at, finished_at, detail, total, sent, failed)
        values (${`job${uid}`}, 'send', ${state}, 0, 'X', '', '', '{}', 0, '', '', '', '', '', '', '', 1, 0, 0)`,
      sql`insert into job_instance (job_id, position, sop_instance_uid, sop_class_uid, state, attempts, status, detail,
          transfer_syntax_uid, association_id, finished_at)
        values (${`job${uid}`}, 0, ${uid}, '', ${instance}, 0, null, '', '', '', '')`,
    ]);
  return { ...real, retention, here, later, job };
}
const commit = (database: Database, study: string) =>
  database.batch([sql`insert into committed_study values (${study}, 'CT', '2026-01-01T00:00:00.000Z')`]);
const vet = { by: 'vet', reason: '' };
const rule = (values: object) => readRetentionRule({ name: 'old', olderThan: 30, ...values });

test('studies older than a rule says are rejected, which can be taken back, and deleted for good only later', async (t) => {
  const { retention, here, archive, later, files, database } = await start(t, { retention: [rule({})] });
  assert.deepEqual(previewed(await retention.preview()), [{ rule: 'old', studies: ['1.2.1', '1.2.2'] }]);
  later(-200);
  assert.equal((await retention.round()).rejected, 0);
  later(200);
  const first = await retention.round();
  assert.equal(first.rejected, 2);
  assert.deepEqual(await here(), ['1.2.3']);
  assert.match((await archive.rejected())[0]?.rejectedBy ?? '', /retention rule old/);
  assert.equal(await archive.restore('1.2.2', vet), 1);
  await archive.reject({ studyInstanceUid: '1.2.2' }, { by: 'vet', reason: '' });
  assert.equal((await files()).length, 3);
  assert.equal((await retention.round()).purged, 0);
  const purging = (purgeAfter: number) =>
    openRetention({
      database,
      archive,
      settings: { ...nothing, purgeAfter },
      now: () => new Date(today),
      believedNow: async () => new Date(today),
      log: silentLog,
    });
  // The archive's own clock says January: 150 days ago.
  for (const [purgeAfter, purged] of [
    [200, 0],
    [100, 2],
  ] as const) {
    const later = await purging(purgeAfter);
    assert.equal((await later.round()).purged, purged);
    await later.close();
  }
  assert.deepEqual([(await archive.rejected()).length, (await files()).length], [0, 1]);
});

test('rules by modality, by sender and by study date', async (t) => {
  const by = async (values: object) => {
    const { retention } = await start(t, { retention: [rule(values)] });
    return previewed(await retention.preview())[0]?.studies;
  };
  assert.deepEqual(await by({ modality: 'US' }), ['1.2.1']);
  assert.deepEqual(await by({ modality: 'MR' }), []);
  assert.deepEqual(await by({ from: 'CT1' }), []);
  assert.deepEqual(await by({ by: 'study date', olderThan: 1000 }), ['1.2.3']);
});

test('a rule by sender holds for a study whose first object is gone', async (t) => {
  const { archive, database } = await start(t);
  const from = (aeTitle: string) => `{"via":"DIMSE","callingAeTitle":"${aeTitle}"}`;
  const real = {
    database,
    archive,
    now: () => new Date(today),
    believedNow: async () => new Date(today),
    log: silentLog,
  };
  const receive = (instance: number) =>
    archive.receive({
      dataSet: inPieces(encoded(slice(1, { SOPInstanceUID: `1.2.1.1.${instance}` }))),
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'DIMSE', callingAeTitle: 'MR_LAB' },
    });
  await receive(2);
  await archive.reject({ sopInstanceUid: '1.2.1.1.1' }, vet);
  await archive.purge('1.2.1', vet);
  await database.batch([
    sql`update study set is_open = 0`,
    sql`update instance set received_by = ${from('OTHER')} where sop_instance_uid = '1.2.2.1.1'`,
  ]);
  const previewed = async (aeTitle: string) => {
    const retention = await openRetention({ ...real, settings: { ...nothing, retention: [rule({ from: aeTitle })] } });
    t.after(retention.close);
    return (await retention.preview())[0]?.studies.map(({ studyInstanceUid }) => studyInstanceUid);
  };
  assert.deepEqual([await previewed('MR_LAB'), await previewed('OTHER')], [['1.2.1'], ['1.2.2']]);
  assert.deepEqual(await previewed('MR_LA_'), []);
});

test('[QR-CMT-06] what is protected, in quarantine, still to be sent, failed to be sent, or committed stays', async (t) => {
  const { retention, here, database, job, archive, complaints } = await start(t, {
    retention: [rule({ olderThan: 1 })],
  });
  const reconciliation = openReconciliation({ database, system: 'T', now: () => new Date(), log: silentLog });
  const note = { by: 'vet', reason: 'teaching file' };
  const { eventId } = await reconciliation.act({ kind: 'protect study', studyInstanceUid: '1.2.1' }, note);
  await job('failed', 'failed', '1.2.2.1.1');
  await job('done', 'sent', '1.2.3.1.1');
  await commit(database, '1.2.3');
  assert.deepEqual(await retention.round(), { removed: 0, rejected: 0, purged: 0, recycled: 0 });
  assert.equal((await here()).length, 3);
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.1' }, note), 0);
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.3' }, note, { byItself: true }), 0);
  assert.deepEqual(await retention.keepingOf('1.2.3'), {
    ...{ studyInstanceUid: '1.2.3', isProtected: false, quarantine: '', isOnItsWay: false, awaitsCommitment: false },
    isComingIn: false,
    committed: [{ peer: 'CT', at: '2026-01-01T00:00:00.000Z' }],
    temporary: 0,
  });
  assert.equal((await retention.keepingOf('1.2.2'))?.isOnItsWay, true);
  assert.equal((await retention.keepingOf('1.2.1'))?.isProtected, true);
  assert.equal(await retention.keepingOf('1.2.9'), undefined);
  await database.batch([sql`update job set state = 'cancelled'`, sql`delete from committed_study`]);
  await reconciliation.undo(eventId, note);
  assert.equal((await retention.round()).rejected, 3);
  assert.ok(complaints.length > 0);
});

test('a study that is still coming in stays, also where an object comes after it was chosen', async (t) => {
  const { database, archive, put, here } = await start(t);
  await database.batch([
    sql`update study set bytes = ${2 ** 30}`,
    sql`update study set is_open = 1 where study_instance_uid = '1.2.1'`,
  ]);
  const late = slice(2, { SOPInstanceUID: '1.2.2.1.2' });
  const settings = { ...nothing, quota: 1, quotaPolicy: 'oldest first', retention: [rule({ olderThan: 1 })] } as const;
  const now = () => new Date(today);
  let came = false;
  const states = ['1.2.1', '1.2.2'].map(async (study) => (await keepingOf(database, study))?.isComingIn);
  assert.deepEqual(await Promise.all(states), [true, false]);
  const arriving = {
    ...archive,
    reject: async (...asked: Parameters<typeof archive.reject>) => {
      if (!came) assert.equal((await put(late)).status.code, 0);
      came = true;
      return archive.reject(...asked);
    },
  };
  const retention = await openRetention({
    ...{ database, settings, now, believedNow: async () => now(), log: silentLog, everyMs: 1_000_000 },
    archive: arriving,
  });
  t.after(retention.close);
  assert.deepEqual(previewed(await retention.preview()), [{ rule: 'old', studies: ['1.2.2', '1.2.3'] }]);
  assert.deepEqual(await retention.round(), { removed: 0, rejected: 1, purged: 0, recycled: 0 });
  assert.deepEqual(await here(), ['1.2.1', '1.2.2']);
  const [row] = await database.all(sql`select count(*) as n from instance where sop_instance_uid = '1.2.2.1.2'`);
  assert.equal(row?.n, 1);
});

test('by study date a month alone is as old as its last day, and what is no date has no age', async (t) => {
  const { retention, database } = await start(t, { retention: [rule({ by: 'study date', olderThan: 100 })] });
  const dated = async (date: string) => {
    await database.batch([sql`update study set study_date = ${date}`]);
    return (await retention.preview())[0]?.studies.length;
  };
  // 100 days before the first of June 2026 is the 21st of February.
  for (const old of ['20260220', '202601', '2025']) assert.equal(await dated(old), 3, old);
  for (const young of ['20260221', '202602', '2026', '', '2025-12-31', '2025-1-1', '2025.1.1', '0', '123'])
    assert.equal(await dated(young), 0, young);
});

test('a study waits for the commitment that was asked of a peer', async (t) => {
  const { retention, database, job } = await start(t, { retention: [rule({ olderThan: 60 })] });
  await job('done', 'sent', '1.2.1.1.1');
  await database.batch([
    sql`insert into commitment_transaction (transaction_uid, peer, asked, job_id, asked_at, accepted_at, due_at, reported_at, retrieve_ae_title)
      values ('1.9', 'PACS', 'by us', 'job1.2.1.1.1', '', '', '', '', '')`,
  ]);
  assert.equal((await retention.keepingOf('1.2.1'))?.awaitsCommitment, true);
  assert.equal((await retention.round()).rejected, 0);
  await database.batch([sql`update commitment_transaction set reported_at = 'then'`]);
  assert.equal((await retention.round()).rejected, 1);
});

test('[QR-CMT-06] past the quota what is committed stays and new objects are refused; it goes when a person says so', async (t) => {
  const { database, archive, here, files, folder, close, complaints } = await start(t);
  await database.batch([sql`update study set bytes = ${2 ** 30}`]);
  for (const number of [1, 2, 3]) await commit(database, `1.2.${number}`);
  const settings = { ...nothing, quota: 1, quotaPolicy: 'oldest first', purgeAfter: 1 } as const;
  const open = () =>
    openRetention({
      database,
      archive,
      settings,
      now: () => new Date('2027-01-01'),
      believedNow: async () => new Date('2027-01-01'),
      log: silentLog,
      everyMs: 1_000_000,
    });
  const retention = await open();
  t.after(retention.close);
  assert.equal(retention.hasRoom(), true, 'nobody has looked what may go');
  assert.deepEqual(await retention.round(), { removed: 0, rejected: 0, purged: 0, recycled: 0 });
  assert.equal(retention.hasRoom(), false);
  assert.equal((await here()).length, 3);
  // A person rejects one: also then nothing is deleted by itself.
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.1' }, { by: 'vet', reason: '' }), 1);
  assert.deepEqual(await retention.round(), { removed: 0, rejected: 0, purged: 0, recycled: 0 });
  assert.equal((await files()).length, 3);
  assert.equal(await archive.purge('1.2.1', vet), 1);
  assert.deepEqual(
    await database.all(sql`select study_instance_uid as study from committed_study order by study_instance_uid`),
    [{ study: '1.2.2' }, { study: '1.2.3' }],
  );
  await database.batch([sql`delete from committed_study where study_instance_uid = '1.2.2'`]);
  assert.equal((await retention.round()).recycled, 1);
  assert.deepEqual(await here(), ['1.2.3']);
  assert.equal(retention.hasRoom(), false);
  await close();
  const full = await openRealArchive(t, { folder, hasRoom: retention.hasRoom });
  assert.equal((await full.put(slice(4))).status.code, 0xa700);
  assert.ok(complaints.length > 0);
});

test('servers that hold one quota at the same moment delete no more than one would', async (t) => {
  const { database, archive, put, here } = await start(t);
  for (let number = 4; number <= 12; number += 1) await put(slice(number));
  // Of 3 GiB in twelve studies 1.9 may stay.
  await database.batch([sql`update study set bytes = ${2 ** 28}, is_open = 0`]);
  const settings = { ...nothing, quota: 2, quotaPolicy: 'oldest first' } as const;
  const now = () => new Date(today);
  const parts = {
    database,
    archive,
    settings,
    now,
    believedNow: async () => now(),
    log: silentLog,
    everyMs: 1_000_000,
  };
  const servers = await Promise.all([1, 2, 3].map(() => openRetention(parts)));
  for (const server of servers) t.after(server.close);
  const rounds = await Promise.all(servers.map((server) => server.round()));
  assert.equal(
    rounds.reduce((sum, { recycled }) => sum + recycled, 0),
    5,
  );
  assert.equal((await here()).length, 7);
});

test('a quota that is used up refuses with A700, and takes again when there is room', async (t) => {
  const { database, archive, folder, close } = await start(t);
  await database.batch([sql`update study set bytes = ${2 ** 31} where study_instance_uid = '1.2.1'`]);
  const settings = { ...nothing, quota: 1 };
  const now = () => new Date(today);
  const believedNow = async () => now();
  const retention = await openRetention({ database, archive, settings, now, believedNow, log: silentLog });
  t.after(retention.close);
  assert.equal(retention.hasRoom(), false);
  await close();
  const full = await openRealArchive(t, { folder, hasRoom: retention.hasRoom });
  const { status } = await full.put(slice(4));
  assert.deepEqual([status.code, status.comment], [0xa700, 'the quota of this archive is used up']);
  assert.equal((await full.files()).length, 3);
});

test('what was put aside takes room of the quota, and goes with its study where that makes room', async (t) => {
  const { database, archive, here, files, put } = await start(t);
  await put(slice(1, { Modality: 'US', StudyDate: '20250101', SeriesDescription: 'another' }));
  const gibibytes = (count: number) => count * 2 ** 30;
  await database.batch([
    sql`update study set is_open = 0, bytes = ${gibibytes(1)}`,
    sql`update conflict set size = ${gibibytes(2)}`,
  ]);
  const now = () => new Date(today);
  const open = async (settings: Pick<RetentionParts['settings'], 'quota' | 'quotaPolicy'>) => {
    const parts = { database, archive, now, believedNow: async () => now(), log: silentLog };
    const retention = await openRetention({ ...parts, settings: { ...nothing, ...settings } });
    t.after(retention.close);
    return retention;
  };
  assert.equal((await createStorageUse(database, { quota: 4, quotaPolicy: 'refuse' })()).asideBytes, gibibytes(2));
  assert.equal((await open({ quota: 5, quotaPolicy: 'refuse' })).hasRoom(), false);
  assert.equal((await open({ quota: 6, quotaPolicy: 'refuse' })).hasRoom(), true);
  const oldest = await open({ quota: 4, quotaPolicy: 'oldest first' });
  assert.equal((await oldest.round()).recycled, 1, 'with what was put aside of it one study is enough');
  assert.deepEqual(await here(), ['1.2.2', '1.2.3']);
  assert.equal((await files()).length, 2);
});

test('oldest first: the studies that came first make room, never a protected one', async (t) => {
  const { database, archive, here, files } = await start(t);
  await database.batch([
    sql`update study set bytes = ${2 ** 30}`,
    sql`update study set protected = 1 where study_instance_uid = '1.2.1'`,
  ]);
  const settings = { ...nothing, quota: 3, quotaPolicy: 'oldest first' } as const;
  const now = () => new Date(today);
  const believedNow = async () => now();
  const retention = await openRetention({ database, archive, settings, now, believedNow, log: silentLog });
  t.after(retention.close);
  assert.equal(retention.hasRoom(), true);
  assert.deepEqual(await retention.round(), { removed: 0, rejected: 0, purged: 0, recycled: 1 });
  assert.deepEqual(await here(), ['1.2.1', '1.2.3']);
  assert.equal((await files()).length, 2);
  assert.deepEqual(await archive.rejected(), []);
  assert.equal((await retention.round()).recycled, 0);
});

test('what became unfit to go after the list of studies was made stays, by a rule and by the quota', async (t) => {
  const { database, archive, here, job } = await start(t);
  await database.batch([sql`update study set bytes = ${2 ** 30}`]);
  const open = (settings: Partial<RetentionParts['settings']>, changed: () => Promise<unknown>) => {
    const reject: typeof archive.reject = async (selection, ...more) => {
      if (selection.studyInstanceUid === '1.2.1') await changed();
      return archive.reject(selection, ...more);
    };
    const now = () => new Date(today);
    const parts = { database, archive: { ...archive, reject }, settings: { ...nothing, ...settings }, now };
    return openRetention({ ...parts, believedNow: async () => now(), log: silentLog, everyMs: 1_000_000 });
  };
  const byAge = await open({ retention: [rule({ olderThan: 1 })] }, async () => {
    await job('waiting', 'waiting', '1.2.2.1.1');
    await database.batch([sql`update study set quarantine = 'name' where study_instance_uid = '1.2.3'`]);
  });
  t.after(byAge.close);
  assert.equal((await byAge.round()).rejected, 1);
  assert.deepEqual(await here(), ['1.2.2', '1.2.3']);
  assert.equal(await archive.restore('1.2.1', vet), 1);
  await database.batch([
    sql`update job set state = 'cancelled'`,
    sql`update study set is_open = 0, quarantine = '', bytes = ${2 ** 30}`,
    sql`update study set received_at = '2020' where study_instance_uid = '1.2.1'`,
  ]);
  const byQuota = await open({ quota: 1, quotaPolicy: 'oldest first' }, () => job('waiting', 'waiting', '1.2.3.1.1'));
  t.after(byQuota.close);
  assert.equal((await byQuota.round()).recycled, 2);
  assert.deepEqual(await here(), ['1.2.3']);
});

test('a server that dies while a quota makes room leaves nothing that takes room, and nothing that could be put back', async (t) => {
  const { database, archive, here } = await start(t);
  await database.batch([sql`update study set bytes = ${2 ** 30}`]);
  const settings = { ...nothing, quota: 1, quotaPolicy: 'oldest first' } as const;
  const now = () => new Date(today);
  const parts = { database, settings, now, believedNow: async () => now(), log: silentLog, everyMs: 1_000_000 };
  const purge: typeof archive.purge = () => Promise.reject(new Error('the process ended'));
  const dying = await openRetention({ ...parts, archive: { ...archive, purge } });
  await assert.rejects(dying.round(), /the process ended/);
  await dying.close();
  assert.deepEqual([await here(), await archive.rejected()], [['1.2.2', '1.2.3'], []]);
  assert.equal(await archive.restore('1.2.1', vet), 0);
  const next = await openRetention({ ...parts, archive });
  t.after(next.close);
  await next.round();
  assert.equal(next.hasRoom(), true);
});

test('storage used is told by month and by modality, with what is rejected beside it', async (t) => {
  const { database, archive } = await start(t);
  await archive.reject({ studyInstanceUid: '1.2.2' }, { by: 'vet', reason: '' });
  const use = await createStorageUse(database, { quota: 5, quotaPolicy: 'refuse' })();
  assert.deepEqual([use.studies, use.quota, use.protectedStudies, use.committedStudies], [2, 5 * 2 ** 30, 0, 0]);
  assert.ok(use.rejectedBytes > 0 && use.bytes > use.rejectedBytes);
  assert.deepEqual(
    use.months.map(({ month, studies }) => [month, studies]),
    [
      ['2026-02', 1],
      ['2026-05', 1],
    ],
  );
  assert.deepEqual(use.modalities.map(({ modality }) => modality).sort(), ['CT', 'US']);
  // What the chart draws is what the objects are, summed: in all, by month, by modality.
  const rows = await database.all<{ month: string; modality: string; bytes: number }>(sql`
    select substr(s.received_at, 1, 7) as month, e.modality, sum(i.size) as bytes
    from study s join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
    group by s.study_key, e.modality order by month`);
  const sum = (all: readonly { readonly bytes: number }[]) => all.reduce((total, { bytes }) => total + bytes, 0);
  assert.deepEqual([sum(use.months), sum(use.modalities), use.bytes], [sum(rows), sum(rows), sum(rows)]);
  assert.deepEqual(
    use.months.map(({ month, bytes }) => [month, bytes]),
    rows.map(({ month, bytes }) => [month, bytes]),
  );
  for (const { modality, bytes } of use.modalities)
    assert.equal(bytes, rows.find((row) => row.modality === modality)?.bytes);
});

test('rules that make no sense are refused by the settings', () => {
  for (const wrong of [
    { name: '' },
    { olderThan: 0 },
    { olderThan: 1.5 },
    { by: 'weight' },
    { modality: 'ct' },
    { from: '' },
    { also: 1 },
  ])
    assert.throws(() => rule(wrong), JSON.stringify(wrong));
});
