// JPEG 2000 and HTJ2K between this package and the programs of OpenJPEG: every shape a code stream may have, parts 1, 2 and 15.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readAnyMapSamples, writeAnyMap } from '../../testing/any-map.ts';
import { corpusPath, decodeTestFrame, readInstance, testModules, withoutCorpus } from '../../testing/corpus.ts';
import { inFolder, readAnyMap, run } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame, frameBytes } from '../frames.ts';
import { drawPicture } from '../node/picture.ts';
import { codecOf } from './table.ts';

const modules = testModules();
const uid = (last: string): string => `1.2.840.10008.1.2.4.${last}`;
const images: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 16 },
  { samplesPerPixel: 3 },
  { samplesPerPixel: 3, bitsStored: 16, rows: 67, columns: 131 },
  { bitsStored: 8, rows: 67, columns: 131 },
];

/** [what it is, options of opj_compress] */
const shapes: readonly (readonly [string, readonly string[]])[] = [
  ['one tile', []],
  ['tiles', ['-t', '32,32', '-n', '3']],
  ['tile-parts by resolution, RPCL', ['-p', 'RPCL', '-TP', 'R', '-TLM']],
  ['precincts and a code block of 16 x 16', ['-c', '[64,64]', '-b', '16,16', '-p', 'PCRL']],
  ['SOP and EPH markers, CPRL', ['-SOP', '-EPH', '-p', 'CPRL']],
  ['every code block style', ['-M', '63']],
  ['layers, the last of them lossless', ['-r', '20,10,1']],
];

/** The program takes depths of whole bytes; others are not its matter here. */
for (const [name, options] of shapes) {
  test(`JPEG 2000 (.90 and .92): ${name}, written by opj_compress, is exact`, () =>
    inFolder(async (folder) => {
      for (const how of images) {
        const [plain, coded] = [join(folder, 'in.ppm'), join(folder, 'out.j2k')];
        await writeAnyMap(plain, syntheticFrame(how));
        await run('opj_compress', '-i', plain, '-o', coded, ...options);
        for (const last of ['90', '92']) {
          const { samples } = await decodeFrame(syntheticImage(how), uid(last), await readFile(coded), { modules });
          assert.equal(largestDifference(samples, syntheticFrame(how).samples), 0, `${last} ${JSON.stringify(how)}`);
        }
      }
    }));
}

test('JPEG 2000 (.91 and .93): what opj_compress writes with loss is decoded as opj_decompress decodes it', () =>
  inFolder(async (folder) => {
    for (const how of images) {
      const [plain, coded, back] = [join(folder, 'in.ppm'), join(folder, 'out.j2k'), join(folder, 'back.ppm')];
      await writeAnyMap(plain, syntheticFrame(how));
      await run('opj_compress', '-i', plain, '-o', coded, '-I', '-r', '8');
      await run('opj_decompress', '-i', coded, '-o', back);
      const theirs = await readAnyMapSamples(back);
      for (const last of ['91', '93']) {
        const { samples } = await decodeFrame(syntheticImage(how), uid(last), await readFile(coded), { modules });
        assert(largestDifference(samples, theirs) <= 1, `${last} ${JSON.stringify(how)}`);
        assert(largestDifference(samples, syntheticFrame(how).samples) > 0, 'lossy');
      }
    }
  }));

for (const [last, options] of [
  ['90', {}],
  ['91', { ratio: 4 }],
  ['201', {}],
  ['202', {}],
  ['203', { ratio: 4 }],
] as const) {
  test(`${codecOf(uid(last))?.codec.name} (.${last}): opj_decompress decodes what is encoded here to the same pixels`, () =>
    inFolder(async (folder) => {
      for (const how of images) {
        const [coded, plain] = [join(folder, 'in.j2k'), join(folder, 'out.ppm')];
        const encoded = await codecOf(uid(last))?.codec.encode?.(syntheticFrame(how), uid(last), options, modules);
        assert(encoded);
        await writeFile(coded, encoded.bytes);
        await run('opj_decompress', '-i', coded, '-o', plain);
        const image = { ...syntheticImage(how), photometricInterpretation: encoded.photometricInterpretation };
        const ours = await decodeFrame(image, uid(last), encoded.bytes, { modules });
        const theirs = await readAnyMapSamples(plain);
        const error = largestDifference(theirs, ours.samples);
        // The irreversible wavelet is computed in floating point, which may be rounded apart in the last bits of 16.
        const allowed = encoded.reversible ? 0 : how.bitsStored === 16 ? 4 : 1;
        assert(error <= allowed, `${error}: ${JSON.stringify(how)}`);
        if (encoded.reversible) assert.equal(largestDifference(theirs, syntheticFrame(how).samples), 0);
      }
    }));
}

/** Values of a PGX picture, the only form in which opj_decompress gives signed ones and depths between bytes. */
async function readPgx(path: string): Promise<Int32Array> {
  const bytes = await readFile(path);
  const [head = '', sign, bits] = /^PG ML ([+-]) ?(\d+) \d+ \d+\n/.exec(bytes.toString('latin1', 0, 60)) ?? [];
  const size = Number(bits) > 8 ? 2 : 1;
  const values = bytes.subarray(head.length);
  return Int32Array.from({ length: values.length / size }, (_, at) =>
    sign === '-' ? values.readIntBE(at * size, size) : values.readUIntBE(at * size, size),
  );
}

