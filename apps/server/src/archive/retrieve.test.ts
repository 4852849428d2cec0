// What comes out of the archive is what went in: headers, data sets, files and single frames.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { readPart10 } from '@concord/dicom';
import { type AnyChunks, kept } from '@concord/network';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { readerOfStore, spoilInStore } from '../../testing/test-store.ts';
import { ArchiveError, type StoredInstance } from './archive.ts';

const joined = async (chunks: AnyChunks) => Buffer.concat(await Array.fromAsync(kept(chunks)));

/** Stores a data set given as bytes; resolves with what the index knows of it. */
async function store({ archive }: RealArchive, bytes: Uint8Array, transferSyntaxUid = explicitVrLittleEndian) {
  const { status, instance } = await archive.receive({
    dataSet: inPieces(bytes, 777),
    transferSyntaxUid,
    origin: { via: 'import' },
  });
  assert.deepEqual(status, { code: 0 });
  assert.ok(instance);
  return instance;
}

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => assert.fail('no error'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ArchiveError, String(error));
  return error.fault;
};

test('header, data set, ranges of it and the file', async (t) => {
  const opened = await openRealArchive(t);
  const bytes = encoded(ctSlice({ PixelData: new Uint8Array(400_000).map((_, at) => at) }));
  const instance = await store(opened, bytes);
  const { archive } = opened;
  assert.equal((await archive.header(instance)).string('PatientName'), 'DOE^JANE');
  assert.equal((await archive.header(instance)).has('PixelData'), false);
  assert.ok((await joined(archive.dataSetBytes(instance))).equals(bytes));
  assert.ok(
    (await joined(archive.dataSetBytes(instance, { start: 10, end: 300_000 }))).equals(bytes.subarray(10, 300_000)),
  );
  const file = await joined(archive.part10Bytes(instance));
  assert.equal(file.length, instance.size);
  assert.ok(file.subarray(0, 128).every((byte) => byte === 0));
  assert.equal(readPart10(file).dataSet.string('SOPInstanceUID'), instance.sopInstanceUid);
});

test('native frames, one by one', async (t) => {
  const opened = await openRealArchive(t);
  const pixels = new Uint8Array(32 * 5).map((_, at) => at);
  const instance = await store(opened, encoded(ctSlice({ NumberOfFrames: '5', PixelData: pixels })));
  assert.equal((await opened.archive.frames(instance)).length, 5);
  for (let frame = 1; frame <= 5; frame += 1)
    assert.deepEqual(
      [...(await opened.archive.frame(instance, frame))],
      [...pixels.subarray((frame - 1) * 32, frame * 32)],
    );
  for (const frame of [0, 6, -1, 1.5, Number.NaN])
    assert.equal(await faultOf(opened.archive.frame(instance, frame)), 'no-such-frame', `${frame}`);
});

/** Encapsulated pixel data: Basic Offset Table, fragments, delimiter. PS3.5 A.4. */
function encapsulated(table: readonly number[], fragments: readonly Uint8Array[]): Buffer {
  const item = (value: Uint8Array) => {
    const header = Buffer.from('feff00e000000000', 'hex');
    header.writeUInt32LE(value.length, 4);
    return Buffer.concat([header, value]);
  };
  const offsets = Buffer.alloc(table.length * 4);
  for (const [index, offset] of table.entries()) offsets.writeUInt32LE(offset, index * 4);
  const element = Buffer.from('e07f10004f420000ffffffff', 'hex');
  return Buffer.concat([element, item(offsets), ...fragments.map(item), Buffer.from('feffdde000000000', 'hex')]);
}

const jpegBaseline = '1.2.840.10008.1.2.4.50';
const withPixels = (frames: number, pixelData: Buffer) =>
  Buffer.concat([encoded(ctSlice({ PixelData: undefined, NumberOfFrames: String(frames) })), pixelData]);
const fragment = (seed: number, length = 10) => new Uint8Array(length).fill(seed);
/** A fragment that a code stream begins in. */
const begun = (seed: number, length = 10) =>
  Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), fragment(seed, length - 4)]);

