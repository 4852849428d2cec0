// What every object store does, whatever its objects lie in: one suite, run on each.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { kept } from '@concord/network';
import { type ByteRun, type ObjectStore, type ObjectWriter, StoreError } from '../src/objects/object-store.ts';

export function bytes(length: number, seed = 1): Buffer {
  const made = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) made[index] = index * 31 + (index >> 8) + seed;
  return made;
}

export const sealOf = (chunks: readonly Uint8Array[], about = 'test') => ({
  digest: crc32(Buffer.concat(chunks)),
  from: 0,
  about,
});

/** Stored, durable, and known to the index. */
export async function put(store: ObjectStore, ...chunks: Uint8Array[]): Promise<ObjectWriter> {
  const writer = await store.create();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.commit(sealOf(chunks));
  writer.settle();
  return writer;
}

export const get = async (store: ObjectStore, key: string, range?: { start: number; end: number }): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(store.read(key, range)));

const getLent = async (store: ObjectStore, key: string, run: ByteRun): Promise<Buffer> => {
  const lent = store.lend(key, run);
  assert.equal(Symbol.asyncIterator in lent, false);
  assert.equal(lent.length, run.end - run.start);
  return Buffer.concat(await Array.fromAsync(kept(lent)));
};

/** Objects that the next start has to look at. */
export const unsettledIn = async (store: ObjectStore) =>
  (await Array.fromAsync(store.unsettled())).flatMap(({ objects }) => objects).filter(({ size }) => size > 0);

const fault = (wanted: StoreError['fault']) => (error: unknown) =>
  error instanceof StoreError && error.fault === wanted;

export function objectStoreSuite(
  name: string,
  open: (folder: string, reserve?: number) => Promise<ObjectStore>,
  missingKey: string,
  /** False: it lies on no disk of ours, and knows no reserve. */
  { onDisk = true } = {},
): void {
  describe(name, () => {
    let folder = '';
    let store: ObjectStore;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'concord-objects-'));
      store = await open(folder);
      await store.settle();
    });
    afterEach(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });

    test('what was written is read back: whole, in runs, and lent', async () => {
      for (const size of [0, 1, 1000, 70_000, 300_000, 1_048_576, 2_000_000]) {
        const content = bytes(size);
        const { key } = await put(
          store,
          content.subarray(0, size / 3),
          content.subarray(size / 3, size / 2),
          content.subarray(size / 2),
        );
        assert.equal(await store.size(key), size);
        assert.ok((await get(store, key)).equals(content), `${size} bytes`);
        assert.ok((await getLent(store, key, { start: 0, end: size })).equals(content), `${size} bytes, lent`);
        if (size < 10) continue;
        assert.ok((await get(store, key, { start: 5, end: size - 3 })).equals(content.subarray(5, size - 3)));
        assert.ok((await getLent(store, key, { start: 5, end: size - 3 })).equals(content.subarray(5, size - 3)));
        assert.ok(Buffer.from(await store.readRun(key, 7, 3)).equals(content.subarray(7, 10)));
      }
    });

    test('an abandoned object leaves nothing behind, also in the middle of a large write', async () => {
      for (const chunks of [1, 20]) {
        const writer = await store.create();
        for (let index = 0; index < chunks; index += 1) await writer.write(bytes(100_000));
        await writer.abandon();
      }
      await store.close();
      store = await open(folder);
      assert.deepEqual(await unsettledIn(store), []);
    });

    test('an object may be given up after its commit, but not once it is settled', async () => {
      const writer = await store.create();
      await writer.write(bytes(10));
      await writer.commit(sealOf([bytes(10)]));
      await writer.abandon();
      await writer.abandon();
      assert.equal(await store.size(writer.key), undefined);
      const kept = await put(store, bytes(10));
      await kept.abandon();
      assert.equal(await store.size(kept.key), 10);
      assert.ok(kept.number > writer.number);
    });

    test('many at once keep apart', async () => {
      const sizes = Array.from({ length: 60 }, (_, index) => (index % 6 === 0 ? 1_200_000 : 20_000 + index));
      const writers = await Promise.all(sizes.map((size, index) => put(store, bytes(size, index))));
      assert.equal(new Set(writers.map((writer) => writer.key)).size, sizes.length);
      assert.equal(new Set(writers.map((writer) => writer.number)).size, sizes.length);
      for (const [index, { key }] of writers.entries())
        assert.ok((await get(store, key)).equals(bytes(sizes[index] ?? 0, index)), `object ${index}`);
    });

    test('after a clean end nothing has to be looked at, and numbers go on', async () => {
      const first = await put(store, bytes(3));
      await store.close();
      store = await open(folder);
      assert.deepEqual(await Array.fromAsync(store.unsettled()), []);
      await store.settle();
      assert.ok((await put(store, bytes(4))).number > first.number);
      assert.ok((await get(store, first.key)).equals(bytes(3)));
    });

    test('an object that was never settled is looked at by the next start, in a bucket of its number', async () => {
      const writer = await store.create();
      await writer.write(bytes(10));
      await writer.commit(sealOf([bytes(10)]));
      await store.close();
      store = await open(folder);
      const [bucket] = await Array.fromAsync(store.unsettled());
      assert.ok(bucket && bucket.first <= writer.number && writer.number < bucket.end);
      assert.deepEqual(
        bucket.objects.map(({ key, number, size }) => ({ key, number, size })),
        [{ key: writer.key, number: writer.number, size: 10 }],
      );
    });

    if (onDisk)
      test('less room than the reserve refuses new objects', async () => {
        const full = await open(join(folder, 'full'), Number.MAX_SAFE_INTEGER);
        await assert.rejects(full.create(), fault('full'));
        await full.close();
      });

    test('what is not there, what is shorter than promised, and what is removed', async () => {
      await assert.rejects(get(store, missingKey), fault('not-there'));
      assert.equal(await store.size(missingKey), undefined);
      assert.equal(await store.remove(missingKey), false);
      const { key } = await put(store, bytes(10));
      const other = await put(store, bytes(2000, 7));
      await assert.rejects(store.readRun(key, 5, 10), fault('cut-short'));
      await assert.rejects(get(store, key, { start: 0, end: 11 }), fault('cut-short'));
      assert.equal(await store.remove(key), true);
      assert.equal(await store.size(key), undefined);
      assert.equal(await store.remove(key), false);
      assert.ok((await get(store, other.key)).equals(bytes(2000, 7)), 'its neighbour stays');
    });

    test('a closed store takes nothing more', async () => {
      await store.close();
      await assert.rejects(store.create(), fault('closed'));
    });
  });
}
