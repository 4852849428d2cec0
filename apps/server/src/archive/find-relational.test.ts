// Relational searches that ask for something below their level: each entity once, whoever it is like, in every zone, by items too.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { queryRetrieveSopClasses } from '@concord/network';
import { startDicomweb } from '../../testing/archive.ts';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { createZone } from '../settings/time-zones.ts';
import { findInZone } from './find-in-zone.ts';
import { checkQuery, levelOf } from './information-models.ts';

const objectOf = (number: number, values: Values) =>
  ctSlice({
    StudyInstanceUID: `1.2.${number}`,
    SeriesInstanceUID: `1.2.${number}.1`,
    SOPInstanceUID: `1.2.${number}.1.1`,
    ...values,
  });

test('patients who have no ID, or the ID of another hospital, are each found by what lies below', async (t) => {
  const { archive, put } = await openRealArchive(t);
  await put(objectOf(1, { PatientID: 'P1', IssuerOfPatientID: 'HERE', PatientName: 'A' }));
  await put(objectOf(2, { PatientID: 'P1', IssuerOfPatientID: 'THERE', PatientName: 'B' }));
  await put(objectOf(3, { PatientID: null, PatientName: 'C' }));
  await put(objectOf(4, { PatientID: null, PatientName: 'D' }));
  const found = async (options: object) => {
    const keys = dataSetOf({ PatientID: null, PatientName: null, Modality: 'CT' });
    const answers = await Array.fromAsync(archive.find('PATIENT', keys, { relational: true, ...options }));
    return answers.map((answer) => answer.string('PatientName')).sort();
  };
  assert.deepEqual(await found({}), ['A', 'B', 'C', 'D']);
  const pages = [await found({ limit: 3 }), await found({ limit: 3, offset: 3 })];
  assert.deepEqual(pages.flat().sort(), ['A', 'B', 'C', 'D']);
});

async function startFilled(t: TestContext) {
  const web = await startDicomweb(t);
  for (const [index, id] of ['S1', 'S2'].entries()) {
    const object = objectOf(index + 1, { StudyDescription: 'KNEE', AccessionNumber: id });
    object.set('RequestAttributesSequence[0].ScheduledProcedureStepID', id);
    const dataSet = inPieces(encoded(object), 1000);
    await web.archive.receive({ dataSet, transferSyntaxUid: explicitVrLittleEndian, origin: { via: 'import' } });
  }
  const studies = async (query: string): Promise<string[]> => {
    const answer = await fetch(`${web.service}/studies?${query}`);
    assert.equal(answer.status, 200, query);
    const found = (await answer.json()) as { '0020000D': { Value: [string] } }[];
    return found.map((one) => one['0020000D'].Value[0]).sort();
  };
  return { ...web, studies };
}

test('a key within a sequence of the series finds its studies over QIDO-RS, and not all of them', async (t) => {
  const { studies } = await startFilled(t);
  assert.deepEqual(await studies('RequestAttributesSequence.ScheduledProcedureStepID=S2'), ['1.2.2']);
  assert.deepEqual(await studies('RequestAttributesSequence.ScheduledProcedureStepID=S3'), []);
  assert.deepEqual(await studies('RequestAttributesSequence.ScheduledProcedureStepID='), ['1.2.1', '1.2.2']);
});

test('spaces around a value of a QIDO-RS query are padding', async (t) => {
  const { studies } = await startFilled(t);
  assert.deepEqual(await studies('AccessionNumber=%20S2%20'), ['1.2.2']);
  assert.deepEqual(await studies('ModalitiesInStudy=MR,%20CT%20&StudyDescription=KNEE%20'), ['1.2.1', '1.2.2']);
});

test('times below the level are compared in the zone of the query', async (t) => {
  const { archive, put } = await openRealArchive(t);
  await put(objectOf(1, { ContentDate: '20240115', ContentTime: '0030', TimezoneOffsetFromUTC: '+0100' }));
  await put(objectOf(2, { ContentDate: '20240115', ContentTime: '1200', TimezoneOffsetFromUTC: '+0100' }));
  const found = async (values: Values) => {
    const keys = dataSetOf({ StudyInstanceUID: null, TimezoneOffsetFromUTC: '+0000', ...values });
    const options = { zone: createZone('+0000', Date.now), constants: {}, relational: true };
    const answers = await Array.fromAsync(findInZone(archive, 'STUDY', keys, options));
    return answers.map((answer) => answer.string('StudyInstanceUID')).sort();
  };
  assert.deepEqual(await found({ ContentDate: '20240114' }), ['1.2.1']);
  assert.deepEqual(await found({ ContentDate: '20240115' }), ['1.2.2']);
  assert.deepEqual(await found({ ContentDate: '20240115', ContentTime: '2330' }), []);
  assert.deepEqual(await found({}), ['1.2.1', '1.2.2']);
});

test('a birth date and its time are one span where that is agreed, also in another zone', async (t) => {
  const { archive, put } = await openRealArchive(t);
  await put(objectOf(1, { PatientBirthDate: '20240116', PatientBirthTime: '0800' }));
  const keys = dataSetOf({ StudyInstanceUID: null, PatientBirthDate: '20240115-', PatientBirthTime: '2300-' });
  const found = async (combinedDateTime: boolean) =>
    Array.fromAsync(
      findInZone(archive, 'STUDY', keys, { zone: createZone('+0000', Date.now), constants: {}, combinedDateTime }),
    );
  assert.equal((await found(true)).length, 1);
  assert.equal((await found(false)).length, 0);
});

test('a sequence of a level below is refused only where an attribute in it has a value', () => {
  const refused = (value: string | null) => {
    const identifier = dataSetOf({ QueryRetrieveLevel: 'STUDY' });
    identifier.set('RequestAttributesSequence[0].ScheduledProcedureStepID', value);
    const found = levelOf(queryRetrieveSopClasses.studyRootFind, identifier);
    assert.ok('model' in found);
    return checkQuery(found.model, found.level, identifier, false);
  };
  assert.equal(refused(null), undefined);
  assert.match(refused('S1')?.comment ?? '', /is below the STUDY level/);
});
