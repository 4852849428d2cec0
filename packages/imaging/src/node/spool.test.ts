import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { inFolder } from '../../testing/peers.ts';
import { createSpool } from './spool.ts';

test('pieces come back in order, from memory and from the file', () =>
  inFolder(async (folder) => {
    const pieces = [1, 2, 3, 4, 5].map((value) => new Uint8Array(value * 10).fill(value));
    {
      await using spool = createSpool(folder, 35);
      for (const piece of pieces) await spool.append(piece);
      assert.deepEqual(spool.lengths, [10, 20, 30, 40, 50]);
      assert.equal((await readdir(folder)).length, 1);
      assert.deepEqual(await Array.fromAsync(spool.pieces()), pieces);
    }
    assert.deepEqual(await readdir(folder), [], 'the file is gone');
  }));

test('what fits in memory needs no file', () =>
  inFolder(async (folder) => {
    await using spool = createSpool(folder, 100);
    await spool.append(new Uint8Array(100));
    assert.deepEqual(await readdir(folder), []);
  }));
