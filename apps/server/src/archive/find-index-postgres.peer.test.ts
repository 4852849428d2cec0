// On PostgreSQL, too, searches by a key that the index is made for never walk through a whole table: with rows enough to choose.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { inPostgres, type PostgresServer, startPostgres } from '../../testing/postgres.ts';
import { addSyntheticStudies, syntheticStudy } from '../../testing/synthetic-studies.ts';
import { type Database, type Query, sql } from '../database/database.ts';
import { openPostgres } from '../database/postgres.ts';
import { createJobStore } from '../jobs/job-store.ts';
import { beginning, movable, moved, prepare } from '../tiers/moving-rows.ts';
import type { Level } from './archive.ts';
import { find } from './find.ts';
import { selectInstances } from './selection.ts';

const one = syntheticStudy(4711);
const other = syntheticStudy(815);
const series = `${one.uid}.1`;
const searches: readonly (readonly [Level, Values])[] = [
  ['PATIENT', { PatientID: one.patientId }],
  ['PATIENT', { PatientName: one.name }],
  ['PATIENT', { PatientName: `${one.name.slice(0, 12)}*` }],
  ['PATIENT', { PatientBirthDate: '19601201-19601231' }],
  ['STUDY', { PatientID: one.patientId, StudyDate: null, PatientName: null }],
  ['STUDY', { PatientName: `${one.name.slice(0, 12)}*` }],
  ['STUDY', { StudyInstanceUID: one.uid }],
  ['STUDY', { StudyInstanceUID: [one.uid, other.uid] }],
  ['STUDY', { StudyDate: one.date, PatientName: null }],
  ['STUDY', { StudyDate: '20241210-20241220' }],
  ['STUDY', { AccessionNumber: one.accession, PatientID: null }],
  ['STUDY', { StudyID: 'S4711' }],
  ['STUDY', { ReferringPhysicianName: 'REFERRER17^X' }],
  ['STUDY', { StudyDescription: 'description 17' }],
  ['STUDY', { ModalitiesInStudy: 'CT', StudyDate: one.date }],
  ['SERIES', { StudyInstanceUID: one.uid, SeriesInstanceUID: null, Modality: null }],
  ['SERIES', { StudyInstanceUID: one.uid, Modality: 'CT' }],
  ['IMAGE', { StudyInstanceUID: one.uid, SeriesInstanceUID: series, SOPInstanceUID: null }],
  ['IMAGE', { StudyInstanceUID: one.uid, SeriesInstanceUID: series, InstanceNumber: '1' }],
  ['IMAGE', { SOPInstanceUID: `${series}.1` }],
];

describe('plans of PostgreSQL', () => {
  let server: PostgresServer;
  let database: Database;
  before(async () => {
    server = await startPostgres({ after: () => undefined });
    database = await openPostgres({ url: server.url });
    await addSyntheticStudies(database, 1, 6000);
    await inPostgres(server.url, 'analyze');
  });
  after(async () => {
    await database.close();
    await server.stop('immediate');
  });

  /** What the work asks the index, explained. */
  const plansOf = async (work: (watched: Database) => Promise<unknown>): Promise<string> => {
    const asked: Query[] = [];
    await work({
      ...database,
      all: (query) => {
        asked.push(query);
        return database.all(query);
      },
      iterate: (query, options) => {
        asked.push(query);
        return database.iterate(query, options);
      },
    });
    return explained(asked);
  };

  const explained = async (asked: readonly Query[]): Promise<string> => {
    const lines: string[] = [];
    for (const { text, values } of asked) {
      const [first = '', ...more] = text;
      const rows = await database.all<Record<string, string>>({ text: [`explain ${first}`, ...more], values });
      lines.push(...rows.map((row) => row['QUERY PLAN'] ?? ''));
    }
    assert.ok(lines.length > 0, 'nothing was asked');
    return lines.join('\n');
  };

  for (const [level, keys] of searches)
    test(`${level} by ${JSON.stringify(keys)} is found through an index`, async () => {
      let answers = 0;
      const plan = await plansOf(async (watched) => {
        for await (const _answer of find(watched, level, dataSetOf(keys))) answers += 1;
      });
      assert.ok(answers > 0, 'it finds something');
      assert.doesNotMatch(plan, /Seq Scan/);
    });

  test('the instances of a study, a series and a patient are found through an index', async () => {
    for (const selection of [
      { studyInstanceUid: one.uid },
      { studyInstanceUid: one.uid, seriesInstanceUid: series },
      { patientId: one.patientId },
      { sopInstanceUid: [`${series}.1`, `${other.uid}.1.1`] },
    ]) {
      const plan = await plansOf((watched) => selectInstances(watched, selection));
      assert.doesNotMatch(plan, /Seq Scan/, JSON.stringify(selection));
    }
  });

  test('what a background job looks for every minute is found through an index: objects to move, and those that are moved', async () => {
    await prepare(database);
    const at = '2026-01-01T00:00:00.000Z';
    const moving = Array.from({ length: 2000 }, (_, index) => ({ number: 900_000 + index, key: `f${index}`, size: 1 }));
    await database.batch([beginning(moving, (number) => `s3/${number}`), sql`update moving set moved_at = ${at}`]);
    await inPostgres(server.url, 'analyze');
    const since = { receivedAt: at, number: -1 };
    for (const look of [
      (watched: Database) => movable(watched, '2026-01-01T00:00:10.000Z', since, 100),
      (watched: Database) => moved(watched, 900_500, 100),
    ]) {
      const plan = await plansOf(look);
      assert.doesNotMatch(plan, /Seq Scan|Sort/, plan);
    }
  });

  test('the next job that is due is found through an index, however many are over', async () => {
    const store = createJobStore(database, () => new Date('2026-02-01T00:00:00Z'));
    const job = {
      kind: 'send',
      priority: 'medium',
      destination: 'PACS',
      cause: '',
      title: '',
      parameters: {},
    } as const;
    const made = Array.from({ length: 5000 }, () => store.insertion(job, []).statements).flat();
    await database.batch(made);
    await database.batch([sql`update job set state = 'done', finished_at = '2026-01-01'`]);
    await store.add(job, []);
    await inPostgres(server.url, 'analyze');
    const statements: Query[] = [];
    const watching = createJobStore(
      {
        ...database,
        async batch(queries) {
          statements.push(...queries);
          return [];
        },
      },
      () => new Date('2026-02-01T00:00:01Z'),
    );
    await watching.take('lease', 30_000, []);
    const plan = await explained(statements);
    assert.doesNotMatch(plan, /Seq Scan/, plan);
  });

  test('a search without a key walks through the table: a plan that does is told from one that does not', async () => {
    const plan = await plansOf((watched) => Array.fromAsync(find(watched, 'PATIENT', dataSetOf({ PatientID: null }))));
    assert.match(plan, /Seq Scan/);
  });
});
