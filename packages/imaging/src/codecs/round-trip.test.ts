// What one codec writes, it reads again: every depth and sign that a syntax can hold, and the refusal of all others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testModules } from '../../testing/corpus.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { toRgb } from '../photometric.ts';
import type { EncodeOptions } from './codec.ts';
import { codecOf, codecTable } from './table.ts';

const modules = testModules();
const depths: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 7 },
  { bitsStored: 8, bitsAllocated: 16 },
  { bitsStored: 10 },
  { bitsStored: 11, signed: true },
  { bitsStored: 12 },
  { bitsStored: 12, signed: true },
  { bitsStored: 15, signed: true },
  { bitsStored: 16 },
  { bitsStored: 16, signed: true },
  { bitsStored: 8, samplesPerPixel: 3 },
  { bitsStored: 16, samplesPerPixel: 3 },
  { bitsStored: 12, samplesPerPixel: 3, signed: true },
  { bitsStored: 16, samplesPerPixel: 3, rows: 1, columns: 1 },
  { bitsStored: 8, rows: 1, columns: 1 },
  { bitsStored: 12, rows: 17, columns: 31 },
];
const uid = (last: string): string => `1.2.840.10008.1.2.${last}`;

/** Encodes and decodes a frame; gives the largest error of a sample. */
async function errorOf(how: SyntheticImage, syntax: string, options: EncodeOptions = {}) {
  const frame = syntheticFrame(how);
  const codec = codecOf(syntax)?.codec;
  assert(codec?.encode);
  const { bytes, photometricInterpretation, reversible } = await codec.encode(frame, syntax, options, modules);
  const decoded = await decodeFrame({ ...syntheticImage(how), photometricInterpretation }, syntax, bytes, { modules });
  return { error: largestDifference(decoded.samples, frame.samples), decoded, photometricInterpretation, reversible };
}

for (const last of ['5', '8.1', '4.57', '4.70', '4.80', '4.90', '4.110', '4.201', '4.202']) {
  test(`${codecOf(uid(last))?.codec.name} (${last}) loses nothing`, async () => {
    for (const how of depths) {
      const { error, decoded, reversible } = await errorOf(how, uid(last));
      assert.equal(error, 0, JSON.stringify(how));
      assert.equal(reversible, true);
      assert.equal(decoded.photometricInterpretation, syntheticImage(how).photometricInterpretation);
    }
  });
}

test('JPEG-LS near-lossless keeps the error it was given', async () => {
  for (const how of depths) {
    for (const near of [1, 3]) {
      const { error, reversible } = await errorOf(how, uid('4.81'), { near });
      assert(error <= near, `${error} for ${near}: ${JSON.stringify(how)}`);
      assert.equal(reversible, false);
    }
  }
});

test('JPEG baseline is close, and says what its components are', async () => {
  const gray = await errorOf({ bitsStored: 8 }, uid('4.50'), { quality: 95 });
  assert(gray.error > 0 && gray.error < 40, `${gray.error}`);
  const fine = await errorOf({ samplesPerPixel: 3 }, uid('4.50'), { quality: 98 });
  assert.equal(fine.photometricInterpretation, 'YBR_FULL');
  const coarse = await errorOf({ samplesPerPixel: 3 }, uid('4.50'), { quality: 80 });
  assert.equal(coarse.photometricInterpretation, 'YBR_FULL_422');
  assert.equal(coarse.decoded.photometricInterpretation, 'YBR_FULL');
  const rgb = toRgb(Uint8Array.from(fine.decoded.samples), 'YBR_FULL');
  assert(largestDifference(rgb, syntheticFrame({ samplesPerPixel: 3 }).samples) < 60);
});

test('JPEG extended reads what it wrote, flat, noisy or a single pixel', async () => {
  for (const how of [
    { bitsStored: 12 },
    { bitsStored: 12, rows: 1, columns: 1 },
    { bitsStored: 9, rows: 9, columns: 7 },
  ]) {
    const { error, reversible } = await errorOf(how, uid('4.51'), { quality: 100 });
    assert(error <= 3, `${error}: ${JSON.stringify(how)}`);
    assert.equal(reversible, false);
  }
  const codec = codecOf(uid('4.51'))!.codec;
  const flat = { ...syntheticFrame({ bitsStored: 12 }), samples: new Uint16Array(48 * 64).fill(4095) };
  const { bytes } = await codec.encode!(flat, uid('4.51'), { quality: 100 }, modules);
  const decoded = await decodeFrame(syntheticImage({ bitsStored: 12 }), uid('4.51'), bytes, { modules });
  assert(largestDifference(decoded.samples, flat.samples) <= 1);
});

