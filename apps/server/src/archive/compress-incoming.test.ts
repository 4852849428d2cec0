// Images that are compressed with loss when they come: under which UID, which of them, and what stays as it came.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { describeImage } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { readCompressionRule } from '../settings/compression.ts';
import { BadValue } from '../settings/kinds.ts';
import type { Origin } from './archive.ts';

const imaging = createImagingPool({ threads: 1 });
after(() => imaging.close());

const [implicit, bigEndian] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.2'];
const [jpeg, jpegExtended] = ['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51'];
const [rows, columns] = [64, 48];
const gradient = (samples: number) =>
  Uint8Array.from({ length: rows * columns * samples }, (_, index) => (index >> 4) & 0xff);

/** An ultrasound image of three frames in colour. */
const clip = (values: Values = {}): DataSet =>
  ctSlice({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.3.1',
    ImageType: 'ORIGINAL\\PRIMARY',
    Modality: 'US',
    ...{ Rows: rows, Columns: columns, SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 },
    ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, NumberOfFrames: 3 },
    PixelData: Buffer.concat([gradient(3), gradient(3), gradient(3)]),
    ...values,
  });

const open = (t: Parameters<typeof openRealArchive>[0], rules: readonly object[], more: object = {}) =>
  openRealArchive(t, { compression: { rules: rules.map(readCompressionRule), imaging }, ...more });

const send = ({ archive }: RealArchive, dataSet: DataSet, { syntax = explicitVrLittleEndian, from = 'US1' } = {}) => {
  const origin: Origin = { via: 'DIMSE', callingAeTitle: from };
  const sopInstanceUid = dataSet.string('SOPInstanceUID') ?? '';
  const sopClassUid = dataSet.string('SOPClassUID') ?? '';
  return archive.receive({
    ...{ dataSet: inPieces(encoded(dataSet, syntax), 4000), transferSyntaxUid: syntax },
    ...{ origin, sopInstanceUid, sopClassUid },
  });
};

/** What is kept, and its header. */
async function keptIn({ archive }: RealArchive) {
  const instances = await archive.instances({ studyInstanceUid: '1.2.3.1' });
  return Promise.all(instances.map(async (each) => ({ ...each, header: await archive.header(each) })));
}

test('[QR-DUP-03] what is compressed before it is kept keeps its UID or becomes an instance of its own, and says what was lost', async (t) => {
  for (const sopInstanceUid of ['keep', 'new'] as const) {
    const real = await open(t, [{ modality: 'US', quality: 80, sopInstanceUid }]);
    for (const syntax of [explicitVrLittleEndian, implicit, bigEndian])
      assert.equal((await send(real, clip(), { syntax })).status.code, 0x0000);
    const kept = await keptIn(real);
    assert.equal(kept.length, 1, 'the same image three times is kept once');
    const [image] = kept;
    assert.ok(image);
    const { header } = image;
    assert.equal(image.transferSyntaxUid, jpeg);
    assert.equal(header.string('SOPInstanceUID'), image.sopInstanceUid);
    assert.equal(image.sopInstanceUid === '1.2.3.1.1.1', sopInstanceUid === 'keep');
    assert.equal(header.string('LossyImageCompression'), '01');
    assert.equal(header.string('LossyImageCompressionMethod'), 'ISO_10918_1');
    const ratio = header.number('LossyImageCompressionRatio') ?? 0;
    const lengths = await Promise.all(
      [1, 2, 3].map(async (number) => (await real.archive.frame(image, number)).length),
    );
    const compressed = lengths.reduce((sum, length) => sum + length, 0);
    assert.ok(Math.abs(ratio - (rows * columns * 3 * 3) / compressed) < 0.02 * ratio, `${ratio}: ${compressed} bytes`);
    assert.ok(ratio > 2);
    const [ratioText] = header.strings('LossyImageCompressionRatio');
    assert.match(header.string('DerivationDescription') ?? '', new RegExp(`^JPEG.* compression ${ratioText}:1$`, 'u'));
    assert.equal(header.string('DerivationCodeSequence[0].CodeValue'), '113040');
    assert.equal(header.strings('ImageType')[0], 'DERIVED');
    const source = header.items('SourceImageSequence')[0]?.string('ReferencedSOPInstanceUID');
    assert.equal(source, sopInstanceUid === 'keep' ? undefined : '1.2.3.1.1.1');
    assert.ok(image.size < rows * columns * 3 * 2);
    assert.equal((await real.archive.frames(image)).length, 3);
    const encodedFrame = await real.archive.frame(image, 3);
    const pixels = await imaging.decode({
      ...{ image: describeImage(header), transferSyntaxUid: jpeg, encoded: encodedFrame, frameNumber: 3 },
    });
    assert.ok(Math.abs((pixels[3000] ?? 0) - (gradient(3)[3000] ?? 0)) < 12);
  }
});

