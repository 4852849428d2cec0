// Copies of a running archive: whole, incremental, recognised when cut off, and put back only when every byte is right.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertSound,
  configurationOf,
  filled,
  makeBackup,
  newFolder,
  restoring,
  slice,
  uid,
} from '../../testing/backups.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openStored } from '../verify/open-stored.ts';
import { BackupError } from './backup-error.ts';
import { copySqlite } from './copy-sqlite.ts';
import { checkBackup, type RestoreOptions, restore } from './restore.ts';
import { listSnapshots } from './snapshots.ts';

test('a backup of a running archive restores to the same objects, found and whole', async (t) => {
  const real = await filled(t, 5);
  const target = await temporaryFolder();
  const { summary, kinds } = await makeBackup(real.folder, target);
  assert.deepEqual([kinds, summary.objects, summary.copied], [[], 5, 5]);
  await real.put(slice(6));
  const data = await newFolder();
  const { options, damaged } = restoring(target);
  const restored = await restore(configurationOf(data), options);
  assert.deepEqual([restored.objects, restored.damaged, damaged], [5, 0, []]);
  await assertSound(data, 5);
  const second = await openRealArchive(t, { folder: data });
  assert.deepEqual(second.complaints, []);
  const [wanted] = await real.archive.instances({ sopInstanceUid: uid(3) });
  const [got] = await second.archive.instances({ sopInstanceUid: uid(3) });
  assert.deepEqual(got, wanted);
  assert.equal((await second.put(slice(7))).status.code, 0);
});

test('a second backup copies only what is new, and both can be restored', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  const first = await makeBackup(real.folder, target);
  await real.put(slice(4));
  const second = await makeBackup(real.folder, target);
  assert.deepEqual([second.summary.objects, second.summary.copied], [4, 1]);
  for (const [name, rows] of [
    [first.summary.folder, 3],
    [second.summary.folder, 4],
  ] as const) {
    const data = await newFolder();
    await restore(
      configurationOf(data),
      restoring(target, { snapshot: name.slice(name.lastIndexOf('/') + 1) }).options,
    );
    await assertSound(data, rows);
  }
});

test('what is in the backup with another digest is copied again', async (t) => {
  const real = await filled(t, 2);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  const path = join(target, 'objects', real.keys[0] ?? '');
  const good = await readFile(path);
  await writeFile(path, Buffer.alloc(good.length));
  assert.equal((await makeBackup(real.folder, target)).summary.copied, 0, 'the earlier list is trusted');
  assert.equal((await makeBackup(real.folder, target, { recheck: true })).summary.copied, 1);
  assert.deepEqual(await readFile(path), good);
  await truncate(path, 10);
  assert.equal((await makeBackup(real.folder, target)).summary.copied, 1, 'a size is always looked at');
});

test('a damaged and a missing source are findings, and the good copy of an earlier backup stays', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  const [one = '', two = '', three = ''] = real.keys;
  const source = join(real.folder, 'objects');
  const good = await readFile(join(target, 'objects', one));
  await writeFile(join(source, one), Buffer.alloc(good.length));
  await rm(join(source, two));
  await truncate(join(source, three), 100);
  const { summary, kinds } = await makeBackup(real.folder, target, { recheck: true });
  assert.deepEqual([kinds, summary.objects], [[], 3], 'the copies that are there are still right');
  const fresh = await makeBackup(real.folder, await temporaryFolder());
  assert.deepEqual(fresh.kinds.toSorted(), [`missing file ${two}`, `wrong digest ${one}`, `wrong size ${three}`]);
  assert.deepEqual([fresh.summary.objects, fresh.summary.findings], [0, 3]);
  assert.deepEqual(await readFile(join(target, 'objects', one)), good);
});

