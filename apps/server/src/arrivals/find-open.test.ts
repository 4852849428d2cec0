// Which studies a node looks after: at its start every open one, later those that nobody decides about; found by an index alone.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { closeStudy, completionRows, openStudies, openStudiesAfter } from './arrival-rows.ts';
import { findOpenStudies } from './find-open.ts';

const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function filled(t: TestContext, studies: number) {
  const real = await openRealArchive(t);
  const put = (study: number, instance = 1) =>
    real.put(
      ctSlice({
        StudyInstanceUID: `1.2.${study}`,
        SeriesInstanceUID: `1.2.${study}.1`,
        SOPInstanceUID: `1.2.${study}.1.${instance}`,
      }),
    );
  for (let study = 1; study <= studies; study += 1) await put(study);
  const found = async () => (await Array.fromAsync(openStudies(real.database))).flat();
  const decided = (study: number, count: number) =>
    real.database.batch([
      ...completionRows(`1.2.${study}`, { seriesInstanceUid: '', count, completedAt: '', evidence: '', missing: 0 }),
    ]);
  return { ...real, put, found, decided };
}

test('a study is open from its first object until it is decided about, and again with the next', async (t) => {
  const { found, decided, put, database } = await filled(t, 3);
  const uids = async () => (await found()).map(({ studyInstanceUid, count }) => `${studyInstanceUid} ${count}`);
  assert.deepEqual(await uids(), ['1.2.1 1', '1.2.2 1', '1.2.3 1']);
  await decided(2, 1);
  await decided(1, 7);
  assert.deepEqual(await uids(), ['1.2.1 1', '1.2.3 1'], 'of study 1 another number was decided about');
  await database.batch([closeStudy('1.2.1', 1)]);
  await put(2, 2);
  assert.deepEqual(await uids(), ['1.2.2 2', '1.2.3 1']);
});

test('of many studies that are complete none is looked at: the index holds the open ones alone', async (t) => {
  const { database, found } = await filled(t, 1);
  const [first = '', ...more] = openStudiesAfter('').text;
  const values = openStudiesAfter('').values;
  const plan = await database.all<{ detail: string }>({ text: [`explain query plan ${first}`, ...more], values });
  assert.deepEqual(
    plan.map(({ detail }) => detail),
    ['SEARCH study USING INDEX study_open (study_instance_uid>?)'],
  );
  const [index] = await database.all<{ sql: string }>(sql`select sql from sqlite_master where name = 'study_open'`);
  assert.match(index?.sql ?? '', /where is_open = 1$/);
  assert.equal((await found()).length, 1);
});

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) assert.fail('it did not come to that within 30 s');
}

test('a study that a node left when it died is taken by another, one that still comes in is not', async (t) => {
  const { database, put } = await filled(t, 2);
  const taken: string[] = [];
  const finding = findOpenStudies({
    database,
    isHere: (uid) => uid === '1.2.2',
    take: (uid) => void taken.push(uid),
    hasRoom: () => true,
    everyMs: 200,
    log,
  });
  t.after(finding.close);
  await until(() => taken.length > 0);
  assert.deepEqual(taken, ['1.2.1'], 'at the start at once, but not what somebody here looks after');
  await put(3);
  await until(() => taken.includes('1.2.3'));
  await finding.close();
  const before = taken.length;
  await put(4);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(taken.length, before);
});

test('no more are taken than have room; an index that fails is asked again', async (t) => {
  const { database } = await filled(t, 1);
  let failures = 2;
  let taken = 0;
  const finding = findOpenStudies({
    database: {
      all: (query) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('gone')) : database.all(query);
      },
    },
    isHere: () => false,
    take: () => {
      taken += 1;
    },
    hasRoom: () => false,
    everyMs: 10,
    log,
  });
  await until(() => taken > 0);
  // It waits for room; that ends with closing.
  await finding.close();
  assert.equal(taken, 1);
});
