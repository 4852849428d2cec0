// The object store in containers: files that tar opens, torn tails cut, damaged members stepped over, space given back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { chunksInTurn } from '@concord/network';
import { bytes, get, objectStoreSuite, put, sealOf, unsettledIn } from '../../../testing/object-store-suite.ts';
import { openFileSystemStore } from '../file-system.ts';
import { type ObjectStore, StoreError } from '../object-store.ts';
import { openObjectReader } from './container-reader.ts';
import { openContainerStore } from './container-store.ts';

const openStore = (folder: string, reserve = 0, containerSize = 4 * 1024 * 1024) =>
  openContainerStore({ folder, reserve, containerSize, now: () => new Date('2026-01-02T03:04:05Z') });

objectStoreSuite('container store', openStore, 'containers/000077.tar/0-4096-100');

describe('containers', () => {
  let folder = '';
  let store: ObjectStore;
  let left: ObjectStore[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concord-containers-'));
    store = await openStore(folder);
    await store.settle();
  });
  afterEach(async () => {
    for (const each of [...left, store]) await each.close();
    left = [];
    await rm(folder, { recursive: true });
  });
  const tars = async () => (await readdir(join(folder, 'containers'))).filter((name) => name.endsWith('.tar')).sort();
  const first = () => join(folder, 'containers', '000000.tar');
  /** As after a crash: nothing was closed. */
  const reopened = async () => {
    left.push(store);
    store = await openStore(folder);
  };

  test('a container is a tar file of DICOM files, byte for byte, without a word of complaint', async () => {
    const objects = [bytes(0), bytes(1000), bytes(400_000, 3)];
    const keys = [];
    for (const object of objects) keys.push((await put(store, object)).number);
    await store.close();
    const listed = execFileSync('tar', ['--list', '--file', first()], { encoding: 'utf8' });
    assert.deepEqual(
      listed.trim().split('\n'),
      keys.map((number) => `${number}.dcm`),
    );
    const said = execFileSync('sh', ['-c', `cd "${folder}" && tar -xf containers/000000.tar 2>&1`], {
      encoding: 'utf8',
    });
    assert.equal(said, '');
    for (const [index, number] of keys.entries())
      assert.ok((await readFile(join(folder, `${number}.dcm`))).equals(objects[index] ?? Buffer.alloc(1)));
    const python = 'import sys, tarfile; print(len(tarfile.open(sys.argv[1]).getmembers()))';
    assert.equal(execFileSync('/usr/bin/python3', ['-c', python, first()], { encoding: 'utf8' }).trim(), '3');
  });

  test('a large object has a file of its own, and so does what comes in while memory is taken', async () => {
    const large = await put(store, bytes(3_000_000));
    assert.match(large.key, /^\d{6}\/\d{9}\.dcm$/);
    const many = await Promise.all(Array.from({ length: 90 }, () => store.create()));
    const content = bytes(1_000_000);
    for (const writer of many) await writer.write(content);
    const keys = await Promise.all(
      many.map(async (writer) => {
        await writer.commit(sealOf([content]));
        writer.settle();
        return writer.key;
      }),
    );
    assert.ok(keys.some((key) => key.endsWith('.dcm')) && keys.some((key) => key.startsWith('containers/')));
    assert.ok((await get(store, keys[0] ?? '')).equals(await get(store, keys[89] ?? '')));
  });

  test('a full container is followed by the next', async () => {
    for (let index = 0; index < 20; index += 1) await put(store, bytes(500_000, index));
    assert.deepEqual(await tars(), ['000000.tar', '000001.tar', '000002.tar']);
  });

  test('objects that wait at the same time share a write', async () => {
    const writers = await Promise.all(Array.from({ length: 8 }, (_, index) => put(store, bytes(1000, index))));
    const offsets = writers.map(({ key }) => Number(/-(\d+)-/.exec(key)?.[1]));
    assert.equal(new Set(offsets).size, 8);
    assert.ok(Math.max(...offsets) < 8 * 4096);
  });

  test('a half-written tail is cut; what is whole before it stays, with what was said of it', async () => {
    const whole = await put(store, bytes(5000));
    const tail = await put(store, bytes(300_000));
    const { size } = await stat(first());
    for (const cut of [1, 4096, 200_000, 302_000]) {
      await truncate(first(), size - cut);
      await reopened();
      const objects = await unsettledIn(store);
      assert.deepEqual(objects, [{ key: whole.key, number: whole.number, size: 5000, about: 'test' }], `${cut} bytes`);
      assert.equal(await store.size(tail.key), undefined);
      assert.equal((await stat(first())).size, 8192, 'cut behind the last whole member');
    }
  });

  test('garbage behind the last member is cut', async () => {
    await put(store, bytes(5000));
    const { size } = await stat(first());
    await appendFile(first(), Buffer.alloc(9000, 0x75));
    await reopened();
    assert.equal((await unsettledIn(store)).length, 1);
    assert.equal((await stat(first())).size, size);
  });

  test('a damaged object is not vouched for, and hides none of those behind it', async () => {
    const [one, two, three] = [
      await put(store, bytes(5000)),
      await put(store, bytes(6000)),
      await put(store, bytes(7000)),
    ];
    const scribble = async (position: number) => {
      const file = await open(first(), 'r+');
      await file.write(Buffer.from('scribble'), 0, 8, position);
      await file.close();
    };
    const offset = Number(/-(\d+)-/.exec(two.key)?.[1]);
    await scribble(offset + 3000);
    await reopened();
    const about = new Map((await unsettledIn(store)).map((object) => [object.key, object.about]));
    assert.deepEqual([about.get(one.key), about.get(two.key), about.get(three.key)], ['test', undefined, 'test']);
    await scribble(offset - 1000);
    await reopened();
    const keys = (await unsettledIn(store)).map(({ key }) => key);
    assert.deepEqual(keys, [one.key, three.key], 'a member without headers is stepped over');
  });

  test('an object with a tar file of ours inside does not bring other objects up', async () => {
    await put(store, bytes(1000));
    const inner = await readFile(first());
    const outer = await put(store, Buffer.alloc(3072), inner, inner);
    const file = await open(first(), 'r+');
    const offset = Number(/-(\d+)-/.exec(outer.key)?.[1]);
    await file.write(Buffer.alloc(512), 0, 512, offset - 512);
    await file.close();
    await reopened();
    assert.equal((await unsettledIn(store)).length, 1);
  });

  test('a deleted object is zeros and does not come back; a container without objects goes', async () => {
    const [one, two] = [await put(store, bytes(5000)), await put(store, Buffer.from('PATIENT^NAME'.repeat(100)))];
    for (let index = 0; index < 9; index += 1) await put(store, bytes(500_000, index));
    await store.remove(two.key);
    assert.equal((await readFile(first())).includes('PATIENT^NAME'), false);
    const listed = execFileSync('tar', ['--list', '--file', first()], { encoding: 'utf8' });
    assert.ok(listed.includes(`deleted/${two.number}\n`));
    await reopened();
    const found = await unsettledIn(store);
    assert.equal(
      found.some(({ key }) => key === two.key),
      false,
    );
    await store.settle();
    for (const { key } of found) assert.equal(await store.remove(key), true);
    assert.equal(await store.size(one.key), undefined);
    assert.deepEqual(await tars(), []);
  });

  test('who reads a deleted object, or had begun before, hears that it is gone, and gets no zeros', async () => {
    const content = bytes(900_000, 7);
    const stays = await put(store, bytes(1000));
    const { key } = await put(store, content);
    for (const lent of [false, true]) {
      const run = { start: 0, end: content.length };
      const chunks = chunksInTurn(lent ? store.lend(key, run) : store.read(key, run));
      const { value: first } = await chunks.next();
      assert.ok(content.subarray(0, first?.length).equals(Buffer.from(first ?? [])));
      if (!lent) {
        await chunks.return?.();
        continue;
      }
      assert.equal(await store.remove(key), true);
      const isGone = (error: unknown) => error instanceof StoreError && error.fault === 'not-there';
      await assert.rejects(async () => {
        for (;;) if ((await chunks.next()).done) return;
      }, isGone);
      await assert.rejects(store.readRun(key, 0, 1000), isGone);
      await assert.rejects(Array.fromAsync(store.read(key)), isGone);
    }
    assert.equal((await get(store, stays.key)).length, 1000);
    // The last one takes the container with it: who has it open still hears the same.
    await store.close();
    const again = await openStore(folder);
    await again.settle();
    store = again;
    const chunks = store.read(stays.key, { start: 0, end: 1000 })[Symbol.asyncIterator]();
    assert.equal(await store.remove(stays.key), true);
    await assert.rejects(chunks.next(), StoreError);
  });

  test('a lost or torn note of open containers means: look at all of them', async () => {
    await put(store, bytes(5));
    await store.close();
    await truncate(join(folder, 'containers', 'open-buckets.json'), 1);
    store = await openStore(folder);
    assert.equal((await unsettledIn(store)).length, 1);
  });

  test('files of the other layout are read and removed, and the other way round what is in containers stays', async () => {
    const inContainer = await put(store, bytes(50));
    await store.close();
    const files = await openFileSystemStore({ folder, reserve: 0 });
    const inFile = await put(files, bytes(60));
    await files.close();
    store = await openStore(folder);
    assert.ok((await get(store, inFile.key)).equals(bytes(60)));
    assert.ok((await get(store, inContainer.key)).equals(bytes(50)));
    assert.equal(await store.remove(inFile.key), true);
  });

  test('keys that name no place of ours are not there', async () => {
    await put(store, bytes(50));
    for (const key of ['containers/../../etc/passwd', 'containers/000000.tar/0-0-99999999', 'containers/x.tar/1-2'])
      await assert.rejects(get(store, key), StoreError, key);
    assert.equal(await store.size('containers/000000.tar/0-1024-50'), undefined);
    assert.equal(await store.remove('containers/000000.tar/0-1024-50'), false);
  });
});