test('JPEG 2000 and HTJ2K of 1, 10 and 12 bits, signed and not, grey and in colour: opj_decompress finds the values that were encoded, lossy ones as they are decoded here', () =>
  inFolder(async (folder) => {
    for (const how of [
      { bitsStored: 10 },
      { bitsStored: 12, signed: true, rows: 33, columns: 41 },
      { bitsStored: 10, samplesPerPixel: 3 },
      { bitsStored: 12, samplesPerPixel: 3, signed: true, rows: 33, columns: 41 },
      { bitsStored: 12, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL', rows: 1, columns: 7 },
      { bitsStored: 1, bitsAllocated: 1 },
    ] as const satisfies readonly SyntheticImage[])
      for (const last of how.bitsStored === 1 ? ['90', '201', '202'] : ['90', '91', '201', '202', '203']) {
        const coded = join(folder, `${last}.j2k`);
        const encoded = await codecOf(uid(last))?.codec.encode?.(syntheticFrame(how), uid(last), { ratio: 4 }, modules);
        assert(encoded);
        await writeFile(coded, encoded.bytes);
        await run('opj_decompress', '-i', coded, '-o', join(folder, `${last}.pgx`));
        const components = 'samplesPerPixel' in how ? how.samplesPerPixel : 1;
        const planes = await Promise.all(
          Array.from({ length: components }, (_, at) => readPgx(join(folder, `${last}_${at}.pgx`))),
        );
        const theirs = Int32Array.from(
          { length: (planes[0]?.length ?? 0) * components },
          (_, at) => planes[at % components]?.[Math.floor(at / components)] ?? Number.NaN,
        );
        assert.equal(encoded.photometricInterpretation, syntheticImage(how).photometricInterpretation);
        const ours = await decodeFrame(syntheticImage(how), uid(last), encoded.bytes, { modules });
        const what = `${last} ${JSON.stringify(how)}`;
        const error = largestDifference(theirs, ours.samples);
        assert(error <= (encoded.reversible ? 0 : 1), `${error}: ${what}`);
        assert.equal(largestDifference(theirs, syntheticFrame(how).samples) === 0, encoded.reversible, what);
      }
  }));

test(
  'HTJ2K of another maker: opj_decompress reads the same pixels, lossless ones exactly',
  { skip: withoutCorpus },
  () =>
    inFolder(async (folder) => {
      for (const [name, allowed] of [
        ['HTJ2KLossless_08_RGB.dcm', 0],
        ['HTJ2K_08_RGB.dcm', 1],
      ] as const) {
        const instance = readInstance(corpusPath('pydicom-data', name)) ?? assert.fail(name);
        const [coded, plain] = [join(folder, 'in.j2k'), join(folder, 'out.ppm')];
        await writeFile(coded, instance.frame(1));
        await run('opj_decompress', '-i', coded, '-o', plain);
        const ours = await decodeTestFrame(instance, modules);
        const error = largestDifference(await readAnyMapSamples(plain), ours.samples);
        assert(error <= allowed, `${name}: ${error}`);
      }
    }),
);

const multiComponent = fileURLToPath(new URL('../../testing/multi-component.py', import.meta.url));
const toLuminance = '0.299,0.587,0.114,-0.168736,-0.331264,0.5,0.5,-0.418688,-0.081312';

test('JPEG 2000 part 2 (.92 and .93): a transformation between components that part 1 has not is named, frame by frame', () =>
  inFolder(async (folder) => {
    const how = { samplesPerPixel: 3 } as const;
    const [plain, coded] = [join(folder, 'in.raw'), join(folder, 'out.j2k')];
    await writeFile(plain, frameBytes(syntheticFrame(how)));
    await run('/usr/bin/python3', multiComponent, plain, coded, '64', '48', '3', toLuminance);
    const bytes = await readFile(coded);
    for (const last of ['91', '92', '93'])
      await assert.rejects(decodeFrame(syntheticImage(how), uid(last), bytes, { modules }), {
        fault: 'unsupported-image',
        message: /part 2/u,
      });
  }));

test('a picture as JP2 file: opj_decompress reads the very pixels, and knows grey from colour', () =>
  inFolder(async (folder) => {
    for (const channels of [1, 3] as const) {
      const pixels = Uint8Array.from({ length: 24 * 40 * channels }, (_, at) => (at * 11) % 256);
      const drawn = { rows: 24, columns: 40, channels, pixels, pixelAspectRatio: 1 };
      const [file, plain] = [join(folder, 'picture.jp2'), join(folder, channels === 1 ? 'back.pgm' : 'back.ppm')];
      await writeFile(file, await drawPicture(drawn, { format: 'image/jp2', quality: 100 }, {}, { modules }));
      await run('opj_decompress', '-i', file, '-o', plain);
      const back = await readAnyMap(plain);
      assert.deepEqual([back.rows, back.columns, back.channels], [24, 40, channels]);
      assert.deepEqual(new Uint8Array(back.pixels), pixels);
    }
  }));
