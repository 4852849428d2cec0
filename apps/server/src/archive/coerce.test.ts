// What objects are given that come without, and that what they came with is not lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { readIncomingDefault } from '../settings/coercion.ts';

const study = dataSetOf({
  StudyInstanceUID: null,
  PatientID: null,
  IssuerOfPatientID: null,
  PatientName: null,
  PatientSex: null,
  StudyDate: null,
});
const shown = ['PatientID', 'IssuerOfPatientID', 'PatientName', 'PatientSex', 'StudyDate'];

test('[QR-DB-01] [QR-DB-04] [QR-DB-07] [QR-DB-11] empty values get what the settings say, in queries and in what goes out; given ones stay', async (t) => {
  const incomingDefaults = (
    [
      ['PatientName', 'UNKNOWN'],
      ['PatientID', 'NOID'],
      ['PatientBirthDate', '19000101'],
      ['StudyDate', '20260101'],
      ['Modality', 'OT'],
    ] as const
  ).map(([attribute, value]) => ({ attribute, value }));
  const real = await openRealArchive(t, { coercion: { incomingDefaults } });
  await real.put(ctSlice());
  const empty: Values = {
    PatientName: null,
    PatientID: undefined,
    PatientBirthDate: null,
    StudyDate: null,
    Modality: null,
  };
  await real.put(
    ctSlice({ StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1', SOPInstanceUID: '1.2.4.1.1', ...empty }),
  );
  assert.deepEqual((await real.ask('STUDY', study, ...shown)).sort(), [
    'NOID||UNKNOWN|F|20260101',
    'PID001||DOE^JANE|F|20240115',
  ]);
  const series = dataSetOf({ StudyInstanceUID: '1.2.4', SeriesInstanceUID: null, Modality: null });
  assert.deepEqual(await real.ask('SERIES', series, 'Modality'), ['OT']);
  const [instance] = await real.archive.instances({ studyInstanceUid: '1.2.4' });
  assert.ok(instance);
  const out = await real.archive.header(instance);
  assert.deepEqual([out.string('PatientName'), out.string('Modality')], ['UNKNOWN', 'OT']);
  const [original] = out.items('OriginalAttributesSequence')[0]?.items('ModifiedAttributesSequence') ?? [];
  assert.equal(original?.element('PatientName')?.length, 0);
  const [whole] = await real.archive.instances({ studyInstanceUid: '1.2.3.1' });
  assert.equal(whole?.changes, undefined);
});

test('[QR-DB-02] a comma parts last and first name, a space does not', async (t) => {
  const real = await openRealArchive(t, { coercion: { incomingNames: 'split at comma' } });
  const names = ['SMITH, ANN', 'SMITH ANN', 'POE^EDGAR', 'A, B, C'];
  for (const [index, PatientName] of names.entries())
    await real.put(
      ctSlice({
        PatientName,
        PatientID: `P${index}`,
        StudyInstanceUID: `1.2.${index + 1}`,
        SOPInstanceUID: `1.3.${index}`,
      }),
    );
  const found = await real.ask('STUDY', study, 'PatientName');
  assert.deepEqual(found.sort(), ['A, B, C', 'POE^EDGAR', 'SMITH ANN', 'SMITH^ANN']);
  const smith = dataSetOf({ StudyInstanceUID: null, PatientName: 'SMITH^*' });
  assert.deepEqual(await real.ask('STUDY', smith, 'PatientName'), ['SMITH^ANN']);
});

test('[QR-DB-05] [QR-EXP-13] the first letter of the sex decides; what is none of M, F, O goes out empty', async (t) => {
  const real = await openRealArchive(t, { coercion: { incomingSex: 'M, F, O or empty' } });
  for (const [index, PatientSex] of ['male', 'f', 'X', null, 'U', 'O'].entries())
    await real.put(
      ctSlice({
        PatientSex,
        PatientID: `P${index}`,
        StudyInstanceUID: `1.2.${index + 1}`,
        SOPInstanceUID: `1.3.${index}`,
      }),
    );
  assert.deepEqual((await real.ask('STUDY', study, 'PatientID', 'PatientSex')).sort(), [
    'P0|M',
    'P1|F',
    'P2|',
    'P3|',
    'P4|',
    'P5|O',
  ]);
  const [unknown] = await real.archive.instances({ patientId: 'P4' });
  assert.ok(unknown);
  assert.equal((await real.archive.header(unknown)).element('PatientSex')?.length, 0);
});

test('the issuer by sender keeps two hospitals with the same numbers apart', async (t) => {
  const incomingDefaults = [
    { attribute: 'IssuerOfPatientID', value: 'NORTH', from: 'CT_NORTH' },
    { attribute: 'IssuerOfPatientID', value: 'SOUTH', from: 'CT_SOUTH' },
  ] as const;
  const real = await openRealArchive(t, { coercion: { incomingDefaults } });
  const send = (callingAeTitle: string, values: Values) =>
    real.archive.receive({
      dataSet: inPieces(encoded(ctSlice(values))),
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'DIMSE', callingAeTitle },
    });
  await send('CT_NORTH', {});
  await send('CT_SOUTH', { PatientName: 'ROE^RICHARD', StudyInstanceUID: '1.2.4', SOPInstanceUID: '1.2.4.1' });
  await send('OTHER', { PatientName: 'POE^EDGAR', StudyInstanceUID: '1.2.5', SOPInstanceUID: '1.2.5.1' });
  assert.deepEqual((await real.ask('STUDY', study, ...shown.slice(0, 3))).sort(), [
    'PID001|NORTH|DOE^JANE',
    'PID001|SOUTH|ROE^RICHARD',
    'PID001||POE^EDGAR',
  ]);
  assert.equal((await real.archive.statistics()).patients, 3);
});

test('an object that was coerced survives a crash before its row was kept', async (t) => {
  const coercion = { incomingDefaults: [{ attribute: 'Modality', value: 'OT' } as const] };
  const real = await openRealArchive(t, { coercion });
  await real.put(ctSlice({ Modality: null }));
  await real.archive.reject({ studyInstanceUid: '1.2.3.1' }, { by: 'test', reason: '' });
  assert.equal(await real.archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 1);
  const series = dataSetOf({ StudyInstanceUID: '1.2.3.1', SeriesInstanceUID: null, Modality: null });
  assert.deepEqual(await real.ask('SERIES', series, 'Modality'), ['OT']);
});

test('defaults that make no sense are refused by the settings', () => {
  for (const wrong of [
    { attribute: 'PatientSize', value: '1' },
    { attribute: 'StudyDate', value: 'today' },
    { attribute: 'PatientID', value: '' },
    { attribute: 'PatientID', value: 'a\\b' },
    { attribute: 'Modality', value: 'ct!' },
    { attribute: 'Modality', value: 'CT', from: 'x'.repeat(17) },
    { attribute: 'Modality', value: 'CT', when: 'always' },
    'Modality',
  ])
    assert.throws(() => readIncomingDefault(wrong), JSON.stringify(wrong));
});
