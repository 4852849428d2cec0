import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { ImagingError } from './imaging-error.ts';
import { colourIndex, readPalette } from './palette.ts';

const isBadLut = (error: unknown): boolean => error instanceof ImagingError && error.fault === 'bad-lut';

/** A header with the same table for each channel, `segmented` or plain. */
function withTables(descriptor: readonly number[], data: readonly number[], segmented = false): DataSet {
  const header = new DataSet();
  for (const channel of ['Red', 'Green', 'Blue']) {
    header.set(`${channel}PaletteColorLookupTableDescriptor`, descriptor, 'US');
    const keyword = `${channel}PaletteColorLookupTableData`;
    header.set(
      segmented ? `Segmented${keyword}` : keyword,
      Uint8Array.from(Uint16Array.from(data), () => 0),
      'OW',
    );
    header.set(segmented ? `Segmented${keyword}` : keyword, new Uint8Array(Uint16Array.from(data).buffer), 'OW');
  }
  return header;
}
const red = (header: DataSet): readonly number[] => {
  const palette = readPalette(header, false);
  assert(palette);
  return Array.from({ length: palette.count }, (_, index) => palette.colours[index * 3] ?? -1);
};

test('16-bit entries give their upper half, 8-bit ones themselves', () => {
  assert.deepEqual(red(withTables([3, 0, 16], [0, 0x7f00, 0xff00])), [0, 0x7f, 0xff]);
  assert.deepEqual(red(withTables([3, 0, 8], [0, 0x7f, 0xff])), [0, 0x7f, 0xff]);
  assert.deepEqual(red(withTables([4, 0, 8], [0x2010, 0x4030])), [0x10, 0x20, 0x30, 0x40]);
});

test('a table that says 16 bits and uses eight is meant as it looks', () => {
  assert.deepEqual(red(withTables([2, 0, 16], [1, 255])), [1, 255]);
});

test('discrete, linear and indirect segments', () => {
  // two entries, a line of four up to 0x0a00, then both again
  const segments = [0, 2, 0x0100, 0x0200, 1, 4, 0x0a00, 2, 2, 0, 0];
  assert.deepEqual(red(withTables([12, 0, 16], segments, true)), [1, 2, 4, 6, 8, 10, 1, 2, 4, 6, 8, 10]);
});

test('segments of 8-bit entries lie two bytes to a word, with offsets of four bytes', () => {
  const bytes = [0, 2, 10, 20, 1, 4, 60, 2, 2, 0, 0, 0, 0, 0];
  const words = Array.from(
    { length: bytes.length / 2 },
    (_, at) => (bytes[at * 2] ?? 0) + (bytes[at * 2 + 1] ?? 0) * 256,
  );
  const entries = [10, 20, 30, 40, 50, 60];
  assert.deepEqual(red(withTables([12, 0, 8], words, true)), [...entries, ...entries]);
  // some writers give each byte a word of its own
  assert.deepEqual(red(withTables([12, 0, 8], [0, 2, 10, 20, 1, 4, 60, 2, 2, 0, 0], true)), [...entries, ...entries]);
});

test('a channel whose 16-bit entries are all low is as dark as it says beside the others', () => {
  const header = withTables([2, 0, 16], [0, 0xff00]);
  header.set('BluePaletteColorLookupTableData', new Uint8Array(Uint16Array.of(0, 0xff).buffer), 'OW');
  assert.deepEqual([...(readPalette(header, false)?.colours ?? [])], [0, 0, 0, 255, 255, 0]);
});

test('values outside of the table take its first or last colour', () => {
  const palette = readPalette(withTables([2, 10, 16], [0x0100, 0x0200]), false);
  assert(palette);
  assert.deepEqual(
    [0, 10, 11, 99].map((value) => colourIndex(palette, value)),
    [0, 0, 3, 3],
  );
});

test('an image without a palette has none', () => {
  assert.equal(readPalette(new DataSet(), false), undefined);
});

test('tables that are too short, and segments that make no sense, are refused', () => {
  const bad = [
    withTables([256, 0, 16], [1, 2, 3]),
    withTables([4, 0, 16], [0, 2, 1, 2], true),
    withTables([4, 0, 16], [1, 4, 9], true),
    withTables([4, 0, 16], [7, 4, 9], true),
    withTables([4, 0, 16], [0, 60000, 1], true),
    withTables([4, 0, 16], [0, 1, 1, 2, 1, 3, 0], true),
    withTables([4, 0, 16], [2, 1, 0, 0], true),
    withTables([2, 0, 16], [0, 1, 9, 1, 1], true),
    withTables([4, 0, 16], [0, 0, 0, 4, 1, 2, 3, 4], true),
    withTables([4, 0, 8], [0x0400, 0x0201], true),
  ];
  for (const header of bad) assert.throws(() => readPalette(header, false), isBadLut);
});
