import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encapsulatedLength, pixelDataEnd, pixelDataFragment, pixelDataStart } from './encapsulate.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('an element with its offset table, as PS3.5 Table A.4-2 lays it out', () => {
  const frames = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5])];
  const lengths = frames.map(({ length }) => length);
  const bytes = Buffer.concat([pixelDataStart(lengths), ...frames.flatMap(pixelDataFragment), pixelDataEnd()]);
  assert.equal(
    hex(bytes),
    'e07f10004f420000ffffffff' + // (7FE0,0010) OB, undefined length
      'feff00e008000000000000000c000000' + // offsets 0 and 12
      'feff00e00400000001020300' +
      'feff00e0020000000405' +
      'feffdde000000000',
  );
  assert.equal(encapsulatedLength(lengths), bytes.length);
});

test('without lengths, or where 32 bits do not suffice, the table is empty', () => {
  assert.equal(hex(pixelDataStart()).slice(24), 'feff00e000000000');
  assert.equal(hex(pixelDataStart([0xfffffff0, 0xfffffff0, 2])).slice(24), 'feff00e000000000');
});
