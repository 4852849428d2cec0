// The object store on a file system: what is committed stays, what is not leaves nothing behind.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { openFileSystemStore } from './file-system.ts';
import { type ObjectStore, StoreError } from './object-store.ts';

const bytes = (length: number, seed = 1) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff));

const sealOf = (chunks: readonly Uint8Array[], about = 'test') => ({
  digest: crc32(Buffer.concat(chunks)),
  from: 0,
  about,
});

const filesIn = async (folder: string): Promise<string[]> => {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => name.endsWith('.dcm')).sort();
};

const kilobyte = 1024;

for (const [how, journal] of Object.entries({ 'with a journal': 1024 * kilobyte, 'without a journal': 0 }))
  describe(`file system store ${how}`, () => {
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
        segmentSize: 256 * kilobyte,
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
    const put = async (...chunks: Uint8Array[]) => {
      const writer = await store.create();
      for (const chunk of chunks) await writer.write(chunk);
      await writer.commit(sealOf(chunks));
      writer.settle();
      return writer;
    };
    const get = async (key: string, range?: { start: number; end: number }) =>
      Buffer.concat(await Array.fromAsync(store.read(key, range)));

    test('what was written is read back, whole and in runs', async () => {
      for (const size of [0, 1, 1000, 70_000, 300_000, 2_000_000]) {
        const content = bytes(size);
        const chunks = [
          content.subarray(0, size / 3),
          content.subarray(size / 3, size / 2),
          content.subarray(size / 2),
        ];
        const { key } = await put(...chunks);
        assert.equal(await store.size(key), size);
        assert.ok((await get(key)).equals(content), `${size} bytes`);
        if (size < 10) continue;
        assert.ok((await get(key, { start: 5, end: size - 3 })).equals(content.subarray(5, size - 3)));
        assert.ok(Buffer.from(await store.readRun(key, 7, 3)).equals(content.subarray(7, 10)));
      }
    });

    test('names are ours: a bucket and a counter', async () => {
      const { key, number } = await put(bytes(3));
      assert.match(key, /^\d{6}\/\d{9}\.dcm$/);
      assert.equal(number, 0);
      assert.deepEqual(await readFile(join(folder, key)), bytes(3));
    });

    test('an abandoned object leaves nothing behind, also in the middle of a large write', async () => {
      const writer = await store.create();
      for (let index = 0; index < 20; index += 1) await writer.write(bytes(100_000));
      await writer.abandon();
      assert.equal(await store.size(writer.key), undefined);
    });

    test('an object may be given up after its commit, but not once it is settled', async () => {
      const writer = await store.create();
      await writer.write(bytes(10));
      await writer.commit(sealOf([bytes(10)]));
      await writer.abandon();
      await writer.abandon();
      assert.equal(await store.size(writer.key), undefined);
      const kept = await put(bytes(10));
      await kept.abandon();
      assert.equal(await store.size(kept.key), 10);
    });

    test('an object that was never settled is looked at by the next start', async () => {
      const writer = await store.create();
      await writer.write(bytes(10));
      await writer.commit(sealOf([bytes(10)]));
      await store.close();
      store = await open();
      const [bucket] = await Array.fromAsync(store.unsettled());
      assert.deepEqual(bucket?.objects, [{ key: writer.key, number: 0, size: 10, ...known }]);
    });

    test('many at once keep apart', async () => {
      const writers = await Promise.all(Array.from({ length: 50 }, (_, index) => put(bytes(20_000, index))));
      assert.equal(new Set(writers.map((writer) => writer.key)).size, 50);
      for (const [index, writer] of writers.entries()) assert.ok((await get(writer.key)).equals(bytes(20_000, index)));
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

    test('less room than the reserve refuses new objects', async () => {
      const full = await openFileSystemStore({ folder: join(folder, 'full'), reserve: Number.MAX_SAFE_INTEGER });
      await assert.rejects(full.create(), (error) => error instanceof StoreError && error.fault === 'full');
      await full.close();
    });

    test('what is not there, and what is shorter than promised', async () => {
      const missing = (error: unknown) => error instanceof StoreError && error.fault === 'not-there';
      await assert.rejects(get('000000/000000999.dcm'), missing);
      assert.equal(await store.remove('000000/000000999.dcm'), false);
      const { key } = await put(bytes(10));
      const short = (error: unknown) => error instanceof StoreError && error.fault === 'cut-short';
      await assert.rejects(store.readRun(key, 5, 10), short);
      await assert.rejects(get(key, { start: 0, end: 11 }), short);
      assert.equal(await store.remove(key), true);
      await assert.rejects(stat(join(folder, key)));
    });

    test('a closed store takes nothing more', async () => {
      await store.close();
      await assert.rejects(store.create(), (error) => error instanceof StoreError && error.fault === 'closed');
    });
  });
