import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lutItem } from '../testing/headers.ts';
import { ImagingError } from './imaging-error.ts';
import { lookUp, maximumOf, readDescriptor, readEntries, readLut } from './lut.ts';

const isBadLut = (error: unknown): boolean => error instanceof ImagingError && error.fault === 'bad-lut';

test('values outside of the table give its first or last entry', () => {
  const lut = readLut(lutItem(10, 12, [100, 200, 300]), false);
  assert.deepEqual(
    [9, 10, 11, 12, 13].map((value) => lookUp(lut, value)),
    [100, 100, 200, 300, 300],
  );
  assert.equal(maximumOf(lut), 4095);
});

test('the first value mapped is signed where the input can be', () => {
  assert.equal(readDescriptor([4, 0xfffe, 8], true).firstMapped, -2);
  assert.equal(readDescriptor([4, 0xfffe, 8], false).firstMapped, 0xfffe);
  assert.equal(readDescriptor([4, -2, 8], false).firstMapped, -2);
  assert.equal(readLut(lutItem(-2, 8, [1, 2], 'SS'), true).firstMapped, -2);
});

test('no entries means 65536, also where the VR made it negative', () => {
  assert.equal(readDescriptor([0, 0, 16], false).count, 65536);
  assert.equal(readDescriptor([-32768, 0, 16], true).count, 32768);
});

test('8-bit tables may come packed, two entries in a word', () => {
  const descriptor = { count: 3, firstMapped: 0, bits: 8 };
  assert.deepEqual([...readEntries([0x0201, 0x0003], descriptor)], [1, 2, 3]);
  assert.deepEqual([...readEntries([1, 2, 3], descriptor)], [1, 2, 3]);
});

test('a depth that no table has is taken from the entries', () => {
  assert.equal(readLut(lutItem(0, 0, [0, 1023]), false).bits, 10);
  assert.equal(readLut(lutItem(0, 99, [0, 3]), false).bits, 8);
});

test('entries of more bits than the descriptor says are no brighter than white', () => {
  const lut = readLut(lutItem(0, 8, [0, 255, 256, 4080]), false);
  assert.equal(lut.bits, 12);
  assert.equal(readLut(lutItem(0, 12, [0, 0x1000]), false).bits, 13);
  assert.equal(readLut(lutItem(0, 12, [0, 7]), false).bits, 12);
});

test('a table that is too short, or has no descriptor, is refused', () => {
  const short = lutItem(0, 16, [1, 2, 3]);
  short.set('LUTDescriptor', [4, 0, 16]);
  assert.throws(() => readLut(short, false), isBadLut);
  short.delete('LUTDescriptor');
  assert.throws(() => readLut(short, false), isBadLut);
});
