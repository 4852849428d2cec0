// Memory that threads share: lent once at a time, kept within its limit, and a picture made from it equals one from memory of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { createPixelMemory } from './pixel-memory.ts';
import { createImagingPool } from './pool.ts';
import { createSharedMemory } from './shared-memory.ts';

test('memory is lent to one at a time, and again when it was given back', () => {
  const lend = createSharedMemory();
  const [one, two] = [lend(100_000), lend(100_000)];
  assert.equal(one.bytes.length, 100_000);
  assert.notEqual(one.bytes.buffer, two.bytes.buffer);
  one.giveBack();
  one.giveBack();
  const [three, four] = [lend(120_000), lend(120_000)];
  assert.equal(three.bytes.buffer, one.bytes.buffer);
  assert.notEqual(four.bytes.buffer, one.bytes.buffer, 'given back twice, it is there once');
  assert.equal(lend(0).bytes.length, 0);
});

test('more than the limit is not kept', () => {
  const lend = createSharedMemory(1 << 17);
  const lent = [lend(1 << 17), lend(1 << 17)];
  for (const { giveBack } of lent) giveBack();
  assert.equal(lend(1 << 17).bytes.buffer, lent[0]?.bytes.buffer);
  assert.ok(lent.every(({ bytes }) => bytes.buffer !== lend(1 << 17).bytes.buffer));
});

test('pixels are drawn in the same memory again, larger ones in their own', () => {
  const memory = createPixelMemory(1000);
  const first = memory(600);
  assert.equal(memory(500).buffer, first.buffer);
  assert.equal(memory(500).length, 500);
  assert.notEqual(memory(1001).buffer, first.buffer);
  assert.equal(memory(600).buffer, first.buffer);
});

const header = (columns: number): DataSet => {
  const dataSet = new DataSet();
  const numbers = {
    Rows: 40,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
  };
  for (const [keyword, value] of Object.entries(numbers)) dataSet.set(keyword, value);
  dataSet.set('WindowCenter', '2000');
  dataSet.set('WindowWidth', '4000');
  return dataSet;
};

test('pictures from shared memory are those from other memory, whatever is drawn in between', async (t) => {
  const pool = createImagingPool({ threads: 2 });
  t.after(() => pool.close());
  const request = { transferSyntaxUid: '1.2.840.10008.1.2.1', format: 'image/png' } as const;
  const drawn = Array.from({ length: 12 }, async (_, index) => {
    const columns = 40 + (index % 3) * 30;
    const cells = Uint16Array.from({ length: 40 * columns }, (_, at) => (at * 7 + index * 501) % 4096);
    const encoded = new Uint8Array(cells.buffer);
    const memory = pool.lend(encoded.length);
    memory.bytes.set(encoded);
    const shared = await pool.render({ ...request, header: header(columns), encoded: memory.bytes });
    memory.giveBack();
    return { shared, own: await pool.render({ ...request, header: header(columns), encoded }) };
  });
  const all = await Promise.all(drawn);
  for (const { shared, own } of all) assert.deepEqual(shared, own);
  assert.equal(new Set(all.map(({ own }) => Buffer.from(own).toString('base64'))).size, 12);
});
