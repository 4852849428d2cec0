// The encoder as the thread has it: what quality means to it, and a module that failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImagingError } from '../imaging-error.ts';
import { encodeAvc, quantization } from './avc.ts';

test('quality 1 to 100 is the whole range of the encoder, each step finer or the same', () => {
  const all = Array.from({ length: 100 }, (_, index) => quantization(index + 1));
  assert.deepEqual([all[0], all[89], all[99]], [51, 14, 10]);
  assert.ok(all.every((value, index) => index === 0 || value <= (all[index - 1] ?? 0)));
});

test('a module that failed is an error of that video; the next one has a new module', async () => {
  const how = { columns: 64, rows: 64, quality: 90 };
  const planes = new Uint8Array(64 * 96);
  const first = await encodeAvc([planes, planes], how);
  const broken = encodeAvc([new Uint8Array(10)], how);
  await assert.rejects(broken, (error) => error instanceof ImagingError && error.fault === 'internal');
  const { bytes, sizes } = await encodeAvc([planes, planes], how);
  assert.deepEqual([bytes, sizes], [first.bytes, first.sizes]);
});
