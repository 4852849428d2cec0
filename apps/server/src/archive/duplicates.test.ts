// A second object under a known SOP Instance UID, under each policy, also when both come at the same moment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';

const uid = '1.2.3.1.1.1';
const pixels = (fill: number) => ctSlice({ PixelData: new Uint8Array(32).fill(fill) });
const conflicts = async ({ database }: RealArchive) =>
  (await database.all(sql`select kind from conflict order by conflict_key`)).map(({ kind }) => kind);
const counts = async ({ archive, database }: RealArchive) => {
  const { series, instances, bytes } = await archive.statistics();
  const [rows] = await database.all(sql`
    select count(*) as n, coalesce(sum(size), 0) as bytes, (select sum(instance_count) from patient) as of_patients from instance`);
  assert.deepEqual([rows?.n, rows?.bytes, rows?.of_patients], [instances, bytes, instances]);
  return { series, instances };
};
/** First byte of the pixels of each instance that is found, by UID. */
const found = async ({ archive }: RealArchive) => {
  const instances = await archive.instances({ studyInstanceUid: '1.2.3.1' });
  const read = async (sopInstanceUid: string) => {
    const [instance] = await archive.instances({ sopInstanceUid });
    assert.ok(instance);
    return (await archive.frame(instance, 1))[0];
  };
  return Object.fromEntries(
    await Promise.all(instances.map(async ({ sopInstanceUid }) => [sopInstanceUid, await read(sopInstanceUid)])),
  );
};

test('keep: the first stays, the second is put aside', async (t) => {
  const real = await openRealArchive(t);
  for (const fill of [1, 2]) assert.equal((await real.put(pixels(fill))).status.code, 0);
  assert.deepEqual([await found(real), await conflicts(real)], [{ [uid]: 1 }, ['other content']]);
});

test('reject: the second is refused with C001 and leaves nothing', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'reject' });
  await real.put(pixels(1));
  assert.equal((await real.put(pixels(2))).status.code, 0xc001);
  assert.deepEqual([await found(real), await conflicts(real)], [{ [uid]: 1 }, []]);
  assert.equal((await real.files()).length, 1);
});

test('[QR-DUP-02] replace: one instance, the second pixels; the first file is kept, and a restart finds it accounted for', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'replace' });
  await real.put(pixels(1));
  const second = await real.put(pixels(2));
  assert.equal(second.status.code, 0);
  assert.deepEqual([await found(real), await conflicts(real)], [{ [uid]: 2 }, ['replaced']]);
  assert.deepEqual(await counts(real), { series: 1, instances: 1 });
  await real.close();
  const again = await openRealArchive(t, { folder: real.folder, duplicates: 'replace' });
  assert.deepEqual(await found(again), { [uid]: 2 });
  assert.equal((await again.files()).length, 2);
});

test('[QR-DUP-01] [QR-EXP-12] rename: two instances, the first UID has the first pixels; sent a third time nothing is added', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'rename' });
  await real.put(pixels(1));
  const second = await real.put(pixels(2));
  assert.equal(second.status.code, 0);
  assert.equal(second.sopInstanceUid, uid);
  const renamed = second.instance?.sopInstanceUid ?? '';
  assert.match(renamed, /^2\.25\.\d+$/);
  assert.deepEqual(await found(real), { [uid]: 1, [renamed]: 2 });
  assert.deepEqual(await counts(real), { series: 1, instances: 2 });
  for (const fill of [1, 2]) await real.put(pixels(fill));
  assert.deepEqual(await found(real), { [uid]: 1, [renamed]: 2 });
  assert.equal((await real.files()).length, 2);
});

test('[QR-DUP-04] the new UID is in the data set, the file meta and the index alike, the received one in the Original Attributes Sequence', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'rename' });
  await real.put(pixels(1));
  const { instance } = await real.put(pixels(2));
  const [stored] = await real.archive.instances({ sopInstanceUid: instance?.sopInstanceUid ?? '' });
  assert.ok(stored);
  const { readPart10 } = await import('@concord/dicom');
  const file = readPart10(Buffer.concat(await Array.fromAsync(real.archive.part10Bytes(stored))));
  assert.equal(file.dataSet.string('SOPInstanceUID'), stored.sopInstanceUid);
  assert.equal(file.meta.string('MediaStorageSOPInstanceUID'), stored.sopInstanceUid);
  const [item] = file.dataSet.items('OriginalAttributesSequence');
  assert.equal(item?.items('ModifiedAttributesSequence')[0]?.string('SOPInstanceUID'), uid);
  assert.equal(item?.string('ReasonForTheAttributeModification'), 'COERCE');
  const keys = dataSetOf({
    StudyInstanceUID: '1.2.3.1',
    SeriesInstanceUID: '1.2.3.1.1',
    SOPInstanceUID: stored.sopInstanceUid,
  });
  assert.equal((await real.ask('IMAGE', keys, 'SOPInstanceUID')).length, 1);
});

