// What people put right: seen in every answer and in what goes out, with history, and taken back without a trace.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DataSet, readDataSet, readPart10 } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { openReconciliation } from './open-reconciliation.ts';
import { type Act, type PatientRef, ReconciliationError, type Seen } from './reconciliation.ts';

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
  const act = (what: Act, seen: readonly Seen[] = []) => reconciliation.act(what, note, seen);
  const keys = dataSetOf({ StudyInstanceUID: null, PatientID: null, PatientName: null, StudyDescription: null });
  const studies = async () =>
    (await real.ask('STUDY', keys, 'StudyInstanceUID', 'PatientID', 'PatientName', 'StudyDescription')).sort();
  const people = () =>
    real.database.all(sql`
      select patient_id, issuer, name, study_count, series_count, instance_count from patient order by patient_id, name`);
  const sent = async (study: number): Promise<DataSet> => {
    const [instance] = await real.archive.instances({ studyInstanceUid: `1.2.3.${study}` });
    assert.ok(instance);
    const bytes = Buffer.concat(await Array.fromAsync(real.archive.dataSetBytes(instance)));
    return readDataSet(bytes, instance.transferSyntaxUid);
  };
  return { ...real, reconciliation, act, studies, people, sent };
}

const refused = (fault: ReconciliationError['fault'], words: RegExp) => (error: unknown) =>
  error instanceof ReconciliationError && error.fault === fault && words.test(error.message);

test('[QR-EXP-02] [QR-FIND-04] [QR-EXP-04] demographics put right show in every answer and in what goes out; the stored bytes and the UID stay', async (t) => {
  const { act, studies, people, sent, archive } = await start(t);
  const before = await sent(1);
  await act({
    kind: 'correct patient',
    patient: jane,
    values: { PatientName: 'SMITH^JANE', PatientBirthDate: '19600102' },
  });
  assert.deepEqual((await studies()).slice(0, 2), [
    '1.2.3.1|PID001|SMITH^JANE|CT CHEST',
    '1.2.3.2|PID001|SMITH^JANE|CT CHEST',
  ]);
  assert.equal((await people())[0]?.name, 'SMITH^JANE');
  const after = await sent(1);
  assert.deepEqual([after.string('PatientName'), after.string('PatientBirthDate')], ['SMITH^JANE', '19600102']);
  assert.equal(after.string('SOPInstanceUID'), before.string('SOPInstanceUID'));
  assert.deepEqual(after.bytes('PixelData'), before.bytes('PixelData'));
  const [original] = after.items('OriginalAttributesSequence')[0]?.items('ModifiedAttributesSequence') ?? [];
  assert.equal(original?.string('PatientName'), 'DOE^JANE');
  const [instance] = await archive.instances({ studyInstanceUid: '1.2.3.1' });
  assert.ok(instance);
  const { changes: _, ...asReceived } = instance;
  const kept = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(asReceived)));
  assert.equal(readDataSet(kept, instance.transferSyntaxUid).string('PatientName'), 'DOE^JANE');
  const file = readPart10(Buffer.concat(await Array.fromAsync(archive.part10Bytes(instance))));
  assert.equal(file.dataSet.string('PatientName'), 'SMITH^JANE');
  assert.equal((await archive.header(instance)).string('PatientName'), 'SMITH^JANE');
});

test('what comes later for a patient that was put right is shown so too, whether it says the old or the new', async (t) => {
  const { act, put, studies, sent } = await start(t);
  await act({ kind: 'correct patient', patient: jane, values: { PatientName: 'SMITH^JANE' } });
  await put(slice(4));
  await put(slice(5, { PatientName: 'SMITH^JANE' }));
  const shown = await studies();
  assert.ok(shown.includes('1.2.3.4|PID001|SMITH^JANE|CT CHEST'), shown.join());
  assert.ok(shown.includes('1.2.3.5|PID001|SMITH^JANE|CT CHEST'), shown.join());
  assert.equal((await sent(4)).string('PatientName'), 'SMITH^JANE');
  assert.equal((await sent(5)).has('OriginalAttributesSequence'), false);
});