for (const last of ['4.91', '4.203', '4.112']) {
  test(`${codecOf(uid(last))?.codec.name} (${last}) loses little and says so`, async () => {
    for (const how of [{ bitsStored: 8 }, { bitsStored: 12 }, { bitsStored: 8, samplesPerPixel: 3 }] as const) {
      const { error, reversible } = await errorOf(how, uid(last), { ratio: 3, distance: 0.5 });
      assert(error < 0.2 * 2 ** how.bitsStored, `${error}: ${JSON.stringify(how)}`);
      assert.equal(reversible, false);
    }
  });
}

test('a lower resolution is decoded from the wavelet syntaxes alone', async () => {
  for (const last of ['4.90', '4.201']) {
    const how = { rows: 50, columns: 67, bitsStored: 12 };
    const codec = codecOf(uid(last))?.codec;
    const encoded = await codec!.encode!(syntheticFrame(how), uid(last), {}, modules);
    const small = await decodeFrame(syntheticImage(how), uid(last), encoded.bytes, { modules, reduce: 2 });
    assert.deepEqual([small.rows, small.columns, small.samples.length], [13, 17, 221]);
  }
});

/** The segments of a code stream's main header and the tile-parts behind it: [marker, where it begins, length of the tile-part]. */
function* segmentsOf(stream: Uint8Array): Generator<readonly [marker: number, at: number, tilePart: number]> {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 2; view.getUint16(at) !== 0xffd9; ) {
    const marker = view.getUint16(at);
    const tilePart = marker === 0xff90 ? view.getUint32(at + 6) : 0;
    yield [marker, at, tilePart];
    at += tilePart || 2 + view.getUint16(at + 2);
  }
}

for (const samplesPerPixel of [1, 3] as const)
  test(`HTJ2K .202 of ${samplesPerPixel} components has its packets by resolution (RPCL), and a TLM segment that tells how long each tile-part is`, async () => {
    const how = { rows: 150, columns: 200, bitsStored: 12, samplesPerPixel };
    const { bytes } = await codecOf(uid('4.202'))!.codec.encode!(syntheticFrame(how), uid('4.202'), {}, modules);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const segments = [...segmentsOf(bytes)];
    const startOf = (marker: number) =>
      segments.find(([found]) => found === marker)?.[1] ?? assert.fail(`no ${marker}`);
    const rpcl = 2;
    assert.equal(bytes[startOf(0xff52) + 5], rpcl, 'progression order of COD');
    const tileParts = segments.flatMap(([marker, , length]) => (marker === 0xff90 ? [length] : []));
    assert.ok(tileParts.length > 1, `${tileParts.length} tile-parts`);
    const tlm = startOf(0xff55);
    const sizes = bytes[tlm + 5] ?? 0;
    const [indexBytes, lengthBytes] = [(sizes >> 4) & 3, sizes & 0x40 ? 4 : 2];
    const told = tileParts.map((_, part) => {
      const at = tlm + 6 + part * (indexBytes + lengthBytes) + indexBytes;
      return lengthBytes === 4 ? view.getUint32(at) : view.getUint16(at);
    });
    assert.deepEqual(told, tileParts);
    assert.equal(view.getUint16(tlm + 2), 4 + tileParts.length * (indexBytes + lengthBytes));
  });

test('what a syntax cannot hold is refused, never stored wrong', async () => {
  const refused: readonly (readonly [string, SyntheticImage])[] = [
    ['4.50', { bitsStored: 12 }],
    ['4.51', { bitsStored: 16 }],
    ['4.51', { bitsStored: 8, samplesPerPixel: 3 }],
    ['4.51', { bitsStored: 12, signed: true }],
    ['4.70', { bitsStored: 32, bitsAllocated: 32 }],
    ['4.80', { bitsStored: 32, bitsAllocated: 32 }],
    ['4.90', { bitsStored: 8, signed: true }],
  ];
  for (const [last, how] of refused) {
    await assert.rejects(
      errorOf(how, uid(last)),
      (e) => e instanceof ImagingError && e.fault === 'unsupported-image',
      last,
    );
  }
});

test('every entry that says it encodes has an encoder, and is found by its UID', () => {
  for (const entry of codecTable) {
    assert.equal(codecOf(entry.transferSyntaxUid), entry);
    if (entry.encodes) assert(entry.codec.encode, entry.transferSyntaxUid);
  }
});

test('video and private syntaxes are no frames to decode', async () => {
  for (const syntax of ['1.2.840.10008.1.2.4.100', '1.2.3.4']) {
    const work = decodeFrame(syntheticImage(), syntax, new Uint8Array(10));
    await assert.rejects(work, (e) => e instanceof ImagingError && e.fault === 'unsupported-syntax');
  }
});
