// What a peer is sent is the same, byte for byte, whether it was written from the row or by way of a data set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DataSet,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  matches,
  readDataSet,
  writeDataSet,
} from '@concord/dicom';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { f1 } from '../../testing/fixture-f1.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import type { Level } from './archive.ts';

const constants = { QueryRetrieveLevel: 'STUDY', RetrieveAETitle: 'CONCORD' };

/** Answers as they go out, by way of rows and by way of data sets. */
async function bothWays({ archive }: RealArchive, level: Level, keys: DataSet, transferSyntaxUid: string) {
  const form = { transferSyntaxUid, constants };
  const sent = await Array.fromAsync(archive.findForPeer(level, keys, { form }));
  const made = await Array.fromAsync(archive.find(level, keys));
  for (const answer of made) for (const [keyword, value] of Object.entries(constants)) answer.set(keyword, value);
  const bytesOf = (answer: DataSet | Uint8Array) =>
    Buffer.from(answer instanceof DataSet ? writeDataSet(answer, transferSyntaxUid) : answer).toString('hex');
  return {
    sent: sent.map(bytesOf),
    made: made.map(bytesOf),
    written: sent.filter((answer) => answer instanceof Uint8Array).length,
  };
}

const usual: Values = {
  PatientName: null,
  PatientID: null,
  PatientBirthDate: null,
  PatientSex: null,
  StudyInstanceUID: null,
  StudyDate: null,
  StudyTime: null,
  AccessionNumber: null,
  StudyID: null,
  StudyDescription: null,
  ReferringPhysicianName: null,
  ModalitiesInStudy: null,
  NumberOfStudyRelatedInstances: null,
  PatientComments: null,
};

const searches: readonly (readonly [Level, Values, boolean])[] = [
  ['PATIENT', { PatientID: null, PatientName: '*o*' }, true],
  ['STUDY', usual, true],
  ['STUDY', { ...usual, PatientName: 'doe*' }, true],
  ['STUDY', { ...usual, StudyDate: '20240101-' }, true],
  ['STUDY', { ...usual, StudyDate: '20240101-', StudyTime: '0000-' }, false],
  ['SERIES', { StudyInstanceUID: null, SeriesInstanceUID: null, SeriesNumber: null, SeriesDescription: null }, true],
  ['SERIES', { SeriesInstanceUID: null, RequestAttributesSequence: null }, false],
  ['IMAGE', { SOPInstanceUID: null, InstanceNumber: null, ImageType: null }, true],
  ['IMAGE', { SOPInstanceUID: null, Rows: null }, false],
];

test('answers are the same either way, in both encodings; only text is written from rows', async (t) => {
  const opened = await openRealArchive(t);
  for (const dataSet of f1) await opened.put(dataSet);
  for (const [level, values, direct] of searches)
    for (const syntax of [explicitVrLittleEndian, implicitVrLittleEndian]) {
      const { sent, made, written } = await bothWays(opened, level, dataSetOf(values), syntax);
      assert.ok(sent.length > 0, `${level} ${JSON.stringify(values)}`);
      assert.deepEqual(sent, made, `${level} ${JSON.stringify(values)}`);
      assert.equal(written, direct ? sent.length : 0, `${level} ${JSON.stringify(values)}`);
    }
});

test('a row with text beyond ASCII, among others without, goes by way of a data set and names its character set', async (t) => {
  const opened = await openRealArchive(t);
  const study = (index: number, values: Values) =>
    opened.put(ctSlice({ StudyInstanceUID: `1.2.${index}`, SOPInstanceUID: `1.2.${index}.1`, ...values }));
  await study(1, { PatientID: 'A', PatientName: 'PLAIN^NAME' });
  await study(2, { PatientID: 'B', SpecificCharacterSet: 'ISO_IR 100', PatientName: 'MÜLLER^JÖRG' });
  await study(3, { PatientID: 'C', StudyDescription: 'two~signs\tand a tab', PatientComments: 'odd' });
  const keys = dataSetOf({ SpecificCharacterSet: 'ISO_IR 100', ...usual });
  const { sent, made, written } = await bothWays(opened, 'STUDY', keys, explicitVrLittleEndian);
  assert.deepEqual(sent, made);
  assert.equal(written, 1);
  const sets = sent.map((hex) => readDataSet(Buffer.from(hex, 'hex'), explicitVrLittleEndian).specificCharacterSet);
  assert.deepEqual(sets.flat().filter(Boolean), ['ISO_IR 100']);
});

test('a range of dates finds days, and nothing that stands in the place of one: odd values are compared one by one', async (t) => {
  const opened = await openRealArchive(t);
  const dates = ['20200302', '2020.03.04', '20200303\\20300101', '20200230', '2020030A', '20200304 12', '20200309'];
  for (const [index, StudyDate] of dates.entries())
    await opened.put(ctSlice({ StudyInstanceUID: `1.2.${index}`, SOPInstanceUID: `1.2.${index}.1`, StudyDate }));
  const keys = dataSetOf({ ...usual, StudyDate: '20200301-20200307' });
  const { sent, made, written } = await bothWays(opened, 'STUDY', keys, explicitVrLittleEndian);
  assert.deepEqual(sent, made);
  const found = sent.map((hex) =>
    readDataSet(Buffer.from(hex, 'hex'), explicitVrLittleEndian).string('StudyInstanceUID'),
  );
  assert.deepEqual(
    [written, found.includes('1.2.0'), found.includes('1.2.4'), found.includes('1.2.6')],
    [3, true, false, false],
  );
  const byMatching = await Array.fromAsync(
    opened.archive.find('STUDY', dataSetOf({ StudyInstanceUID: null, StudyDate: null })),
  );
  const expected = byMatching.filter((answer) => matches(dataSetOf({ StudyDate: '20200301-20200307' }), answer));
  assert.deepEqual(found.sort(), expected.map((answer) => answer.string('StudyInstanceUID')).sort());
});

test('other transfer syntaxes go by way of data sets', async (t) => {
  const opened = await openRealArchive(t);
  for (const dataSet of f1) await opened.put(dataSet);
  const { sent, made, written } = await bothWays(opened, 'STUDY', dataSetOf(usual), '1.2.840.10008.1.2.2');
  assert.deepEqual(sent, made);
  assert.equal(written, 0);
});
