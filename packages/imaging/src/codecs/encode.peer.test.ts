// What our encoders write, as other programs read it: DCMTK for RLE, JPEG and JPEG-LS, GDCM for JPEG 2000.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readInstance, testModules } from '../../testing/corpus.ts';
import { headerOf } from '../../testing/headers.ts';
import { inFolder, run, writeEncapsulated } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import { toRgb } from '../photometric.ts';
import { transcodedHeader } from '../transcode.ts';
import type { EncodeOptions } from './codec.ts';
import { codecOf } from './table.ts';

const modules = testModules();
const uid = (last: string): string => `1.2.840.10008.1.2.${last}`;

/** How far what another program decodes of both frames is from what they were, and from what is decoded here. */
const decodedBy = (program: readonly string[], last: string, how: SyntheticImage, options: EncodeOptions = {}) =>
  inFolder(async (folder) => {
    const [command = '', ...parameters] = program;
    const codec = codecOf(uid(last))?.codec;
    assert(codec?.encode);
    // GDCM writes a Secondary Capture image of one frame only.
    const frames = command === 'gdcmconv' ? [syntheticFrame(how)] : [syntheticFrame(how), syntheticFrame(how, 50)];
    const encoded = [];
    for (const frame of frames) encoded.push(await codec.encode(frame, uid(last), options, modules));
    const photometricInterpretation = encoded[0]?.photometricInterpretation ?? 'MONOCHROME2';
    const image = { ...syntheticImage(how), photometricInterpretation, numberOfFrames: frames.length };
    const converted = { source: uid('1'), target: uid(last), photometricInterpretation, reversible: true };
    const header = transcodedHeader(headerOf(image), image, { ...converted, nativeBytes: 1, encodedBytes: 1 });
    const paths = [join(folder, 'encoded.dcm'), join(folder, 'plain.dcm')] as const;
    await writeEncapsulated(
      paths[0],
      header,
      uid(last),
      encoded.map(({ bytes }) => bytes),
    );
    await run(command, ...parameters, ...paths);
    const plain = readInstance(paths[1]);
    assert(plain);
    const [errors, apart] = [[0], [0]];
    for (const [index, frame] of frames.entries()) {
      const decoded = await decodeFrame(plain.image, plain.transferSyntaxUid, plain.frame(index + 1));
      errors.push(largestDifference(decoded.samples, frame.samples));
      const bytes = encoded[index]?.bytes ?? assert.fail('no frame');
      const here = await decodeFrame({ ...image, numberOfFrames: 1 }, uid(last), bytes, { modules });
      const isRgb = plain.image.photometricInterpretation === 'RGB' && here.samples instanceof Uint8Array;
      apart.push(
        largestDifference(decoded.samples, isRgb ? toRgb(here.samples, here.photometricInterpretation) : here.samples),
      );
    }
    return { error: Math.max(...errors), apart: Math.max(...apart), plain };
  });

const grays: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 8, bitsAllocated: 16 },
  { bitsStored: 10 },
  { bitsStored: 12 },
  { bitsStored: 12, signed: true },
  { bitsStored: 15, signed: true },
  { bitsStored: 16 },
  { bitsStored: 16, signed: true },
  { bitsStored: 12, rows: 17, columns: 31 },
];
/** Fewer bits than a byte, in bytes: CharLS 1 of DCMTK knows no code streams of so few. */
const shallow: readonly SyntheticImage[] = [
  { bitsStored: 1, bitsAllocated: 8 },
  { bitsStored: 5, rows: 17, columns: 13 },
  { bitsStored: 7, rows: 17, columns: 13 },
  { bitsStored: 7, signed: true, rows: 17, columns: 13 },
];
const colour: SyntheticImage = { bitsStored: 8, samplesPerPixel: 3 };
const deepColour: readonly SyntheticImage[] = [
  { bitsStored: 16, samplesPerPixel: 3 },
  { bitsStored: 12, samplesPerPixel: 3, rows: 17, columns: 31 },
];

