import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame, frameBytes } from '../frames.ts';
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { toRgb } from '../photometric.ts';

const little = '1.2.840.10008.1.2.1';
const big = '1.2.840.10008.1.2.2';
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const image = (changes: Partial<ImageDescription>): ImageDescription => ({ ...syntheticImage(), rows: 1, ...changes });

/** [what it is, image, syntax, encoded bytes, stored values] */
const cases: readonly (readonly [string, ImageDescription, string, string, readonly number[]])[] = [
  ['bytes', image({ columns: 3 }), little, '00 7f ff', [0, 127, 255]],
  ['signed bytes', image({ columns: 3, pixelRepresentation: 1 }), little, '00 7f ff', [0, 127, -1]],
  ['words', image({ columns: 2, bitsAllocated: 16, bitsStored: 16, highBit: 15 }), little, '0100 ff7f', [1, 0x7fff]],
  [
    'big endian words',
    image({ columns: 2, bitsAllocated: 16, bitsStored: 16, highBit: 15 }),
    big,
    '0001 7fff',
    [1, 0x7fff],
  ],
  [
    'signed 12 bits, not sign-extended',
    image({ columns: 3, bitsAllocated: 16, bitsStored: 12, highBit: 11, pixelRepresentation: 1 }),
    little,
    '0008 ff07 ff0f',
    [-2048, 2047, -1],
  ],
  [
    '12 bits below a High Bit of 15',
    image({ columns: 2, bitsAllocated: 16, bitsStored: 12, highBit: 15 }),
    little,
    'f0ff 1f00',
    [0xfff, 1],
  ],
  [
    'overlay bits above the stored ones',
    image({ columns: 2, bitsAllocated: 16, bitsStored: 12, highBit: 11 }),
    little,
    'fff1 0080',
    [0x1ff, 0],
  ],
  [
    '12 bits packed',
    image({ columns: 2, bitsAllocated: 12, bitsStored: 12, highBit: 11 }),
    little,
    '23 61 45',
    [0x123, 0x456],
  ],
  [
    '24 bits',
    image({ columns: 2, bitsAllocated: 24, bitsStored: 24, highBit: 23 }),
    little,
    '563412 010000',
    [0x123456, 1],
  ],
  ['32 bits', image({ columns: 1, bitsAllocated: 32, bitsStored: 32, highBit: 31 }), little, 'ffffffff', [0xffffffff]],
  [
    'signed 32 bits in big endian OW words',
    image({ columns: 2, bitsAllocated: 32, bitsStored: 32, highBit: 31, pixelRepresentation: 1 }),
    big,
    'fffeffff 33441122',
    [-2, 0x11223344],
  ],
  [
    '1 bit',
    image({ columns: 10, bitsAllocated: 1, bitsStored: 1, highBit: 0 }),
    little,
    '05 02',
    [1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
  ],
  ['bytes in big endian OW words', image({ columns: 4 }), big, '02 01 04 03', [1, 2, 3, 4]],
  [
    'RGB by plane',
    image({ columns: 2, samplesPerPixel: 3, photometricInterpretation: 'RGB', planarConfiguration: 1 }),
    little,
    '01 02 11 12 21 22',
    [1, 0x11, 0x21, 2, 0x12, 0x22],
  ],
  [
    'YBR_FULL_422',
    image({ columns: 2, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL_422' }),
    little,
    '10 20 80 90',
    [0x10, 0x80, 0x90, 0x20, 0x80, 0x90],
  ],
  [
    'YBR_FULL_422 with an odd number of columns',
    image({ rows: 2, columns: 3, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL_422' }),
    little,
    '01 02 80 90 03 00 81 91 04 05 82 92 06 00 83 93',
    [1, 0x80, 0x90, 2, 0x80, 0x90, 3, 0x81, 0x91, 4, 0x82, 0x92, 5, 0x82, 0x92, 6, 0x83, 0x93],
  ],
  [
    'YBR_FULL_422 with pairs that go on in the next row',
    image({ rows: 2, columns: 3, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL_422' }),
    little,
    '01 02 80 90 03 04 81 91 05 06 82 92',
    [1, 0x80, 0x90, 2, 0x80, 0x90, 3, 0x81, 0x91, 4, 0x81, 0x91, 5, 0x82, 0x92, 6, 0x82, 0x92],
  ],
  [
    'YBR_PARTIAL_422',
    image({ columns: 2, samplesPerPixel: 3, photometricInterpretation: 'YBR_PARTIAL_422' }),
    little,
    '10 eb 80 90',
    [0x10, 0x80, 0x90, 0xeb, 0x80, 0x90],
  ],
  [
    'float',
    image({ columns: 1, bitsAllocated: 32, bitsStored: 32, highBit: 31, format: 'float' }),
    little,
    '0000c03f',
    [1.5],
  ],
  [
    'double, big endian',
    image({ columns: 1, bitsAllocated: 64, bitsStored: 64, highBit: 63, format: 'double' }),
    big,
    '3ff8000000000000',
    [1.5],
  ],
];

for (const [name, description, syntax, encoded, values] of cases) {
  test(`native ${name} are read as stored values`, async () => {
    const frame = await decodeFrame(description, syntax, bytes(encoded));
    assert.deepEqual([...frame.samples], values);
  });
}

test('a Buffer, whose slice() is a view, is decoded wherever it begins and is left as it is', async () => {
  for (const [name, description, syntax, encoded, values] of cases) {
    const given = bytes(encoded);
    const buffer = Buffer.concat([Uint8Array.of(0), given]).subarray(1);
    for (const time of ['first', 'second']) {
      const frame = await decodeFrame(description, syntax, buffer);
      assert.deepEqual([...frame.samples], values, `${name}, ${time}`);
    }
    assert.deepEqual([...buffer], [...given], name);
  }
});

test('big endian cells of four bytes in OB, which the standard does not have, are turned round whole', async () => {
  const description = image({ columns: 1, bitsAllocated: 32, bitsStored: 32, highBit: 31 });
  const frame = await decodeFrame(description, big, bytes('11223344'), { pixelDataVr: 'OB' });
  assert.deepEqual([...frame.samples], [0x11223344]);
});

test('big endian OB bytes are not swapped', async () => {
  const frame = await decodeFrame(image({ columns: 4 }), big, bytes('01 02 03 04'), { pixelDataVr: 'OB' });
  assert.deepEqual([...frame.samples], [1, 2, 3, 4]);
});

test('in big endian OW the last byte of an odd frame lies behind its neighbour, and the next frame begins before it', async () => {
  const description = image({ columns: 3, numberOfFrames: 3 });
  // Words 0201 0403 0605 0807 xx09: bytes 1 to 9 in pairs turned round, and one of padding.
  const whole = bytes('02 01 04 03 06 05 08 07 00 09');
  const runs = [whole.subarray(0, 4), whole.subarray(2, 6), whole.subarray(6, 10)];
  const found = await Promise.all(
    runs.map(async (run, index) => [...(await decodeFrame(description, big, run, { frameNumber: index + 1 })).samples]),
  );
  assert.deepEqual(found, [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  // A last byte without its neighbour is read as far as it goes; one byte fewer is an error, not a black pixel.
  const short = decodeFrame(description, big, bytes('02 01'), { frameNumber: 1 });
  await assert.rejects(short, (error) => error instanceof ImagingError && error.fault === 'truncated');
});

test('1-bit frames of big endian OW words begin in the word where the one before ended', async () => {
  const description = image({ columns: 10, bitsAllocated: 1, bitsStored: 1, highBit: 0, numberOfFrames: 2 });
  // Bits 0 to 9 are the first frame, 10 to 19 the second: little endian ff 03 0f, in words 03ff 000f.
  const whole = bytes('03 ff 00 0f');
  const first = await decodeFrame(description, big, whole.subarray(0, 2), { frameNumber: 1 });
  const second = await decodeFrame(description, big, whole, { frameNumber: 2 });
  assert.deepEqual([...first.samples], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual([...second.samples], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
});

test('a 1-bit frame begins where the one before it ended, in the middle of a byte', async () => {
  const description = image({ columns: 3, bitsAllocated: 1, bitsStored: 1, highBit: 0, numberOfFrames: 3 });
  // 101 011 110: the second frame is bits 3..5, the third bits 6..8
  const whole = bytes('f5 00');
  const second = await decodeFrame(description, little, whole.subarray(0, 1), { frameNumber: 2 });
  const third = await decodeFrame(description, little, whole.subarray(0, 2), { frameNumber: 3 });
  assert.deepEqual([...second.samples], [0, 1, 1]);
  assert.deepEqual([...third.samples], [1, 1, 0]);
});

test('the native bytes of a frame are what was read, with all their bits', async () => {
  const words = bytes('fff1 0080');
  const description = image({ columns: 2, bitsAllocated: 16, bitsStored: 12, highBit: 11 });
  assert.deepEqual(frameBytes(await decodeFrame(description, little, words)), words);
  const bits = image({ columns: 10, bitsAllocated: 1, bitsStored: 1, highBit: 0 });
  assert.deepEqual(frameBytes(await decodeFrame(bits, little, bytes('05 02'))), bytes('05 02'));
});

test('fewer bytes than Rows x Columns need are refused', async () => {
  for (const [, description, syntax, encoded] of cases) {
    const short = bytes(encoded).subarray(0, -1);
    await assert.rejects(
      decodeFrame(description, syntax, short),
      (e) => e instanceof ImagingError && e.fault === 'truncated',
    );
  }
});

test('YBR_PARTIAL_422 is shown in the colours that its equations were given: black is 16, white 235', async () => {
  const colours = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [200, 120, 40],
  ] as const;
  for (const [r, g, b] of colours) {
    // The equations of PS3.3 C.7.6.3.1.2, from RGB.
    const y = Math.round(0.2568 * r + 0.5041 * g + 0.0979 * b + 16);
    const cb = Math.round(-0.1482 * r - 0.291 * g + 0.4392 * b + 128);
    const cr = Math.round(0.4392 * r - 0.3678 * g - 0.0714 * b + 128);
    const description = image({ columns: 2, samplesPerPixel: 3, photometricInterpretation: 'YBR_PARTIAL_422' });
    const frame = await decodeFrame(description, little, Uint8Array.of(y, y, cb, cr));
    assert.equal(frame.photometricInterpretation, 'YBR_PARTIAL_422');
    const shown = toRgb(Uint8Array.from(frame.samples), frame.photometricInterpretation);
    for (const [at, value] of [r, g, b, r, g, b].entries())
      assert.ok(Math.abs((shown[at] ?? -9) - value) <= 2, `${shown} for ${[r, g, b]}`);
  }
});

test('YBR_PARTIAL_420, which only video has, is refused by its name where cells are plain', async () => {
  const description = image({ rows: 2, columns: 2, samplesPerPixel: 3, photometricInterpretation: 'YBR_PARTIAL_420' });
  for (const length of [6, 12])
    await assert.rejects(decodeFrame(description, little, new Uint8Array(length)), {
      fault: 'unsupported-image',
      message: /YBR_PARTIAL_420/u,
    });
});