test("a study moved to another patient goes out as that one's; counts follow, and so do further objects of it", async (t) => {
  const { act, put, people, sent, database } = await start(t);
  await act({ kind: 'move study', studyInstanceUid: '1.2.3.2', to: { PatientID: 'PID002' } });
  await put(slice(2, { SOPInstanceUID: '1.2.3.2.1.2' }));
  assert.deepEqual(await people(), [
    { patient_id: 'PID001', issuer: '', name: 'DOE^JANE', study_count: 1, series_count: 1, instance_count: 1 },
    { patient_id: 'PID002', issuer: '', name: 'DOE^JOHN', study_count: 2, series_count: 2, instance_count: 3 },
  ]);
  const moved = await sent(2);
  assert.deepEqual(
    [moved.string('PatientID'), moved.string('PatientName'), moved.string('PatientSex')],
    ['PID002', 'DOE^JOHN', 'M'],
  );
  // Its own ID says what it always said: that contradicts nothing.
  assert.deepEqual(await database.all(sql`select kind from conflict`), []);
});

test('a study moved to a patient that nobody knew makes that patient', async (t) => {
  const { act, people, studies } = await start(t);
  await act({ kind: 'move study', studyInstanceUid: '1.2.3.2', to: { PatientID: 'NEW1', PatientName: 'POE^EDGAR' } });
  assert.ok((await studies()).includes('1.2.3.2|NEW1|POE^EDGAR|CT CHEST'));
  assert.deepEqual(
    (await people()).map(({ patient_id: id }) => id),
    ['NEW1', 'PID001', 'PID002'],
  );
});

test('patients merged: one is left, and what comes under the old ID later belongs to it', async (t) => {
  const { act, put, people, studies, sent } = await start(t);
  await act({ kind: 'merge patients', from: jane, into: john });
  await put(slice(4));
  assert.deepEqual(
    (await people()).map(({ patient_id: id, study_count: count }) => `${id} ${count}`),
    ['PID002 4'],
  );
  assert.ok((await studies()).includes('1.2.3.4|PID002|DOE^JOHN|CT CHEST'));
  const late = await sent(4);
  assert.deepEqual([late.string('PatientID'), late.string('PatientName')], ['PID002', 'DOE^JOHN']);
  const [original] = late.items('OriginalAttributesSequence')[0]?.items('ModifiedAttributesSequence') ?? [];
  assert.equal(original?.string('PatientID'), 'PID001');
});

test('[QR-EXP-03] study attributes put right show and go out', async (t) => {
  const { act, studies, sent, ask } = await start(t);
  const values = { StudyDescription: 'CT ABDOMEN', AccessionNumber: 'ACC999', ReferringPhysicianName: 'REF^OMEGA' };
  await act({ kind: 'correct study', studyInstanceUid: '1.2.3.1', values });
  assert.equal((await studies())[0], '1.2.3.1|PID001|DOE^JANE|CT ABDOMEN');
  const found = dataSetOf({ StudyInstanceUID: null, ReferringPhysicianName: 'ref^omega', AccessionNumber: 'ACC999' });
  assert.deepEqual(await ask('STUDY', found, 'StudyInstanceUID', 'ReferringPhysicianName'), ['1.2.3.1|REF^OMEGA']);
  const out = await sent(1);
  assert.deepEqual([out.string('StudyDescription'), out.string('ReferringPhysicianName')], ['CT ABDOMEN', 'REF^OMEGA']);
  assert.equal((await sent(2)).string('StudyDescription'), 'CT CHEST');
});

test('every act is an event with who, when and what; undone in order, everything is as it was', async (t) => {
  const { act, reconciliation, studies, people, sent } = await start(t);
  const [studiesBefore, peopleBefore] = [await studies(), await people()];
  const corrected = await act({
    kind: 'correct patient',
    patient: jane,
    values: { PatientID: 'PID007', PatientName: 'SMITH^JANE' },
  });
  const moved = await act({ kind: 'move study', studyInstanceUid: '1.2.3.3', to: { PatientID: 'PID007' } });
  const merged = await act({ kind: 'correct study', studyInstanceUid: '1.2.3.3', values: { StudyID: 'X' } });
  assert.match(corrected.summary, /DOE\^JANE \(PID001\): patient id PID001 → PID007, name DOE\^JANE → SMITH\^JANE/);
  assert.deepEqual([moved.by, moved.reason, moved.undoneAt], ['vet', note.reason, '']);
  assert.deepEqual(
    (await reconciliation.events({ studyInstanceUid: '1.2.3.3' })).map(({ kind }) => kind),
    ['correct study', 'move study', 'correct patient'],
  );
  await assert.rejects(reconciliation.undo(corrected.eventId, note), refused('in-the-way', /taken back first/));
  for (const { eventId } of [merged, moved, corrected]) await reconciliation.undo(eventId, { by: 'chief' });
  assert.deepEqual([await studies(), await people()], [studiesBefore, peopleBefore]);
  assert.equal((await sent(3)).has('OriginalAttributesSequence'), false);
  const [last] = await reconciliation.events({ studyInstanceUid: '1.2.3.3', limit: 1 });
  assert.equal(last?.undoneBy, 'chief');
  await assert.rejects(reconciliation.undo(moved.eventId, note), refused('nothing-to-do', /already/));
});

