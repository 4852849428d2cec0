import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import type { ImageDescription } from '../image-description.ts';
import { ImagingError, type ImagingFault } from '../imaging-error.ts';
import { noCodecModules } from './modules.ts';
import { rle } from './rle.ts';

const syntax = '1.2.840.10008.1.2.5';
const fails = (fault: ImagingFault) => (error: unknown) => error instanceof ImagingError && error.fault === fault;

/** A frame of these segments behind their header. */
function frameOf(...segments: readonly (readonly number[])[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, segments.length, true);
  let offset = 64;
  segments.forEach((segment, index) => {
    header.setUint32(4 + index * 4, offset, true);
    offset += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

const row = (columns: number, changes: Partial<ImageDescription> = {}): ImageDescription => ({
  ...syntheticImage({ rows: 1, columns }),
  ...changes,
});
const words = { bitsAllocated: 16, bitsStored: 16, highBit: 15 };

test('literal runs, repeated runs and the unused control byte', async () => {
  const encoded = frameOf([2, 1, 2, 3, 128, 254, 9]);
  assert.deepEqual([...(await decodeFrame(row(6), syntax, encoded)).samples], [1, 2, 3, 9, 9, 9]);
});

test('the first segment holds the most significant bytes', async () => {
  const frame = await decodeFrame(row(2, words), syntax, frameOf([1, 0x12, 0x34], [1, 0x56, 0x78]));
  assert.deepEqual([...frame.samples], [0x1256, 0x3478]);
});

test('colour comes as segments by component, whatever Planar Configuration says', async () => {
  const image = row(2, { samplesPerPixel: 3, photometricInterpretation: 'RGB', planarConfiguration: 1 });
  const frame = await decodeFrame(image, syntax, frameOf([1, 1, 2], [1, 11, 12], [1, 21, 22]));
  assert.deepEqual([...frame.samples], [1, 11, 21, 2, 12, 22]);
});

test('1-bit images are read packed and as bytes', async () => {
  const image = row(10, { bitsAllocated: 1, bitsStored: 1, highBit: 0 });
  const expected = [1, 0, 1, 0, 0, 0, 0, 0, 0, 1];
  assert.deepEqual([...(await decodeFrame(image, syntax, frameOf([1, 5, 2]))).samples], expected);
  assert.deepEqual([...(await decodeFrame(image, syntax, frameOf([9, ...expected]))).samples], expected);
});

test('padding behind the last cell is not part of it', async () => {
  assert.deepEqual([...(await decodeFrame(row(2), syntax, frameOf([1, 7, 8, 0]))).samples], [7, 8]);
});

test('what is encoded is decoded to the same cells, at every depth', async () => {
  for (const how of [
    { bitsStored: 8 },
    { bitsStored: 12, signed: true },
    { bitsStored: 16 },
    { bitsStored: 32, bitsAllocated: 32 },
    { bitsStored: 1, bitsAllocated: 1, rows: 7, columns: 13 },
    { bitsStored: 8, samplesPerPixel: 3 as const },
    { bitsStored: 16, samplesPerPixel: 3 as const },
    { bitsStored: 8, rows: 3, columns: 1000 },
  ]) {
    const frame = syntheticFrame(how);
    const { bytes } = await rle.encode!(frame, syntax, {}, noCodecModules);
    const decoded = await decodeFrame(syntheticImage(how), syntax, bytes);
    assert.deepEqual(decoded.samples, frame.samples, JSON.stringify(how));
  }
});

test('segments have even length, and no run crosses a row', async () => {
  const flat = { ...syntheticFrame({ rows: 4, columns: 5 }), samples: new Uint8Array(20) };
  const { bytes } = await rle.encode!(flat, syntax, {}, noCodecModules);
  assert.deepEqual([...bytes.subarray(64)], [252, 0, 252, 0, 252, 0, 252, 0]);
});

test('bits outside of the stored ones survive', async () => {
  const cells = Uint16Array.from([0xf001, 0x0002]);
  const frame = {
    ...syntheticFrame({ rows: 1, columns: 2, bitsStored: 12 }),
    samples: Uint16Array.from([1, 2]),
    cells,
  };
  const { bytes } = await rle.encode!(frame, syntax, {}, noCodecModules);
  const decoded = await decodeFrame(row(2, { ...words, bitsStored: 12, highBit: 11 }), syntax, bytes);
  assert.deepEqual([...decoded.samples], [1, 2]);
  assert.deepEqual([...(decoded.cells ?? [])], [0xf001, 2]);
});

test('headers that lie are refused before anything is expanded', async () => {
  const good = frameOf([1, 7, 8]);
  const patched = (at: number, value: number): Uint8Array => {
    const copy = good.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };
  await assert.rejects(decodeFrame(row(2), syntax, good.subarray(0, 63)), fails('truncated'));
  await assert.rejects(decodeFrame(row(2), syntax, patched(0, 0)), fails('corrupt'));
  await assert.rejects(decodeFrame(row(2), syntax, patched(0, 16)), fails('corrupt'));
  await assert.rejects(decodeFrame(row(2), syntax, patched(4, 0xfffffff0)), fails('corrupt'));
  await assert.rejects(decodeFrame(row(2), syntax, patched(4, 3)), fails('corrupt'));
  await assert.rejects(decodeFrame(row(2, words), syntax, good), fails('header-mismatch'));
  await assert.rejects(decodeFrame(row(3), syntax, good), fails('truncated'));
  const backwards = frameOf([1, 7, 8], [1, 9, 9]);
  new DataView(backwards.buffer).setUint32(8, 64 - 1, true);
  await assert.rejects(decodeFrame(row(2, words), syntax, backwards), fails('corrupt'));
});

test('a run that leads out of its segment or its frame ends there', async () => {
  await assert.rejects(decodeFrame(row(9), syntax, frameOf([8, 1, 2])), fails('truncated'));
  assert.deepEqual([...(await decodeFrame(row(2), syntax, frameOf([129, 5]))).samples], [5, 5]);
});