for (const [what, table, fragments, frames] of [
  ['a fragment each, no table', [], [fragment(1), fragment(2), fragment(3)], [[1], [2], [3]]],
  ['a fragment each, with a table', [0, 18, 36], [fragment(1), fragment(2), fragment(3)], [[1], [2], [3]]],
  ['one frame of several fragments', [], [fragment(1), fragment(2), fragment(3)], [[1, 2, 3]]],
  [
    '[QR-RCV-08] frames of several fragments, told apart by the table',
    [0, 36],
    [fragment(1), fragment(2), fragment(3)],
    [[1, 2], [3]],
  ],
  ['frames of several fragments, without a table', [], [begun(1), fragment(2), begun(3)], [[-1, 2], [-3]]],
  [
    'frames of several fragments, with a table that does not fit',
    [0, 99],
    [begun(1), fragment(2), fragment(3), begun(4), fragment(5)],
    [
      [-1, 2, 3],
      [-4, 5],
    ],
  ],
  [
    'frames of large fragments, without a table',
    [],
    [begun(1, 1_500_000), fragment(2), begun(3, 700_000), begun(4, 700_000), fragment(5, 700_000), begun(6)],
    [[-1, 2], [-3], [-4, 5], [-6]],
  ],
] as const)
  test(`encapsulated frames: ${what}`, async (t) => {
    const opened = await openRealArchive(t);
    const instance = await store(opened, withPixels(frames.length, encapsulated(table, fragments)), jpegBaseline);
    for (const [index, seeds] of frames.entries()) {
      const expected = Buffer.concat(
        seeds.map((seed) => {
          const { length } = fragments.find((one) => one.at(-1) === Math.abs(seed)) ?? [];
          return seed < 0 ? begun(-seed, length) : fragment(seed, length);
        }),
      );
      assert.ok(expected.equals(await opened.archive.frame(instance, index + 1)), `frame ${index + 1}`);
    }
  });

test('any frame of a multi-frame object is one read, however its fragments lie', async (t) => {
  const runs: number[] = [];
  const opened = await openRealArchive(t, {
    store: (real) => ({
      ...real,
      read: () => assert.fail('a frame was looked for'),
      readRun: (key, start, length) => {
        runs.push(length);
        return real.readRun(key, start, length);
      },
    }),
  });
  const fragments = Array.from({ length: 180 }, (_, index) => fragment(index, 100));
  const table = Array.from({ length: 90 }, (_, frame) => frame * 2 * 108);
  const instance = await store(opened, withPixels(90, encapsulated(table, fragments)), jpegBaseline);
  const selected = (await opened.archive.instances({ sopInstanceUid: instance.sopInstanceUid }))[0];
  assert.ok(selected);
  assert.equal(selected.pixelData, undefined, 'so many fragments are not carried along');
  runs.length = 0;
  for (const number of [1, 17, 90]) {
    const expected = Buffer.concat(fragments.slice(number * 2 - 2, number * 2));
    assert.ok(expected.equals(await opened.archive.frame(selected, number)), `frame ${number}`);
  }
  assert.deepEqual(runs, [208, 208, 208]);
});

test('[QR-RCV-08] an offset table that contradicts the fragments does not keep an object out', async (t) => {
  const opened = await openRealArchive(t);
  const pixels = encapsulated([0, 7], [fragment(1), fragment(2), fragment(3)]);
  const instance = await store(opened, withPixels(2, pixels), jpegBaseline);
  assert.ok((await opened.archive.header(instance)).has('PatientName'));
  await assert.rejects(opened.archive.frame(instance, 1));
});

test('lent frames, data sets and files are the bytes that came, in memory that is used again', async (t) => {
  const opened = await openRealArchive(t);
  const pixels = new Uint8Array(3_000_000).map((_, at) => at * 7 + (at >> 8));
  const bytes = encoded(ctSlice({ Rows: 1000, Columns: 500, NumberOfFrames: '3', PixelData: pixels }));
  const instance = await store(opened, bytes);
  const { archive } = opened;
  for (let round = 0; round < 3; round += 1) {
    assert.ok((await joined(archive.lendDataSet(instance))).equals(bytes));
    const file = await joined(archive.lendPart10(instance));
    assert.ok(file.subarray(instance.dataSetOffset).equals(bytes));
    const second = await archive.lendFrame(instance, 2);
    for (const lent of [archive.lendDataSet(instance), archive.lendPart10(instance), second])
      assert.equal(Symbol.asyncIterator in lent, false);
    assert.equal(second.length, 1_000_000);
    assert.ok((await joined(second)).equals(pixels.subarray(1_000_000, 2_000_000)));
  }
  assert.equal(await faultOf(archive.lendFrame(instance, 4)), 'no-such-frame');
});

