// Who is who: one row for each (ID, issuer), another person under the same ID kept apart and marked, studies that show their own names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';

const studyKeys = dataSetOf({ StudyInstanceUID: null, PatientID: null, PatientName: null });
const study = (number: number, values: Values = {}) =>
  ctSlice({
    StudyInstanceUID: `1.2.3.${number}`,
    SeriesInstanceUID: `1.2.3.${number}.1`,
    SOPInstanceUID: `1.2.3.${number}.1.1`,
    ...values,
  });
const listed = ({ ask }: RealArchive, keys = studyKeys) =>
  ask('STUDY', keys, 'StudyInstanceUID', 'PatientID', 'PatientName');
const patients = ({ database }: RealArchive) =>
  database.all(
    sql`select patient_id, name, nameless_study, study_count, instance_count from patient order by patient_key`,
  );
const quarantined = async ({ database }: RealArchive) =>
  (await database.all(sql`select study_instance_uid, quarantine from study where quarantine > ''`)).map((row) =>
    Object.values(row).join(' '),
  );
const conflicts = async ({ database }: RealArchive) =>
  (await database.all(sql`select kind, sop_instance_uid, detail from conflict order by conflict_key`)).map((row) =>
    Object.values(row).join(' '),
  );

test('a study under a known ID that names another person is stored, shows its own name, and stands apart, marked', async (t) => {
  const real = await openRealArchive(t);
  await real.put(study(1));
  assert.equal((await real.put(study(2, { PatientName: 'ROE^RICHARD', PatientBirthDate: '19551231' }))).status.code, 0);
  assert.deepEqual((await listed(real)).sort(), ['1.2.3.1|PID001|DOE^JANE', '1.2.3.2|PID001|ROE^RICHARD']);
  assert.deepEqual(await quarantined(real), [
    '1.2.3.2 PatientName and PatientBirthDate contradict what is known of patient PID001',
  ]);
  assert.equal((await patients(real)).length, 2);
  const named = dataSetOf({ StudyInstanceUID: null, PatientID: 'PID001', PatientName: 'ROE*' });
  assert.deepEqual(await listed(real, named), ['1.2.3.2|PID001|ROE^RICHARD']);
});

test('a name or an ID with a byte that is no character of its set is kept, and is one and the same person in each further object', async (t) => {
  const real = await openRealArchive(t);
  // A lone low surrogate in text is the byte that it stands for in the file.
  const odd = { SpecificCharacterSet: 'ISO_IR 192', PatientName: 'Ab\udcff^B', PatientID: 'ODD\udcc3' };
  for (const number of [1, 2]) assert.equal((await real.put(study(number, odd))).status.code, 0);
  assert.equal((await patients(real)).length, 1);
  assert.deepEqual(await quarantined(real), []);
  const [instance] = await real.archive.instances({ studyInstanceUid: '1.2.3.1' });
  assert.ok(instance);
  assert.equal(
    (await real.archive.header(instance)).string('PatientName'),
    'Ab\udcff^B',
    'what is stored stays as it came',
  );
});

test('another spelling is the same person, and each study shows its own', async (t) => {
  const real = await openRealArchive(t);
  await real.put(study(1));
  await real.put(study(2, { PatientName: 'Doe^Jane^Mary' }));
  assert.deepEqual((await listed(real)).sort(), ['1.2.3.1|PID001|DOE^JANE', '1.2.3.2|PID001|Doe^Jane^Mary']);
  assert.deepEqual(await quarantined(real), []);
  assert.equal((await patients(real)).length, 1);
  const own = dataSetOf({ StudyInstanceUID: null, PatientID: null, PatientName: 'doe^jane^mary' });
  assert.deepEqual(await listed(real, own), ['1.2.3.2|PID001|Doe^Jane^Mary']);
});

test('[QR-DB-03] with "new id" the incoming ID becomes a unique one: no ID is shared, and further studies of the same person join it', async (t) => {
  const real = await openRealArchive(t, { patientConflicts: 'new id' });
  await real.put(study(1));
  await real.put(study(2, { PatientName: 'ROE^RICHARD' }));
  await real.put(study(3, { PatientName: 'Roe^Richard' }));
  await real.put(study(4, { PatientName: 'POE^EDGAR' }));
  assert.deepEqual((await listed(real)).sort(), [
    '1.2.3.1|PID001|DOE^JANE',
    '1.2.3.2|PID001-2|ROE^RICHARD',
    '1.2.3.3|PID001-2|Roe^Richard',
    '1.2.3.4|PID001-3|POE^EDGAR',
  ]);
  const [instance] = await real.archive.instances({ patientId: 'PID001-2' });
  assert.ok(instance);
  const header = await real.archive.header(instance);
  assert.equal(header.string('PatientID'), 'PID001-2');
  const [item] = header.items('OriginalAttributesSequence');
  assert.equal(item?.string('ReasonForTheAttributeModification'), 'COERCE');
  assert.equal(item?.items('ModifiedAttributesSequence')[0]?.string('PatientID'), 'PID001');
});

test('with "accept" the study joins the patient of its ID, and still shows its own name', async (t) => {
  const real = await openRealArchive(t, { patientConflicts: 'accept' });
  await real.put(study(1));
  await real.put(study(2, { PatientName: 'ROE^RICHARD' }));
  assert.equal((await patients(real)).length, 1);
  assert.deepEqual((await listed(real)).sort(), ['1.2.3.1|PID001|DOE^JANE', '1.2.3.2|PID001|ROE^RICHARD']);
});

test('within a study: another ID, another person, a series that is in another study too are kept and noted, once each', async (t) => {
  const real = await openRealArchive(t);
  await real.put(study(1));
  const more = (number: number, values: Values) => study(1, { SOPInstanceUID: `1.2.3.1.1.${number}`, ...values });
  await real.put(more(2, { PatientID: 'PID009' }));
  await real.put(more(3, { PatientName: 'ROE^RICHARD' }));
  await real.put(more(4, { PatientName: 'Doe, Jane' }));
  await real.put(study(2, { SeriesInstanceUID: '1.2.3.1.1' }));
  assert.deepEqual(await conflicts(real), [
    'other patient 1.2.3.1.1.2 PID009, DOE^JANE, 19600101',
    'other demographics 1.2.3.1.1.3 PID001, ROE^RICHARD, 19600101',
    'series in two studies 1.2.3.2.1.1 1.2.3.1.1',
  ]);
  assert.equal((await real.archive.instances({ studyInstanceUid: '1.2.3.1' })).length, 4);
});

test('two people come under one new ID at the same moment: neither is lost, neither merged, whoever is first', async (t) => {
  const real = await openRealArchive(t);
  const names = ['DOE^JANE', 'ROE^RICHARD', 'POE^EDGAR', 'DOE^JANE'];
  await Promise.all(names.map((PatientName, index) => real.put(study(index + 1, { PatientName }))));
  assert.deepEqual(
    (await listed(real)).sort(),
    names.map((name, index) => `1.2.3.${index + 1}|PID001|${name}`),
  );
  const rows = await patients(real);
  const own = rows.filter(({ nameless_study: apart }) => apart === '');
  assert.equal(own.length, 1);
  assert.equal(
    rows.reduce((sum, row) => sum + Number(row.study_count), 0),
    4,
  );
  for (const row of rows) {
    const shown = await real.database.all(sql`
      select distinct s.patient_alphabetic from study s join patient p on p.patient_key = s.patient_key
      where p.name = ${row.name ?? ''} and p.nameless_study = ${row.nameless_study ?? ''}`);
    assert.equal(shown.length, 1, `${row.name} has studies of others`);
  }
});
