// Lengths of lines: by pixel spacing, by ultrasound region, and what is said where neither holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { lengthOf, mostLines, shownLength, withLine } from './measurement.ts';

const dataSetOf = (values: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>) => {
  const dataSet = new DataSet();
  for (const [path, value] of Object.entries(values)) dataSet.set(path, value);
  return dataSet;
};
const line = (x0: number, y0: number, x1: number, y1: number) => ({ from: { x: x0, y: y0 }, to: { x: x1, y: y1 } });
const shown = (measured: ReturnType<typeof line>, dataSet: DataSet, frame = 1) =>
  shownLength(lengthOf(measured, dataSet, frame));

test('[QR-DB-16] Pixel Spacing scales lengths: rows and columns each by their own', () => {
  const square = dataSetOf({ PixelSpacing: ['0.5', '0.5'] });
  assert.equal(shown(line(3, 4, 13, 4), square), '5.0 mm');
  assert.equal(shown(line(0, 0, 6, 8), square), '5.0 mm');
  const oblong = dataSetOf({ PixelSpacing: ['2', '0.5'] });
  assert.equal(shown(line(0, 0, 10, 0), oblong), '5.0 mm');
  assert.equal(shown(line(0, 0, 0, 10), oblong), '20.0 mm');
});

test('a frame of an enhanced object has its own spacing; that of a detector is said as such', () => {
  const enhanced = dataSetOf({
    'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing': ['1', '1'],
    'PerFrameFunctionalGroupsSequence[0].FrameContentSequence[0].FrameAcquisitionNumber': 1,
    'PerFrameFunctionalGroupsSequence[1].PixelMeasuresSequence[0].PixelSpacing': ['3', '3'],
  });
  assert.equal(shown(line(0, 0, 10, 0), enhanced, 1), '10.0 mm');
  assert.equal(shown(line(0, 0, 10, 0), enhanced, 2), '30.0 mm');
  assert.equal(shown(line(0, 0, 10, 0), dataSetOf({ ImagerPixelSpacing: ['0.1', '0.1'] })), '1.0 mm, at the detector');
});

const region = (index: number, [x0, y0, x1, y1]: readonly number[], units: readonly number[], delta: number) =>
  Object.fromEntries(
    Object.entries({
      RegionLocationMinX0: x0 ?? 0,
      RegionLocationMinY0: y0 ?? 0,
      RegionLocationMaxX1: x1 ?? 0,
      RegionLocationMaxY1: y1 ?? 0,
      PhysicalUnitsXDirection: units[0] ?? 0,
      PhysicalUnitsYDirection: units[1] ?? 0,
      PhysicalDeltaX: delta,
      PhysicalDeltaY: -delta,
    }).map(([keyword, value]) => [`SequenceOfUltrasoundRegions[${index}].${keyword}`, value]),
  );

test('[QR-DB-17] within an ultrasound region its deltas, in centimetres, scale lengths, and no spacing beside them', () => {
  const dataSet = dataSetOf({
    PixelSpacing: ['9', '9'],
    ...region(0, [0, 0, 99, 99], [3, 3], 0.05),
    ...region(1, [100, 0, 199, 99], [4, 3], 0.05),
  });
  assert.equal(shown(line(10, 10, 50, 40), dataSet), '25.0 mm');
  const apart = ', not within one calibrated region';
  assert.equal(shown(line(90, 10, 120, 10), dataSet), `30 px${apart}`, 'from one region to another');
  assert.equal(shown(line(110, 10, 150, 10), dataSet), `40 px${apart}`, 'time is no length');
  assert.equal(shown(line(10, 10, 10, 150), dataSet), `140 px${apart}`, 'outside of all');
});

test('without calibration, or with one that cannot be, lengths are pixels', () => {
  for (const values of [{}, { PixelSpacing: ['0', '0'] }, { PixelSpacing: ['-1', '1'] }, { PixelSpacing: ['0.5'] }])
    assert.equal(shown(line(0, 0, 3, 4), dataSetOf(values)), '5 px, not calibrated');
  assert.equal(
    shown(line(0, 0, 3, 4), dataSetOf({ 'SequenceOfUltrasoundRegions[0].PhysicalDeltaX': 1 })),
    '5 px, not within one calibrated region',
  );
});

test('the lines of an image have a bound, the newest stay', () => {
  let lines: readonly ReturnType<typeof line>[] = [];
  for (let index = 0; index < mostLines + 3; index += 1) lines = withLine(lines, line(index, 0, index + 1, 0));
  assert.equal(lines.length, mostLines);
  assert.equal(lines.at(-1)?.from.x, mostLines + 2);
});
