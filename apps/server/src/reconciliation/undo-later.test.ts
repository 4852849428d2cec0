// Undo and restore after further things have happened: what came meanwhile must not be left with somebody else.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DataSet, readDataSet } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { openReconciliation } from './open-reconciliation.ts';
import { type Act, ReconciliationError } from './reconciliation.ts';

const note = { by: 'vet', reason: 'mixed up at the desk' };
const jane = { patientId: 'PID001' };
const john = { patientId: 'PID002' };
const johnValues = { PatientID: 'PID002', PatientName: 'DOE^JOHN', PatientBirthDate: '19551231', PatientSex: 'M' };

const slice = (study: number, values: Values = {}) =>
  ctSlice({
    StudyInstanceUID: `1.2.3.${study}`,
    SeriesInstanceUID: `1.2.3.${study}.1`,
    SOPInstanceUID: `1.2.3.${study}.1.1`,
    ...values,
  });

/** Jane has studies 1 and 2, John has 3. */
async function start(t: TestContext) {
  const real = await openRealArchive(t);
  for (const dataSet of [slice(1), slice(2), slice(3, johnValues)]) await real.put(dataSet);
  let at = Date.parse('2026-01-02T03:04:05Z');
  const now = () => {
    at += 1000;
    return new Date(at);
  };
  const reconciliation = openReconciliation({ database: real.database, system: 'TEST', now, log: silentLog });
  const act = (what: Act) => reconciliation.act(what, note);
  const undo = (eventId: string) => reconciliation.undo(eventId, note);
  const keys = dataSetOf({ StudyInstanceUID: null, PatientID: null, PatientName: null });
  const sent = async (study: number): Promise<DataSet> => {
    const [instance] = await real.archive.instances({ studyInstanceUid: `1.2.3.${study}` });
    assert.ok(instance);
    const bytes = Buffer.concat(await Array.fromAsync(real.archive.dataSetBytes(instance)));
    return readDataSet(bytes, instance.transferSyntaxUid);
  };
  /** What searches and what goes out say of each study: the same, or the test ends here. */
  const whose = async () => {
    const said = (await real.ask('STUDY', keys, 'StudyInstanceUID', 'PatientID', 'PatientName')).sort();
    for (const line of said) {
      const [uid = '', id, name] = line.split('|');
      const out = await sent(Number(uid.slice(6)));
      assert.deepEqual([out.string('PatientID'), out.string('PatientName')], [id, name], uid);
    }
    return said.map((line) => line.slice(6));
  };
  const people = async () =>
    (await real.database.all(sql`select patient_id, name, study_count from patient order by patient_id, name`)).map(
      (row) => Object.values(row).join('|'),
    );
  return { ...real, reconciliation, act, undo, whose, people };
}

test('a merge that is undone gives back what came under the old ID meanwhile', async (t) => {
  const { act, undo, put, whose, people } = await start(t);
  const { eventId } = await act({ kind: 'merge patients', from: john, into: jane });
  await put(slice(4, johnValues));
  assert.ok((await whose()).includes('4|PID001|DOE^JANE'));
  await undo(eventId);
  assert.deepEqual(await whose(), ['1|PID001|DOE^JANE', '2|PID001|DOE^JANE', '3|PID002|DOE^JOHN', '4|PID002|DOE^JOHN']);
  assert.deepEqual(await people(), ['PID001|DOE^JANE|2', 'PID002|DOE^JOHN|2']);
});

test('a correction that is undone is undone for what came meanwhile too, under the old ID and under the new', async (t) => {
  const { act, undo, put, whose, people } = await start(t);
  const values = { PatientID: 'PID009', PatientName: 'SMITH^JANE' };
  const { eventId } = await act({ kind: 'correct patient', patient: jane, values });
  await put(slice(4));
  await put(slice(5, { PatientID: 'PID009', PatientName: 'SMITH^JANE' }));
  assert.deepEqual((await whose()).slice(3), ['4|PID009|SMITH^JANE', '5|PID009|SMITH^JANE']);
  await undo(eventId);
  assert.deepEqual(await whose(), [
    ...['1|PID001|DOE^JANE', '2|PID001|DOE^JANE', '3|PID002|DOE^JOHN'],
    ...['4|PID001|DOE^JANE', '5|PID009|SMITH^JANE'],
  ]);
  assert.deepEqual(await people(), ['PID001|DOE^JANE|3', 'PID002|DOE^JOHN|1', 'PID009|SMITH^JANE|1']);
});

