// The archive over the container store: what a crash, a second copy, a rejection and a purge leave in the containers.
import assert from 'node:assert/strict';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ctSlice, dataSetOf, encoded, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import type { BlockWriter } from '../database/blocks.ts';
import { createBackgroundBlocks } from '../objects/containers/background-blocks.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import { openContainerStore } from '../objects/containers/container-store.ts';

/**
 * An archive whose objects lie in containers, which the index writes where it can; opened again on the same folder it finds what a
 * crash would have left.
 * @param between stands between the store and what writes its blocks, to make it fail
 */
async function openIn(t: TestContext, folder: string, between: (real: BlockWriter) => BlockWriter = (real) => real) {
  const objects = join(folder, 'packed');
  const index: { flush: () => Promise<void>; blocks: BlockWriter } = {
    flush: async () => undefined,
    blocks: createBackgroundBlocks(),
  };
  const store = await openContainerStore({
    folder: objects,
    reserve: 0,
    flushIndex: () => index.flush(),
    blocks: between({
      write: (blocks) => index.blocks.write(blocks),
      release: (descriptor) => index.blocks.release(descriptor),
    }),
  });
  t.after(() => store.close());
  const { archive, database, put } = await openRealArchive(t, { folder, store: () => store });
  index.flush = database.flush;
  if (database.blocks) index.blocks = database.blocks;
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
  assert.equal(await first.archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 2);
  assert.equal(await first.count(), 3);
  await first.archive.reject({ studyInstanceUid: '1.2.3.1' }, note);
  assert.equal(await first.archive.purge('1.2.3.1', { by: 'vet', reason: '' }), 2);
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

test('bytes that cannot be written are refused, leave no row, and spoil nothing that comes after them', async (t) => {
  const folder = await temporaryFolder();
  const readOnly = await open('/dev/null', 'r');
  t.after(() => readOnly.close());
  let failing = false;
  const first = await openIn(t, folder, (real) => ({
    ...real,
    write: (blocks) => real.write(failing ? { ...blocks, descriptor: readOnly.fd } : blocks),
  }));
  assert.equal((await first.put(slice(1))).status.code, 0);
  failing = true;
  const refused = await Promise.all([2, 3].map((number) => first.put(slice(number))));
  assert.deepEqual(
    refused.map(({ status }) => status.code),
    [0xa701, 0xa701],
  );
  failing = false;
  const taken = await Promise.all([4, 5, 6].map((number) => first.put(slice(number))));
  assert.deepEqual(
    taken.map(({ status }) => status.code),
    [0, 0, 0],
  );
  assert.equal(await first.count(), 4);
  assert.equal((await first.keys()).length, 4);
  const second = await openIn(t, folder);
  assert.equal(await second.count(), 4);
  assert.equal((await second.put(slice(2))).status.code, 0, 'it may be sent again');
});

test('a disk that is full while bytes are on their way is A700', async (t) => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const { put, count } = await openIn(t, await temporaryFolder(), (real) => ({
    ...real,
    write: () => ({ durable: Promise.reject(full) }),
  }));
  assert.equal((await put(slice(1))).status.code, 0xa700);
  assert.equal(await count(), 0);
});
