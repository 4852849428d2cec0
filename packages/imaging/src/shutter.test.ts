import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, type Value } from '@concord/dicom';
import { eachCoveredPixel, readShutter } from './shutter.ts';

const headerWith = (elements: Readonly<Record<string, Value>>): DataSet => {
  const header = new DataSet();
  for (const [keyword, value] of Object.entries(elements)) header.set(keyword, value);
  return header;
};

/** What is seen of 7 x 7 pixels, a character each. */
function seen(elements: Readonly<Record<string, Value>>): readonly string[] {
  const shutter = readShutter(headerWith(elements));
  assert(shutter);
  const pixels = Array.from({ length: 49 }, () => '#');
  eachCoveredPixel(shutter, { rows: 7, columns: 7 }, (pixel) => {
    pixels[pixel] = '.';
  });
  return Array.from({ length: 7 }, (_, row) => pixels.slice(row * 7, row * 7 + 7).join(''));
}

const rectangle = {
  ShutterShape: ['RECTANGULAR'],
  ShutterLeftVerticalEdge: 2,
  ShutterRightVerticalEdge: 4,
  ShutterUpperHorizontalEdge: 3,
  ShutterLowerHorizontalEdge: 6,
};

test('a rectangle shows what is on and within its edges', () => {
  const [none, some] = ['.......', '.###...'];
  assert.deepEqual(seen(rectangle), [none, none, some, some, some, some, none]);
});

test('a circle, given as row and column', () => {
  const circle = { ShutterShape: ['CIRCULAR'], CenterOfCircularShutter: [4, 3], RadiusOfCircularShutter: 2 };
  assert.deepEqual(seen(circle), ['.......', '..#....', '.###...', '#####..', '.###...', '..#....', '.......']);
});

test('a polygon', () => {
  const vertices = [1, 1, 1, 7, 7, 1];
  const polygon = { ShutterShape: ['POLYGONAL'], VerticesOfThePolygonalShutter: vertices };
  const rows = seen(polygon);
  assert.equal(rows[0]?.startsWith('######'), true);
  assert.equal(rows[5], '##.....');
  assert.equal(rows[6], '.......');
});

test('shapes together show what is inside of all', () => {
  const rows = seen({
    ...rectangle,
    ShutterShape: ['RECTANGULAR', 'CIRCULAR'],
    CenterOfCircularShutter: [4, 3],
    RadiusOfCircularShutter: 2,
  });
  assert.deepEqual(rows, ['.......', '.......', '.###...', '.###...', '.###...', '..#....', '.......']);
});

test('a shape without its numbers is no shutter', () => {
  assert.equal(readShutter(headerWith({ ShutterShape: ['CIRCULAR', 'POLYGONAL', 'RECTANGULAR'] })), undefined);
  assert.equal(readShutter(headerWith({})), undefined);
  assert.equal(
    readShutter(headerWith({ ShutterShape: ['POLYGONAL'], VerticesOfThePolygonalShutter: [1, 1, 2, 2] })),
    undefined,
  );
});
