// Code streams that were cut or spoilt: a clear error, no endless loop, and the codec works on afterwards.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CodeStreamKind,
  codeStreamKinds,
  forgottenSyntaxes,
  madeCodeStream,
  syntaxUid,
} from '../../testing/code-streams.ts';
import { testModules } from '../../testing/corpus.ts';
import { largestDifference, randomNumbers } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { codecOf } from './table.ts';

const modules = testModules();

async function encoded([last, how]: CodeStreamKind) {
  const { bytes, image } = await madeCodeStream([last, how], modules);
  const decode = (stream: Uint8Array, as = image) => decodeFrame(as, syntaxUid(last), stream, { modules });
  return { bytes, image, decode };
}

const isClear = (error: unknown): error is ImagingError => error instanceof ImagingError && error.fault !== 'internal';

test('the tests of damaged code streams leave out no syntax that is decoded here', () => {
  assert.deepEqual(forgottenSyntaxes(), []);
});

for (const [last, how] of codeStreamKinds) {
  const { name } = codecOf(syntaxUid(last))!.codec;

  test(`${name} (${last}): a stream that is cut anywhere is refused`, async () => {
    const { bytes, decode } = await encoded([last, how]);
    const random = randomNumbers(bytes.length);
    const cuts = [0, 1, 2, 3, 10, ...Array.from({ length: 12 }, () => random(bytes.length - 4)), bytes.length - 4];
    for (const cut of cuts)
      await assert.rejects(decode(bytes.subarray(0, cut)), isClear, `cut at ${cut} of ${bytes.length}`);
  });

  test(`${name} (${last}): spoilt bytes end in an image of the right size or a clear error`, async () => {
    const { bytes, image, decode } = await encoded([last, how]);
    const random = randomNumbers(bytes.length + 1);
    for (let round = 0; round < 20; round += 1) {
      const spoilt = bytes.slice();
      for (let count = 1 + random(6); count > 0; count -= 1)
        spoilt[random(round < 10 ? 64 : bytes.length)] = random(256);
      try {
        const { samples } = await decode(spoilt);
        assert.equal(samples.length, image.rows * image.columns * image.samplesPerPixel);
      } catch (error) {
        assert(isClear(error), String(error));
      }
    }
    const { samples } = await decode(bytes);
    const again = await decode(bytes);
    assert.equal(largestDifference(samples, again.samples), 0);
  });

  test(`${name} (${last}): noise, and nothing at all, are refused`, async () => {
    const { decode } = await encoded([last, how]);
    const random = randomNumbers(7);
    await assert.rejects(decode(new Uint8Array()), isClear);
    await assert.rejects(decode(Uint8Array.from({ length: 40 }, () => random(256))), isClear);
  });
}

test('a data set that contradicts the code stream is refused before the stream is decoded', async () => {
  for (const [last, how] of codeStreamKinds.slice(2)) {
    const { bytes, image, decode } = await encoded([last, how]);
    const wrong = (changes: Partial<ImageDescription>) => decode(bytes, { ...image, ...changes });
    const mismatch = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'header-mismatch';
    await assert.rejects(wrong({ rows: image.rows + 1 }), mismatch, last);
    await assert.rejects(wrong({ columns: image.columns - 1 }), mismatch, last);
    const gray = image.samplesPerPixel === 1;
    const other = { samplesPerPixel: gray ? 3 : 1, photometricInterpretation: gray ? 'RGB' : 'MONOCHROME2' } as const;
    await assert.rejects(wrong(other), mismatch, last);
    if (image.bitsStored > 8) {
      await assert.rejects(wrong({ bitsAllocated: 8, bitsStored: 8, highBit: 7 }), mismatch, last);
    }
  }
});

/** Where a code stream says its size: [first byte, bytes of each number], the frame header of JPEG and JPEG-LS, SIZ of JPEG 2000. */
function sizePlace(bytes: Uint8Array): readonly [number, 2 | 4] | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0x4f) return [8, 4];
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at < bytes.length; at += 2 + view.getUint16(at + 2))
    if ([0xc0, 0xc1, 0xc2, 0xc3, 0xf7].includes(bytes[at + 1] ?? 0)) return [at + 5, 2];
  return undefined;
}

test('headers of 65,535 x 65,535 take no memory, whether the data set says so or the code stream', async () => {
  const { bytes: sound, image: small } = await encoded(['4.90', { bitsStored: 16 }]);
  const huge = { ...small, rows: 65535, columns: 65535 };
  const before = process.memoryUsage();
  let liars = 0;
  for (const [last, how] of codeStreamKinds) {
    const work = decodeFrame(huge, syntaxUid(last), sound, { modules });
    await assert.rejects(work, (e) => e instanceof ImagingError && e.fault === 'too-large');
    const { bytes, decode } = await encoded([last, how]);
    const place = sizePlace(bytes);
    if (!place) continue;
    const [at, size] = place;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const offset of [at, at + size])
      if (size === 2) view.setUint16(offset, 65535);
      else view.setUint32(offset, 65535);
    await assert.rejects(decode(bytes), (e) => e instanceof ImagingError && e.fault === 'header-mismatch', last);
    liars += 1;
  }
  assert.equal(liars, 15, 'all but RLE, deflate and JPEG XL, whose sizes are none of whole bytes');
  assert(process.memoryUsage().rss - before.rss < 200e6);
});

test('a codec without its module says so, and does not keep the failure', async () => {
  const { bytes, image } = await encoded(['4.80', { bitsStored: 12 }]);
  const work = decodeFrame(image, syntaxUid('4.80'), bytes);
  await assert.rejects(work, (e) => e instanceof ImagingError && e.fault === 'codec-not-loaded');
});