test('a merge undone gives both patients back, and the old ID is its own again', async (t) => {
  const { act, reconciliation, people, put, database } = await start(t);
  const before = await people();
  const { eventId } = await act({ kind: 'merge patients', from: jane, into: john });
  await reconciliation.undo(eventId, note);
  assert.deepEqual(await people(), before);
  assert.deepEqual(await database.all(sql`select * from patient_alias`), []);
  await put(slice(4));
  assert.equal((await people())[0]?.study_count, 3);
});

test('a link of two patients is told of both, changes neither, and can be taken back once', async (t) => {
  const { act, reconciliation, people, studies } = await start(t);
  const before = [await people(), await studies()];
  const { eventId } = await act({ kind: 'link patients', one: jane, other: john });
  for (const studyInstanceUid of ['1.2.3.1', '1.2.3.3'])
    assert.deepEqual(
      (await reconciliation.events({ studyInstanceUid })).map(({ kind, undoneAt }) => [kind, undoneAt]),
      [['link patients', '']],
    );
  await reconciliation.undo(eventId, { by: 'chief' });
  assert.equal((await reconciliation.events({ studyInstanceUid: '1.2.3.1' }))[0]?.undoneBy, 'chief');
  assert.deepEqual([await people(), await studies()], before);
  await assert.rejects(reconciliation.undo(eventId, note), refused('nothing-to-do', /already/));
});

test('a quarantined study is joined, given an ID of its own, or accepted as it is', async (t) => {
  const { act, reconciliation, put, studies } = await start(t);
  for (const number of [4, 5, 6])
    await put(slice(number, { PatientName: `ROE^R${number}ICHARD`, PatientBirthDate: '19700101' }));
  const waiting = await reconciliation.quarantined();
  assert.deepEqual(
    waiting.map(({ studyInstanceUid, patientId, patientName, knownName }) => [
      studyInstanceUid,
      patientId,
      patientName,
      knownName,
    ]),
    [6, 5, 4].map((number) => [`1.2.3.${number}`, 'PID001', `ROE^R${number}ICHARD`, 'DOE^JANE']),
  );
  await act({ kind: 'move study', studyInstanceUid: '1.2.3.4', to: { PatientID: 'PID001' } });
  await act({ kind: 'correct patient', patient: { studyInstanceUid: '1.2.3.5' }, values: { PatientID: 'PID055' } });
  await act({ kind: 'accept study', studyInstanceUid: '1.2.3.6' });
  assert.deepEqual(await reconciliation.quarantined(), []);
  const shown = await studies();
  assert.ok(shown.includes('1.2.3.4|PID001|DOE^JANE|CT CHEST'));
  assert.ok(shown.includes('1.2.3.5|PID055|ROE^R5ICHARD|CT CHEST'));
  assert.ok(shown.includes('1.2.3.6|PID001|ROE^R6ICHARD|CT CHEST'));
  await put(slice(7));
  assert.ok((await studies()).includes('1.2.3.7|PID001|DOE^JANE|CT CHEST'));
});

test('contradictions of objects are listed until somebody lets them go', async (t) => {
  const { reconciliation, put } = await start(t);
  await put(slice(1, { SOPInstanceUID: '1.2.3.1.1.9', PatientID: 'PID009' }));
  const [conflict] = await reconciliation.conflicts();
  assert.deepEqual([conflict?.kind, conflict?.sopInstanceUid], ['other patient', '1.2.3.1.1.9']);
  assert.equal(await reconciliation.dismiss(conflict?.conflict ?? -1, 'vet'), true);
  assert.equal(await reconciliation.dismiss(conflict?.conflict ?? -1, 'vet'), false);
  assert.deepEqual(await reconciliation.conflicts(), []);
});

