// An index from files alone is the index that was there; what only the old one knew is carried over; damage is named.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { configurationOf } from '../../testing/backups.ts';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { completionRows } from '../arrivals/arrival-rows.ts';
import { sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openFileReader } from '../objects/object-reader.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import type { Difference } from './index-differences.ts';
import { type ReindexOptions, reindex } from './reindex.ts';
import { replaceIndex } from './replace-index.ts';

const uid = (index: number) => `1.2.3.1.1.${index}`;
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function filled(t: TestContext): Promise<RealArchive> {
  const real = await openRealArchive(t);
  for (let index = 1; index <= 4; index += 1)
    await real.put(ctSlice({ SOPInstanceUID: uid(index), InstanceNumber: String(index) }));
  await real.put(ctSlice({ SOPInstanceUID: uid(1), InstanceNumber: '1', PixelData: new Uint8Array(32).fill(7) }));
  const other = { StudyInstanceUID: '1.2.3.9', SeriesInstanceUID: '1.2.3.9.1', SOPInstanceUID: '1.2.3.9.1.1' };
  await real.put(
    ctSlice({
      ...other,
      PatientID: 'PID002',
      SpecificCharacterSet: 'ISO_IR 192',
      PatientName: 'Müller^Jürgen',
      Modality: 'MR',
    }),
  );
  await real.archive.reject({ sopInstanceUid: uid(3) }, { by: 'test', reason: 'quality' });
  return real;
}

async function rebuild(
  folder: string,
  { useBefore = true, ...more }: Partial<ReindexOptions> & { useBefore?: boolean } = {},
) {
  const skipped: string[] = [];
  const differences: Difference[] = [];
  const done: { summary?: Awaited<ReturnType<typeof reindex>> } = {};
  const { kept } = await replaceIndex(configurationOf(folder), useBefore, async (database, before) => {
    done.summary = await reindex(
      {
        objects: openFileReader(join(folder, 'objects')),
        database,
        before,
        implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
        log,
      },
      {
        signal: new AbortController().signal,
        now: () => new Date('2026-05-05T05:05:05Z'),
        skipped: (key, reason) => skipped.push(`${key}: ${reason}`),
        differs: (difference) => differences.push(difference),
        ...more,
      },
    );
    return true;
  });
  return { summary: done.summary, skipped, differences, kept };
}

const tablesToCompare = [
  'patient_alias',
  'patient_event',
  'patient',
  'study',
  'series',
  'instance',
  'rejected',
  'conflict',
  'association_record',
  'job',
  'completion',
  'temporary_instance',
];
const everything = (folder: string) => {
  const index = new DatabaseSync(join(folder, 'index.sqlite'), { readOnly: true });
  const all = tablesToCompare.map((name) => {
    const rows = index.prepare(`select * from ${name} order by 1`).all();
    // How often something was decided about a study says nothing of what it has.
    return [name, rows.map(({ decisions: _, ...row }) => row)];
  });
  index.close();
  return JSON.parse(JSON.stringify(all));
};

test('the rebuilt index has the same rows as the one before, and is proven equal to it', async (t) => {
  const real = await filled(t);
  await real.database.batch([
    {
      text: ["insert into association_record values ('a', '2026', 'X', '', '{}')"],
      values: [],
    },
    {
      text: ["insert into temporary_instance values ('1.2.3.1.1.1', '2026')"],
      values: [],
    },
    ...completionRows('1.2.3.9', {
      seriesInstanceUid: '',
      count: 1,
      completedAt: '2026',
      evidence: 'test',
      missing: 0,
    }),
  ]);
  await real.close();
  const before = everything(real.folder);
  const { summary, skipped, differences, kept } = await rebuild(real.folder);
  assert.deepEqual([skipped, differences], [[], []]);
  assert.deepEqual([summary?.objects, summary?.rejected, summary?.carriedOver], [5, 1, 4]);
  assert.deepEqual(everything(real.folder), before);
  assert.ok(kept && existsSync(kept));
  const again = await openRealArchive(t, { folder: real.folder });
  assert.deepEqual(again.complaints, []);
  assert.equal(await again.archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 1);
});

test('an object that made way for another stays aside, and a lost one is still spoken of', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'replace' });
  for (const fill of [1, 2]) await real.put(ctSlice({ PixelData: new Uint8Array(32).fill(fill) }));
  const { instance } = await real.put(ctSlice({ SOPInstanceUID: uid(2) }));
  await rm(join(real.folder, 'objects', instance?.key ?? ''));
  await real.put(ctSlice({ SOPInstanceUID: uid(2) }));
  await real.close();
  const before = everything(real.folder);
  const { summary, differences } = await rebuild(real.folder);
  assert.deepEqual([summary?.objects, summary?.replaced, summary?.carriedOver], [2, 1, 2]);
  assert.deepEqual(differences, []);
  const rowsOf = (name: string, all: [string, Record<string, unknown>[]][]) =>
    all
      .find(([each]) => each === name)?.[1]
      .map(({ instance_key, object_key, kind }) => [instance_key, object_key, kind]);
  for (const name of ['instance', 'conflict'])
    assert.deepEqual(rowsOf(name, everything(real.folder)), rowsOf(name, before));
});

