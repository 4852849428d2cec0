// Files that were read into a Buffer, whose slice() is a view and no copy: what is made of them leaves them as they are.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { blankRegions } from './deidentify/pixels.ts';
import { DataSet, readPart10, toJson, writeDataSet, writePart10, writePart10Stream } from './index.ts';

const littleEndian = '1.2.840.10008.1.2.1';
const bigEndian = '1.2.840.10008.1.2.2';

function image(): DataSet {
  const dataSet = new DataSet();
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7');
  dataSet.set('SOPInstanceUID', '1.2.3.4');
  for (const keyword of ['SamplesPerPixel', 'Rows'] as const) dataSet.set(keyword, 1);
  dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
  dataSet.set('Columns', 4);
  dataSet.set('BitsAllocated', 16);
  dataSet.set('(6000,3000)', Uint8Array.of(1, 2, 3, 4), 'OW');
  dataSet.set('PixelData', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 'OW');
  return dataSet;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

test('words are turned round in what is written, once and again, and not in what was read', async () => {
  const expected = writePart10({ dataSet: image(), transferSyntaxUid: littleEndian });
  const file = asBuffer(writePart10({ dataSet: image(), transferSyntaxUid: bigEndian }));
  const before = new Uint8Array(file);
  const { dataSet } = readPart10(file);
  for (const time of ['first', 'second']) {
    assert.deepEqual(writePart10({ dataSet, transferSyntaxUid: littleEndian }), expected, time);
    const stream = await Array.fromAsync(writePart10Stream({ dataSet, transferSyntaxUid: littleEndian }));
    assert.deepEqual(new Uint8Array(Buffer.concat(stream.map((chunk) => Buffer.from(chunk)))), expected, time);
  }
  assert.deepEqual(new Uint8Array(file), before);
});

test('values in JSON and pixels that are made black are copies', () => {
  const inJson = JSON.stringify(toJson(image()));
  for (const syntax of [littleEndian, bigEndian]) {
    const file = asBuffer(writePart10({ dataSet: image(), transferSyntaxUid: syntax }));
    const before = new Uint8Array(file);
    const { dataSet } = readPart10(file);
    for (const time of ['first', 'second']) assert.equal(JSON.stringify(toJson(dataSet)), inJson, time);
    blankRegions(dataSet, [{ row: 0, column: 0, rows: 1, columns: 2 }]);
    assert.deepEqual(
      new Uint8Array(writeDataSet(dataSet, littleEndian).subarray(-8)),
      Uint8Array.of(0, 0, 0, 0, 5, 6, 7, 8),
    );
    assert.deepEqual(new Uint8Array(file), before, syntax);
  }
});
