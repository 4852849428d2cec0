import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, type Value } from '@concord/dicom';
import { headerOf, withElements } from '../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { renderFrame } from './render.ts';
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
  assert.deepEqual(rows, ['#######', '######.', '#####..', '####...', '###....', '##.....', '#......']);
});

test('a polygon that reaches out of the image', () => {
  const polygon = (vertices: readonly number[]) => ({
    ShutterShape: ['POLYGONAL'],
    VerticesOfThePolygonalShutter: vertices,
  });
  const [none, all] = ['.......', '#######'];
  assert.deepEqual(seen(polygon([-3, -9, -3, 90, 3, 90, 3, -9])), [all, all, all, none, none, none, none]);
  assert.deepEqual(seen(polygon([1, -9, 7, -9, 7, -2, 1, -2])), [none, none, none, none, none, none, none]);
  assert.deepEqual(seen(polygon([1, 9, 7, 9, 7, 20, 1, 20])), [none, none, none, none, none, none, none]);
});

test('over colour the cover has the colour that the data set names', () => {
  const shape = {
    ...rectangle,
    ShutterPresentationColorCIELabValue: { value: [0x8000, 0x8080, 0x8080], vr: 'US' as const },
  };
  const shutter = readShutter(withElements(new DataSet(), shape));
  assert.deepEqual(shutter?.colour, [119, 119, 119]);
  const how = { samplesPerPixel: 3, rows: 7, columns: 7 } as const;
  const header = withElements(headerOf(syntheticImage(how)), shape);
  const { pixels } = renderFrame(syntheticFrame(how), header);
  assert.deepEqual([...pixels.subarray(0, 3)], [119, 119, 119]);
  const inside = (2 * 7 + 1) * 3;
  assert.deepEqual(
    [...pixels.subarray(inside, inside + 3)],
    [...syntheticFrame(how).samples.subarray(inside, inside + 3)],
  );
  header.set('ShutterPresentationColorCIELabValue', []);
  assert.deepEqual([...renderFrame(syntheticFrame(how), header).pixels.subarray(0, 3)], [0, 0, 0]);
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