/** [syntax, program, what it is tried on] */
const reversible: readonly (readonly [string, readonly string[], readonly SyntheticImage[]])[] = [
  ['5', ['dcmdrle'], [...grays, ...shallow, colour, ...deepColour]],
  ['4.57', ['dcmdjpeg'], [...grays, ...shallow, colour, ...deepColour]],
  ['4.70', ['dcmdjpeg'], [...grays, ...shallow, colour, ...deepColour]],
  ['4.80', ['dcmdjpls'], [...grays, ...shallow, colour, ...deepColour]],
  ['4.90', ['gdcmconv', '-w'], [...grays, colour, ...deepColour]],
];

for (const [last, program, images] of reversible) {
  test(`${program[0]} decodes ${codecOf(uid(last))?.codec.name} (${last}) to the same pixels`, async () => {
    for (const how of images) {
      const { error } = await decodedBy(program, last, how);
      assert.equal(error, 0, JSON.stringify(how));
    }
  });
}

test('dcmdjpls finds near-lossless JPEG-LS within its error, and the very values that are decoded here', async () => {
  for (const how of [...grays, colour, ...deepColour]) {
    const { error, apart } = await decodedBy(['dcmdjpls'], '4.81', how, { near: 2 });
    assert(error > 0 && error <= 2, `${error}: ${JSON.stringify(how)}`);
    assert.equal(apart, 0, JSON.stringify(how));
  }
});

test('dcmdjpeg and gdcmconv find lossy images close to the original, and what is decoded here within one level, colours included', async () => {
  const smooth = { rows: 256, columns: 256 };
  for (const [program, last, options] of [
    [['dcmdjpeg'], '4.50', { quality: 97 }],
    [['dcmdjpeg'], '4.50', { quality: 80 }],
    [['gdcmconv', '-w'], '4.91', { ratio: 3 }],
  ] as const) {
    for (const how of [
      { ...smooth, bitsStored: 8 },
      { ...smooth, ...colour },
    ]) {
      const { error, apart, plain } = await decodedBy(program, last, how, options);
      assert(
        error > 0 && error < ('quality' in options && options.quality < 90 ? 60 : 40),
        `${last}: ${error} ${JSON.stringify(how)}`,
      );
      assert(apart <= 1, `${last}: ${apart} apart, ${JSON.stringify({ ...how, ...options })}`);
      assert.equal(plain.image.photometricInterpretation, syntheticImage(how).photometricInterpretation);
    }
  }
});

test('dcmdjpeg reads JPEG extended of up to 12 bits as it is decoded here, the closer the better the quality', async () => {
  for (const how of [
    { bitsStored: 12, rows: 64, columns: 96 },
    { bitsStored: 12, rows: 17, columns: 31 },
    { bitsStored: 10, rows: 64, columns: 64 },
    { bitsStored: 8 },
  ]) {
    const errors = [];
    for (const quality of [100, 90, 50, 5]) {
      const { error, apart } = await decodedBy(['dcmdjpeg'], '4.51', how, { quality });
      assert(apart <= 1, `${apart} apart: ${JSON.stringify({ ...how, quality })}`);
      errors.push(error);
    }
    const [finest = 99, fine = 0, middle = 0, coarse = 0] = errors;
    assert(finest <= 3, `${errors} ${JSON.stringify(how)}`);
    assert(fine >= finest && middle > fine && coarse > middle, `${errors} ${JSON.stringify(how)}`);
  }
});

test('OpenJPEG, another library, decodes the HTJ2K that OpenJPH wrote', async () => {
  const openJpeg = codecOf(uid('4.90'))?.codec;
  const openJph = codecOf(uid('4.201'))?.codec;
  for (const how of [...grays, colour]) {
    for (const last of ['4.201', '4.202']) {
      const frame = syntheticFrame(how);
      const encoded = await openJph!.encode!(frame, uid(last), {}, modules);
      const image = { ...syntheticImage(how), photometricInterpretation: encoded.photometricInterpretation };
      const decoded = await openJpeg!.decode(encoded.bytes, image, { modules, frameNumber: 1 });
      assert.equal(largestDifference(decoded.samples, frame.samples), 0, `${last} ${JSON.stringify(how)}`);
    }
  }
});
