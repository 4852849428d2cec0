// The journal through the store: what a power failure may do to files, it puts right; what was given up stays away.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { openFileSystemStore } from '../file-system.ts';
import type { ObjectStore, StoredObject } from '../object-store.ts';
import { blockSize, isIntact, type RecordHeader, readHeader, recordSize, sealRecord } from './record.ts';

const segmentSize = 64 * 1024;
const bytes = (length: number, seed = 1) =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7 + (index >> 8)) & 0xff));

describe('journal', () => {
  let folder = '';
  let store: ObjectStore;
  let flushes = 0;
  let troubles: unknown[] = [];
  const openStore = (where: string, segments = 8) =>
    openFileSystemStore({
      folder: where,
      reserve: 0,
      journal: segments * segmentSize,
      segmentSize,
      flushIndex: async () => {
        flushes += 1;
      },
      failed: (error) => troubles.push(error),
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concord-journal-'));
    flushes = 0;
    troubles = [];
    store = await openStore(folder);
    await store.settle();
  });
  afterEach(async () => {
    await store.close();
    assert.deepEqual(troubles, []);
    await rm(folder, { recursive: true });
  });

  const put = async (content: Uint8Array, how: 'settle' | 'commit' | 'abandon' = 'settle') => {
    const writer = await store.create();
    for (let at = 0; at < content.length; at += 30_000) await writer.write(content.subarray(at, at + 30_000));
    const durable = await writer.commit({ digest: crc32(content), from: 0, about: `object ${writer.number}` });
    if (how === 'settle') writer.settle();
    if (how === 'abandon') await writer.abandon();
    return { key: writer.key, number: writer.number, durable, content };
  };

  /** The folder as a power failure leaves it: the journal as it is, and the files as `harm` makes them. */
  const afterPowerFailure = async (harm: (path: string) => Promise<void>) => {
    const copy = `${folder}-after`;
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const target = join(copy, name.parentPath.slice(folder.length), name.name);
      if (name.isDirectory()) await mkdir(target, { recursive: true });
      else
        await mkdir(join(target, '..'), { recursive: true }).then(() =>
          copyFile(join(name.parentPath, name.name), target),
        );
    }
    for (const name of await readdir(copy, { recursive: true }))
      if (name.endsWith('.dcm')) await harm(join(copy, name));
    const later = await openStore(copy);
    const found = (await Array.fromAsync(later.unsettled())).flatMap(({ objects }) => objects);
    return {
      vouchedFor: found.filter(({ about }) => about !== undefined),
      read: async ({ key }: Pick<StoredObject, 'key'>) => readFile(join(copy, key)),
      async end() {
        await later.close();
        await rm(copy, { recursive: true });
      },
    };
  };

  const harms: [string, (path: string) => Promise<void>][] = [
    ['empty', (path) => truncate(path, 0)],
    ['gone', (path) => rm(path)],
    ['full of zeros', async (path) => writeFile(path, Buffer.alloc((await readFile(path)).length))],
    ['too long', async (path) => writeFile(path, Buffer.concat([await readFile(path), bytes(999)]))],
    ['as they should be', async () => undefined],
  ];
  for (const [what, harm] of harms)
    test(`files that a power failure left ${what} are put right`, async () => {
      const put1 = await put(bytes(0));
      const put2 = await put(bytes(5000, 2), 'commit');
      const put3 = await put(bytes(90_000, 3));
      assert.deepEqual([put1.durable, put2.durable], ['journaled', 'journaled']);
      const after = await afterPowerFailure(harm);
      for (const { key, content } of [put1, put2, put3].filter(({ durable }) => durable === 'journaled'))
        assert.ok((await after.read({ key })).equals(content), key);
      const numbers = after.vouchedFor.map(({ number, about }) => [number, about]);
      assert.deepEqual(numbers.slice(0, 2), [
        [0, 'object 0'],
        [1, 'object 1'],
      ]);
      await after.end();
    });

  test('what was given up, or removed, after it was whole does not come back', async () => {
    await put(bytes(5000), 'abandon');
    const { key } = await put(bytes(6000));
    await store.remove(key);
    const kept = await put(bytes(7000));
    const after = await afterPowerFailure(async () => undefined);
    assert.deepEqual(
      after.vouchedFor.map(({ key: each }) => each),
      [kept.key],
    );
    await after.end();
  });

  test('an object that was not finished is not vouched for', async () => {
    const writer = await store.create();
    await writer.write(bytes(40_000));
    const whole = await put(bytes(3000));
    const after = await afterPowerFailure(async () => undefined);
    assert.deepEqual(
      after.vouchedFor.map(({ key }) => key),
      [whole.key],
    );
    await after.end();
    await writer.abandon();
  });

  test('a write that was torn anywhere takes back the last object only', async () => {
    await put(bytes(5000, 1));
    await put(bytes(20_000, 2));
    const journal = join(folder, 'journal');
    const whole = await readFile(journal);
    for (let block = 2; block < 8; block += 1) {
      const file = await open(journal, 'r+');
      await file.write(Buffer.alloc(blockSize, 0xee), 0, blockSize, block * blockSize);
      await file.close();
      const after = await afterPowerFailure(async () => undefined);
      const numbers = after.vouchedFor.map(({ number }) => number);
      assert.deepEqual(numbers, block < 7 ? [0] : [0, 1], `block ${block}`);
      await after.end();
      await writeFile(journal, whole);
    }
  });

  test('many times the ring goes through it; what left it is synced in its file after the index', async () => {
    const all = [];
    for (let index = 0; index < 150; index += 1) all.push(await put(bytes(9000 + index, index)));
    const side = await Promise.all(Array.from({ length: 60 }, (_, index) => put(bytes(20_000 + index, index))));
    assert.ok(flushes > 5);
    const journal = await readFile(join(folder, 'journal'));
    assert.ok(journal.length <= 8 * segmentSize);
    const after = await afterPowerFailure(async () => undefined);
    for (const each of [...all, ...side]) assert.ok((await after.read(each)).equals(each.content), each.key);
    await after.end();
  });

  test('a slow sender does not hold the ring up, and its object is durable all the same', async () => {
    const slow = await store.create();
    const content = bytes(300_000, 9);
    await slow.write(content.subarray(0, 270_000));
    for (let index = 0; index < 100; index += 1) await put(bytes(15_000, index));
    await slow.write(content.subarray(270_000));
    assert.equal(await slow.commit({ digest: crc32(content), from: 0, about: 'slow' }), 'synced');
    slow.settle();
    assert.ok((await readFile(join(folder, slow.key))).equals(content));
  });

  test('an object larger than the journal takes is synced in its own file', async () => {
    const { durable } = await put(bytes(9_000_000));
    assert.equal(durable, 'synced');
  });

  test('after a clean end the journal is empty', async () => {
    await put(bytes(5000));
    await store.close();
    const journal = await readFile(join(folder, 'journal'));
    for (let at = 0; at < journal.length; at += segmentSize) assert.equal(readHeader(journal.subarray(at)), undefined);
    const later = await openStore(folder);
    assert.deepEqual(await Array.fromAsync(later.unsettled()), []);
    await later.close();
  });

  test('a journal that is switched off is still read once', async () => {
    const { key, content } = await put(bytes(5000));
    const after = await afterPowerFailure((path) => truncate(path, 0));
    assert.ok((await after.read({ key })).equals(content));
    await after.end();
    const off = await openStore(`${folder}-off`, 0);
    await off.settle();
    await off.close();
    await rm(`${folder}-off`, { recursive: true });
  });
});

test('a record says the same when it is read, and nothing when a bit is wrong', () => {
  const header: RecordHeader = {
    kind: 'last',
    sequence: 2 ** 40 + 5,
    number: 77,
    offset: 2 ** 33,
    length: 6000,
    noteLength: 20,
  };
  const record = Buffer.from(bytes(recordSize(6000, 20)));
  sealRecord(record, header);
  assert.deepEqual(readHeader(record), header);
  assert.ok(isIntact(record, header));
  for (const at of [0, 5, 9, 20, 33, 41]) {
    const wrong = Buffer.from(record);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    assert.ok(readHeader(wrong) === undefined || !isIntact(wrong, header), `byte ${at}`);
  }
  const torn = Buffer.from(record);
  torn[100] = (torn[100] ?? 0) ^ 1;
  assert.ok(!isIntact(torn, header));
});
