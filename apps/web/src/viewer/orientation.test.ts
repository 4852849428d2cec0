// Orientation: the letters of the standard's own planes, and where they go when the image is turned.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionLetters, edgesOfCosines, edgesOfOrientation, presentedEdges, seenEdges } from './orientation.ts';

const axial = { top: 'A', right: 'L', bottom: 'P', left: 'R' };

test('axial, coronal and sagittal planes', () => {
  assert.deepEqual(edgesOfCosines([1, 0, 0, 0, 1, 0]), axial);
  assert.deepEqual(edgesOfCosines([1, 0, 0, 0, 0, -1]), { top: 'H', right: 'L', bottom: 'F', left: 'R' });
  assert.deepEqual(edgesOfCosines([0, 1, 0, 0, 0, -1]), { top: 'H', right: 'P', bottom: 'F', left: 'A' });
});

test('an oblique direction has more letters, the strongest first; a slight tilt has none more', () => {
  assert.equal(directionLetters([0.6, -0.8, 0]), 'AL');
  assert.equal(directionLetters([0.99, 0.1, -0.1]), 'L');
});

test('letters of Patient Orientation are taken as they are, anything else is not', () => {
  assert.deepEqual(edgesOfOrientation(['L', 'F']), { top: 'H', right: 'L', bottom: 'F', left: 'R' });
  for (const wrong of [[], ['L'], ['', ''], ['<b>', 'F'], ['LE', 'RT']])
    assert.equal(edgesOfOrientation(wrong), undefined);
  for (const wrong of [[], [1, 0, 0], [0, 0, 0, 0, 0, 0], [Number.NaN, 0, 0, 0, 1, 0]])
    assert.equal(edgesOfCosines(wrong), undefined);
});

test('a quarter turn moves the top to the right, a mirror changes left and right', () => {
  assert.deepEqual(seenEdges(axial, { turns: 1, mirrored: false }), { top: 'R', right: 'A', bottom: 'L', left: 'P' });
  assert.deepEqual(seenEdges(axial, { turns: 0, mirrored: true }), { top: 'A', right: 'R', bottom: 'P', left: 'L' });
  assert.deepEqual(seenEdges(axial, { turns: 2, mirrored: false }), { top: 'P', right: 'R', bottom: 'A', left: 'L' });
});

test('a presentation state turns first and mirrors what was turned', () => {
  const presented = (rotation: 0 | 90 | 180 | 270, flip: boolean) =>
    presentedEdges(axial, { spatial: { rotation, flip } });
  assert.deepEqual(presentedEdges(axial, undefined), axial);
  assert.deepEqual(presented(90, false), { top: 'R', right: 'A', bottom: 'L', left: 'P' });
  assert.deepEqual(presented(90, true), { top: 'R', right: 'P', bottom: 'L', left: 'A' });
  assert.deepEqual(presented(270, true), { top: 'L', right: 'A', bottom: 'R', left: 'P' });
  assert.deepEqual(presented(0, true), { top: 'A', right: 'R', bottom: 'P', left: 'L' });
  assert.deepEqual(presented(180, true), { top: 'P', right: 'L', bottom: 'A', left: 'R' });
});