test('a reader from outside lists and reads both kinds, also while the store is in use and after objects were put back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'concord-containers-'));
  const store = await openStore(folder);
  await store.settle();
  const [small, large, gone] = [
    await put(store, bytes(70_000)),
    await put(store, bytes(2_000_000)),
    await put(store, bytes(9)),
  ];
  await store.remove(gone.key);
  const reader = openObjectReader(folder);
  const listed = async () => (await Array.fromAsync(reader.list())).filter(({ size }) => size > 0);
  const wanted = [
    { key: large.key, number: large.number, size: 2_000_000, unsettled: true },
    { key: small.key, number: small.number, size: 70_000, unsettled: true },
  ];
  assert.deepEqual(await listed(), wanted);
  await store.close();
  assert.deepEqual(
    await listed(),
    wanted.map((object) => ({ ...object, unsettled: false })),
  );
  const contentOf = async (key: string, range?: { start: number; end: number }) =>
    Buffer.concat(await Array.fromAsync(reader.read(key, range)));
  assert.ok((await contentOf(small.key)).equals(bytes(70_000)));
  assert.ok((await contentOf(small.key, { start: 10, end: 20 })).equals(bytes(70_000).subarray(10, 20)));
  assert.equal(await reader.size(gone.key), undefined);
  const content = await contentOf(small.key);
  await rm(join(folder, 'containers', '000000.tar'));
  await mkdir(join(folder, 'containers', '000000.tar'));
  await writeFile(join(folder, small.key), content);
  assert.deepEqual((await listed())[1], { key: small.key, number: small.number, size: 70_000, unsettled: false });
  const again = await openStore(folder);
  assert.ok((await get(again, small.key)).equals(content), 'the store reads what was put back');
  assert.equal(await again.remove(small.key), true);
  await again.close();
  await reader.close();
  await rm(folder, { recursive: true });
});
