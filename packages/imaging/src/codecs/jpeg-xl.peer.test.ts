// JPEG XL between this package and cjxl and djxl, the programs of libjxl as Debian builds them: the three syntaxes, both ways.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAnyMapSamples, writeAnyMap } from '../../testing/any-map.ts';
import { testModules } from '../../testing/corpus.ts';
import { inFolder, run } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import { toRgb } from '../photometric.ts';
import { codecOf } from './table.ts';

const modules = testModules();
const [lossless, recompressed, lossy] = ['110', '111', '112'].map((last) => `1.2.840.10008.1.2.4.${last}`) as [
  string,
  string,
  string,
];

/** Version 0.7 takes and gives any-maps of 9 to 15 bits wrongly: deeper images go through 16 bits. */
const depthOf = ({ bitsStored = 8 }: SyntheticImage): readonly string[] => [`--override_bitdepth=${bitsStored}`];
const decodedBits = ({ bitsStored = 8 }: SyntheticImage): string => `--bits_per_sample=${bitsStored > 8 ? 16 : 8}`;

const images: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 12 },
  { bitsStored: 16 },
  { samplesPerPixel: 3 },
  { bitsStored: 8, rows: 17, columns: 31 },
];

for (const options of [['--effort=3'], ['--effort=7'], ['--container=1'], ['--progressive']]) {
  test(`JPEG XL Lossless (.110): cjxl ${options[0]} writes, the same pixels are decoded here`, () =>
    inFolder(async (folder) => {
      for (const how of images) {
        const [plain, coded] = [join(folder, 'in.ppm'), join(folder, 'out.jxl')];
        await writeAnyMap(plain, syntheticFrame(how));
        await run('cjxl', '--distance=0', ...depthOf(how), ...options, plain, coded);
        const decoded = await decodeFrame(syntheticImage(how), lossless, await readFile(coded), { modules });
        assert.equal(largestDifference(decoded.samples, syntheticFrame(how).samples), 0, JSON.stringify(how));
      }
    }));
}

test('JPEG XL Lossless (.110): djxl finds the pixels of what is encoded here', () =>
  inFolder(async (folder) => {
    for (const how of images) {
      const [coded, plain] = [join(folder, 'in.jxl'), join(folder, 'out.ppm')];
      const encoded = await codecOf(lossless)?.codec.encode?.(syntheticFrame(how), lossless, {}, modules);
      assert(encoded?.reversible);
      await writeFile(coded, encoded.bytes);
      await run('djxl', decodedBits(how), coded, plain);
      const samples = await readAnyMapSamples(plain, how.bitsStored);
      assert.equal(largestDifference(samples, syntheticFrame(how).samples), 0, JSON.stringify(how));
    }
  }));

test('JPEG XL JPEG Recompression (.111): cjxl packs a JPEG, the pixels of that JPEG are decoded here, and djxl gives it back', () =>
  inFolder(async (folder) => {
    for (const how of [{ bitsStored: 8 }, { samplesPerPixel: 3 }] as const) {
      const [jpeg, coded, back] = [join(folder, 'in.jpg'), join(folder, 'out.jxl'), join(folder, 'back.jpg')];
      const baseline = '1.2.840.10008.1.2.4.50';
      const made = await codecOf(baseline)?.codec.encode?.(syntheticFrame(how), baseline, { quality: 95 }, modules);
      assert(made);
      await writeFile(jpeg, made.bytes);
      await run('cjxl', '--lossless_jpeg=1', jpeg, coded);
      const image = { ...syntheticImage(how), photometricInterpretation: made.photometricInterpretation };
      const expected = await decodeFrame(image, baseline, made.bytes, { modules });
      const colours =
        image.samplesPerPixel === 3
          ? toRgb(Uint8Array.from(expected.samples), expected.photometricInterpretation)
          : expected.samples;
      const decoded = await decodeFrame(image, recompressed, await readFile(coded), { modules });
      assert.equal(decoded.photometricInterpretation, image.samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2');
      // Both undo the same transform, one in whole numbers and one in floating point.
      const error = largestDifference(decoded.samples, colours);
      assert(error <= 3, `${error}: ${JSON.stringify(how)}`);
      await run('djxl', coded, back);
      assert.deepEqual(await readFile(back), Buffer.from(made.bytes));
    }
  }));

test('JPEG XL (.112): what cjxl writes with loss is decoded as djxl decodes it', () =>
  inFolder(async (folder) => {
    for (const how of [{ bitsStored: 8 }, { samplesPerPixel: 3 }] as const) {
      for (const distance of ['0.5', '2']) {
        const [plain, coded, back] = [join(folder, 'in.ppm'), join(folder, 'out.jxl'), join(folder, 'back.ppm')];
        await writeAnyMap(plain, syntheticFrame(how));
        await run('cjxl', `--distance=${distance}`, plain, coded);
        await run('djxl', coded, back);
        const { samples } = await decodeFrame(syntheticImage(how), lossy, await readFile(coded), { modules });
        const theirs = await readAnyMapSamples(back);
        assert(largestDifference(samples, theirs) <= 1, `${largestDifference(samples, theirs)}`);
        assert(largestDifference(samples, syntheticFrame(how).samples) > 0, 'lossy');
      }
    }
  }));

test('JPEG XL (.112): djxl decodes what is encoded here with loss as it is decoded here', () =>
  inFolder(async (folder) => {
    for (const how of [{ bitsStored: 8 }, { bitsStored: 12 }, { samplesPerPixel: 3 }] as const) {
      const [coded, plain] = [join(folder, 'in.jxl'), join(folder, 'out.ppm')];
      const encoded = await codecOf(lossy)?.codec.encode?.(syntheticFrame(how), lossy, { distance: 1 }, modules);
      assert(encoded && !encoded.reversible);
      await writeFile(coded, encoded.bytes);
      await run('djxl', decodedBits(how), coded, plain);
      const image = { ...syntheticImage(how), photometricInterpretation: encoded.photometricInterpretation };
      const ours = await decodeFrame(image, lossy, encoded.bytes, { modules });
      const samples = await readAnyMapSamples(plain, how.bitsStored);
      assert(largestDifference(ours.samples, samples) <= 1, JSON.stringify(how));
    }
  }));

test('JPEG XL: what cjxl wrote for another size is refused', () =>
  inFolder(async (folder) => {
    const [plain, coded] = [join(folder, 'in.ppm'), join(folder, 'out.jxl')];
    await writeAnyMap(plain, syntheticFrame({ rows: 40 }));
    await run('cjxl', '--distance=0', plain, coded);
    const bytes = await readFile(coded);
    for (const syntax of [lossless, recompressed, lossy])
      await assert.rejects(decodeFrame(syntheticImage({ rows: 48 }), syntax, bytes, { modules }), {
        fault: 'header-mismatch',
      });
  }));