test('a patient that is made anew never takes the place of one that an event could bring back', async (t) => {
  const { act, undo, whose, people } = await start(t);
  await act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to: { PatientID: 'NEW1', PatientName: 'POE^EDGAR' } });
  const back = await act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to: { PatientID: 'PID001' } });
  await act({ kind: 'move study', studyInstanceUid: '1.2.3.3', to: { PatientID: 'NEW2', PatientName: 'WILDE^OSCAR' } });
  await undo(back.eventId);
  assert.deepEqual(await whose(), ['1|NEW1|POE^EDGAR', '2|PID001|DOE^JANE', '3|NEW2|WILDE^OSCAR']);
  assert.deepEqual(await people(), ['NEW1|POE^EDGAR|1', 'NEW2|WILDE^OSCAR|1', 'PID001|DOE^JANE|1']);
});

test('a study that is taken out and put back is whose it was, with everything that was put right', async (t) => {
  const { act, undo, archive, whose, people, database } = await start(t);
  const moved = await act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to: { PatientID: 'PID002' } });
  await act({ kind: 'correct patient', patient: jane, values: { PatientName: 'SMITH^JANE' } });
  await act({ kind: 'correct study', studyInstanceUid: '1.2.3.2', values: { StudyDescription: 'KNEE' } });
  const before = [await whose(), await people()];
  for (const study of [1, 2, 3]) assert.equal(await archive.reject({ studyInstanceUid: `1.2.3.${study}` }, note), 1);
  for (const study of [3, 2, 1]) assert.equal(await archive.restore(`1.2.3.${study}`, note), 1);
  assert.deepEqual([await whose(), await people()], before);
  const [row] = await database.all(sql`select description from study where study_instance_uid = '1.2.3.2'`);
  assert.equal(row?.description, 'KNEE');
  await undo(moved.eventId).catch((error: unknown) => assert.ok(error instanceof ReconciliationError));
});

test('nobody is given an ID that leads to somebody else since a merge', async (t) => {
  const { act, put, whose } = await start(t);
  await act({ kind: 'merge patients', from: john, into: jane });
  const refused = (error: unknown) => error instanceof ReconciliationError && error.fault === 'in-the-way';
  await assert.rejects(
    act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to: { PatientID: 'PID002', PatientName: 'X' } }),
    refused,
  );
  await put(slice(6, { PatientID: 'PID006', PatientName: 'POE^EDGAR' }));
  await assert.rejects(
    act({ kind: 'correct patient', patient: { patientId: 'PID006' }, values: { PatientID: 'PID002' } }),
    refused,
  );
  assert.deepEqual((await whose()).length, 4);
});

test('the last study of a merged patient can be taken out, and the old ID still leads to it once it is back', async (t) => {
  const { act, archive, put, whose, people } = await start(t);
  await act({ kind: 'merge patients', from: john, into: jane });
  const before = [await whose(), await people()];
  for (const study of [1, 2, 3]) assert.equal(await archive.reject({ studyInstanceUid: `1.2.3.${study}` }, note), 1);
  assert.deepEqual(await people(), []);
  for (const study of [3, 1, 2]) assert.equal(await archive.restore(`1.2.3.${study}`, note), 1);
  assert.deepEqual([await whose(), await people()], before);
  await put(slice(4, johnValues));
  assert.ok((await whose()).includes('4|PID001|DOE^JANE'));
});

test('what was taken out while a merge was undone comes back as whose it is; an act on it waits until it is back', async (t) => {
  const { act, undo, archive, put, whose, people } = await start(t);
  const merged = await act({ kind: 'merge patients', from: john, into: jane });
  await put(slice(4, johnValues));
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.3.4' }, note), 1);
  await undo(merged.eventId);
  assert.equal(await archive.restore('1.2.3.4', note), 1);
  assert.deepEqual((await whose()).slice(2), ['3|PID002|DOE^JOHN', '4|PID002|DOE^JOHN']);
  assert.deepEqual(await people(), ['PID001|DOE^JANE|2', 'PID002|DOE^JOHN|2']);
  const moved = await act({ kind: 'move study', studyInstanceUid: '1.2.3.4', to: { PatientID: 'PID001' } });
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.3.4' }, note), 1);
  await assert.rejects(undo(moved.eventId), /is taken out: put it back/);
  assert.equal(await archive.restore('1.2.3.4', note), 1);
  assert.ok((await whose()).includes('4|PID001|DOE^JANE'));
  await undo(moved.eventId);
  assert.ok((await whose()).includes('4|PID002|DOE^JOHN'));
  assert.equal(await archive.reject({ studyInstanceUid: '1.2.3.4' }, note), 1);
  assert.equal(await archive.purge('1.2.3.4', note), 1);
});
