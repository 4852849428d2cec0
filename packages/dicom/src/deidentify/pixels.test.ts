// Regions made black in every layout of native pixel data, by hand-made images.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { readDataSet } from '../part10.ts';
import type { Vr } from '../vr.ts';
import { writeDataSet } from '../write.ts';
import { blankRegions, type Region } from './pixels.ts';

interface Image {
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  readonly pixels: readonly number[];
  readonly photometric?: string;
  readonly samples?: number;
  readonly planar?: 0 | 1;
  readonly frames?: number;
  readonly stored?: number;
  readonly signed?: true;
  readonly vr?: Vr;
}

function image({
  rows,
  columns,
  bits,
  pixels,
  photometric,
  samples,
  planar,
  frames,
  stored,
  signed,
  vr,
}: Image): DataSet {
  const dataSet = new DataSet();
  dataSet.set('SamplesPerPixel', samples ?? 1);
  dataSet.set('PhotometricInterpretation', photometric ?? 'MONOCHROME2');
  if (planar !== undefined) dataSet.set('PlanarConfiguration', planar);
  if (frames !== undefined) dataSet.set('NumberOfFrames', frames);
  dataSet.set('Rows', rows);
  dataSet.set('Columns', columns);
  dataSet.set('BitsAllocated', bits);
  dataSet.set('BitsStored', stored ?? bits);
  dataSet.set('HighBit', (stored ?? bits) - 1);
  dataSet.set('PixelRepresentation', signed ? 1 : 0);
  dataSet.set('PixelData', new Uint8Array(pixels), vr ?? 'OB');
  return dataSet;
}
const blanked = (of: Image, ...regions: Region[]): number[] => {
  const dataSet = image(of);
  blankRegions(dataSet, regions);
  return [...(dataSet.bytes('PixelData') ?? [])];
};
const box = (
  row: number,
  column: number,
  rows: number,
  columns: number,
  frames?: readonly [number, number],
): Region => ({
  row,
  column,
  rows,
  columns,
  ...(frames && { frames }),
});
const nines = (count: number): number[] => Array.from({ length: count }, () => 9);

