// Two real series of one head laid on each other by a blending state, here and by a computation of its own in Python.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DataSet, readPart10, type Value, writePart10 } from '@concord/dicom';
import sharp from 'sharp';
import { corpusFiles, withoutCorpus } from '../../testing/corpus.ts';
import { withElements } from '../../testing/headers.ts';
import { inFolder, run, writeInstance } from '../../testing/peers.ts';
import { describeImage } from '../image-description.ts';
import { createImagingPool } from '../node/pool.ts';
import { presentationStateClasses } from './presentation-state.ts';

const explicit = '1.2.840.10008.1.2.1';
const program = fileURLToPath(new URL('../../testing/blend.py', import.meta.url));

/** Black over red and yellow to white, 16 bits. */
const palette = (level: (share: number) => number) => ({
  value: new Uint8Array(
    Uint16Array.from({ length: 256 }, (_, entry) => Math.round(level(entry / 255) * 255) << 8).buffer,
  ),
  vr: 'OW' as const,
});
const descriptor = { value: [256, 0, 16], vr: 'US' as const };
const clamp = (share: number): number => Math.min(1, Math.max(0, share));

const references = (files: readonly DataSet[]): Value =>
  files.map((file) => {
    const item = new DataSet();
    item.set('ReferencedSOPInstanceUID', file.string('SOPInstanceUID') ?? null);
    return item;
  });

const stateOf = (below: DataSet, stack: readonly DataSet[], opacity: number): DataSet =>
  withElements(new DataSet(), {
    SOPClassUID: presentationStateClasses.blending,
    'BlendingSequence[0].BlendingPosition': 'UNDERLYING',
    'BlendingSequence[0].ReferencedSeriesSequence[0].ReferencedImageSequence': references([below]),
    'BlendingSequence[0].SoftcopyVOILUTSequence[0].WindowCenter': '400',
    'BlendingSequence[0].SoftcopyVOILUTSequence[0].WindowWidth': '900',
    'BlendingSequence[1].BlendingPosition': 'SUPERIMPOSED',
    'BlendingSequence[1].ReferencedSeriesSequence[0].ReferencedImageSequence': references(stack),
    'BlendingSequence[1].RescaleSlope': '2',
    'BlendingSequence[1].RescaleIntercept': '-10',
    'BlendingSequence[1].SoftcopyVOILUTSequence[0].WindowCenter': '900',
    'BlendingSequence[1].SoftcopyVOILUTSequence[0].WindowWidth': '1800',
    RelativeOpacity: { value: opacity, vr: 'FL' },
    RedPaletteColorLookupTableDescriptor: descriptor,
    GreenPaletteColorLookupTableDescriptor: descriptor,
    BluePaletteColorLookupTableDescriptor: descriptor,
    RedPaletteColorLookupTableData: palette((share) => clamp(share * 3)),
    GreenPaletteColorLookupTableData: palette((share) => clamp(share * 3 - 1)),
    BluePaletteColorLookupTableData: palette((share) => clamp(share * 3 - 2)),
  });

const read = async (path: string): Promise<DataSet> => readPart10(new Uint8Array(await readFile(path))).dataSet;

/** Moved along all axes, in mm. */
const moved = (dataSet: DataSet, steps: readonly number[]): DataSet => {
  const position = dataSet
    .numbers('ImagePositionPatient')
    .map((value, axis) => (value + (steps[axis] ?? 0)).toFixed(4));
  return withElements(dataSet, { ImagePositionPatient: position });
};

const frameOf = (dataSet: DataSet) => ({
  header: dataSet,
  transferSyntaxUid: explicit,
  encoded: async () => dataSet.bytes('PixelData') ?? new Uint8Array(),
  frameNumber: 1,
});

/** [what it is, how the upper series is moved, opacity] */
const cases: readonly (readonly [string, readonly number[], number])[] = [
  ['slices that lie on each other, pixels of another size', [0, 0, 0], 0.4],
  ['slices between two of the other series', [0.3, -7.25, 2.4], 0.5],
  ['a series that covers a part of the image alone', [60, -80, 0.9], 0.75],
];

for (const [name, steps, opacity] of cases) {
  test(`blending of ${name}: as computed elsewhere, within an entry of the palette`, {
    skip: withoutCorpus,
  }, async (t) => {
    const pool = createImagingPool({ threads: 1 });
    t.after(() => pool.close());
    const height = (one: DataSet) => one.numbers('ImagePositionPatient')[2] ?? 0;
    const sorted = (files: readonly DataSet[]) => files.toSorted((a, b) => height(a) - height(b));
    const flair = await Promise.all(corpusFiles('series', 'Brainix', 'Flair').map(read));
    const whole = sorted(await Promise.all(corpusFiles('series', 'Brainix', 'Epi').map(read)));
    const epi = whole.slice(8, 14).map((one) => moved(one, steps));
    const below = sorted(flair)[10];
    assert.ok(below);
    const state = stateOf(below, epi, opacity);
    const theirs = await inFolder(async (folder) => {
      const path = (file: string) => join(folder, file);
      await writeInstance(path('state.dcm'), state, explicit);
      const stack = epi.map((_, index) => path(`${index}.dcm`));
      for (const [index, one] of epi.entries())
        await writeFile(stack[index] ?? '', writePart10({ dataSet: one, transferSyntaxUid: explicit }));
      await writeFile(path('below.dcm'), writePart10({ dataSet: below, transferSyntaxUid: explicit }));
      await run('/usr/bin/python3', program, path('state.dcm'), path('below.dcm'), path('out.rgb'), ...stack);
      return readFile(path('out.rgb'));
    });
    const png = await pool.blend({
      presentationState: state,
      underlying: frameOf(below),
      superimposed: epi.map(frameOf),
      format: 'image/png',
    });
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { rows, columns } = describeImage(below);
    assert.deepEqual([info.height, info.width, info.channels], [rows, columns, 3]);
    let far = 0;
    for (let at = 0; at < data.length; at += 1) far = Math.max(far, Math.abs((data[at] ?? 0) - (theirs[at] ?? 0)));
    // A palette entry of 256 is 3 levels from the next: one that falls on the other side of the rounding shows as that much of the share.
    assert.ok(far <= Math.ceil(3 * opacity), `${far} levels`);
    const coloured = data.filter((value, at) => at % 3 === 0 && value !== data[at + 2]).length;
    assert.ok(coloured > 1000, 'the palette is seen');
  });
}
