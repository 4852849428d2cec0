// Grey JPEG files: what comes out of them is what went in, whatever the size; memory that is used again changes no earlier file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { grayJpeg } from './gray-jpeg.ts';

/** Soft edges, so that a good JPEG is close. */
const gradient = (columns: number, rows: number) => ({
  columns,
  rows,
  pixels: Uint8Array.from({ length: columns * rows }, (_, at) =>
    Math.round(127 + 100 * Math.sin((at % columns) / 9) * Math.cos(Math.floor(at / columns) / 7)),
  ),
});

const decoded = async (file: Uint8Array) => {
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const { channels = 0 } = await sharp(file).metadata();
  return { data, columns: info.width, rows: info.height, channels };
};

const made = async (columns: number, rows: number, quality: number): Promise<Uint8Array> => {
  const file = await grayJpeg(gradient(columns, rows), quality);
  assert.ok(file, 'libjpeg-turbo has no binary here');
  return file;
};

test('a picture of any size is what it was, within what JPEG loses, and has one component', async () => {
  for (const [columns, rows] of [
    [1, 1],
    [17, 3],
    [8, 64],
    [300, 211],
  ] as const) {
    const { pixels } = gradient(columns, rows);
    const back = await decoded(await made(columns, rows, 95));
    assert.deepEqual([back.columns, back.rows, back.channels], [columns, rows, 1]);
    const worst = pixels.reduce((most, value, at) => Math.max(most, Math.abs(value - (back.data[at] ?? -999))), 0);
    assert.ok(worst <= 8, `${columns} x ${rows}: ${worst}`);
  }
});

test('quality decides over the length; files made earlier stay what they are', async () => {
  const [fine, rough] = [await made(256, 256, 95), await made(256, 256, 20)];
  assert.ok(rough.length < fine.length / 2, `${rough.length} of ${fine.length}`);
  const before = fine.slice();
  await made(400, 400, 50);
  assert.deepEqual(fine, before);
  assert.ok(fine.byteLength === fine.buffer.byteLength, 'memory of its own, which can be handed to another thread');
});

test('fewer pixels than the size says are refused', async () => {
  const { pixels } = gradient(16, 16);
  await assert.rejects(grayJpeg({ columns: 16, rows: 17, pixels }, 90), { fault: 'bad-request' });
});
