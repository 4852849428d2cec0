// A start after a crash: whole objects get their rows back, half ones go, missing files are reported.
import assert from 'node:assert/strict';
import { cp, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive, temporaryFolder } from '../../testing/real-archive.ts';

/** What a crash leaves: a copy of the folder while the archive runs. */
async function crashed({ folder }: RealArchive): Promise<string> {
  const copy = await temporaryFolder();
  await cp(folder, copy, { recursive: true });
  return copy;
}

const inIndex = (folder: string, ...statements: string[]) => {
  const index = new DatabaseSync(join(folder, 'index.sqlite'));
  for (const statement of statements) index.exec(statement);
  index.close();
};
const forgetAll = [
  'delete from conflict',
  'delete from instance',
  'delete from series',
  'delete from study',
  'delete from patient',
];

test('rows that a power failure took are made again from the journal, with sender and time', async (t) => {
  const first = await openRealArchive(t);
  const { instance } = await first.put(ctSlice());
  await first.put(ctSlice({ SOPInstanceUID: '1.2.3.1.1.2' }));
  const folder = await crashed(first);
  const rows =
    'select sop_instance_uid, received_at, received_by, digest, size from instance order by sop_instance_uid';
  const before = await first.database.all({ text: [rows], values: [] });
  inIndex(folder, ...forgetAll);
  const second = await openRealArchive(t, { folder });
  assert.deepEqual(await second.database.all({ text: [rows], values: [] }), before);
  assert.deepEqual(await second.archive.instances({ sopInstanceUid: '1.2.3.1.1.1' }), [instance]);
  const { bytes: _, ...counts } = await second.archive.statistics();
  assert.deepEqual(counts, { patients: 1, studies: 1, series: 1, instances: 2 });
});

test('a file that the power failure emptied is whole again', async (t) => {
  const first = await openRealArchive(t);
  const { instance } = await first.put(ctSlice());
  assert.ok(instance);
  const folder = await crashed(first);
  await truncate(join(folder, 'objects', instance.key), 0);
  const second = await openRealArchive(t, { folder });
  assert.equal((await second.archive.frame(instance, 1)).length, 32);
  assert.deepEqual(second.complaints, []);
});

test('a second start after the crash has nothing left to do', async (t) => {
  const first = await openRealArchive(t);
  await first.put(ctSlice());
  const folder = await crashed(first);
  const second = await openRealArchive(t, { folder });
  await second.close();
  inIndex(folder, ...forgetAll);
  const third = await openRealArchive(t, { folder });
  assert.equal((await third.archive.statistics()).instances, 0, 'settled objects are not looked at again');
});

test('an object that was put aside as a duplicate stays aside', async (t) => {
  const first = await openRealArchive(t);
  await first.put(ctSlice());
  await first.put(ctSlice({ PixelData: new Uint8Array(32) }));
  const folder = await crashed(first);
  const second = await openRealArchive(t, { folder });
  assert.equal((await second.archive.statistics()).instances, 1);
  assert.equal((await second.files()).length, 2);
});

for (const journal of [0, 1024 * 1024])
  test(`a half file goes, a missing one is reported (journal of ${journal} bytes)`, async (t) => {
    const first = await openRealArchive(t, { journal });
    const { instance } = await first.put(ctSlice());
    assert.ok(instance);
    const folder = await crashed(first);
    const half = '000000/000000900.dcm';
    await writeFile(join(folder, 'objects', half), 'DIC');
    await rm(join(folder, 'objects', instance.key));
    if (journal > 0) await truncate(join(folder, 'objects', 'journal'), 0);
    const second = await openRealArchive(t, { folder, journal });
    assert.deepEqual(await second.files(), []);
    assert.match(second.complaints.join(), new RegExp(`missing or incomplete.*${instance.key}`));
  });