test('objects that are deleted for good while the backup runs are no finding: the index is copied anew', async (t) => {
  const real = await filled(t, 3);
  await real.archive.reject({ sopInstanceUid: uid(2) }, { by: 'test', reason: 'quality' });
  let copies = 0;
  const copyIndex = async (file: string) => {
    copies += 1;
    await copySqlite(join(real.folder, 'index.sqlite'), file);
    if (copies === 1) await real.archive.purge('1.2.3.1', { by: 'vet', reason: '' });
  };
  const target = await temporaryFolder();
  const { summary, kinds } = await makeBackup(real.folder, target, {}, { copyIndex });
  assert.deepEqual([kinds, summary.objects, copies], [[], 2, 2]);
  const data = await newFolder();
  await restore(configurationOf(data), restoring(target).options);
  await assertSound(data, 2);
});

test('objects that move to the second store while the backup runs are copied from there, and the backup is not begun anew', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  const rows = await real.database.all<{ key: string }>(sql`select object_key as key from instance order by 1`);
  const [first = { key: '' }, second = { key: '' }] = rows;
  let copies = 0;
  // A file goes an hour after its object moved: a first backup may take days.
  const copyIndex = async (file: string) => {
    copies += 1;
    await copySqlite(join(real.folder, 'index.sqlite'), file);
    for (const [key, to] of [
      [first.key, '000900/000900000.dcm'],
      [second.key, '000900/000900001.dcm'],
    ] as const) {
      await mkdir(join(real.folder, 'objects', '000900'), { recursive: true });
      await rename(join(real.folder, 'objects', key), join(real.folder, 'objects', to));
      await real.database.batch([sql`update instance set object_key = ${to} where object_key = ${key}`]);
    }
  };
  const { summary, kinds } = await makeBackup(real.folder, target, {}, { copyIndex });
  assert.deepEqual([summary.objects, kinds, copies], [3, [], 1]);
  const folder = await newFolder();
  await restore(configurationOf(folder), restoring(target).options);
  await assertSound(folder, 3);
});

test('objects stored while the backup runs are not in it, and harm nothing', async (t) => {
  const real = await filled(t, 20);
  const target = await temporaryFolder();
  let storing = true;
  const sender = (async () => {
    for (let index = 100; storing; index += 1) await real.put(slice(index));
  })();
  const { summary, kinds } = await makeBackup(real.folder, target, { bytesPerSecond: 100_000 });
  storing = false;
  await sender;
  assert.deepEqual(kinds, []);
  const data = await newFolder();
  await restore(configurationOf(data), restoring(target).options);
  await assertSound(data, summary.objects);
});

test('a backup that was cut off is recognised, does not count, and its objects are not copied again', async (t) => {
  const real = await filled(t, 300);
  const target = await temporaryFolder();
  const abort = new AbortController();
  const cut = makeBackup(real.folder, target, { signal: abort.signal, progress: () => abort.abort() });
  await assert.rejects(cut, { name: 'AbortError' });
  assert.equal((await listSnapshots(target)).unfinished.length, 1);
  const { options } = restoring(target);
  await assert.rejects(
    restore(configurationOf(await newFolder()), options),
    /no complete backup is there.*1 was cut off/,
  );
  const again = await makeBackup(real.folder, target);
  assert.equal(again.summary.cutOff.length, 1);
  assert.ok(again.summary.copied < 100, `${again.summary.copied} were copied again`);
  assert.deepEqual((await listSnapshots(target)).unfinished, []);
});

test('a damaged object, list, index or description of a backup is refused, and nothing is put in place', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  const { summary } = await makeBackup(real.folder, target);
  const spoil = async (path: string) => {
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.from([0x5a]), 0, 1, size - 3);
    await file.close();
  };
  for (const name of ['manifest.jsonl', 'index.sqlite', 'snapshot.json']) {
    const copy = join(await temporaryFolder(), 'copy');
    await cp(target, copy, { recursive: true });
    await spoil(join(copy, summary.folder.slice(target.length), name));
    const data = await newFolder();
    await assert.rejects(
      restore(configurationOf(data), restoring(copy).options),
      { name: 'BackupError', fault: 'damaged' },
      name,
    );
    await assert.rejects(stat(data));
  }
  await spoil(join(target, 'objects', real.keys[0] ?? ''));
  await rm(join(target, 'objects', real.keys[1] ?? ''));
  for (const work of [restore, (_: unknown, options: RestoreOptions) => checkBackup(options)]) {
    const data = await newFolder();
    const { options, damaged } = restoring(target);
    assert.equal((await work(configurationOf(data), options)).damaged, 2);
    assert.deepEqual(damaged.toSorted(), [real.keys[0], real.keys[1]]);
    await assert.rejects(stat(data));
    await assert.rejects(stat(`${data}.restoring`));
  }
});

