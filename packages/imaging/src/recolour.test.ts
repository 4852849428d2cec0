// Images in another photometric interpretation: what a pixel shows before and after, what becomes a new instance, what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import type { DecodedFrame } from './codecs/codec.ts';
import { describeImage } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';
import { type RecolourTarget, recolouring } from './recolour.ts';
import { recolouredFrame } from './recolour-frame.ts';
import { renderFrame } from './render.ts';

const headerOf = (
  values: Readonly<Record<string, string | number | readonly number[] | readonly DataSet[]>>,
): DataSet => {
  const header = new DataSet();
  const usual = { SamplesPerPixel: 1, Rows: 2, Columns: 2, BitsAllocated: 16, BitsStored: 12, HighBit: 11 };
  for (const [keyword, value] of Object.entries({ ...usual, PixelRepresentation: 0, SOPInstanceUID: '1.2', ...values }))
    header.set(keyword, value);
  return header;
};

const frameOf = (header: DataSet, samples: DecodedFrame['samples']): DecodedFrame => ({
  ...describeImage(header),
  samples,
});

/** The same pixels before and after, as they are shown. */
function shown(header: DataSet, samples: DecodedFrame['samples'], target: RecolourTarget) {
  const image = describeImage(header);
  const change = recolouring(header, image, target);
  assert.ok(change);
  const bytes = recolouredFrame(frameOf(header, samples), structuredClone(change.step(1)));
  const after = change.header(change.lossy ? '1.3' : undefined);
  const words = change.image.bitsAllocated === 16 ? new Uint16Array(bytes.slice().buffer) : bytes;
  const signed = change.image.pixelRepresentation === 1 ? new Int16Array(words.slice().buffer) : words;
  return {
    before: [...renderFrame(frameOf(header, samples), header).pixels],
    after: [...renderFrame(frameOf(after, signed), after).pixels],
    header: after,
    change,
  };
}

test('MONOCHROME1 turned round is shown as before, signed, rescaled and with any window', () => {
  const cases = [
    { WindowCenter: 1000, WindowWidth: 500 },
    { WindowCenter: 1000, WindowWidth: 500, VOILUTFunction: 'LINEAR_EXACT' },
    { WindowCenter: 300, WindowWidth: 900, RescaleSlope: 2, RescaleIntercept: -1024 },
    { WindowCenter: -20, WindowWidth: 400, PixelRepresentation: 1 },
    { SmallestImagePixelValue: 0, LargestImagePixelValue: 4095 },
  ];
  for (const values of cases) {
    const header = headerOf({ PhotometricInterpretation: 'MONOCHROME1', ...values });
    const isSigned = header.number('PixelRepresentation') === 1;
    const samples = isSigned ? Int16Array.of(-2048, -20, 100, 2047) : Uint16Array.of(0, 900, 1100, 4095);
    const { before, after, header: made, change } = shown(header, samples, 'MONOCHROME2');
    for (const [index, level] of before.entries())
      assert.ok(Math.abs(level - (after[index] ?? -9)) <= 1, `${JSON.stringify(values)}: ${before} and ${after}`);
    assert.equal(change.lossy, false);
    assert.equal(made.string('SOPInstanceUID'), '1.2');
  }
});

test('values that mean "no pixel", and the extremes, are turned round with the others', () => {
  const header = headerOf({
    PhotometricInterpretation: 'MONOCHROME1',
    PixelPaddingValue: 0,
    SmallestImagePixelValue: 10,
    LargestImagePixelValue: 4000,
    PresentationLUTShape: 'INVERSE',
  });
  const { header: made } = shown(header, Uint16Array.of(0, 10, 4000, 5), 'MONOCHROME2');
  assert.deepEqual(
    ['PixelPaddingValue', 'SmallestImagePixelValue', 'LargestImagePixelValue'].map((keyword) => made.number(keyword)),
    [4095, 95, 4085],
  );
  assert.equal(made.string('PresentationLUTShape'), 'IDENTITY');
});

test('grey bytes become RGB without loss; behind a window they are another instance', () => {
  const bytes = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
  const plain = shown(
    headerOf({ ...bytes, PhotometricInterpretation: 'MONOCHROME1' }),
    Uint8Array.of(0, 1, 2, 255),
    'RGB',
  );
  assert.equal(plain.change.lossy, false);
  assert.deepEqual(plain.after, [255, 255, 255, 254, 254, 254, 253, 253, 253, 0, 0, 0]);
  const windowed = headerOf({ PhotometricInterpretation: 'MONOCHROME2', WindowCenter: 50, WindowWidth: 101 });
  const seen = shown(windowed, Uint16Array.of(0, 50, 100, 4095), 'RGB');
  assert.equal(seen.change.lossy, true);
  assert.deepEqual(
    seen.after.filter((_, index) => index % 3 === 0),
    seen.before,
  );
  assert.deepEqual([seen.header.string('SOPInstanceUID'), seen.header.has('WindowCenter')], ['1.3', false]);
  assert.equal(seen.header.string('SourceImageSequence[0].ReferencedSOPInstanceUID'), '1.2');
  assert.equal(seen.header.string('SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue'), '121322');
});

test('an image that is so already is left alone; what cannot be turned round is refused', () => {
  const gray = headerOf({ PhotometricInterpretation: 'MONOCHROME2' });
  assert.equal(recolouring(gray, describeImage(gray), 'MONOCHROME2'), undefined);
  const refused = (values: Parameters<typeof headerOf>[0], target: RecolourTarget = 'MONOCHROME2') => {
    const header = headerOf({ PhotometricInterpretation: 'MONOCHROME1', ...values });
    assert.throws(
      () => recolouring(header, describeImage(header), target),
      (error: unknown) => error instanceof ImagingError && error.fault === 'unsupported-image',
    );
  };
  refused({ VOILUTSequence: [new DataSet()] });
  refused({ ModalityLUTSequence: [new DataSet()] });
  refused({ BitsAllocated: 32, BitsStored: 32, HighBit: 31 });
  refused({ OverlayRows: 2, OverlayColumns: 2, OverlayType: 'G', OverlayBitsAllocated: 16, OverlayBitPosition: 15 });
  const colour = headerOf({
    PhotometricInterpretation: 'RGB',
    SamplesPerPixel: 3,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PlanarConfiguration: 0,
  });
  assert.throws(() => recolouring(colour, describeImage(colour), 'MONOCHROME2')?.header(), /needs its UID/);
});
