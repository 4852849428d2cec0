// A query for everything costs what is taken of it: neither its first answers nor leaving it depend on the size of the archive.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { addSyntheticStudies } from '../../testing/synthetic-studies.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { Database } from '../database/database.ts';
import type { Level } from './archive.ts';
import { findForPeer } from './find.ts';

const wanted = 100;

/** Pages and rows that the index gave until there were a hundred answers, and whether the query was left then. */
async function taken(database: Database, level: Level, keys: Values, signal: AbortSignal) {
  const given = { pages: 0, rows: 0, left: false };
  const watched: Database = {
    ...database,
    async *iterate<R>(...asked: Parameters<Database['iterate']>) {
      try {
        for await (const page of database.iterate<R>(...asked)) {
          given.pages += 1;
          given.rows += page.length;
          yield page;
        }
      } finally {
        given.left = true;
      }
    },
  };
  const form = { transferSyntaxUid: '1.2.840.10008.1.2.1', constants: { QueryRetrieveLevel: level } };
  let answers = 0;
  for await (const _ of findForPeer(watched, level, dataSetOf(keys), { form, signal })) {
    answers += 1;
    if (answers === wanted) break;
  }
  assert.equal(answers, wanted);
  return given;
}

async function openIndexOf(t: TestContext, studies: number): Promise<Database> {
  const database = await openTestIndex(await temporaryFolder());
  t.after(() => database.close());
  await addSyntheticStudies(database, 1, studies);
  return database;
}

const searches: readonly (readonly [Level, Values])[] = [
  ['PATIENT', { PatientID: null, PatientName: null }],
  ['STUDY', { PatientID: null, PatientName: '*', StudyInstanceUID: null, StudyDate: null, ModalitiesInStudy: null }],
  ['STUDY', { StudyInstanceUID: null, StudyDate: '20000101-' }],
  ['SERIES', { SeriesInstanceUID: null, Modality: null, PatientName: null }],
  ['IMAGE', { SOPInstanceUID: null, PatientName: null }],
];

test('the first hundred answers of an open query take as many rows from a small archive as from a large one', async (t) => {
  const [small, large] = [await openIndexOf(t, 500), await openIndexOf(t, 4000)];
  for (const [level, keys] of searches) {
    const { signal } = new AbortController();
    const ofSmall = await taken(small, level, keys, signal);
    const ofLarge = await taken(large, level, keys, signal);
    assert.deepEqual(ofLarge, ofSmall, `${level} ${JSON.stringify(keys)}`);
    assert.ok(ofLarge.rows < 500 && ofLarge.left, JSON.stringify(ofLarge));
  }
});

test('a query that is cancelled takes nothing more from the index', async (t) => {
  const database = await openIndexOf(t, 2000);
  const cancelling = new AbortController();
  let rows = 0;
  const watched: Database = {
    ...database,
    async *iterate<R>(...asked: Parameters<Database['iterate']>) {
      for await (const page of database.iterate<R>(...asked)) {
        rows += page.length;
        yield page;
      }
    },
  };
  const form = { transferSyntaxUid: '1.2.840.10008.1.2.1', constants: {} };
  const keys = dataSetOf({ StudyInstanceUID: null });
  let answers = 0;
  for await (const _ of findForPeer(watched, 'STUDY', keys, { form, signal: cancelling.signal })) {
    answers += 1;
    if (answers === 10) cancelling.abort();
  }
  assert.equal(answers, 10);
  assert.ok(rows < 500, `${rows} rows`);
});