test('an ID that has an issuer, named without it, is refused with the name that would do; an ID alone makes no patient', async (t) => {
  const { act, put, people } = await start(t);
  const values = { ...johnValues, PatientID: 'PID009', IssuerOfPatientID: 'NORTH' };
  await put(slice(4, values));
  const before = await people();
  const correct = (patient: PatientRef) => act({ kind: 'correct patient', patient, values: { PatientName: 'ROE^JO' } });
  const named = refused('not-there', /patient PID009; with this ID there is 'PID009\\NORTH'$/);
  await assert.rejects(correct({ patientId: 'PID009' }), named);
  await assert.rejects(
    correct({ patientId: 'PID009', issuer: 'SOUTH' }),
    /of SOUTH; with this ID there is 'PID009\\NORTH'$/,
  );
  const move = (to: { PatientID: string; IssuerOfPatientID?: string; PatientName?: string }) =>
    act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to });
  await assert.rejects(move({ PatientID: 'PID009' }), named);
  await assert.rejects(move({ PatientID: 'PID00O' }), refused('not-there', /patient PID00O$/));
  assert.deepEqual(await people(), before);
  await correct({ patientId: 'PID009', issuer: 'NORTH' });
  await move({ PatientID: 'PID009', IssuerOfPatientID: 'NORTH' });
  await move({ PatientID: 'PID009', PatientName: 'POE^EDGAR' });
});

test('what cannot be done says why and changes nothing', async (t) => {
  const { act, reconciliation, people } = await start(t);
  const before = await people();
  await assert.rejects(
    act({ kind: 'correct patient', patient: { patientId: 'X' }, values: {} }),
    refused('not-there', /patient X/),
  );
  await assert.rejects(
    act({ kind: 'correct patient', patient: jane, values: { PatientName: 'DOE^JANE' } }),
    refused('nothing-to-do', /already/),
  );
  await assert.rejects(
    act({ kind: 'correct patient', patient: jane, values: { PatientID: 'PID002' } }),
    refused('in-the-way', /merge/),
  );
  await assert.rejects(
    act({ kind: 'merge patients', from: jane, into: jane }),
    refused('nothing-to-do', /one patient/),
  );
  await assert.rejects(
    act({ kind: 'move study', studyInstanceUid: '9.9', to: { PatientID: 'A' } }),
    refused('not-there', /study 9.9/),
  );
  await assert.rejects(
    act({ kind: 'move study', studyInstanceUid: '1.2.3.1', to: { PatientID: 'PID001' } }),
    refused('nothing-to-do', /there already/),
  );
  await assert.rejects(
    act({ kind: 'accept study', studyInstanceUid: '1.2.3.1' }),
    refused('nothing-to-do', /not in quarantine/),
  );
  await assert.rejects(reconciliation.undo('nothing', note), refused('not-there', /event/));
  assert.deepEqual(await people(), before);
  assert.deepEqual(await reconciliation.events({}), []);
});

test('[QR-EXP-02] what was decided about another patient than the one who is there by now is not done', async (t) => {
  const { act, studies } = await start(t);
  const patient = { studyInstanceUid: '1.2.3.1' };
  const janes = { patient, values: { PatientID: 'PID001', IssuerOfPatientID: '', PatientName: 'DOE^JANE^^' } };
  const rename = { kind: 'correct patient', patient, values: { PatientName: 'SMITH^JANE' } } as const;
  await act({ kind: 'move study', ...patient, to: { PatientID: 'PID002' } });
  const before = await studies();
  for (const late of [rename, { kind: 'merge patients', from: patient, into: jane } as const])
    await assert.rejects(act(late, [janes]), refused('changed', /the study is of DOE\^JOHN \(PID002\) by now/));
  const known = { patient: john, values: { PatientName: 'DOE^JANE' } };
  await assert.rejects(act(rename, [known]), refused('changed', /the patient is DOE\^JOHN/));
  assert.deepEqual(await studies(), before);
  await act(rename, [
    { patient, values: { PatientID: 'PID002', PatientName: 'DOE^JOHN', PatientBirthDate: '19551231' } },
  ]);
});

test('[QR-EXP-02] a study does not go to whoever has an ID where the name beside it is of somebody else', async (t) => {
  const { act, studies } = await start(t);
  const move = { kind: 'move study', studyInstanceUid: '1.2.3.1' } as const;
  const before = await studies();
  await assert.rejects(
    act({ ...move, to: { PatientID: 'PID002', PatientName: 'ROE^RICHARD' } }),
    refused('in-the-way', /the ID is that of DOE\^JOHN \(PID002\), born 19551231, whom the name contradicts/),
  );
  await assert.rejects(
    act({ ...move, to: { PatientID: 'PID002', PatientBirthDate: '19990101' } }),
    refused('in-the-way', /whom the birth date contradicts/),
  );
  assert.deepEqual(await studies(), before);
  await act({ ...move, to: { PatientID: 'PID002', PatientName: 'Doe, John' } });
});