test('a list whose keys lead out of the folder is refused', async (t) => {
  const real = await filled(t, 1);
  const target = await temporaryFolder();
  const { summary } = await makeBackup(real.folder, target);
  const list = join(summary.folder, 'manifest.jsonl');
  const evil = (await readFile(list, 'utf8')).replace(/"key":"[^"]*"/, '"key":"../../evil"');
  await writeFile(list, evil);
  const description = join(summary.folder, 'snapshot.json');
  const { createHash } = await import('node:crypto');
  const said = JSON.parse(await readFile(description, 'utf8'));
  said.manifest = { size: evil.length, sha256: createHash('sha256').update(evil).digest('hex') };
  await writeFile(description, JSON.stringify(said));
  await assert.rejects(restore(configurationOf(await newFolder()), restoring(target).options), { fault: 'damaged' });
});

test('a data folder with anything in it is left alone', async (t) => {
  const real = await filled(t, 1);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  await assert.rejects(restore(configurationOf(real.folder), restoring(target).options), { fault: 'not-empty' });
  assert.equal((await real.archive.statistics()).instances, 1);
});

test('an empty folder is taken, also with a slash at its end; one that is a mounted disk is refused before anything is copied', async (t) => {
  const real = await filled(t, 2);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  const empty = await temporaryFolder();
  await restore({ ...configurationOf(empty), data: `${empty}/` }, restoring(target).options);
  await assertSound(empty, 2);
  const disk = await temporaryFolder();
  const mounting = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]);
  if (mounting.status !== 0) return t.diagnostic('this user may mount nothing: the other half is not tried');
  t.after(() => spawnSync('umount', [disk]));
  const progress = () => assert.fail('something was copied');
  const { options } = restoring(target, { progress });
  await assert.rejects(restore(configurationOf(disk), options), {
    name: 'BackupError',
    fault: 'not-writable',
    message: /a disk is mounted.*restore to a folder in it/,
  });
  await restore(configurationOf(join(disk, 'data')), restoring(target).options);
  await assertSound(join(disk, 'data'), 2);
});

test('a target that is full, cannot be written or is in use is said so, and the next backup goes on', async (t) => {
  const real = await filled(t, 2);
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await assert.rejects(makeBackup(real.folder, file), { name: 'BackupError', fault: 'not-writable' });
  const target = await temporaryFolder();
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const reading = await openStored(configurationOf(real.folder));
  const objects = {
    ...reading.objects,
    read: (key: string) => {
      const inner = reading.objects.read(key);
      return (async function* () {
        yield* inner;
        throw full;
      })();
    },
  };
  await assert.rejects(makeBackup(real.folder, target, {}, { objects }), { name: 'BackupError', fault: 'target-full' });
  await reading[Symbol.asyncDispose]();
  assert.deepEqual(
    (await readdir(join(target, 'objects'), { recursive: true })).filter((name) => /part$/.test(name)),
    [],
  );
  const unlock = takeLock(join(target, 'lock.sqlite'));
  await assert.rejects(makeBackup(real.folder, target), { name: 'BackupError', fault: 'in-use' });
  unlock?.();
  assert.equal((await makeBackup(real.folder, target)).summary.objects, 2);
});

test('a folder that holds no backup is said so', async () => {
  const empty = await temporaryFolder();
  await mkdir(join(empty, 'snapshots'));
  await assert.rejects(checkBackup(restoring(empty).options), BackupError);
  await assert.rejects(checkBackup(restoring('/nowhere').options), { fault: 'no-backup' });
});
