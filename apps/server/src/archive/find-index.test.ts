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

const scans = (plan: readonly string[]) => plan.filter((line) => line.startsWith('SCAN'));

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

test('a search without a key walks through the table: a plan that scans is told from one that does not', async (t) => {
  assert.notDeepEqual(scans(await planOf(t, 'PATIENT', { PatientID: null })), []);
});
