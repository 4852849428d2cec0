// The object store on a file system: what is committed stays, what is not leaves nothing behind.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { bytes, objectStoreSuite, sealOf } from '../../testing/object-store-suite.ts';
import { openFileSystemStore } from './file-system.ts';
import type { ObjectStore } from './object-store.ts';

const filesIn = async (folder: string): Promise<string[]> => {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => name.endsWith('.dcm')).sort();
};

const kilobyte = 1024;
const segmentSize = 256 * kilobyte;

for (const [how, journal] of Object.entries({ 'with a journal': 1024 * kilobyte, 'without a journal': 0 }))
  objectStoreSuite(
    `file system store ${how}`,
    (folder, reserve = 0) => openFileSystemStore({ folder, reserve, journal, segmentSize }),
    '000000/000000999.dcm',
  );

for (const [how, journal] of Object.entries({ 'with a journal': 1024 * kilobyte, 'without a journal': 0 }))
  describe(`files ${how}`, () => {
    let folder = '';
    let store: ObjectStore;
    let troubles: unknown[] = [];
    /** What the journal adds to an object that was whole. */
    const known = journal > 0 ? { about: 'test' } : {};
    const open = async (where = folder) => {
      const failed = (error: unknown) => void troubles.push(error);
      const opened = await openFileSystemStore({
        folder: where,
        reserve: 0,
        journal,
        segmentSize,
        failed,
      });
      return opened;
    };
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'concord-objects-'));
      troubles = [];
      store = await open();
      await store.settle();
    });
    afterEach(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });
    /** It takes objects once its first segment is there, which is made beside what comes; until then each is synced in its own file. */
    const journalReady = async () => {
      for (const end = Date.now() + 20_000; journal > 0 && Date.now() < end; await pause(5))
        if ((await stat(join(folder, 'journal'))).size >= segmentSize) return;
    };
    const put = async (...chunks: Uint8Array[]) => {
      const writer = await store.create();
      for (const chunk of chunks) await writer.write(chunk);
      await writer.commit(sealOf(chunks));
      writer.settle();
      return writer;
    };
    const get = async (key: string, range?: { start: number; end: number }) =>
      Buffer.concat(await Array.fromAsync(store.read(key, range)));

    test('names are ours: a bucket and a counter', async () => {
      const { key, number } = await put(bytes(3));
      assert.match(key, /^\d{6}\/\d{9}\.dcm$/);
      assert.equal(number, 0);
      assert.deepEqual(await readFile(join(folder, key)), bytes(3));
    });

    test('an object that was never settled is looked at by the next start', async () => {
      await journalReady();
      const writer = await store.create();
      await writer.write(bytes(10));
      await writer.commit(sealOf([bytes(10)]));
      await store.close();
      store = await open();
      const [bucket] = await Array.fromAsync(store.unsettled());
      assert.deepEqual(bucket?.objects, [{ key: writer.key, number: 0, size: 10, ...known }]);
    });

    test('a full bucket is followed by the next', { timeout: 60_000 }, async () => {
      const keys = [];
      for (let index = 0; index < 1003; index += 1) keys.push((await put(bytes(1))).key);
      assert.deepEqual([...new Set(keys.map((key) => key.slice(0, 6)))], ['000000', '000001']);
      const inFirst = (await filesIn(folder)).filter((name) => name.startsWith('000000'));
      assert.equal(inFirst.length, 1000);
    });

    test('after a clean end nothing has to be looked at, and numbers go on', async () => {
      const first = await put(bytes(3));
      await store.close();
      assert.deepEqual(await filesIn(folder), [first.key]);
      store = await open();
      assert.deepEqual(await Array.fromAsync(store.unsettled()), []);
      await store.settle();
      assert.ok((await put(bytes(4))).number > first.number);
      assert.ok((await get(first.key)).equals(bytes(3)));
    });

    test('after a crash the buckets in use are looked at until that is settled', async () => {
      const { key } = await put(bytes(5));
      const after = await open();
      const [bucket] = await Array.fromAsync(after.unsettled());
      assert.deepEqual([bucket?.first, bucket?.end], [0, 1000]);
      assert.deepEqual(
        bucket?.objects.find((object) => object.key === key),
        { key, number: 0, size: 5, ...known },
      );
      await after.close();
      const again = await open();
      assert.equal((await Array.fromAsync(again.unsettled())).length, 1);
      await again.settle();
      await again.close();
      const last = await open();
      assert.equal((await Array.fromAsync(last.unsettled())).length, 0);
      await last.close();
    });

    test('a lost or torn note of open buckets means: look at all of them', async () => {
      await put(bytes(5));
      await store.close();
      await truncate(join(folder, 'open-buckets.json'), 1);
      store = await open();
      assert.equal((await Array.fromAsync(store.unsettled())).length, 1);
    });
  });