test('[QR-RST-05] B000 is answered only where it is asked for', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'rename', coercionWarning: 'on' });
  assert.equal((await real.put(pixels(1))).status.code, 0);
  assert.equal((await real.put(pixels(2))).status.code, 0xb000);
});

for (const duplicates of ['keep', 'replace', 'rename', 'reject'] as const)
  test(`${duplicates}: eight senders with other bytes at the same moment: each is answered, nothing answered is lost`, async (t) => {
    const real = await openRealArchive(t, { duplicates });
    const codes = (await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((fill) => real.put(pixels(fill))))).map(
      ({ status }) => status.code,
    );
    const stored = codes.filter((code) => code === 0).length;
    const { instances } = await counts(real);
    assert.equal(instances, duplicates === 'rename' ? 8 : 1);
    if (duplicates === 'reject') assert.equal(stored, 1);
    else if (duplicates !== 'replace') assert.equal(stored, 8);
    const kept = (await real.files()).length;
    assert.equal(kept, stored);
  });

test('replace: a patient whose only object went to a study of somebody else is gone, and so are the IDs that led there', async (t) => {
  const { put, database } = await openRealArchive(t, { duplicates: 'replace' });
  const object = (study: string, patient: string, instance: string, more: Values = {}) =>
    ctSlice({
      ...{ StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: instance },
      ...{ PatientID: patient, PatientName: patient },
      ...more,
    });
  await put(object('1.2.1', 'P1', '9.1'));
  await put(object('1.2.2', 'P2', '9.2'));
  await database.batch([
    sql`insert into patient_alias (patient_id, issuer, patient_key) select 'OLD', '', patient_key from patient where patient_id = 'P2'`,
  ]);
  // The object of P2 comes again, in the study of P1, once under its own ID and once under that of P1.
  assert.equal((await put(object('1.2.1', 'P2', '9.2', { InstanceNumber: '7' }))).status.code, 0);
  const people = () =>
    database.all(sql`select patient_id, study_count, instance_count from patient order by patient_id`);
  assert.deepEqual(await people(), [{ patient_id: 'P1', study_count: 1, instance_count: 2 }]);
  assert.deepEqual(await database.all(sql`select patient_id from patient_alias`), []);
  assert.equal((await put(object('1.2.3', 'P3', '9.2', { InstanceNumber: '8' }))).status.code, 0);
  assert.deepEqual(await people(), [
    { patient_id: 'P1', study_count: 1, instance_count: 1 },
    { patient_id: 'P3', study_count: 1, instance_count: 1 },
  ]);
});

test('replace: nor does a patient stay whose only object comes again as that of another person under the same ID', async (t) => {
  const { put, database } = await openRealArchive(t, { duplicates: 'replace' });
  const jane = { PatientName: 'Doe^Jane', PatientBirthDate: '19600101', PatientSex: 'F' };
  const bob = { PatientName: 'Smith^Bob', PatientBirthDate: '19910101', PatientSex: 'M' };
  await put(ctSlice(jane));
  await database.batch([
    sql`insert into patient_alias (patient_id, issuer, patient_key) select 'OLD', '', patient_key from patient`,
  ]);
  const elsewhere = { StudyInstanceUID: '1.2.9', SeriesInstanceUID: '1.2.9.1' };
  assert.equal((await put(ctSlice({ ...bob, ...elsewhere }))).status.code, 0);
  assert.deepEqual(await database.all(sql`select name, study_count, instance_count from patient`), [
    { name: 'Smith^Bob', study_count: 1, instance_count: 1 },
  ]);
  assert.deepEqual(await database.all(sql`select patient_id from patient_alias`), []);
});

test('keep: where the first is deleted while the second is compared, the second is the one that is here', async (t) => {
  let deleting = async () => {};
  const real: RealArchive = await openRealArchive(t, {
    database: (database) => ({
      ...database,
      async transaction(work) {
        await deleting();
        return database.transaction(work);
      },
    }),
  });
  await real.put(pixels(1));
  deleting = async () => {
    deleting = async () => {};
    await real.archive.reject({ sopInstanceUid: uid }, { by: 'test', reason: '' }, { forGood: true });
  };
  const { status, already } = await real.put(pixels(2));
  assert.deepEqual([status.code, already ?? false], [0x0000, false]);
  assert.deepEqual([await found(real), await conflicts(real)], [{ [uid]: 2 }, []]);
  assert.equal((await real.files()).length, 1);
});
