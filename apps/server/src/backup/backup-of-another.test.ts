// A backup folder has the objects of one archive: those of another, or of a state that was put back, have the same names and are not the same.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertSound, configurationOf, filled, makeBackup, newFolder, restoring } from '../../testing/backups.ts';
import { ctSlice } from '../../testing/data-sets.ts';
import { rebuild } from '../../testing/every-store.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { checkBackup, restore } from './restore.ts';

/** As long as any other of its number, and not the same. */
const other = (index: number, fill = 9) =>
  ctSlice({
    SOPInstanceUID: `1.2.3.1.9.${index}`,
    InstanceNumber: String(index),
    PixelData: new Uint8Array(32).fill(fill),
  });

test('another archive’s objects of the same length are not taken for its own, and the first backup stays what it is', async (t) => {
  const first = await filled(t, 3);
  const target = await temporaryFolder();
  await makeBackup(first.folder, target);
  const second = await openRealArchive(t);
  for (const index of [1, 2, 3]) await second.put(other(index));
  for (const recheck of [false, true])
    await assert.rejects(makeBackup(second.folder, target, { recheck }), { name: 'BackupError', fault: 'another' });
  const { options, damaged } = restoring(target);
  assert.deepEqual([(await checkBackup(options)).damaged, damaged], [0, []]);
  const data = await newFolder();
  await restore(configurationOf(data), options);
  await assertSound(data, 3);
});

test('an archive that was restored to an earlier moment and went on from there needs a new folder', async (t) => {
  const first = await filled(t, 2);
  const target = await temporaryFolder();
  const { summary } = await makeBackup(first.folder, target);
  await first.put(other(3));
  await makeBackup(first.folder, target);
  const data = await newFolder();
  const earlier = restoring(target, { snapshot: summary.folder.slice(summary.folder.lastIndexOf('/') + 1) });
  await restore(configurationOf(data), earlier.options);
  const back = await openRealArchive(t, { folder: data });
  const { instance } = await back.put(other(4, 8));
  if (instance?.key === (await first.archive.instances({ sopInstanceUid: '1.2.3.1.9.3' }))[0]?.key)
    await assert.rejects(makeBackup(data, target), { fault: 'another' });
  const fresh = await temporaryFolder();
  assert.equal((await makeBackup(data, fresh)).summary.copied, 3);
  assert.equal((await checkBackup(restoring(fresh).options)).damaged, 0);
  assert.equal((await checkBackup(restoring(target).options)).damaged, 0);
});

test('rejected objects, and lists of before there were names in them, are kept without being copied again', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  const { summary } = await makeBackup(real.folder, target);
  const path = join(summary.folder, 'manifest.jsonl');
  assert.match(await readFile(path, 'utf8'), /"sopInstanceUid":"1\.2\.3\.1\.1\.1"/);
  await real.archive.reject({ sopInstanceUid: '1.2.3.1.1.2' }, { by: 'test', reason: 'quality' });
  await makeBackup(real.folder, target);
  const third = await makeBackup(real.folder, target);
  assert.deepEqual([third.summary.copied, third.summary.objects], [0, 3]);
  const last = join(third.summary.folder, 'manifest.jsonl');
  const old = (await readFile(last, 'utf8')).replaceAll(/,"sopInstanceUid":"[^"]*","digest":(null|"[^"]*")/g, '');
  assert.doesNotMatch(old, /sopInstanceUid/);
  await writeFile(last, old);
  const described = join(third.summary.folder, 'snapshot.json');
  const snapshot = JSON.parse(await readFile(described, 'utf8'));
  const manifest = { size: old.length, sha256: createHash('sha256').update(old).digest('hex') };
  await writeFile(described, JSON.stringify({ ...snapshot, manifest }));
  assert.equal((await makeBackup(real.folder, target)).summary.copied, 0);
});

test('an object that was damaged, and whose index was made anew, does not replace its good copy, and is named', async (t) => {
  const real = await filled(t, 2);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  await real.close();
  const [key = ''] = real.keys;
  const file = join(real.folder, 'objects', key);
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(7, bytes.length - 4));
  await rebuild(configurationOf(real.folder), false);
  const { kinds, summary } = await makeBackup(real.folder, target);
  assert.deepEqual([kinds, summary.objects], [[`wrong digest ${key}`], 1]);
  assert.equal((await checkBackup(restoring(target).options)).damaged, 0);
});
