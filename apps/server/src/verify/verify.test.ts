// Index against store, both ways: every kind of damage is found and named, and nothing is found where nothing is wrong.
import assert from 'node:assert/strict';
import { mkdir, open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { StartError } from '../start-error.ts';
import type { Finding } from './finding.ts';
import { openStored } from './open-stored.ts';
import { createPace, sideBySide } from './pace.ts';
import { type VerifyOptions, verify } from './verify.ts';

const configurationOf = (data: string) => readConfiguration(['--data', data], {});
const uid = (index: number) => `1.2.3.1.1.${index}`;

/** An archive with so many objects of one study, ended unless it is to go on. */
async function filled(t: TestContext, count: number): Promise<RealArchive & { keys: readonly string[] }> {
  const real = await openRealArchive(t);
  const keys: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const { instance } = await real.put(ctSlice({ SOPInstanceUID: uid(index), InstanceNumber: String(index) }));
    keys.push(instance?.key ?? '');
  }
  return { ...real, keys };
}

async function check(folder: string, options: Partial<VerifyOptions> = {}, running?: boolean) {
  const findings: Finding[] = [];
  await using stored = await openStored(configurationOf(folder));
  const summary = await verify(
    { ...stored, running: running ?? stored.running },
    {
      content: true,
      parallel: 2,
      bytesPerSecond: 0,
      signal: new AbortController().signal,
      found: (finding) => findings.push(finding),
      ...options,
    },
  );
  return { summary, findings, kinds: findings.map(({ kind, key }) => `${kind} ${key}`) };
}

const inIndex = (folder: string, ...statements: string[]) => {
  const index = new DatabaseSync(join(folder, 'index.sqlite'));
  for (const statement of statements) index.exec(statement);
  index.close();
};

test('an archive that is in order has no findings, and every object was read', async (t) => {
  const real = await filled(t, 5);
  await real.close();
  const { summary, findings } = await check(real.folder);
  assert.deepEqual(findings, []);
  assert.deepEqual({ ...summary, bytes: 0 }, { rows: 5, bytes: 0, files: 5, underWay: 0, findings: 0 });
  assert.ok(summary.bytes > 5 * 500);
});

test('without content only names and sizes are looked at', async (t) => {
  const real = await filled(t, 2);
  await real.close();
  const { summary } = await check(real.folder, { content: false });
  assert.equal(summary.bytes, 0);
});

test('a missing, a cut and a changed file, and a folder in the place of one, are told apart', async (t) => {
  const real = await filled(t, 5);
  await real.close();
  const [missing = '', cut = '', changed = '', unreadable = ''] = real.keys;
  const path = (key: string) => join(real.folder, 'objects', key);
  await rm(path(missing));
  await truncate(path(cut), 300);
  const file = await open(path(changed), 'r+');
  await file.write(Buffer.from([0xff]), 0, 1, (await file.stat()).size - 1);
  await file.close();
  await rm(path(unreadable));
  await mkdir(path(unreadable));
  const { findings, kinds } = await check(real.folder);
  assert.deepEqual(kinds.toSorted(), [
    `missing file ${missing}`,
    `wrong digest ${changed}`,
    `wrong size ${cut}`,
    `wrong size ${unreadable}`,
  ]);
  assert.equal(findings.find(({ kind }) => kind === 'missing file')?.sopInstanceUid, uid(1));
});

test('a change that keeps the size is missed without content', async (t) => {
  const real = await filled(t, 1);
  await real.close();
  const file = await open(join(real.folder, 'objects', real.keys[0] ?? ''), 'r+');
  await file.write(Buffer.from([0xff]), 0, 1, (await file.stat()).size - 1);
  await file.close();
  assert.deepEqual((await check(real.folder, { content: false })).kinds, []);
});

test('a file without row, a foreign file and a wrong count are found', async (t) => {
  const real = await filled(t, 3);
  await real.close();
  const objects = join(real.folder, 'objects');
  inIndex(real.folder, `delete from instance where sop_instance_uid = '${uid(2)}'`);
  await writeFile(join(objects, '000000', 'holiday.jpg'), 'x');
  await writeFile(join(objects, 'notes.txt'), 'x');
  const { kinds } = await check(real.folder);
  assert.deepEqual(kinds.toSorted(), [
    `file without row ${real.keys[1]}`,
    'foreign file 000000/holiday.jpg',
    'foreign file notes.txt',
    'wrong count ',
  ]);
});

