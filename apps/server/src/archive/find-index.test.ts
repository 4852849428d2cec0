// Searches by a key that the index is made for never walk through a whole table: the plan of each statement says so.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import type { Query } from '../database/database.ts';
import type { Level } from './archive.ts';

/** Lines of the plan of what a search asks the index. */
async function planOf(t: TestContext, level: Level, keys: Values): Promise<string[]> {
  const asked: Query[] = [];
  const { archive, database, close } = await openRealArchive(t, {
    database: (real) => ({
      ...real,
      iterate: (query, options) => {
        asked.push(query);
        return real.iterate(query, options);
      },
    }),
  });
  await Array.fromAsync(archive.find(level, dataSetOf(keys)));
  const lines: string[] = [];
  for (const { text, values } of asked) {
    const [first = '', ...more] = text;
    const rows = await database.all<{ detail: string }>({ text: [`explain query plan ${first}`, ...more], values });
    lines.push(...rows.map(({ detail }) => detail));
  }
  await close();
  assert.ok(lines.length > 0, 'the search asked nothing');
  return lines;
}

/** `members`: rows that come out of an index one after the other, each leading to a study. */
const scans = (plan: readonly string[]) => plan.filter((line) => line.startsWith('SCAN') && line !== 'SCAN members');

const study = '1.2.3.1';
const series = '1.2.3.1.1';
const searches: readonly (readonly [Level, Values])[] = [
  ['PATIENT', { PatientID: 'PID001' }],
  ['PATIENT', { PatientName: 'DOE^JANE' }],
  ['PATIENT', { PatientName: 'DOE*' }],
  ['PATIENT', { PatientBirthDate: '19600101-19601231' }],
  ['STUDY', { PatientID: 'PID001', StudyDate: null, PatientName: null }],
  ['STUDY', { PatientName: 'DOE^J*' }],
  ['STUDY', { StudyInstanceUID: study }],
  ['STUDY', { StudyInstanceUID: [study, '1.2.3.2'] }],
  ['STUDY', { StudyInstanceUID: '1.2.*' }],
  ['STUDY', { StudyDate: '20240101-20240131', PatientName: null }],
  ['STUDY', { StudyDate: '20240131-20240101' }],
  ['STUDY', { AccessionNumber: 'ACC001', PatientID: null }],
  ['STUDY', { StudyID: 'S1' }],
  ['STUDY', { ReferringPhysicianName: 'REF^ALPHA' }],
  ['STUDY', { ModalitiesInStudy: 'CT' }],
  ['STUDY', { ModalitiesInStudy: 'CT\\MR' }],
  ['STUDY', { ModalitiesInStudy: 'CT', StudyDate: '20240101-20240131' }],
  ['STUDY', { StudyDescription: 'CT CHEST' }],
  ['STUDY', { PatientSex: 'O' }],
  ['STUDY', { PatientSex: 'O', StudyDate: '20240101-20240131' }],
  ['PATIENT', { PatientSex: 'O' }],
  ['SERIES', { Modality: 'CT' }],
  ['SERIES', { StudyInstanceUID: study, SeriesInstanceUID: null, Modality: null }],
  ['SERIES', { StudyInstanceUID: study, Modality: 'CT' }],
  ['IMAGE', { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: null }],
  ['IMAGE', { StudyInstanceUID: study, SeriesInstanceUID: series, InstanceNumber: '1' }],
  ['IMAGE', { SOPInstanceUID: '1.2.3.1.1.1' }],
];

for (const [level, keys] of searches)
  test(`${level} by ${JSON.stringify(keys)} is found through an index`, async (t) => {
    const plan = await planOf(t, level, keys);
    assert.deepEqual(scans(plan), [], plan.join('\n'));
  });

/** What has to be compared with a pattern that begins with a wildcard is walked through in the index, never in the table. */
const walks: readonly (readonly [Level, Values])[] = [
  ['PATIENT', { PatientName: '*JANE*' }],
  ['STUDY', { PatientName: '*JANE*' }],
  ['STUDY', { PatientID: '*001' }],
  ['STUDY', { AccessionNumber: '?CC*' }],
  ['STUDY', { StudyDescription: '*CHEST*' }],
  ['STUDY', { ReferringPhysicianName: '*ALPHA' }],
];

for (const [level, keys] of walks)
  test(`${level} by ${JSON.stringify(keys)} walks through an index at most`, async (t) => {
    const plan = await planOf(t, level, keys);
    assert.deepEqual(
      scans(plan).filter((line) => !line.includes('COVERING INDEX')),
      [],
      plan.join('\n'),
    );
  });

test('objects of a SOP Class are found through the studies that have it: no other object is read', async (t) => {
  for (const keys of [
    { SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11' },
    { SOPClassUID: '1.2.3\\1.2.4', PatientID: null },
  ]) {
    const plan = await planOf(t, 'IMAGE', keys);
    assert.deepEqual(
      scans(plan).map((line) => line.trim()),
      ['SCAN w'],
      plan.join('\n'),
    );
  }
});

test('few values lead the search only where nothing else narrows it', async (t) => {
  const led = (plan: readonly string[]) => plan.some((line) => /_by_(modality|sex|patient_sex)/.test(line));
  assert.equal(led(await planOf(t, 'STUDY', { PatientSex: 'F' })), true);
  assert.equal(led(await planOf(t, 'STUDY', { PatientSex: 'F', StudyDate: '20240115-20240120' })), false);
  assert.equal(led(await planOf(t, 'STUDY', { ModalitiesInStudy: 'CT', StudyDate: '20240115-20240120' })), false);
});

test('a search without a key walks through the table: a plan that scans is told from one that does not', async (t) => {
  assert.notDeepEqual(scans(await planOf(t, 'PATIENT', { PatientID: null })), []);
});

test('a query for everything is answered row by row: nothing is sorted or collected before the first answer', async (t) => {
  for (const level of ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] as const) {
    const plan = await planOf(t, level, { PatientID: null, StudyInstanceUID: null, PatientName: '*' });
    assert.deepEqual(
      plan.filter((line) => /TEMP B-TREE|MATERIALIZE|SUBQUERY/.test(line)),
      [],
      plan.join('\n'),
    );
  }
});
