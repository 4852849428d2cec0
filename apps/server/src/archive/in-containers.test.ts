// The archive over the container store: what a crash, a second copy, a rejection and a purge leave in the containers.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ctSlice, dataSetOf, encoded, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import { openContainerStore } from '../objects/containers/container-store.ts';

/** An archive whose objects lie in containers; opened again on the same folder it finds what a crash would have left. */
async function openIn(t: TestContext, folder: string) {
  const objects = join(folder, 'packed');
  const flush: { index: () => Promise<void> } = { index: async () => undefined };
  const store = await openContainerStore({ folder: objects, reserve: 0, flushIndex: () => flush.index() });
  t.after(() => store.close());
  const { archive, database, put } = await openRealArchive(t, { folder, store: () => store });
  flush.index = database.flush;
  const reader = openObjectReader(objects);
  return {
    archive,
    database,
    put: (values: Values = {}) => put(ctSlice(values)),
    keys: async () => (await Array.fromAsync(reader.list())).filter(({ size }) => size > 0).map(({ key }) => key),
    count: () => archive.count('IMAGE', dataSetOf({ SOPInstanceUID: null })),
  };
}

const slice = (number: number): Values => ({ SOPInstanceUID: `1.2.3.1.1.${number}`, InstanceNumber: String(number) });

test('[QR-RCV-04] rows that a power failure took are made again from the containers', async (t) => {
  const folder = await temporaryFolder();
  const first = await openIn(t, folder);
  for (let number = 1; number <= 5; number += 1) assert.equal((await first.put(slice(number))).status.code, 0);
  // The index goes back to before the objects came; the containers are as they were.
  for (const table of ['instance', 'series', 'study', 'patient'])
    await first.database.batch([{ text: [`delete from ${table}`], values: [] }]);
  const second = await openIn(t, folder);
  assert.equal(await second.count(), 5);
  const [instance] = await second.archive.instances({ sopInstanceUid: '1.2.3.1.1.3' });
  assert.ok(instance);
  assert.equal((await second.archive.header(instance)).string('PatientName'), 'DOE^JANE');
  assert.deepEqual(
    Buffer.concat(await Array.fromAsync(second.archive.dataSetBytes(instance))),
    Buffer.from(encoded(ctSlice(slice(3)))),
  );
});

test('the same object again leaves one; another under its UID is put aside, also after a crash', async (t) => {
  const folder = await temporaryFolder();
  const first = await openIn(t, folder);
  assert.equal((await first.put(slice(1))).status.code, 0);
  const again = await first.put(slice(1));
  assert.deepEqual([again.status.code, again.already], [0, true]);
  assert.equal((await first.keys()).length, 1);
  const other = await first.put({ ...slice(1), StudyDescription: 'OTHER' });
  assert.deepEqual([other.status.code, other.already], [0, true]);
  assert.equal((await first.keys()).length, 2);
  const second = await openIn(t, folder);
  assert.equal(await second.count(), 1);
  assert.equal((await second.keys()).length, 2);
});

test('rejected objects come back; purged ones are gone from the container, and stay gone after a crash', async (t) => {
  const folder = await temporaryFolder();
  const first = await openIn(t, folder);
  for (const number of [1, 2]) await first.put(slice(number));
  const kept = { SOPInstanceUID: '1.2.4.1', StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.0' };
  await first.put({ ...kept, PatientName: 'STAYS^HERE', PatientID: 'OTHER' });
  const note = { by: 'a test', reason: 'why not' };
  assert.equal(await first.archive.reject({ studyInstanceUid: '1.2.3.1' }, note), 2);
  assert.equal(await first.archive.restore('1.2.3.1'), 2);
  assert.equal(await first.count(), 3);
  await first.archive.reject({ studyInstanceUid: '1.2.3.1' }, note);
  assert.equal(await first.archive.purge('1.2.3.1'), 2);
  const [container = ''] = (await readdir(join(folder, 'packed', 'containers'))).filter((name) =>
    name.endsWith('.tar'),
  );
  const bytes = await readFile(join(folder, 'packed', 'containers', container));
  assert.equal(bytes.includes('DOE^JANE'), false, 'what was purged is still there');
  assert.equal(bytes.includes('STAYS^HERE'), true);
  const second = await openIn(t, folder);
  assert.equal(await second.count(), 1);
  assert.equal((await second.keys()).length, 1);
});
