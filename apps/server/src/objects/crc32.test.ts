import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 as portable } from 'node:zlib';
import { crc32 } from './crc32.ts';

const noise = Buffer.alloc(70_000);
for (let index = 0, state = 1; index < noise.length; index += 1) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  noise[index] = state >>> 24;
}

test('this machine has a binary that computes the digest', () => {
  assert.notEqual(crc32, portable, 'there is no binary of @node-rs/crc32 here');
});

test('the digest is that of node:zlib, for every length and place, and of nothing', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
  assert.equal(crc32(Buffer.alloc(0)), 0);
  for (let length = 0; length < 300; length += 1)
    for (const start of [0, 1, 3, 8, 17]) {
      const bytes = noise.subarray(start, start + length);
      assert.equal(crc32(bytes), portable(bytes), `${length} bytes at ${start}`);
    }
  assert.equal(crc32(noise), portable(noise));
});

test('pieces give the digest of the whole, wherever it is cut', () => {
  for (const cut of [0, 1, 63, 64, 4096, 65_535, noise.length]) {
    const first = crc32(noise.subarray(0, cut), 0);
    assert.equal(crc32(noise.subarray(cut), first), portable(noise), `cut at ${cut}`);
  }
});

test('memory that threads share has the same digest, and one changed bit another', () => {
  const shared = Buffer.from(new SharedArrayBuffer(5000));
  shared.set(noise.subarray(0, 5000));
  assert.equal(crc32(shared), portable(noise.subarray(0, 5000)));
  shared[4999] = (shared[4999] ?? 0) ^ 1;
  assert.notEqual(crc32(shared), portable(noise.subarray(0, 5000)));
});