test('what a running server has not finished is no finding; of a stopped one it is', async (t) => {
  const real = await filled(t, 2);
  await writeFile(join(real.folder, 'objects', '000000', '000000900.dcm'), 'DIC');
  const running = await check(real.folder, {}, true);
  assert.deepEqual(running.findings, []);
  assert.ok(running.summary.underWay > 1, 'files made in advance, and the one that is being written');
  const stopped = await check(real.folder, {}, false);
  assert.ok(stopped.kinds.includes('unfinished 000000/000000900.dcm'));
  await real.close();
});

test('rejected and put aside objects belong to the index too', async (t) => {
  const real = await filled(t, 2);
  await real.put(ctSlice({ SOPInstanceUID: uid(1), InstanceNumber: '1', PixelData: new Uint8Array(32).fill(9) }));
  await real.archive.reject({ sopInstanceUid: uid(2) }, { by: 'test', reason: 'quality' });
  await real.close();
  const { findings, summary } = await check(real.folder);
  assert.deepEqual(findings, []);
  assert.equal(summary.rows, 3);
});

test('one study, or what came since a moment, is checked alone', async (t) => {
  const real = await filled(t, 2);
  const other = { StudyInstanceUID: '1.2.3.9', SeriesInstanceUID: '1.2.3.9.1', SOPInstanceUID: '1.2.3.9.1.1' };
  const { instance } = await real.put(ctSlice(other));
  await real.close();
  for (const key of [real.keys[0], instance?.key]) await rm(join(real.folder, 'objects', key ?? ''));
  const { kinds, summary } = await check(real.folder, { studyInstanceUid: '1.2.3.9' });
  assert.deepEqual(kinds, [`missing file ${instance?.key}`]);
  assert.deepEqual([summary.rows, summary.files], [1, 0]);
  assert.equal((await check(real.folder, { since: '2027-01-01' })).summary.rows, 0);
  assert.equal((await check(real.folder, { since: '2025-01-01' })).summary.rows, 3);
});

test('more rows than one page holds are all looked at', async (t) => {
  const real = await filled(t, 1);
  await real.close();
  const copies = Array.from(
    { length: 1100 },
    (_, index) =>
      `insert into rejected select ${5000 + index}, '9.${index}', '9', '9', '', 'gone/${index}', 1, '', '', '', '', '', '', ''`,
  );
  inIndex(real.folder, 'begin', ...copies, 'commit');
  const { summary } = await check(real.folder);
  assert.equal(summary.rows, 1101);
  assert.equal(summary.findings, 1100);
});

test('a folder without an index, and an index that is none, are said so', async (t) => {
  await assert.rejects(openStored(configurationOf('/nowhere')), StartError);
  const real = await filled(t, 1);
  await real.close();
  await writeFile(join(real.folder, 'index.sqlite'), 'this is no database, however long it is '.repeat(200));
  await assert.rejects(check(real.folder), /database/);
});

test('the pace holds back what is faster than it allows, and ends when it is interrupted', async () => {
  const abort = new AbortController();
  const pace = createPace(1_000_000, abort.signal);
  const begun = performance.now();
  for (let count = 0; count < 5; count += 1) await pace.take(20_000);
  assert.ok(performance.now() - begun >= 75, 'four pieces of 20 ms are waited for');
  const waiting = pace.take(1_000_000_000).then(() => pace.take(1));
  abort.abort();
  await assert.rejects(waiting);
});

test('work side by side ends with the first error, after what is under way', async () => {
  let under = 0;
  let done = 0;
  const work = async (item: number) => {
    under += 1;
    await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    done += 1;
    if (item === 5) throw new Error('five');
  };
  await assert.rejects(
    sideBySide(
      Array.from({ length: 1000 }, (_, item) => item),
      3,
      work,
    ),
    /five/,
  );
  assert.equal(under, 0);
  assert.ok(done < 20);
});