test('what people put right, merged and protected stays so, and files that had no row come in beside it', async (t) => {
  const real = await filled(t);
  const note = { by: 'vet', reason: 'mixed up at the desk' };
  const { database } = real;
  const reconciliation = openReconciliation({ database, system: 'TEST', now: () => new Date(), log });
  await reconciliation.act(
    { kind: 'merge patients', from: { patientId: 'PID002' }, into: { patientId: 'PID001' } },
    note,
  );
  await reconciliation.act(
    { kind: 'correct study', studyInstanceUid: '1.2.3.1', values: { StudyDescription: 'MR HEAD' } },
    note,
  );
  const { instance } = await real.put(
    ctSlice({
      StudyInstanceUID: '1.2.3.8',
      SeriesInstanceUID: '1.2.3.8.1',
      SOPInstanceUID: '1.2.3.8.1.1',
      PatientID: 'P8',
    }),
  );
  await real.close();
  const before = everything(real.folder);
  assert.deepEqual((await rebuild(real.folder)).differences, []);
  assert.deepEqual(everything(real.folder), before);
  const index = new DatabaseSync(join(real.folder, 'index.sqlite'));
  for (const name of ['instance', 'series', 'study', 'patient'])
    index.exec(`delete from ${name} where ${name}_key = (select max(${name}_key) from ${name})`);
  index.close();
  const { differences } = await rebuild(real.folder, { now: () => new Date('2026-01-02T03:04:05Z') });
  assert.deepEqual(
    differences.map(({ kind, key }) => `${kind} ${key}`),
    [`only after ${instance?.key}`],
  );
  assert.deepEqual(everything(real.folder), before);
});

test('an ID that leads to a patient of whom no object is left holds nothing up, and leads nowhere', async (t) => {
  const real = await openRealArchive(t);
  const { database } = real;
  for (const number of [1, 2, 3]) {
    const uids = { StudyInstanceUID: `1.2.${number}`, SeriesInstanceUID: `1.2.${number}.1` };
    await real.put(ctSlice({ ...uids, SOPInstanceUID: `1.2.${number}.1.1`, PatientID: `P${number}` }));
  }
  const reconciliation = openReconciliation({ database, system: 'TEST', now: () => new Date(), log });
  const note = { by: 'vet', reason: '' };
  await reconciliation.act({ kind: 'merge patients', from: { patientId: 'P2' }, into: { patientId: 'P1' } }, note);
  const lost = await real.archive.instances({ patientId: 'P1' });
  assert.equal(lost.length, 2);
  await real.close();
  for (const { key } of lost) await rm(join(real.folder, 'objects', key));
  assert.equal((await rebuild(real.folder)).summary?.objects, 1);
  const index = new DatabaseSync(join(real.folder, 'index.sqlite'));
  assert.deepEqual(index.prepare('select patient_id from patient_alias').all(), []);
  index.close();
});

test('without the old index every object is found again, with the sender its file names', async (t) => {
  const real = await filled(t);
  await real.close();
  for (const suffix of ['', '-wal', '-shm']) await rm(join(real.folder, `index.sqlite${suffix}`), { force: true });
  const { summary, kept } = await rebuild(real.folder);
  assert.equal(kept, undefined);
  assert.deepEqual([summary?.objects, summary?.rejected], [6, 0], 'files alone do not say what was rejected');
  const again = await openRealArchive(t, { folder: real.folder });
  assert.equal((await again.archive.statistics()).instances, 5);
  assert.equal((await again.archive.statistics()).patients, 2);
});

test('an old index that is damaged, or not wanted, is not asked', async (t) => {
  const real = await filled(t);
  await real.close();
  assert.equal((await rebuild(real.folder, { useBefore: false })).summary?.rejected, 0);
  await writeFile(join(real.folder, 'index.sqlite'), 'no database '.repeat(1000));
  const { summary, kept } = await rebuild(real.folder);
  assert.equal(summary?.objects, 6);
  assert.ok(kept && existsSync(kept), 'the damaged one is kept for whoever wants to look at it');
});

