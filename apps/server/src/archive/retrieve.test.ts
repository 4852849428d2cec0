// What comes out of the archive is what went in: headers, data sets, files and single frames.
import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { readPart10 } from '@concord/dicom';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { ArchiveError, type StoredInstance } from './archive.ts';

const joined = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks));

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
] as const)
  test(`encapsulated frames: ${what}`, async (t) => {
    const opened = await openRealArchive(t);
    const instance = await store(opened, withPixels(frames.length, encapsulated(table, fragments)), jpegBaseline);
    for (const [index, seeds] of frames.entries()) {
      const expected = Buffer.concat(seeds.map((seed) => fragment(seed)));
      assert.ok(expected.equals(await opened.archive.frame(instance, index + 1)), `frame ${index + 1}`);
    }
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
  const path = join(opened.folder, 'objects', instance.key);
  await truncate(path, instance.size - 10);
  assert.equal(await faultOf(joined(opened.archive.dataSetBytes(instance))), 'store-failed');
  assert.equal(await faultOf(opened.archive.frame(instance, 1)), 'store-failed');
  await rm(path);
  assert.equal(await faultOf(joined(opened.archive.part10Bytes(instance))), 'no-such-instance');
  const unknown: StoredInstance = { ...instance, sopInstanceUid: '1.2.99' };
  assert.equal(await faultOf(opened.archive.frames(unknown)), 'no-such-instance');
});
