// Space of deleted objects comes back, keys stay, and a crash at any moment leaves every object as it was.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { bytes, get, put } from '../../../testing/object-store-suite.ts';
import type { ObjectStore } from '../object-store.ts';
import { compact } from './compaction.ts';
import { openContainerStore } from './container-store.ts';

const mebibyte = 1024 * 1024;
const never = 1_000_000;

describe('space of deleted objects', () => {
  let folder = '';
  let store: ObjectStore;
  const open = async (compactAfter: number, containerSize: number) => {
    store = await openContainerStore({ folder, reserve: 0, containerSize, compactAfter });
    await store.settle();
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concord-compaction-'));
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const first = () => join(folder, 'containers', '000000.tar');
  const allocated = async () => (await stat(first())).blocks * 512;
  const contentOf = (index: number) => bytes(400_000 + index, index);
  /** Puts objects, the even ones of which are deleted; the last begin a second container. */
  const putAndDelete = async (count: number) => {
    const keys: string[] = [];
    for (let index = 0; index < count; index += 1) keys.push((await put(store, contentOf(index))).key);
    for (let index = 0; index < count; index += 2) assert.equal(await store.remove(keys[index] ?? ''), true);
    return keys;
  };
  const assertOddOnesLeft = async (keys: readonly string[]) => {
    for (const [index, key] of keys.entries())
      if (index % 2 === 0) assert.equal(await store.size(key), undefined, key);
      else assert.ok((await get(store, key)).equals(contentOf(index)), key);
  };
  const until = async (what: string, met: () => Promise<boolean>) => {
    for (const end = performance.now() + 60_000; !(await met()); await pause(20))
      assert.ok(performance.now() < end, what);
  };

  test('comes back by itself; what is left is read under its old key, by us and by tar', async () => {
    await open(0, 4 * mebibyte);
    const keys = await putAndDelete(12);
    // How much comes back in the first go depends on how many are deleted by then; it begins with a mebibyte.
    await until('the first container shrinks', async () => (await allocated()) < 3.3 * mebibyte);
    assert.ok((await stat(first())).size > 4 * mebibyte, 'every object keeps its place');
    await assertOddOnesLeft(keys);
    const listed = execFileSync('tar', ['--list', '--file', first()], { encoding: 'utf8' }).trim().split('\n');
    assert.equal(listed.filter((name) => name.startsWith('deleted/')).length * 2, listed.length + (listed.length % 2));
    await store.close();
    await open(never, 4 * mebibyte);
    await assertOddOnesLeft(keys);
  });

  test('what a run has not got round to is done by the next', async () => {
    await open(never, 4 * mebibyte);
    const keys = await putAndDelete(12);
    const before = await allocated();
    await store.close();
    await open(0, 4 * mebibyte);
    await until('the first container shrinks', async () => (await allocated()) < before - 1.5 * mebibyte);
    await assertOddOnesLeft(keys);
  });

  test('a container that still grows is left alone until it is full', async () => {
    await open(0, 4 * mebibyte);
    const keys = await putAndDelete(8);
    const before = await allocated();
    await pause(200);
    assert.equal(await allocated(), before);
    for (let index = 8; index < 12; index += 1) keys.push((await put(store, contentOf(index))).key);
    await until('the first container shrinks', async () => (await allocated()) < before);
    for (const index of [8, 10]) assert.equal(await store.remove(keys[index] ?? ''), true);
    await assertOddOnesLeft(keys);
  });

  test('a container that is not worth the copying, has no room for it, or is interrupted stays as it is', async () => {
    await open(never, 4 * mebibyte);
    const keys = await putAndDelete(12);
    await store.close();
    const path = join(folder, 'copy.tar');
    await copyFile(first(), path);
    const whole = await readFile(path);
    const options = { owns: () => true, hasRoom: async () => true, signal: new AbortController().signal };
    assert.equal(await compact(path, { ...options, hasRoom: async () => false }), 0);
    await assert.rejects(compact(path, { ...options, signal: AbortSignal.abort(new Error('the end')) }), /the end/);
    assert.deepEqual(await readdir(folder).then((names) => names.filter((name) => name.startsWith('copy'))), [
      'copy.tar',
    ]);
    assert.ok((await readFile(path)).equals(whole));
    assert.ok((await compact(path, options)) > 1.5 * mebibyte);
    assert.ok((await readFile(path)).equals(whole), 'holes read as the zeros that were there');
    assert.equal(await compact(path, options), 0, 'nothing is left to be gained');
    await open(never, 4 * mebibyte);
    await assertOddOnesLeft(keys);
  });

  test('a process that is killed while it gives space back loses nothing, and the next one finishes', async () => {
    await open(never, 32 * mebibyte);
    const keys = await putAndDelete(90);
    const before = await allocated();
    await store.close();
    await writeFile(`${first()}.compacted`, 'half of it');
    for (const wait of [0, 10, 40]) {
      const program = join(import.meta.dirname, '../../../testing/compacting.ts');
      const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await pause(wait);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await open(never, 32 * mebibyte);
      await assertOddOnesLeft(keys);
      assert.deepEqual(
        (await readdir(join(folder, 'containers'))).filter((name) => name.endsWith('.compacted')),
        [],
      );
      await store.close();
    }
    await open(0, 32 * mebibyte);
    await until('the first container shrinks', async () => (await allocated()) < before - 12 * mebibyte);
    await assertOddOnesLeft(keys);
  });
});