describe('what is inside goes black, what is outside stays', () => {
  test('grey of 8 and 16 bits, both polarities, signed', () => {
    assert.deepEqual(blanked({ rows: 2, columns: 3, bits: 8, pixels: nines(6) }, box(0, 1, 1, 2)), [9, 0, 0, 9, 9, 9]);
    const white = {
      rows: 1,
      columns: 2,
      bits: 16,
      stored: 12,
      photometric: 'MONOCHROME1',
      pixels: nines(4),
      vr: 'OW',
    } as const;
    assert.deepEqual(blanked(white, box(0, 1, 1, 1)), [9, 9, 0xff, 0x0f]);
    const signed = { rows: 1, columns: 2, bits: 16, stored: 12, signed: true, pixels: nines(4), vr: 'OW' } as const;
    assert.deepEqual(blanked(signed, box(0, 0, 1, 1)), [0x00, 0xf8, 9, 9], '-2048');
  });
  test('colour by pixel and by plane, over two frames', () => {
    const byPixel = {
      rows: 1,
      columns: 2,
      bits: 8,
      samples: 3,
      planar: 0,
      frames: 2,
      photometric: 'RGB',
      pixels: nines(12),
    } as const;
    assert.deepEqual(blanked(byPixel, box(0, 1, 1, 1)), [9, 9, 9, 0, 0, 0, 9, 9, 9, 0, 0, 0]);
    assert.deepEqual(blanked({ ...byPixel, planar: 1 }, box(0, 1, 1, 1)), [9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0]);
    assert.deepEqual(
      blanked({ ...byPixel, photometric: 'YBR_FULL' }, box(0, 0, 1, 1)).slice(0, 6),
      [0, 128, 128, 9, 9, 9],
    );
  });
  test('YBR_FULL_422: both pixels of a pair share their colour and go', () => {
    const shared = {
      rows: 1,
      columns: 4,
      bits: 8,
      samples: 3,
      planar: 0,
      photometric: 'YBR_FULL_422',
      pixels: nines(8),
    } as const;
    assert.deepEqual(blanked(shared, box(0, 1, 1, 1)), [0, 0, 128, 128, 9, 9, 9, 9]);
    assert.deepEqual(blanked(shared, box(0, 2, 1, 1)), [9, 9, 9, 9, 0, 0, 128, 128]);
  });
  test('one bit per pixel, frames that begin inside a byte', () => {
    const bits = { rows: 2, columns: 3, bits: 1, frames: 2, pixels: [0xff, 0xff] } as const;
    assert.deepEqual(blanked(bits, box(1, 0, 1, 3)), [0b11000111, 0b11110001], 'bits 3 to 5 and 9 to 11');
    assert.deepEqual(blanked(bits, box(0, 0, 1, 1, [2, 2])), [0b10111111, 0xff], 'bit 6');
  });
  test('frames of their own', () => {
    const cine = { rows: 1, columns: 1, bits: 8, frames: 4, pixels: nines(4) } as const;
    assert.deepEqual(blanked(cine, box(0, 0, 1, 1, [2, 3])), [9, 0, 0, 9]);
    assert.deepEqual(blanked(cine, box(0, 0, 1, 1, [4, 90])), [9, 9, 9, 0]);
  });
  test('float pixels', () => {
    const dataSet = image({ rows: 1, columns: 2, bits: 32, pixels: [] });
    dataSet.delete('PixelData');
    dataSet.set('FloatPixelData', new Uint8Array(nines(8)), 'OF');
    blankRegions(dataSet, [box(0, 0, 1, 1)]);
    assert.deepEqual([...(dataSet.bytes('FloatPixelData') ?? [])], [0, 0, 0, 0, 9, 9, 9, 9]);
  });
  test('parts outside of the image are ignored, and a pixel that is touched goes', () => {
    const of = { rows: 2, columns: 2, bits: 8, pixels: nines(4) } as const;
    assert.deepEqual(blanked(of, box(-5, -5, 6, 6)), [0, 9, 9, 9]);
    assert.deepEqual(blanked(of, box(1, 1, 1e9, 1e9)), [9, 9, 9, 0]);
    assert.deepEqual(blanked(of, box(0.5, 0.5, 0.6, 0.2)), [0, 9, 0, 9]);
    assert.deepEqual(blanked(of, box(Number.NaN, 0, Number.NaN, 1)), nines(4));
  });
  test('big endian words', () => {
    const bigEndian = '1.2.840.10008.1.2.2';
    const dataSet = image({
      rows: 1,
      columns: 2,
      bits: 16,
      photometric: 'MONOCHROME1',
      stored: 12,
      pixels: nines(4),
      vr: 'OW',
    });
    const read = readDataSet(writeDataSet(dataSet, bigEndian), bigEndian);
    blankRegions(read, [box(0, 0, 1, 1)]);
    assert.deepEqual(
      [...(readDataSet(writeDataSet(read, bigEndian), bigEndian).bytes('PixelData') ?? [])],
      [0x0f, 0xff, 9, 9],
    );
  });
});

test('what does not fit is refused', () => {
  const refused: readonly Image[] = [
    { rows: 2, columns: 2, bits: 8, pixels: nines(3) },
    { rows: 65_535, columns: 65_535, bits: 16, pixels: nines(8) },
    { rows: 1, columns: 2, bits: 12, pixels: nines(4) },
    { rows: 1, columns: 2, bits: 0, pixels: nines(4) },
    { rows: 1, columns: 2, bits: 8, frames: 3, pixels: nines(4) },
  ];
  for (const one of refused) assert.throws(() => blanked(one, box(0, 0, 1, 1)), DicomError, JSON.stringify(one));
  const lacking = image({ rows: 1, columns: 2, bits: 8, pixels: nines(2) });
  lacking.delete('Rows');
  assert.throws(() => blankRegions(lacking, [box(0, 0, 1, 1)]), DicomError);
});
