// Pixel data of the wrong length: kept as it came, and its sender is told where the settings ask for that. PS3.4 B.2.3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, dataSetOf, encoded, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';

const pixels = (length: number) => ({ PixelData: new Uint8Array(length) });
const colour = { SamplesPerPixel: 3, BitsAllocated: 8, BitsStored: 8, HighBit: 7, PlanarConfiguration: 0 };
const pairs = { ...colour, PhotometricInterpretation: 'YBR_FULL_422' };
const rgb = { ...colour, PhotometricInterpretation: 'RGB' };
const bits = { Rows: 3, Columns: 3, BitsAllocated: 1, BitsStored: 1, HighBit: 0 };

const right: readonly [string, Values][] = [
  ['16 bits', {}],
  ['two frames', { NumberOfFrames: '2', ...pixels(64) }],
  ['an odd number of bytes and one that pads them', { ...rgb, Rows: 1, Columns: 1, ...pixels(4) }],
  ['nine bits in two bytes', { ...bits, ...pixels(2) }],
  ['three times nine bits, one behind the other', { ...bits, NumberOfFrames: '3', ...pixels(4) }],
  ['pairs of pixels', { ...pairs, ...pixels(32) }],
  ['pairs in rows of odd width, filled up', { ...pairs, Columns: 3, ...pixels(32) }],
  ['pairs in rows of odd width that go on', { ...pairs, Columns: 3, ...pixels(24) }],
  ['no pixel data', { PixelData: undefined }],
  ['nothing that says how long it is', { Rows: undefined, ...pixels(6) }],
];
const wrong: readonly [string, Values, string][] = [
  ['a cell less', pixels(30), 'Pixel Data has 30 bytes, not the 32 described'],
  ['a cell more', pixels(34), 'Pixel Data has 34 bytes, not the 32 described'],
  ['nothing', pixels(0), 'Pixel Data has 0 bytes, not the 32 described'],
  ['one frame of two', { NumberOfFrames: '2' }, 'Pixel Data has 32 bytes, not the 64 described'],
  ['one sample of three', { ...rgb, ...pixels(16) }, 'Pixel Data has 16 bytes, not the 48 described'],
  ['three samples where pairs share two', { ...pairs, ...pixels(48) }, 'Pixel Data has 48 bytes, not the 32 described'],
];

for (const coercionWarning of ['off', 'on'] as const)
  test(`pixel data that is not as long as its description says is kept and noted, coercionWarning ${coercionWarning}`, async (t) => {
    const { archive, put, complaints } = await openRealArchive(t, { coercionWarning });
    let number = 0;
    const store = (values: Values) => {
      number += 1;
      return put(ctSlice({ ...values, SOPInstanceUID: `1.2.3.1.1.${number}` }));
    };
    for (const [what, values] of right) {
      const { status, flaw } = await store(values);
      assert.deepEqual([status.code, flaw], [0x0000, undefined], what);
    }
    assert.deepEqual(complaints, []);
    for (const [what, values, comment] of wrong) {
      const { status, flaw, instance } = await store(values);
      assert.equal(status.code, coercionWarning === 'on' ? 0xb007 : 0x0000, what);
      assert.deepEqual(flaw, { comment, offending: [0x7fe00010] }, what);
      assert.ok(instance, what);
    }
    assert.equal((await archive.statistics()).instances, right.length + wrong.length);
    assert.equal(complaints.length, wrong.length);
    const again = await put(ctSlice({ ...pixels(30), SOPInstanceUID: `1.2.3.1.1.${right.length + 1}` }));
    assert.deepEqual([again.already, again.status.code !== 0], [true, coercionWarning === 'on']);
    const refused = await put(ctSlice({ ...pixels(30), StudyInstanceUID: undefined }));
    assert.deepEqual([refused.status.code, refused.flaw], [0xa900, undefined], 'what is refused has no flaw beside it');
  });

test('frames in the form of another transfer syntax than was agreed on are kept as they came, and said', async (t) => {
  const { archive, complaints } = await openRealArchive(t, { coercionWarning: 'on' });
  const jpeg = '1.2.840.10008.1.2.4.50';
  const native = encoded(ctSlice());
  const fragments = Buffer.from(
    'e07f10004f420000ffffffff' + 'feff00e000000000' + 'feff00e004000000' + '01020304' + 'feffdde000000000',
    'hex',
  );
  const header = encoded(ctSlice({ SOPInstanceUID: '1.2.3.1.1.2', PixelData: undefined }));
  const receive = (bytes: Uint8Array, transferSyntaxUid: string) =>
    archive.receive({ dataSet: inPieces(bytes), transferSyntaxUid, origin: { via: 'import' } });
  const asNative = await receive(native, jpeg);
  assert.deepEqual(
    [asNative.status.code, asNative.flaw?.comment],
    [0xb007, 'Pixel Data is not encapsulated under JPEG Baseline (Process 1)'],
  );
  const asFragments = await receive(Buffer.concat([header, fragments]), '1.2.840.10008.1.2.1');
  assert.deepEqual(
    [asFragments.status.code, asFragments.flaw?.comment],
    [0xb007, 'Pixel Data is encapsulated under Explicit VR Little Endian'],
  );
  assert.equal(complaints.length, 2);
  assert.equal((await archive.statistics()).instances, 2);
});

test('encapsulated pixel data has no length that is asked for, nor has an icon', async (t) => {
  const { archive, put } = await openRealArchive(t, { coercionWarning: 'on' });
  const transferSyntaxUid = '1.2.840.10008.1.2.5';
  const fragment =
    'e07f10004f420000ffffffff' + 'feff00e000000000' + 'feff00e004000000' + '01020304' + 'feffdde000000000';
  const dataSet = async function* () {
    yield encoded(ctSlice({ PixelData: undefined }), transferSyntaxUid);
    yield Buffer.from(fragment, 'hex');
  };
  const receipt = await archive.receive({ dataSet: dataSet(), transferSyntaxUid, origin: { via: 'import' } });
  assert.deepEqual([receipt.status, receipt.flaw], [{ code: 0x0000 }, undefined]);
  const icon = [dataSetOf({ Rows: 4, Columns: 4, BitsAllocated: 8, SamplesPerPixel: 1, ...pixels(2) })];
  const withIcon = await put(ctSlice({ SOPInstanceUID: '1.2.3.1.1.2', IconImageSequence: icon }));
  assert.deepEqual([withIcon.status.code, withIcon.flaw], [0x0000, undefined]);
});
