// Frames of pixel data: native, one or several fragments a frame, right, wrong and missing offset tables.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet, type Value } from './data-set.ts';
import { DicomError } from './error.ts';
import { frameRanges, type PixelDataPlace } from './frames.ts';

const header = (values: Readonly<Record<string, Value>>): DataSet => {
  const made = new DataSet();
  for (const [path, value] of Object.entries(values)) made.set(path, value);
  return made;
};

const native = (length: number): PixelDataPlace => ({ tag: 0x7fe00010, vr: 'OW', offset: 1000, length, fragments: [] });

/** Fragments one behind the other, the offset table's item first. */
const encapsulated = (table: number, ...lengths: readonly number[]): PixelDataPlace => {
  let offset = 1000;
  const fragments = [table, ...lengths].map((length) => {
    const fragment = { offset: offset + 8, length };
    offset += 8 + length;
    return fragment;
  });
  return { tag: 0x7fe00010, vr: 'OB', offset: 1000, length: undefined, fragments };
};

const basicTable = (...offsets: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(offsets).buffer);
const image = { Rows: 4, Columns: 5, BitsAllocated: 16, SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2' };
const lengthsOf = (frames: readonly (readonly { length: number }[])[]) =>
  frames.map((runs) => runs.map(({ length }) => length));

const isBadFrames = (error: unknown): boolean => error instanceof DicomError && error.fault === 'bad-frames';

describe('native frames', () => {
  test('lie one behind the other', () => {
    const frames = frameRanges(native(120), header({ ...image, NumberOfFrames: 3 }));
    assert.deepEqual(frames, [
      [{ offset: 1000, length: 40 }],
      [{ offset: 1040, length: 40 }],
      [{ offset: 1080, length: 40 }],
    ]);
  });

  test('a padding byte behind the last frame belongs to none', () => {
    const odd = { ...image, Columns: 3, Rows: 3, BitsAllocated: 8 };
    assert.deepEqual(lengthsOf(frameRanges(native(10), header(odd))), [[9]]);
  });

  test('frames of one bit a pixel need not begin at a byte', () => {
    const bits = { ...image, Rows: 3, Columns: 3, BitsAllocated: 1, NumberOfFrames: 3 };
    assert.deepEqual(frameRanges(native(4), header(bits)), [
      [{ offset: 1000, length: 2 }],
      [{ offset: 1001, length: 2 }],
      [{ offset: 1002, length: 2 }],
    ]);
  });

  test('frames of big endian OW bytes are whole words, shared where a frame has an odd length', () => {
    const odd = { ...image, Rows: 3, Columns: 3, BitsAllocated: 8, NumberOfFrames: 3 };
    const swapped: PixelDataPlace = { ...native(28), bigEndian: true };
    const frames = [[{ offset: 1000, length: 10 }], [{ offset: 1008, length: 10 }], [{ offset: 1018, length: 10 }]];
    assert.deepEqual(frameRanges(swapped, header(odd)), frames);
    assert.deepEqual(lengthsOf(frameRanges({ ...swapped, vr: 'OB' }, header(odd))), [[9], [9], [9]]);
    const bits = { ...odd, BitsAllocated: 1 };
    assert.deepEqual(frameRanges({ ...native(4), bigEndian: true }, header(bits)), [
      [{ offset: 1000, length: 2 }],
      [{ offset: 1000, length: 4 }],
      [{ offset: 1002, length: 2 }],
    ]);
    // A value that ends too early bounds the frames, as in little endian.
    assert.deepEqual(lengthsOf(frameRanges({ ...swapped, length: 12 }, header(odd))), [[10], [4]]);
  });

  test('subsampled colour takes two samples a pixel', () => {
    const colour = { ...image, BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'YBR_FULL_422' };
    assert.deepEqual(lengthsOf(frameRanges(native(40), header(colour))), [[40]]);
    assert.deepEqual(lengthsOf(frameRanges(native(40), header({ ...colour, NumberOfFrames: 2 }))), [[40]]);
  });

  test('subsampled colour of an odd number of columns: rows filled up to pairs where the value has room for that, else not', () => {
    for (const term of ['YBR_FULL_422', 'YBR_PARTIAL_422']) {
      const size = { Rows: 4, Columns: 3, BitsAllocated: 8, SamplesPerPixel: 3, PhotometricInterpretation: term };
      const odd = header({ ...size, NumberOfFrames: 2 });
      assert.deepEqual(lengthsOf(frameRanges(native(64), odd)), [[32], [32]], term);
      assert.deepEqual(lengthsOf(frameRanges(native(48), odd)), [[24], [24]], term);
      assert.deepEqual(lengthsOf(frameRanges(native(32), header(size))), [[32]], term);
    }
  });

  test('two thousand million promised frames are as many as there are bytes for', () => {
    const frames = frameRanges(native(100), header({ ...image, NumberOfFrames: 2_000_000_000 }));
    assert.deepEqual(lengthsOf(frames), [[40], [40], [20]]);
  });

  test('a header without a size gives the whole value as one frame', () => {
    assert.deepEqual(frameRanges(native(77), header({ NumberOfFrames: 5 })), [[{ offset: 1000, length: 77 }]]);
  });
});

describe('encapsulated frames', () => {
  test('all fragments of a single frame belong to it', () => {
    assert.deepEqual(lengthsOf(frameRanges(encapsulated(0, 10, 20, 30), header(image))), [[10, 20, 30]]);
  });

  test('one fragment a frame needs no table and survives a wrong one', () => {
    const frames = header({ ...image, NumberOfFrames: 2 });
    assert.deepEqual(lengthsOf(frameRanges(encapsulated(0, 10, 20), frames)), [[10], [20]]);
    assert.deepEqual(lengthsOf(frameRanges(encapsulated(8, 10, 20), frames, basicTable(7, 3))), [[10], [20]]);
  });

  test('several fragments a frame by the Basic Offset Table', () => {
    const frames = header({ ...image, NumberOfFrames: 2 });
    const place = encapsulated(8, 10, 20, 30);
    assert.deepEqual(lengthsOf(frameRanges(place, frames, basicTable(0, 46))), [[10, 20], [30]]);
  });

  test('and by the Extended Offset Table, which counts before the basic one', () => {
    const table = new Uint8Array(BigUint64Array.from([0n, 18n]).buffer);
    const frames = header({ ...image, NumberOfFrames: 2, ExtendedOffsetTable: table });
    assert.deepEqual(lengthsOf(frameRanges(encapsulated(0, 10, 20, 30), frames)), [[10], [20, 30]]);
  });

  test('fragments that nobody can tell apart are an error, not a mixture', () => {
    const frames = header({ ...image, NumberOfFrames: 2 });
    const place = encapsulated(8, 10, 20, 30);
    assert.throws(() => frameRanges(place, frames), isBadFrames);
    for (const table of [
      basicTable(0, 45),
      basicTable(46, 0),
      basicTable(0),
      basicTable(18, 46),
      basicTable(0, 0xffffffff),
    ]) {
      assert.throws(() => frameRanges(place, frames, table), isBadFrames);
    }
  });

  test('no fragments, no frames', () => {
    assert.deepEqual(frameRanges(encapsulated(0), header({ ...image, NumberOfFrames: 3 })), []);
  });
});
