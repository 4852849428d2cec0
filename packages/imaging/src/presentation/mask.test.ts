import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, type Value, type Vr } from '@concord/dicom';
import { withElements } from '../../testing/headers.ts';
import { syntheticFrame } from '../../testing/synthetic.ts';
import { ImagingError } from '../imaging-error.ts';
import { readMask, subtracted } from './mask.ts';

const item = (elements: Readonly<Record<string, Value | { value: Value; vr: Vr }>>): DataSet =>
  withElements(
    new DataSet(),
    Object.fromEntries(
      Object.entries(elements).map(([keyword, value]) => [`MaskSubtractionSequence[0].${keyword}`, value]),
    ),
  );
const frameOf = (...samples: readonly number[]) => ({
  ...syntheticFrame({ rows: 2, columns: samples.length / 2, bitsStored: 12 }),
  samples: Uint16Array.from(samples),
});
const identity = { kind: 'identity' } as const;

test('the average of the mask frames is subtracted', () => {
  const mask = readMask(item({ MaskOperation: 'AVG_SUB', MaskFrameNumbers: [1, 2] }), 5, 10);
  assert.deepEqual(mask, { maskFrames: [1, 2], contrastFrames: [5], shift: [0, 0] });
  const difference = subtracted(
    [frameOf(100, 200, 300, 400)],
    [frameOf(10, 10, 10, 10), frameOf(30, 30, 30, 830)],
    mask!,
    identity,
  );
  assert.deepEqual([...difference.samples], [80, 180, 280, -20]);
});

test('contrast frames are averaged too, as far as there are any', () => {
  const source = item({ MaskOperation: 'AVG_SUB', MaskFrameNumbers: [1], ContrastFrameAveraging: 3 });
  assert.deepEqual(readMask(source, 9, 10)?.contrastFrames, [9, 10]);
  const mask = readMask(source, 2, 10)!;
  const contrast = [frameOf(10, 10, 10, 10), frameOf(20, 20, 20, 20), frameOf(60, 60, 60, 60)];
  assert.deepEqual([...subtracted(contrast, [frameOf(0, 1, 2, 3)], mask, identity).samples], [30, 29, 28, 27]);
});

test('modality values are subtracted, not stored ones', () => {
  const mask = { maskFrames: [1], contrastFrames: [2], shift: [0, 0] } as const;
  const rescale = { kind: 'rescale', slope: 2, intercept: -7 } as const;
  assert.deepEqual(
    [...subtracted([frameOf(5, 6, 7, 8)], [frameOf(1, 1, 1, 1)], mask, rescale).samples],
    [8, 10, 12, 14],
  );
});

test('a mask is moved by parts of a pixel', () => {
  const source = item({
    MaskOperation: 'AVG_SUB',
    MaskFrameNumbers: [1],
    MaskSubPixelShift: { value: [0, 0.5], vr: 'FL' },
  });
  const mask = readMask(source, 2, 2)!;
  const still = frameOf(0, 0, 0, 0, 0, 0);
  assert.deepEqual(
    [...subtracted([still], [frameOf(0, 10, 20, 0, 10, 20)], mask, identity).samples],
    [0, -5, -15, 0, -5, -15],
  );
});

test('time interval differencing takes the frame before', () => {
  const source = item({ MaskOperation: 'TID', TIDOffset: { value: 2, vr: 'SS' } });
  assert.deepEqual(readMask(source, 5, 10)?.maskFrames, [3]);
  assert.equal(readMask(source, 1, 10), undefined);
});

test('ranges say which frames a mask is for', () => {
  const source = item({ MaskOperation: 'AVG_SUB', MaskFrameNumbers: [1], ApplicableFrameRange: [3, 5, 8, 9] });
  assert.deepEqual(
    [1, 3, 5, 6, 8].map((number) => readMask(source, number, 10) !== undefined),
    [false, true, true, false, true],
  );
});

test('masks that are not there subtract nothing, and what is not understood is refused', () => {
  assert.equal(readMask(new DataSet(), 1, 1), undefined);
  assert.equal(readMask(item({ MaskOperation: 'NONE' }), 1, 1), undefined);
  assert.equal(readMask(item({ MaskOperation: 'AVG_SUB', MaskFrameNumbers: [99] }), 1, 3), undefined);
  assert.throws(() => readMask(item({ MaskOperation: 'REV_TID' }), 1, 3), ImagingError);
  const mask = { maskFrames: [1], contrastFrames: [2], shift: [0, 0] } as const;
  assert.throws(() => subtracted([frameOf(1, 2, 3, 4)], [frameOf(1, 2)], mask, identity), ImagingError);
  assert.throws(() => subtracted([frameOf(1, 2, 3, 4)], [], mask, identity), ImagingError);
});