test('12 bits go into JPEG Extended; what JPEG cannot hold, nobody asked for, or is cut short stays as it came or is refused', async (t) => {
  const real = await open(t, [{ modality: 'US' }, { from: 'CR1', sopInstanceUid: 'keep' }]);
  const one = (name: string, values: Values, from?: string) =>
    send(real, clip({ SOPInstanceUID: `1.2.3.${name}`, NumberOfFrames: 1, PixelData: gradient(3), ...values }), {
      ...(from !== undefined && { from }),
    });
  const grey = { SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', PlanarConfiguration: undefined };
  const deep = { ...grey, Modality: 'CR', BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelData: gradient(2) };
  const codes = [
    await one('1', deep, 'CR1'),
    await one('2', deep),
    await one('3', { ...deep, PixelRepresentation: 1 }, 'CR1'),
    await one('4', { PixelData: gradient(3).subarray(0, 100) }),
    await one('5', { 'FFFC,FFFC': new Uint8Array(2), '7FE1,0010': 'MAKER' }),
    await one('6', { Rows: undefined, PixelData: undefined }),
  ].map(({ status }) => status.code);
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
  const kept = new Map((await keptIn(real)).map((each) => [each.sopInstanceUid, each.transferSyntaxUid]));
  const asItCame = ['2', '3', '4', '5', '6'].map((name) => [`1.2.3.${name}`, explicitVrLittleEndian]);
  assert.deepEqual([...kept].sort(), [['1.2.3.1', jpegExtended], ...asItCame]);
  const garbage = await real.archive.receive({
    ...{ dataSet: inPieces(encoded(clip()).subarray(0, 700)), transferSyntaxUid: explicitVrLittleEndian },
    origin: { via: 'import', callingAeTitle: 'US1' },
  });
  assert.equal(garbage.status.code, 0xc000);
});

test('the sender is told where warnings are on; other pixels under a UID that is compressed are a duplicate as ever', async (t) => {
  const real = await open(t, [{ modality: 'US' }], { coercionWarning: 'on', duplicates: 'replace' });
  assert.equal((await send(real, clip())).status.code, 0xb000);
  const brighter = gradient(3).map((value) => 255 - value);
  const second = await send(real, clip({ NumberOfFrames: 1, PixelData: brighter }));
  assert.deepEqual([second.status.code, second.sopInstanceUid], [0xb000, '1.2.3.1.1.1']);
  const kept = await keptIn(real);
  assert.deepEqual(
    kept.map(({ numberOfFrames }) => numberOfFrames),
    [1],
  );
});

test('rules that say something else than they can are refused in words', () => {
  for (const wrong of [
    { quality: 95 },
    { quality: '90%' },
    { modality: 'ultra-sound' },
    { sopInstanceUid: 'other' },
    { to: 'X' },
  ])
    assert.throws(() => readCompressionRule(wrong), BadValue);
  assert.deepEqual(readCompressionRule({}), { quality: 90, sopInstanceUid: 'new' });
});
