// Geometry: what is under the pointer stays there, and the way back is the way there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fitted,
  fittingZoom,
  imagePoint,
  initialView,
  matrixOf,
  mirrored,
  oneToOne,
  panned,
  turned,
  zoomedAt,
  zoomOf,
} from './view.ts';

const image = { width: 200, height: 100 };
const pane = { width: 800, height: 600 };
const near = (value: number, wanted: number) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);
const shown = (matrix: ReturnType<typeof matrixOf>, x: number, y: number) => ({
  x: matrix.a * x + matrix.c * y + matrix.e,
  y: matrix.b * x + matrix.d * y + matrix.f,
});

test('fitting fills the pane in one direction, also when turned', () => {
  assert.equal(fittingZoom(image, pane), 4);
  assert.equal(fittingZoom(image, pane, 1), 3);
  assert.equal(fittingZoom(image, { width: 0, height: 0 }), 1);
  const matrix = matrixOf(initialView, image, pane);
  assert.deepEqual(shown(matrix, 0, 0), { x: 0, y: 100 });
  assert.deepEqual(shown(matrix, 200, 100), { x: 800, y: 500 });
});

test('zooming keeps what is under the pointer, and stops at its bounds', () => {
  const point = { x: 130, y: -70 };
  const inPane = { x: point.x + 400, y: point.y + 300 };
  let view = turned(initialView);
  const before = imagePoint(matrixOf(view, image, pane), inPane);
  view = zoomedAt(view, 2.5, point, image, pane);
  const after = imagePoint(matrixOf(view, image, pane), inPane);
  near(after.x, before.x);
  near(after.y, before.y);
  assert.equal(zoomedAt(view, 1e9, point, image, pane).zoom, 64);
  assert.equal(zoomedAt(view, 1e-9, point, image, pane).zoom, 0.02);
});

test('a quarter turn brings the top to the right; four of them change nothing', () => {
  const corner = shown(matrixOf(turned(initialView), image, pane), 0, 0);
  assert.deepEqual(corner, { x: 550, y: 0 });
  const four = turned(turned(turned(turned(panned(initialView, 5, 7, image, pane)))));
  assert.deepEqual([four.turns, four.panX, four.panY], [0, 5, 7]);
});

test('mirroring changes left and right of what is seen, turned or not', () => {
  for (const view of [initialView, turned(initialView), turned(turned(initialView))]) {
    const plain = shown(matrixOf(view, image, pane), 10, 20);
    const other = shown(matrixOf(mirrored(view), image, pane), 10, 20);
    near(other.x, 800 - plain.x);
    near(other.y, plain.y);
  }
});

test('from the pane to the image and back', () => {
  const view = panned(mirrored(turned(initialView)), 12, -34, image, pane);
  const matrix = matrixOf(view, image, pane);
  const place = imagePoint(matrix, { x: 300, y: 200 });
  const back = shown(matrix, place.x, place.y);
  near(back.x, 300);
  near(back.y, 200);
});

test('1:1 puts a column on a pixel of the screen, fit takes everything back', () => {
  assert.equal(zoomOf(oneToOne(initialView, 2), image, pane), 0.5);
  assert.equal(fitted(panned(initialView, 9, 9, image, pane)).zoom, undefined);
});
