import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf, withElements } from '../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { eachOverlayPixel, hasEmbeddedOverlays, readOverlays } from './overlay.ts';

const how = { rows: 4, columns: 5, bitsStored: 12 };
const image = syntheticImage(how);
const frame = syntheticFrame(how);
const plane = (changes: Readonly<Record<string, number | string | readonly number[]>> = {}) =>
  withElements(headerOf(image), {
    '(6000,0010)': { value: 2, vr: 'US' },
    '(6000,0011)': { value: 3, vr: 'US' },
    '(6000,0040)': { value: 'G', vr: 'CS' },
    '(6000,0050)': { value: [2, 2], vr: 'SS' },
    '(6000,0100)': { value: 1, vr: 'US' },
    '(6000,0102)': { value: 0, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.from([0b101001, 0]), vr: 'OW' },
    ...Object.fromEntries(
      Object.entries(changes).map(([path, value]) => [
        path,
        { value, vr: path.endsWith('0050)') ? 'SS' : 'US' } as const,
      ]),
    ),
  });

/** Row and column, from 0, of every pixel that the first overlay covers. */
function covered(header: ReturnType<typeof plane>, frameNumber = 1): readonly string[] {
  const [overlay] = readOverlays(header, image, frameNumber);
  assert(overlay);
  const pixels: string[] = [];
  eachOverlayPixel(overlay, frame, (pixel) => pixels.push(`${Math.floor(pixel / 5)},${pixel % 5}`));
  return pixels;
}

test('bits lie where rows, columns and origin put them', () => {
  // bits 0, 3, 5: the first of the upper row, the first and third of the lower
  assert.deepEqual(covered(plane()), ['1,1', '2,1', '2,3']);
});

test('what lies outside of the image is left out', () => {
  assert.deepEqual(covered(plane({ '(6000,0050)': [0, 0] })), ['0,1']);
  assert.deepEqual(covered(plane({ '(6000,0050)': [4, 5] })), ['3,4']);
  assert.deepEqual(covered(plane({ '(6000,0050)': [-100, 3] })), []);
});

test('an overlay of several frames lies over those it names', () => {
  const header = withElements(plane(), {
    '(6000,0015)': { value: 2, vr: 'IS' },
    '(6000,0051)': { value: 3, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.from([0b11000001, 0b1]), vr: 'OW' },
  });
  assert.deepEqual(readOverlays(header, image, 2), []);
  assert.deepEqual(covered(header, 3), ['1,1']);
  assert.deepEqual(covered(header, 4), ['1,1', '1,2', '1,3']);
  assert.deepEqual(readOverlays(header, image, 5), []);
});

test('an overlay in an unused bit of the pixel cells', () => {
  const header = withElements(headerOf(image), {
    '(6000,0010)': { value: 4, vr: 'US' },
    '(6000,0011)': { value: 5, vr: 'US' },
    '(6000,0100)': { value: 16, vr: 'US' },
    '(6000,0102)': { value: 13, vr: 'US' },
  });
  const [overlay] = readOverlays(header, image, 1);
  assert(overlay);
  const cells = new Uint16Array(20);
  cells[7] = 0x2000;
  cells[8] = 0x4000;
  const pixels: number[] = [];
  eachOverlayPixel(overlay, { ...frame, cells }, (pixel) => pixels.push(pixel));
  assert.deepEqual(pixels, [7]);
});

test('a bit of the stored values, or one that cells do not have, is no overlay', () => {
  const at = (bit: number) => plane({ '(6000,0100)': 16, '(6000,0102)': bit, '(6000,3000)': [] });
  for (const bit of [0, 5, 11, 16, 32, 44]) {
    assert.deepEqual(readOverlays(at(bit), image, 1), [], `bit ${bit}`);
    assert.equal(hasEmbeddedOverlays(at(bit), image), false);
  }
  assert.equal(readOverlays(at(12), image, 1).length, 1);
  const lifted = { ...image, highBit: 15 };
  assert.equal(readOverlays(at(3), lifted, 1).length, 1, 'below stored values that end at bit 15');
  assert.deepEqual(readOverlays(at(4), lifted, 1), []);
});

test('an overlay in the cells of a later frame alone is one that the image has', () => {
  const later = withElements(plane({ '(6000,0100)': 16, '(6000,0102)': 13, '(6000,3000)': [] }), {
    '(6000,0015)': { value: 1, vr: 'IS' },
    '(6000,0051)': { value: 2, vr: 'US' },
  });
  assert.deepEqual(readOverlays(later, image, 1), []);
  assert.equal(hasEmbeddedOverlays(later, image), true);
  assert.equal(hasEmbeddedOverlays(plane(), image), false);
});

test('an overlay that is incomplete is left out, and data that is too short covers less', () => {
  const header = plane();
  header.delete('(6000,0011)');
  assert.deepEqual(readOverlays(header, image, 1), []);
  const short = withElements(plane(), { '(6000,3000)': { value: new Uint8Array(0), vr: 'OW' } });
  assert.deepEqual(readOverlays(short, image, 1), []);
  assert.deepEqual(covered(plane({ '(6000,0010)': 60000 })), ['1,1', '2,1', '2,3']);
});
