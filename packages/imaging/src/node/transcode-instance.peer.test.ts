// Whole instances converted, then read by DCMTK, GDCM and ourselves: the same pixels, and a file that others accept.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type DataSet, fileMetaInformation } from '@concord/dicom';
import { decodeTestFrame, readInstance, testModules } from '../../testing/corpus.ts';
import { headerOf, withElements } from '../../testing/headers.ts';
import { inFolder, run } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { createImagingPool } from './pool.ts';
import { type TranscodedInstance, type TranscodeSource, transcodeInstance } from './transcode-instance.ts';

const modules = testModules();
const pool = createImagingPool({ threads: 2 });
after(() => pool.close());
const uid = (last: string): string => `1.2.840.10008.1.2${last}`;
const explicit = uid('.1');
const frames = 5;

/** A multi-frame instance in memory. */
function source(how: SyntheticImage): TranscodeSource {
  const header = withElements(headerOf({ ...syntheticImage(how), numberOfFrames: frames }), {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7.4',
    SOPInstanceUID: '1.2.3.4.1',
    StudyInstanceUID: '1.2.3.4.2',
    SeriesInstanceUID: '1.2.3.4.3',
  });
  return { header, transferSyntaxUid: explicit, frame: async (number) => frameBytes(syntheticFrame(how, number)) };
}

async function writeFileOf(path: string, { header, dataSet }: TranscodedInstance, target: string): Promise<void> {
  const meta = fileMetaInformation({
    sopClassUid: header.string('SOPClassUID') ?? '',
    sopInstanceUid: header.string('SOPInstanceUID') ?? '',
    transferSyntaxUid: target,
    implementationClassUid: '1.2.3',
    implementationVersionName: 'TEST',
  });
  await writeFile(path, Buffer.concat([meta, ...(await Array.fromAsync(dataSet))]));
}

/** The largest error of any sample in a file. */
async function errorIn(path: string, how: SyntheticImage): Promise<number> {
  const instance = readInstance(path);
  assert(instance);
  assert.equal(instance.image.numberOfFrames, frames);
  let largest = 0;
  for (let number = 1; number <= frames; number += 1) {
    const { samples } = await decodeTestFrame(instance, modules, number);
    largest = Math.max(largest, largestDifference(samples, syntheticFrame(how, number).samples));
  }
  return largest;
}

const images: readonly SyntheticImage[] = [
  { bitsStored: 12 },
  { bitsStored: 16, signed: true },
  { bitsStored: 8, samplesPerPixel: 3 },
  { bitsStored: 8, rows: 5, columns: 7 },
];
const lossless: readonly (readonly [string, readonly string[]])[] = [
  ['', ['dcmconv']],
  ['.1', ['dcmconv']],
  ['.2', ['dcmconv']],
  ['.5', ['dcmdrle']],
  ['.4.57', ['dcmdjpeg']],
  ['.4.70', ['dcmdjpeg']],
  ['.4.80', ['dcmdjpls']],
  ['.4.90', ['gdcmconv', '-w']],
  ['.4.110', []],
  ['.4.201', []],
  ['.4.202', []],
  ['.8.1', []],
];

for (const [last, [program, ...parameters]] of lossless) {
  test(`an instance in ${uid(last)} has the same pixels for us${program ? ` and ${program}` : ''}`, () =>
    inFolder(async (folder) => {
      for (const how of images) {
        const path = join(folder, 'converted.dcm');
        const converted = await transcodeInstance(pool, source(how), { target: uid(last) });
        assert.equal(converted.sopInstanceUid, '1.2.3.4.1');
        await writeFileOf(path, converted, uid(last));
        assert.equal(await errorIn(path, how), 0, JSON.stringify(how));
        if (!program) continue;
        await run(program, ...parameters, path, join(folder, 'plain.dcm'));
        assert.equal(await errorIn(join(folder, 'plain.dcm'), how), 0, `${program}: ${JSON.stringify(how)}`);
      }
    }));
}

test('32-bit values in big endian are words turned round for us and dcmconv', () =>
  inFolder(async (folder) => {
    const how = { bitsStored: 32, bitsAllocated: 32, rows: 5, columns: 7 };
    const [big, little] = [join(folder, 'big.dcm'), join(folder, 'little.dcm')];
    await writeFileOf(big, await transcodeInstance(pool, source(how), { target: uid('.2') }), uid('.2'));
    assert.equal(await errorIn(big, how), 0);
    await run('dcmconv', '+te', big, little);
    assert.equal(await errorIn(little, how), 0);
  }));