test('missing, cut and foreign files are named; what is whole is indexed', async (t) => {
  const real = await filled(t);
  const [first = '', second = ''] = await real.files();
  await real.close();
  await rm(join(real.folder, 'objects', first));
  await truncate(join(real.folder, 'objects', second), 400);
  await writeFile(join(real.folder, 'objects', '000000', 'x.txt'), 'x');
  await writeFile(join(real.folder, 'objects', '000000', '000000777.dcm'), 'not DICOM at all');
  const { summary, skipped, differences } = await rebuild(real.folder);
  assert.equal(skipped.length, 3, skipped.join('\n'));
  assert.ok(differences.some(({ kind, key }) => kind === 'only before' && key === second));
  assert.ok((summary?.objects ?? 0) >= 3);
});

test('an interrupted rebuild leaves the index as it was, and nothing beside it', async (t) => {
  const real = await filled(t);
  await real.close();
  const before = everything(real.folder);
  const abort = new AbortController();
  const cut = rebuild(real.folder, { signal: abort.signal, progress: () => abort.abort() });
  await assert.rejects(cut, { name: 'AbortError' });
  assert.deepEqual(everything(real.folder), before);
  const names = (await readdir(real.folder)).filter((name) => name.startsWith('index.') && !/-(wal|shm)$/.test(name));
  assert.deepEqual(names, ['index.sqlite']);
});

test('a folder in use by a server, or without objects, is refused', async (t) => {
  const real = await filled(t);
  const unlock = takeLock(join(real.folder, 'lock.sqlite'));
  await assert.rejects(rebuild(real.folder), /in use/);
  unlock?.();
  await assert.rejects(rebuild('/nowhere'), /no stored objects/);
});

test('what was deleted for good does not come back because the store could not let go of it yet; the next start removes it', async (t) => {
  const real = await filled(t);
  const [kept] = await real.archive.instances({ sopInstanceUid: uid(2) });
  const [gone] = await real.archive.instances({ sopInstanceUid: uid(4) });
  assert.ok(kept && gone);
  await real.archive.reject({ sopInstanceUid: uid(4) }, { by: 'vet', reason: '' });
  const bytes = await readFile(join(real.folder, 'objects', gone.key));
  await real.archive.purge('1.2.3.1', { by: 'vet', reason: '' }, { sopInstanceUids: [uid(4)] });
  const number = Number.parseInt(gone.key.slice(gone.key.indexOf('/') + 1), 10);
  // The server died behind the decision; the other row is one that an object needs after all.
  await real.database.batch([
    sql`insert into removing (object_key, number, size) values (${gone.key}, ${number}, ${bytes.length})`,
    sql`insert into removing (object_key, number, size)
      select object_key, instance_key, size from instance where sop_instance_uid = ${uid(2)}`,
  ]);
  await real.close();
  await writeFile(join(real.folder, 'objects', gone.key), bytes);
  const { summary, skipped, differences } = await rebuild(real.folder);
  assert.deepEqual([skipped, differences], [[], []]);
  assert.deepEqual([summary?.objects, summary?.rejected, summary?.deleted], [4, 1, 1]);
  const again = await openRealArchive(t, { folder: real.folder });
  assert.equal((await again.archive.instances({ sopInstanceUid: uid(4) })).length, 0);
  assert.equal((await again.archive.instances({ sopInstanceUid: uid(2) })).length, 1);
  assert.equal(existsSync(join(real.folder, 'objects', gone.key)), false);
  assert.equal(existsSync(join(real.folder, 'objects', kept.key)), true);
});

for (const [whose, PatientName] of [
  ['the same', 'DOE^JANE'],
  ['another', 'ROE^RICHARD'],
])
  test(`an object of ${whose} patient that got a UID of its own because its own belongs to another keeps it`, async (t) => {
    const real = await openRealArchive(t, { duplicates: 'rename' });
    await real.put(ctSlice({ SOPInstanceUID: uid(1) }));
    const { instance } = await real.put(
      ctSlice({ SOPInstanceUID: uid(1), PatientName, PixelData: new Uint8Array(32).fill(7) }),
    );
    assert.ok(instance);
    await real.close();
    const before = everything(real.folder);
    const { summary, skipped, differences } = await rebuild(real.folder);
    assert.deepEqual([skipped, differences, summary?.objects], [[], [], 2]);
    const again = await openRealArchive(t, { folder: real.folder, duplicates: 'rename' });
    assert.equal((await again.archive.statistics()).instances, 2);
    assert.equal((await again.archive.instances({ studyInstanceUid: '1.2.3.1' })).length, 2);
    const conflicts = (tables: typeof before) => tables.find(([name]: [string]) => name === 'conflict')?.[1];
    assert.deepEqual(
      conflicts(everything(real.folder)).map(({ kind }: { kind: string }) => kind),
      conflicts(before).map(({ kind }: { kind: string }) => kind),
    );
  });
