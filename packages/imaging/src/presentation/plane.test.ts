// Planes in the patient: read from single and enhanced images, found in a stack, mapped onto each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { withElements } from '../../testing/headers.ts';
import { areParallel, around, between, type Plane, readPlane, resampled } from './plane.ts';

const plane = (z: number, more: Partial<Plane> = {}): Plane => ({
  frameOfReferenceUid: '1.2',
  position: [0, 0, z],
  along: [1, 0, 0],
  down: [0, 1, 0],
  rowSpacing: 1,
  columnSpacing: 1,
  thickness: 0,
  ...more,
});
const stackAt = (...heights: readonly number[]) => heights.map((z) => ({ plane: plane(z), z }));
const shares = (z: number, heights: readonly number[]) =>
  around(plane(z), stackAt(...heights)).map(({ item, share }) => [item.z, Number(share.toFixed(3))]);

test('a plane is read from an image, or from the functional groups of its frame', () => {
  const single = withElements(new DataSet(), {
    FrameOfReferenceUID: '1.2',
    ImagePositionPatient: ['1', '2', '3'],
    ImageOrientationPatient: ['0', '2', '0', '0', '0', '-1'],
    PixelSpacing: ['0.5', '0.25'],
    SliceThickness: '4',
  });
  const expected = {
    frameOfReferenceUid: '1.2',
    position: [1, 2, 3],
    along: [0, 1, 0],
    down: [0, 0, -1],
    rowSpacing: 0.5,
    columnSpacing: 0.25,
    thickness: 4,
  };
  assert.deepEqual(readPlane(single), expected);
  const enhanced = withElements(new DataSet(), {
    FrameOfReferenceUID: '1.2',
    'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing': ['0.5', '0.25'],
    'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness': '4',
    'SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient': [
      '0',
      '1',
      '0',
      '0',
      '0',
      '-1',
    ],
    'PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient': ['9', '9', '9'],
    'PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient': ['1', '2', '3'],
  });
  assert.deepEqual(readPlane(enhanced, 2), expected);
  for (const lost of ['ImagePositionPatient', 'ImageOrientationPatient', 'PixelSpacing']) {
    const without = single.clone();
    without.delete(lost);
    assert.equal(readPlane(without), undefined, lost);
  }
  const flat = withElements(single, { ImageOrientationPatient: ['0', '0', '0', '0', '0', '1'] });
  assert.equal(readPlane(flat), undefined, 'a direction without length');
});

test('a stack gives its slice, or the two around a place; nothing beyond its ends or where one is missing', () => {
  assert.deepEqual(shares(10, [0, 5, 10, 15]), [[10, 1]]);
  assert.deepEqual(shares(6, [15, 0, 10, 5]), [
    [5, 0.8],
    [10, 0.2],
  ]);
  assert.deepEqual(shares(16, [0, 5, 10, 15]), [[15, 1]], 'within half a slice of the end');
  assert.deepEqual(shares(19, [0, 5, 10, 15]), []);
  assert.deepEqual(shares(-19, [0, 5, 10, 15]), []);
  assert.deepEqual(shares(8, [0, 5, 15, 20]), [], 'between neighbours of a slice that is missing');
  assert.deepEqual(shares(6, [0, 5, 15, 20]), [[5, 1]]);
  assert.deepEqual(shares(1, [0]), []);
  assert.deepEqual(
    around(plane(1), [{ plane: plane(0, { thickness: 3 }) }]).map(({ share }) => share),
    [1],
  );
  assert.deepEqual(shares(1, []), []);
});

test('parallel is parallel, whichever way it is turned', () => {
  assert.ok(areParallel(plane(0), plane(9, { along: [0, 1, 0], down: [1, 0, 0] })));
  assert.ok(!areParallel(plane(0), plane(0, { along: [0, 1, 0], down: [0, 0, 1] })));
});

test('one plane is looked up at the pixels of another, turned and scaled; outside of it there is nothing', () => {
  const from = plane(0);
  const to = plane(0, { position: [2, 0, 0], along: [0, 1, 0], down: [-1, 0, 0], columnSpacing: 2 });
  assert.deepEqual(
    between(from, to).map((value) => value + 0),
    [0, -1, 0.5, 0, 0, 2],
  );
  const grid = { rows: 3, columns: 2, values: Float32Array.of(0, 10, 20, 30, 40, 50) };
  const { values } = resampled(grid, between(from, to), { rows: 3, columns: 4 });
  assert.deepEqual([...values], [40, 20, 0, Number.NaN, 45, 25, 5, Number.NaN, 50, 30, 10, Number.NaN]);
});
