// Rejecting, restoring and purging over a real database and a real object store.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctImageStorage, ctSlice, dataSetOf } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { spoilInStore } from '../../testing/test-store.ts';
import { join, literal, sql } from '../database/database.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { openArchive } from './open-archive.ts';

const note = { by: 'somebody', reason: 'wrong patient' };
const study = '1.2.3.1';

const filled = async (t: TestContext) => {
  const real = await openRealArchive(t);
  for (const [series, instance, modality] of [
    [1, 1, 'CT'],
    [1, 2, 'CT'],
    [2, 1, 'SR'],
  ] as const) {
    const SeriesInstanceUID = `${study}.${series}`;
    const SOPInstanceUID = `${SeriesInstanceUID}.${instance}`;
    await real.put(ctSlice({ SeriesInstanceUID, SOPInstanceUID, Modality: modality }));
  }
  return real;
};

/** What the log kept last: what was done, and to what, by whom, why. */
const lastLine = ({ complaints }: { readonly complaints: readonly string[] }) => {
  const [, message, fields = '{}'] = /^(.*?) (\{.*)$/u.exec(complaints.at(-1) ?? '') ?? [];
  return [message, JSON.parse(fields)];
};

const counts = ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances', 'ModalitiesInStudy'];
const ofStudy = async ({ ask }: Awaited<ReturnType<typeof filled>>) =>
  ask(
    'STUDY',
    dataSetOf({ StudyInstanceUID: study, ...Object.fromEntries(counts.map((key) => [key, null])) }),
    ...counts,
  );

test('a rejected series is found no more, counts follow, and restoring brings it back as it was', async (t) => {
  const real = await filled(t);
  const { archive } = real;
  const before = await archive.statistics();
  assert.deepEqual(await ofStudy(real), ['2|3|CT\\SR']);
  assert.equal(await archive.reject({ studyInstanceUid: study, seriesInstanceUid: `${study}.2` }, note), 1);
  assert.deepEqual(await ofStudy(real), ['1|2|CT']);
  assert.equal((await archive.instances({ seriesInstanceUid: `${study}.2` })).length, 0);
  const [listed] = await archive.rejected();
  assert.deepEqual(listed, {
    studyInstanceUid: study,
    patientName: 'DOE^JANE',
    patientId: 'PID001',
    studyDate: listed?.studyDate,
    description: listed?.description,
    instances: 1,
    rejectedAt: '2026-01-02T03:04:05.000Z',
    rejectedBy: 'somebody',
    reason: 'wrong patient',
  });
  assert.deepEqual(
    [await archive.hasRejected({ studyInstanceUid: study }), await archive.hasRejected({ studyInstanceUid: '1.2' })],
    [true, false],
  );
  assert.equal((await real.files()).length, 3, 'the file stays');
  assert.equal(await archive.restore(study, note), 1);
  assert.deepEqual(await ofStudy(real), ['2|3|CT\\SR']);
  assert.deepEqual(lastLine(real), [
    'rejected instances were restored',
    { studyInstanceUid: study, ...note, count: 1 },
  ]);
  assert.deepEqual(await archive.statistics(), before);
  assert.deepEqual(await archive.rejected(), []);
});

test('a rejected study takes its patient with it; purged, its files are gone', async (t) => {
  const real = await filled(t);
  assert.equal(await real.archive.reject({ studyInstanceUid: study }, note), 3);
  const { patients, studies, series, instances, bytes } = await real.archive.statistics();
  assert.deepEqual([patients, studies, series, instances, bytes], [0, 0, 0, 0, 0]);
  const deciding = { by: 'another', reason: 'the owner asked for it' };
  assert.equal(await real.archive.purge(study, deciding), 3);
  assert.deepEqual(lastLine(real), [
    'rejected instances were deleted',
    { studyInstanceUid: study, ...deciding, count: 3 },
  ]);
  assert.deepEqual(await real.files(), []);
  assert.equal(await real.archive.purge(study, note), 0);
  assert.equal(await real.archive.restore(study, note), 0);
});

test('what was rejected can be stored anew, and restoring the old copy then makes no second', async (t) => {
  const real = await filled(t);
  const again = ctSlice({ SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1` });
  await real.archive.reject({ sopInstanceUid: `${study}.1.1` }, note);
  assert.equal((await real.put(again)).status.code, 0);
  assert.deepEqual(await ofStudy(real), ['2|3|CT\\SR']);
  assert.equal(await real.archive.restore(study, note), 1);
  assert.deepEqual(await ofStudy(real), ['2|3|CT\\SR']);
  assert.equal((await real.files()).length, 3);
});

test('a selection that names nothing, or nothing that is there, rejects nothing', async (t) => {
  const real = await filled(t);
  assert.equal(await real.archive.reject({}, note), 0);
  assert.equal(await real.archive.reject({ studyInstanceUid: [] }, note), 0);
  assert.equal(await real.archive.reject({ studyInstanceUid: '1.2.3.9' }, note), 0);
  assert.equal(await real.archive.reject({ studyInstanceUid: "1.2.3.1' or 1=1" }, note), 0);
  assert.equal((await real.archive.statistics()).instances, 3);
});

test('after a crash a rejected object stays rejected', async (t) => {
  const real = await filled(t);
  await real.archive.reject({ sopInstanceUid: `${study}.1.1` }, note);
  await real.close();
  const next = await openRealArchive(t, { folder: real.folder });
  assert.equal((await next.archive.instances({ studyInstanceUid: study })).length, 2);
  assert.equal(await next.archive.restore(study, note), 1);
  assert.equal((await next.archive.instances({ studyInstanceUid: study })).length, 3);
});

test('a rejection that breaks off changes nothing; a deletion that breaks off is finished by whoever comes next', async (t) => {
  const real = await filled(t);
  await real.close();
  const dying = await openRealArchive(t, {
    folder: real.folder,
    database: (database) => ({
      ...database,
      transaction: (work) =>
        database.transaction(async (within) => {
          await work(within);
          throw new Error('the node died before the commit');
        }),
    }),
  });
  await assert.rejects(dying.archive.reject({ studyInstanceUid: study }, note), /before the commit/);
  assert.equal((await dying.archive.instances({ studyInstanceUid: study })).length, 3);
  assert.deepEqual(await dying.archive.rejected(), []);
  await dying.close();
  const rejecting = await openRealArchive(t, { folder: real.folder });
  assert.equal(await rejecting.archive.reject({ studyInstanceUid: study }, note), 3);
  await rejecting.close();
  let left = 1;
  const purging = await openRealArchive(t, {
    folder: real.folder,
    // It dies when the second object is gone and its row is not.
    store: (store) => ({
      ...store,
      async remove(key) {
        const removed = await store.remove(key);
        left -= 1;
        if (left < 0) throw new Error('the node died');
        return removed;
      },
    }),
  });
  await assert.rejects(purging.archive.purge(study, note), /the node died/);
  assert.equal((await purging.files()).length, 1);
  await purging.close();
  // The decision stood before the first of them went.
  const next = await openRealArchive(t, { folder: real.folder });
  assert.deepEqual([await next.files(), await next.archive.rejected()], [[], []]);
  assert.deepEqual([await next.archive.restore(study, note), await next.archive.purge(study, note)], [0, 0]);
});

test('what somebody restores is not deleted nor rejected meanwhile, and comes back whole although the node dies in the middle of it', async (t) => {
  const real = await filled(t);
  await real.archive.reject({ studyInstanceUid: study }, note);
  await real.close();
  let left = 1;
  const dying = await openRealArchive(t, {
    folder: real.folder,
    database: (database) => ({
      ...database,
      async transaction(work) {
        left -= 1;
        if (left < 0) throw new Error('the node died');
        return database.transaction(work);
      },
    }),
  });
  await assert.rejects(dying.archive.restore(study, note), /the node died/);
  assert.equal((await dying.archive.instances({ studyInstanceUid: study })).length, 1);
  left = 10;
  assert.equal(await dying.archive.purge(study, note), 0);
  assert.equal(await dying.archive.reject({ studyInstanceUid: study }, note), 0);
  await dying.close();
  const next = await openRealArchive(t, { folder: real.folder });
  assert.deepEqual(await ofStudy(next), ['2|3|CT\\SR']);
  assert.deepEqual(await next.archive.rejected(), []);
});

test('a rejected object that cannot be read holds up no other, and can still be deleted', async (t) => {
  const real = await filled(t);
  const [lost] = await real.archive.instances({ sopInstanceUid: `${study}.1.2` });
  await real.archive.reject({ studyInstanceUid: study }, note);
  await spoilInStore(real.folder, lost?.key ?? '');
  assert.equal(await real.archive.restore(study, note), 2);
  assert.deepEqual(await ofStudy(real), ['2|2|CT\\SR']);
  assert.match(real.complaints.join('\n'), /cannot be read, and stays rejected/);
  assert.equal(await real.archive.purge(study, { ...note }, { rejectedBefore: '2020-01-01T00:00:00Z' }), 0);
  assert.equal(await real.archive.purge(study, note), 1);
  assert.deepEqual(await real.archive.rejected(), []);
});

test('a row that an interrupted restoration left among the rejected is no reason to remove what it brought back', async (t) => {
  for (const end of ['restore', 'purge'] as const) {
    const real = await filled(t);
    await real.archive.reject({ studyInstanceUid: study }, note);
    const rows = await real.database.all(sql`select * from rejected`);
    await real.archive.restore(study, note);
    for (const row of rows) {
      const columns = Object.keys(row);
      const values = join(
        columns.map((column) => sql`${row[column] ?? null}`),
        ', ',
      );
      await real.database.batch([sql`insert into rejected (${literal(columns.join(', '))}) values (${values})`]);
    }
    assert.equal(await real.archive[end](study, note), 3);
    assert.deepEqual(await ofStudy(real), ['2|3|CT\\SR']);
    assert.equal((await real.files()).length, 3);
    assert.deepEqual(await real.archive.rejected(), []);
  }
});

test('another object that came under the UID of a rejected one: by the setting it stays, makes way, or the restored one is put aside', async (t) => {
  const uid = `${study}.1.1`;
  for (const [duplicates, restored, found, files] of [
    ['keep', 1, 'other', 2],
    ['reject', 0, 'other', 2],
    ['replace', 1, 'DOE^JANE', 2],
    ['rename', 1, 'other', 2],
  ] as const) {
    const real = await openRealArchive(t, { duplicates });
    const one = { SeriesInstanceUID: `${study}.1`, SOPInstanceUID: uid };
    await real.put(ctSlice(one));
    await real.archive.reject({ sopInstanceUid: uid }, note);
    await real.put(ctSlice({ ...one, SeriesDescription: 'other' }));
    assert.equal(await real.archive.restore(study, note), restored, duplicates);
    const [instance] = await real.archive.instances({ sopInstanceUid: uid });
    assert.ok(instance);
    const header = await real.archive.header(instance);
    assert.equal(header.string('SeriesDescription') ?? header.string('PatientName'), found, duplicates);
    assert.equal((await real.files()).length, files, duplicates);
    assert.equal((await real.archive.rejected()).length, 1 - restored, duplicates);
    const whole = await real.archive.instances({ studyInstanceUid: study });
    assert.equal(whole.length, duplicates === 'rename' ? 2 : 1);
  }
});

test('an object of another patient whose UID was taken while it was out is put aside, and a restart finds it accounted for', async (t) => {
  const real = await openRealArchive(t);
  const uid = `${study}.1.2`;
  await real.put(ctSlice({ SOPInstanceUID: `${study}.1.1` }));
  await real.put(ctSlice({ SOPInstanceUID: uid, PatientName: 'ROE^RICHARD', PatientBirthDate: '19800101' }));
  const kinds = async () =>
    (await real.database.all(sql`select kind from conflict order by conflict_key`)).map(({ kind }) => String(kind));
  assert.equal((await kinds()).length, 1, 'it names another patient than its study');
  await real.archive.reject({ sopInstanceUid: uid }, note);
  await real.put(ctSlice({ SOPInstanceUID: uid, SeriesDescription: 'other' }));
  assert.equal(await real.archive.restore(study, note), 1);
  assert.deepEqual(await kinds(), ['other content']);
  assert.equal((await real.files()).length, 3);
  await real.close();
  const again = await openRealArchive(t, { folder: real.folder });
  assert.equal((await again.files()).length, 3);
  assert.deepEqual(again.complaints, []);
});

test('what was put aside of a study goes when all of it is deleted for good, and no sooner', async (t) => {
  const real = await openRealArchive(t);
  const other = '1.2.3.2';
  const elsewhere = { StudyInstanceUID: other, SeriesInstanceUID: `${other}.1`, SOPInstanceUID: `${other}.1.1` };
  const slices = [1, 2].map((instance) => ({ SOPInstanceUID: `${study}.1.${instance}` }));
  for (const values of [...slices, elsewhere])
    for (const SeriesDescription of ['first', 'second']) await real.put(ctSlice({ ...values, SeriesDescription }));
  const aside = async () =>
    (await real.database.all(sql`select study_instance_uid as study from conflict order by conflict_key`)).map(
      (row) => row.study,
    );
  assert.deepEqual([(await real.files()).length, await aside()], [6, [study, study, other]]);
  await real.archive.reject({ sopInstanceUid: `${study}.1.1` }, note);
  await real.archive.purge(study, note);
  assert.deepEqual([(await real.files()).length, await aside()], [5, [study, study, other]], 'one is here still');
  await real.archive.reject({ studyInstanceUid: study }, note);
  await real.archive.purge(study, note, { sopInstanceUids: ['1.2.9'] });
  assert.equal((await aside()).length, 3, 'it can be put back still');
  await real.archive.purge(study, note);
  assert.deepEqual([(await real.files()).length, await aside()], [2, [other]]);
  await real.archive.reject({ studyInstanceUid: other }, note, { forGood: true });
  assert.deepEqual([await real.files(), await aside()], [[], []]);
  assert.deepEqual(await real.database.all(sql`select * from removing`), []);
});

test('a class of which another server took out the last object is one of the study again when the next one comes', async (t) => {
  const parts: { store?: ObjectStore } = {};
  const real = await openRealArchive(t, {
    store: (store) => {
      parts.store = store;
      return store;
    },
  });
  const object = (instance: number, SOPClassUID: string) =>
    ctSlice({ SOPInstanceUID: `${study}.1.${instance}`, SOPClassUID, InstanceNumber: String(instance) });
  const report = '1.2.840.10008.5.1.4.1.1.88.11';
  for (const [instance, sopClass] of [
    [1, ctImageStorage],
    [2, report],
  ] as const)
    await real.put(object(instance, sopClass));
  assert.ok(parts.store);
  const other = await openArchive({
    database: real.database,
    store: parts.store,
    implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
    duplicates: 'keep',
    hasRoom: () => true,
    coercionWarning: 'off',
    coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' },
    patientConflicts: 'quarantine',
    system: 'TEST',
    now: () => new Date(),
    log: silentLog,
  });
  assert.equal(await other.reject({ sopInstanceUid: `${study}.1.2` }, note), 1);
  const classes = () => real.ask('STUDY', dataSetOf({ SOPClassesInStudy: null }), 'SOPClassesInStudy');
  assert.deepEqual(await classes(), [ctImageStorage]);
  await real.put(object(3, report));
  assert.deepEqual(await classes(), [`${ctImageStorage}\\${report}`]);
});
