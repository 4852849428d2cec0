// Grey levels by the bits of a cell are those of the calculation, whatever the depth, sign, high bit and the bits around the value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeNative } from './codecs/native.ts';
import type { ImageDescription } from './image-description.ts';
import { createCellTables, plainGray } from './plain-gray.ts';
import { renderSamples } from './render.ts';
import type { Rendering } from './rendering.ts';

const explicitLittleEndian = '1.2.840.10008.1.2.1';

const image = (how: Partial<ImageDescription> = {}): ImageDescription => ({
  rows: 7,
  columns: 11,
  samplesPerPixel: 1,
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  pixelRepresentation: 0,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  numberOfFrames: 1,
  format: 'integer',
  ...how,
});

const rendering = (how: Partial<Rendering> = {}): Rendering => ({
  modality: { kind: 'rescale', slope: 1, intercept: -1024 },
  windows: [{ center: 40, width: 400 }],
  voiLuts: [],
  presentation: { kind: 'shape', inverse: false },
  supplemental: false,
  overlays: [],
  pixelAspectRatio: 1,
  ...how,
});

/** Every bit of the cells is used, those around the stored values too. */
const cellsOf = ({ rows, columns, bitsAllocated }: ImageDescription): Uint8Array => {
  const bytes = new Uint8Array((rows * columns * bitsAllocated) / 8);
  for (let at = 0, state = 1; at < bytes.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
};

const memory = (length: number) => new Uint8Array(length);

const check = (how: Partial<ImageDescription>, shown: Partial<Rendering> = {}, choice = {}): void => {
  const described = image(how);
  const encoded = cellsOf(described);
  const frame = decodeNative(encoded, described, { frameNumber: 1 }, true);
  const { pixels: expected } = renderSamples(frame, rendering(shown), choice);
  const how_ = { rendering: rendering(shown), choice, tables: createCellTables() };
  const plain = { image: described, transferSyntaxUid: explicitLittleEndian, encoded };
  assert.deepEqual(plainGray(plain, how_, memory), expected);
  // Not at a multiple of four bytes, into memory that holds something else.
  const moved = new Uint8Array(encoded.length + 3);
  moved.set(encoded, 3);
  const shifted = plainGray({ ...plain, encoded: moved.subarray(3) }, how_, (length) => new Uint8Array(length).fill(9));
  assert.deepEqual(shifted, expected);
  const odd = plainGray(plain, how_, (length) => new Uint8Array(length + 1).subarray(1));
  assert.deepEqual(odd && Uint8Array.from(odd), expected);
};

test('each depth, sign and high bit gives the levels of the calculation', () => {
  for (const pixelRepresentation of [0, 1] as const) {
    check({ pixelRepresentation });
    check({ pixelRepresentation, highBit: 13 });
    check({ pixelRepresentation, highBit: 15 });
    check({ pixelRepresentation, bitsStored: 16, highBit: 15 });
    check({ pixelRepresentation, bitsStored: 1, highBit: 0 }, { modality: { kind: 'identity' } });
    const bytes = { pixelRepresentation, bitsAllocated: 8, bitsStored: 8, highBit: 7 } as const;
    check(bytes, { modality: { kind: 'identity' }, windows: [] });
    check({ ...bytes, bitsStored: 6, highBit: 6 }, { modality: { kind: 'identity' }, windows: [] });
  }
});

test('windows, inversion and tables of the data set do too', () => {
  check({}, {}, { window: { center: 300, width: 900, function: 'SIGMOID' } });
  check({}, { presentation: { kind: 'shape', inverse: true } });
  check({}, {}, { invert: true });
  const lut = { firstMapped: 0, bits: 12, entries: Uint16Array.from({ length: 4096 }, (_, index) => 4095 - index) };
  check({}, { modality: { kind: 'lut', lut } });
  check({}, { windows: [], voiLuts: [lut] });
});

test('a table that is kept is not given to what it does not fit', () => {
  const tables = createCellTables();
  const of = (how: Partial<ImageDescription>, shown: Partial<Rendering>, choice = {}) =>
    tables(image(how), rendering(shown), choice)?.levels;
  const one = of({}, {});
  assert.equal(of({}, {}), one);
  for (const other of [
    of({ pixelRepresentation: 1 }, {}),
    of({ highBit: 12 }, {}),
    of({ bitsStored: 11 }, {}),
    of({}, { modality: { kind: 'identity' } }),
    of({}, { windows: [{ center: 41, width: 400 }] }),
    of({}, { windows: [{ center: 40, width: 400, function: 'LINEAR_EXACT' }] }),
    of({}, { presentation: { kind: 'shape', inverse: true } }),
    of({}, {}, { invert: true }),
  ]) {
    assert.ok(other);
    assert.notDeepEqual(other, one);
  }
  for (let center = 0; center < 40; center += 1) of({}, { windows: [{ center, width: 400 }] });
  assert.deepEqual(of({}, {}), one);
});

test('what needs more than one look-up for each cell is left to others', () => {
  const how = { rendering: rendering(), choice: {}, tables: createCellTables() };
  const encoded = cellsOf(image());
  const plain = { image: image(), transferSyntaxUid: explicitLittleEndian, encoded };
  const refused = (changes: object, shown = {}) =>
    assert.equal(plainGray({ ...plain, ...changes }, { ...how, rendering: rendering(shown) }, memory), undefined);
  refused({ transferSyntaxUid: '1.2.840.10008.1.2.2' });
  refused({ transferSyntaxUid: '1.2.840.10008.1.2.4.90' });
  refused({ transferSyntaxUid: '1.2.3' });
  refused({ encoded: encoded.subarray(1) });
  refused({ image: image({ bitsAllocated: 32, bitsStored: 32, highBit: 31 }), encoded: new Uint8Array(400) });
  refused({ image: image({ bitsAllocated: 32, format: 'float' }), encoded: new Uint8Array(400) });
  refused({ image: image({ samplesPerPixel: 3, photometricInterpretation: 'RGB' }) });
  refused({}, { windows: [] });
  const overlay = { group: 0x6000, rows: 7, columns: 11, originRow: 1, originColumn: 1, type: 'G' } as const;
  refused({}, { overlays: [{ ...overlay, bits: { kind: 'embedded', position: 14 } }] });
  const many = { firstMapped: 0, bits: 16, entries: new Uint16Array(65536) };
  refused({ image: image({ bitsStored: 16, highBit: 15 }) }, { windows: [], voiLuts: [many] });
});