test('a frame of a deflated object', async (t) => {
  const opened = await openRealArchive(t);
  const pixels = new Uint8Array(64).map((_, at) => at);
  const bytes = deflateRawSync(encoded(ctSlice({ NumberOfFrames: '2', PixelData: pixels })));
  const instance = await store(opened, bytes, '1.2.840.10008.1.2.1.99');
  assert.deepEqual([...(await opened.archive.frame(instance, 2))], [...pixels.subarray(32)]);
});

test('an object without pixel data has no frames', async (t) => {
  const opened = await openRealArchive(t);
  const instance = await store(opened, encoded(ctSlice({ PixelData: undefined })));
  assert.deepEqual(await opened.archive.frames(instance), []);
  assert.equal(await faultOf(opened.archive.frame(instance, 1)), 'no-such-frame');
});

test('a file that is gone or shorter than the index says is an error of the store, never half an answer', async (t) => {
  const opened = await openRealArchive(t);
  const instance = await store(opened, encoded(ctSlice()));
  const whole = Buffer.concat(await Array.fromAsync(readerOfStore(opened.folder).read(instance.key)));
  await spoilInStore(opened.folder, instance.key, whole.subarray(0, -10));
  assert.equal(await faultOf(joined(opened.archive.dataSetBytes(instance))), 'store-failed');
  assert.equal(await faultOf(opened.archive.frame(instance, 1)), 'store-failed');
  assert.equal(await faultOf(joined(opened.archive.lendPart10(instance))), 'store-failed');
  const gone = await store(opened, encoded(ctSlice({ SOPInstanceUID: '1.2.3.1.1.77' })));
  await spoilInStore(opened.folder, gone.key);
  assert.equal(await faultOf(joined(opened.archive.part10Bytes(gone))), 'no-such-instance');
  assert.equal(await faultOf(joined(opened.archive.lendDataSet(gone))), 'no-such-instance');
  const { pixelData: _, ...rest } = instance;
  const unknown: StoredInstance = { ...rest, sopInstanceUid: '1.2.99', key: '000000/000000999.dcm' };
  assert.equal(await faultOf(opened.archive.frames(unknown)), 'no-such-instance');
});

test('a store across a network that gives other bytes than it got: nobody gets the object whole, and what is right is given as ever', async (t) => {
  let spoilt = false;
  const other = (chunks: AnyChunks) =>
    kept(chunks, (chunk) => {
      const copy = Uint8Array.from(chunk);
      if (spoilt) copy[copy.length - 9] = (copy.at(-9) ?? 0) ^ 1;
      return copy;
    });
  const opened = await openRealArchive(t, {
    store: (real) => ({
      ...real,
      isFar: () => true,
      read: (key, run) => other(real.read(key, run)),
      lend: (key, run) => ({ length: run.end - run.start, chunks: () => other(real.lend(key, run)) }),
    }),
  });
  const bytes = encoded(ctSlice({ PixelData: new Uint8Array(700_000).map((_, at) => at) }));
  const instance = await store(opened, bytes);
  const { archive } = opened;
  const whole = [archive.dataSetBytes, archive.part10Bytes, archive.lendDataSet, archive.lendPart10] as const;
  for (const read of whole) assert.equal((await joined(read(instance))).length >= bytes.length, true);
  assert.ok((await joined(archive.dataSetBytes(instance))).equals(bytes));
  spoilt = true;
  for (const read of whole) assert.equal(await faultOf(joined(read(instance))), 'store-failed');
  assert.equal((await joined(archive.dataSetBytes(instance, { start: 0, end: 100 }))).length, 100);
});
