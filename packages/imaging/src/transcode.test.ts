import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { headerOf, withElements } from '../testing/headers.ts';
import { type SyntheticImage, syntheticImage } from '../testing/synthetic.ts';
import { ImagingError } from './imaging-error.ts';
import { type Conversion, checkTarget, obstacle, transcodedHeader } from './transcode.ts';

const uid = (last: string): string => `1.2.840.10008.1.2.${last}`;
const native = uid('1');
const baseline = uid('4.50');
const jpeg2000 = uid('4.91');

const identified = (how: SyntheticImage = {}): DataSet =>
  withElements(headerOf(syntheticImage(how)), {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    SOPInstanceUID: '1.2.3.4',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  });
const conversion = (changes: Partial<Conversion> = {}): Conversion => ({
  source: native,
  target: uid('4.70'),
  photometricInterpretation: 'MONOCHROME2',
  reversible: true,
  nativeBytes: 1000,
  encodedBytes: 400,
  ...changes,
});

test('a lossy result says so, by how much, how, and what it was made from', () => {
  const lossy = conversion({ target: baseline, reversible: false, encodedBytes: 80, newSopInstanceUid: '1.2.3.5' });
  const header = transcodedHeader(identified(), syntheticImage(), lossy);
  assert.equal(header.string('LossyImageCompression'), '01');
  assert.deepEqual(header.strings('LossyImageCompressionRatio'), ['12.50']);
  assert.deepEqual(header.strings('LossyImageCompressionMethod'), ['ISO_10918_1']);
  assert.equal(header.string('SOPInstanceUID'), '1.2.3.5');
  assert.deepEqual(header.strings('ImageType'), ['DERIVED', 'PRIMARY', 'AXIAL']);
  assert.equal(header.string('SourceImageSequence[0].ReferencedSOPInstanceUID'), '1.2.3.4');
  assert.equal(header.string('SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue'), '121320');
  assert.equal(header.string('DerivationCodeSequence[0].CodeValue'), '113040');
  assert.equal(header.string('DerivationDescription'), 'JPEG compression 12.50:1');
});

test('a second lossy step is added to the first', () => {
  const before = withElements(identified(), {
    LossyImageCompression: '01',
    LossyImageCompressionRatio: '4.00',
    LossyImageCompressionMethod: 'ISO_10918_1',
    DerivationDescription: 'edited',
  });
  const lossy = conversion({ target: jpeg2000, reversible: false, encodedBytes: 100, newSopInstanceUid: '1.2.3.5' });
  const header = transcodedHeader(before, syntheticImage(), lossy);
  assert.deepEqual(header.strings('LossyImageCompressionRatio'), ['4.00', '10.00']);
  assert.deepEqual(header.strings('LossyImageCompressionMethod'), ['ISO_10918_1', 'ISO_15444_1']);
  assert.equal(header.string('DerivationDescription'), 'edited; JPEG 2000 compression 10.00:1');
  const purpose = 'SourceImageSequence[0].PurposeOfReferenceCodeSequence[0]';
  assert.equal(header.string(`${purpose}.CodeValue`), '121330');
  assert.equal(header.string(`${purpose}.CodeMeaning`), 'Lossy compressed predecessor');
  // A syntax that always loses something says as much, where its data set forgets to.
  const forgotten = transcodedHeader(identified(), syntheticImage(), { ...lossy, source: baseline });
  assert.equal(forgotten.string(`${purpose}.CodeValue`), '121330');
});

test('a lossy conversion without a new UID is refused', () => {
  const silent = conversion({ target: baseline, reversible: false });
  const isBadRequest = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'bad-request';
  assert.throws(() => transcodedHeader(identified(), syntheticImage(), silent), isBadRequest);
});

test('a lossless result stays the same instance', () => {
  const before = identified({ samplesPerPixel: 3 });
  before.set('PlanarConfiguration', 1);
  const to = conversion({ target: uid('4.90'), photometricInterpretation: 'YBR_RCT' });
  const header = transcodedHeader(before, syntheticImage({ samplesPerPixel: 3 }), to);
  assert.equal(header.string('SOPInstanceUID'), '1.2.3.4');
  assert.equal(header.has('LossyImageCompression'), false);
  assert.equal(header.string('PhotometricInterpretation'), 'YBR_RCT');
  assert.equal(header.number('PlanarConfiguration'), 0);
  assert.equal(before.number('PlanarConfiguration'), 1, 'the header given is not touched');
});

test('unpacking does not wash off that pixels were lossy', () => {
  const from = conversion({ source: baseline, target: native });
  const header = transcodedHeader(identified(), syntheticImage(), from);
  assert.equal(header.string('LossyImageCompression'), '01');
  assert.equal(header.string('LossyImageCompressionMethod'), 'ISO_10918_1');
  assert.equal(header.string('SOPInstanceUID'), '1.2.3.4');
});

test('cells shrink to the bytes or words that the code stream holds, and not where cells stay whole', () => {
  for (const [bitsAllocated, bitsStored, cell] of [
    [16, 8, 8],
    [32, 12, 16],
    [32, 7, 8],
    [16, 12, 16],
  ] as const) {
    const how = { bitsStored, bitsAllocated };
    const shrunk = transcodedHeader(identified(how), syntheticImage(how), conversion({ target: uid('4.80') }));
    assert.deepEqual([shrunk.number('BitsAllocated'), shrunk.number('HighBit')], [cell, bitsStored - 1]);
    const kept = transcodedHeader(identified(how), syntheticImage(how), conversion({ target: uid('5') }));
    assert.equal(kept.number('BitsAllocated'), bitsAllocated);
  }
});

test('offset tables and signatures of the old pixel data go', () => {
  const before = withElements(identified(), { ExtendedOffsetTable: new Uint8Array(8), DigitalSignaturesSequence: [] });
  const header = transcodedHeader(before, syntheticImage(), conversion());
  assert.equal(header.has('ExtendedOffsetTable'), false);
  assert.equal(header.has('DigitalSignaturesSequence'), false);
});

test('what a syntax cannot hold is named before anything is encoded', () => {
  const refused: readonly (readonly [SyntheticImage, string])[] = [
    [{ bitsStored: 12 }, baseline],
    [{ bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' }, baseline],
    [{ bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' }, jpeg2000],
    [{ bitsStored: 1, bitsAllocated: 1 }, uid('4.80')],
    [{ bitsStored: 32, bitsAllocated: 32 }, uid('4.70')],
    [{ bitsStored: 16, samplesPerPixel: 3, columns: 40_000 }, uid('4.90')],
    [{ bitsStored: 8, signed: true }, uid('4.201')],
    [{ bitsStored: 8 }, uid('4.100')],
    [{ bitsStored: 16 }, uid('4.51')],
    [{ bitsStored: 12, signed: true }, uid('4.51')],
    [{ bitsStored: 7 }, uid('4.81')],
  ];
  for (const [how, target] of refused) {
    assert(obstacle(syntheticImage(how), target), `${JSON.stringify(how)} to ${target}`);
    assert.throws(() => checkTarget(syntheticImage(how), target), ImagingError);
  }
  assert.equal(
    obstacle(syntheticImage({ bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' }), uid('4.90')),
    undefined,
  );
});
