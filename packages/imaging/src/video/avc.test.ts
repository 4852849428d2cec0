// Parameter sets and levels, written and read again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImagingError } from '../imaging-error.ts';
import { avcLevel } from './avc-level.ts';
import { sequenceParameters } from './avc-parameters.ts';
import { framesIn } from './encoded-frames.ts';
import { box, u32 } from './mp4-box.ts';
import { rbspReader, rbspWriter } from './rbsp.ts';
import { planesOf } from './ycbcr.ts';

test('bits and Exp-Golomb codes come back, and no start code is among them', () => {
  const { u, ue, unit } = rbspWriter();
  const values = [0, 1, 2, 3, 7, 8, 254, 255, 65_535, 1_000_000];
  for (const value of values) ue(value);
  u(32, 0);
  u(32, 1);
  u(24, 0x000003);
  const bytes = unit(0x67);
  for (let at = 1; at + 2 < bytes.length; at += 1)
    assert.ok(bytes[at] !== 0 || bytes[at + 1] !== 0 || (bytes[at + 2] ?? 0) >= 3, `${at}`);
  const reader = rbspReader(bytes);
  assert.deepEqual(
    values.map(() => reader.ue()),
    values,
  );
  assert.deepEqual([reader.u(32), reader.u(32), reader.u(24)], [0, 1, 3]);
  assert.throws(() => reader.u(32), ImagingError);
});

test('the level is the lowest that holds size, pace and bytes; the highest where none does', () => {
  const slow = { rate: 10, bitsPerSecond: 1000 };
  assert.equal(avcLevel({ across: 1, down: 1, ...slow }), 10);
  assert.equal(avcLevel({ across: 32, down: 32, ...slow }), 22);
  assert.equal(avcLevel({ across: 32, down: 32, rate: 30, bitsPerSecond: 1000 }), 30);
  assert.equal(avcLevel({ across: 32, down: 32, rate: 30, bitsPerSecond: 13_000_000 }), 31);
  assert.equal(avcLevel({ across: 120, down: 68, ...slow }), 40);
  assert.equal(avcLevel({ across: 200, down: 1, ...slow }), 32, 'a strip needs a level for its length');
  assert.equal(avcLevel({ across: 256, down: 144, ...slow }), 51);
  assert.equal(avcLevel({ across: 256, down: 144, rate: 1000, bitsPerSecond: 1e9 }), 52);
});

test('a set of another profile, and a file that is not what the encoder writes, are faults of this program', () => {
  const { u, ue, unit } = rbspWriter();
  u(8, 100);
  u(16, 0);
  for (let at = 0; at < 6; at += 1) ue(0);
  const how = { columns: 16, rows: 16, level: 10 };
  const internal = (error: unknown) => error instanceof ImagingError && error.fault === 'internal';
  assert.throws(() => sequenceParameters(unit(0x67), how), internal);
  assert.throws(() => framesIn(Uint8Array.from(box('moov')), 1), internal);
  const sliced = Uint8Array.from(box('mdat', u32(2), [0x65, 0], u32(2), [0x41, 0]));
  assert.throws(() => framesIn(sliced, 2), internal);
  assert.throws(() => framesIn(Uint8Array.from(box('mdat', u32(200), [0x65, 0])), 1), internal);
  assert.throws(() => framesIn(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0]), 1), internal);
});

test('planes of odd sides have the last column and row twice; white, black and grey are those of limited range', () => {
  const gray = planesOf({ rows: 1, columns: 3, channels: 1, pixels: Uint8Array.of(0, 128, 255) });
  assert.deepEqual([...gray], [16, 126, 235, 235, 16, 126, 235, 235, 128, 128, 128, 128]);
  const colour = planesOf({ rows: 1, columns: 1, channels: 3, pixels: Uint8Array.of(255, 0, 0) });
  assert.deepEqual([...colour], [63, 63, 63, 63, 102, 240]);
});
