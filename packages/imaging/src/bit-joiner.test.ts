import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBitJoiner } from './bit-joiner.ts';

test('frames of three bits fill bytes without gaps', () => {
  const joiner = createBitJoiner(3);
  // 101, 011, 110 from the lowest bit on: 10_011_101 and a rest of 1
  const pieces = [0b101, 0b011, 0b110].map((frame) => [...joiner.push(Uint8Array.of(frame))]);
  assert.deepEqual(pieces, [[], [], [0b10011101]]);
  assert.deepEqual([...joiner.rest()], [1]);
});

test('frames of whole bytes pass as they are', () => {
  const joiner = createBitJoiner(16);
  const frame = Uint8Array.of(1, 2);
  assert.equal(joiner.push(frame), frame);
  assert.equal(joiner.rest().length, 0);
});

test('ten bits at a time', () => {
  const joiner = createBitJoiner(10);
  const bytes = [0, 1, 2, 3].flatMap(() => [...joiner.push(Uint8Array.of(0xff, 0x01))]);
  // 01_11111111 four times: 9 ones, a zero, ...
  assert.deepEqual(bytes, [0xff, 0xfd, 0xf7, 0xdf, 0x7f]);
  assert.equal(joiner.rest().length, 0);
});
