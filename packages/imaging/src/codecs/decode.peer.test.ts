// Odd files of other makers, decoded to the same pixels as by DCMTK, GDCM or pydicom.
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import {
  corpusFiles,
  corpusPath,
  decodeTestFrame,
  isOfWg04,
  readInstance,
  testModules,
  withoutCorpus,
} from '../../testing/corpus.ts';
import { inFolder, run } from '../../testing/peers.ts';
import { largestDifference } from '../../testing/synthetic.ts';
import { ImagingError } from '../imaging-error.ts';
import { codecOf } from './table.ts';

const modules = testModules();

/** Files that DCMTK gets wrong or refuses: colour of interleave mode 0, seven bits, no meta information. */
const notForDcmtk = /RGB_ILV0|JLSL_08_07|SC_rgb_jpeg\.dcm/;

/** Which program unpacks a file without touching the colours. */
function programFor(path: string, syntax: string): readonly string[] | undefined {
  if (notForDcmtk.test(path)) return ['gdcmconv', '-w'];
  if (/\.4\.(5\d|70)$/.test(syntax)) return ['dcmdjpeg', '+cn'];
  if (/\.4\.8[01]$/.test(syntax)) return ['dcmdjpls'];
  if (/\.4\.9[0-3]$/.test(syntax)) return ['gdcmconv', '-w'];
  return syntax === '1.2.840.10008.1.2.5' ? ['dcmdrle'] : undefined;
}

/** Files that the other program refuses: dcmdrle those of one bit, gdcmconv those that end too early. */
const notForThem = /liver.*_rle|too_short|JPEG2000-embedded-sequence-delimiter/;

for (const [folder, least] of [
  [['pydicom', 'test_files'], 26],
  [['pydicom-data'], 17],
] as const) {
  test(`compressed files of ${folder.join('/')} decode to the pixels other programs find`, {
    skip: withoutCorpus,
  }, async () => {
    let compared = 0;
    for (const path of corpusFiles(...folder)) {
      if (notForThem.test(path) || /dicomdir/i.test(path) || isOfWg04(path)) continue;
      const instance = readable(path);
      const [program, ...parameters] = (instance && programFor(path, instance.transferSyntaxUid)) ?? [];
      if (!instance || !program) continue;
      await inFolder(async (out) => {
        const plain = join(out, 'plain.dcm');
        await run(program, ...parameters, path, plain);
        const reference = readInstance(plain);
        assert(reference, path);
        for (const number of new Set([1, instance.image.numberOfFrames])) {
          const ours = await decodeTestFrame(instance, modules, number);
          const theirs = await decodeTestFrame(reference, modules, number);
          assert.equal(largestDifference(ours.samples, theirs.samples), 0, `${path}, frame ${number}`);
        }
      });
      compared += 1;
    }
    assert(compared >= least, `${compared} files`);
  });
}

/** Undefined for what is no image, or no DICOM at all: the folders hold both. */
function readable(path: string) {
  try {
    const instance = readInstance(path);
    return instance && codecOf(instance.transferSyntaxUid)?.encapsulated ? instance : undefined;
  } catch {
    return undefined;
  }
}

test('the same picture in every form is the same picture', { skip: withoutCorpus }, async () => {
  const groups = [
    ['JLSL_RGB_ILV0.dcm', 'JLSL_RGB_ILV1.dcm', 'JLSL_RGB_ILV2.dcm'],
    ['liver.dcm', 'liver_rle.dcm', 'liver_j2k.dcm', 'liver_deflate.dcm', 'liver_expb.dcm'],
    [
      'liver_nonbyte_aligned.dcm',
      'liver_nonbyte_aligned_rle.dcm',
      'liver_nonbyte_aligned_j2k.dcm',
      'liver_nonbyte_aligned_deflate.dcm',
    ],
    ['SC_rgb_32bit.dcm', 'SC_rgb_rle_32bit.dcm', 'SC_rgb_expb_32bit.dcm'],
    ['SC_rgb_16bit.dcm', 'SC_rgb_rle_16bit.dcm', 'SC_rgb_expb_16bit.dcm'],
    ['OBXXXX1A.dcm', 'OBXXXX1A_rle.dcm', 'OBXXXX1A_expb.dcm'],
    // Not rtdose_expb.dcm: its cells of 32 bits are turned round whole, which OW does not mean. native.peer.test.ts compares such.
    ['rtdose_rle.dcm', 'rtdose.dcm'],
  ];
  const all = [...corpusFiles('pydicom', 'test_files'), ...corpusFiles('pydicom-data')];
  for (const group of groups) {
    const paths = group.map((name) => all.find((path) => basename(path) === name)).filter((path) => path !== undefined);
    assert(paths.length >= 2, `${group[0]}: ${paths.length} files`);
    const instances = paths.map((path) => readInstance(path));
    const frames = instances[0]?.image.numberOfFrames ?? 1;
    for (let number = 1; number <= Math.min(frames, 3); number += 1) {
      const [first, ...others] = await Promise.all(
        instances.map((instance) => decodeTestFrame(instance!, modules, number)),
      );
      for (const [index, other] of others.entries()) {
        assert.equal(largestDifference(first!.samples, other.samples), 0, `${paths[index + 1]}, frame ${number}`);
      }
    }
  }
});

test('HTJ2K of another maker is decoded', { skip: withoutCorpus }, async () => {
  for (const name of ['HTJ2KLossless_08_RGB.dcm', 'HTJ2K_08_RGB.dcm']) {
    const instance = readInstance(corpusPath('pydicom-data', name));
    assert(instance);
    const { samples } = await decodeTestFrame(instance, modules);
    assert.equal(samples.length, instance.image.rows * instance.image.columns * 3);
  }
});

test('files with too few bytes, or a spoilt stream, end in a clear error', { skip: withoutCorpus }, async () => {
  for (const name of ['MR_truncated.dcm', 'JPEG2000-embedded-sequence-delimiter.dcm']) {
    const instance = readInstance(corpusPath('pydicom', 'test_files', name));
    assert(instance);
    await assert.rejects(decodeTestFrame(instance, modules), ImagingError, name);
  }
});