test('1-bit frames that end within a byte are joined without gaps', () =>
  inFolder(async (folder) => {
    const how = { bitsStored: 1, bitsAllocated: 1, rows: 5, columns: 7 };
    const path = join(folder, 'bits.dcm');
    await writeFileOf(path, await transcodeInstance(pool, asRle(how), { target: explicit }), explicit);
    assert.equal(await errorIn(path, how), 0);
  }));

/** The same instance with its frames encoded, so that a frame of bits begins in a byte of its own. */
function asRle(how: SyntheticImage): TranscodeSource {
  const image = syntheticImage(how);
  const encoded = (number: number) => {
    const request = { image, transferSyntaxUid: explicit, encoded: frameBytes(syntheticFrame(how, number)) };
    return pool.transcode({ ...request, target: uid('.5') });
  };
  return { ...source(how), transferSyntaxUid: uid('.5'), frame: async (number) => (await encoded(number)).bytes };
}

test('a lossy instance is another one, says so, and is read by dcmdjpeg', () =>
  inFolder(async (folder) => {
    const how = { bitsStored: 8, samplesPerPixel: 3, rows: 128, columns: 128 } as const;
    const wanted = { target: uid('.4.50'), options: { quality: 96 }, newSopInstanceUid: '1.2.3.4.9' };
    const converted = await transcodeInstance(pool, source(how), wanted);
    const path = join(folder, 'lossy.dcm');
    await writeFileOf(path, converted, wanted.target);
    await run('dcmdjpeg', path, join(folder, 'plain.dcm'));
    const plain: DataSet | undefined = readInstance(join(folder, 'plain.dcm'))?.header;
    assert.equal(plain?.string('LossyImageCompression'), '01');
    assert.equal(plain?.string('SOPInstanceUID'), '1.2.3.4.9');
    const ratio = plain?.number('LossyImageCompressionRatio') ?? 0;
    assert(ratio > 1.2 && ratio < 20, `${ratio}`);
    const error = await errorIn(join(folder, 'plain.dcm'), how);
    assert(error > 0 && error < 60, `${error}`);
  }));

const rejects = (work: Promise<unknown>, fault: string) =>
  assert.rejects(work, (error) => error instanceof ImagingError && error.fault === fault);

test('what would be silently lossy, or cannot be held, is refused before a byte is sent', async () => {
  await rejects(transcodeInstance(pool, source({}), { target: uid('.4.50') }), 'bad-request');
  await rejects(transcodeInstance(pool, source({ bitsStored: 12 }), { target: uid('.4.50') }), 'unsupported-image');
  await rejects(transcodeInstance(pool, source({}), { target: uid('.4.102') }), 'unsupported-syntax');
  const embedded = source({ bitsStored: 12 });
  const overlay = { '(6000,0100)': { value: 16, vr: 'US' }, '(6000,0102)': { value: 12, vr: 'US' } } as const;
  const header = withElements(embedded.header, overlay);
  await rejects(transcodeInstance(pool, { ...embedded, header }, { target: uid('.4.80') }), 'unsupported-image');
});

test('a frame that cannot be read ends the stream with its error, and the pool goes on', async () => {
  const broken: TranscodeSource = {
    ...source({}),
    frame: async (number) => frameBytes(syntheticFrame({}, number)).subarray(number === 3 ? 1 : 0),
  };
  const { dataSet } = await transcodeInstance(pool, broken, { target: uid('.5') });
  await rejects(Array.fromAsync(dataSet), 'truncated');
  const good = await transcodeInstance(pool, source({}), { target: uid('.5') });
  assert((await Array.fromAsync(good.dataSet)).length > 5);
});

test('a frame that fails while an earlier one is still being read waits for its turn', async () => {
  const late: TranscodeSource = {
    ...source({}),
    frame: async (number) => {
      if (number === 2) throw new Error('frame 2 is gone');
      await new Promise((resolve) => setTimeout(resolve, 30));
      return frameBytes(syntheticFrame({}, number));
    },
  };
  const { dataSet } = await transcodeInstance(pool, late, { target: uid('.5') });
  await assert.rejects(Array.fromAsync(dataSet), /frame 2 is gone/);
});
