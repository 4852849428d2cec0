// Frames drawn by the pool of this package and by formulas.py, so that a test only says what is drawn.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSet, type Value, type Vr } from '@concord/dicom';
import sharp from 'sharp';
import { createBitJoiner } from '../src/bit-joiner.ts';
import { frameBytes } from '../src/frames.ts';
import type { ImagingPool } from '../src/node/pool.ts';
import { corpusPath, readInstance } from './corpus.ts';
import { headerOf, withElements } from './headers.ts';
import { inFolder, run, writeInstance } from './peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from './synthetic.ts';

const explicit = '1.2.840.10008.1.2.1';
const formulas = fileURLToPath(new URL('./formulas.py', import.meta.url));
/** Keyword or path to value, or to value and VR. */
export type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

/** A frame to draw, with the file that says how. */
export interface Drawing {
  readonly name: string;
  readonly header: DataSet;
  readonly transferSyntaxUid?: string;
  /** Each frame's bytes, encoded or not. */
  readonly frames: readonly Uint8Array[];
  readonly frameNumber?: number;
  readonly state?: DataSet;
  /** The file of the test data that it is. */
  readonly path?: string;
}

const identity = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '1.2.3.4.5' };
/** A presentation state that refers to the images made here. */
export const stateOf = (elements: Elements): DataSet =>
  withElements(new DataSet(), {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
    SOPInstanceUID: '1.2.3.4.6',
    'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': identity.SOPInstanceUID,
    ...elements,
  });
/** An image of `count` frames, the first of which is drawn, or the one that `shown` says. */
export const made = (
  name: string,
  how: SyntheticImage,
  elements: Elements,
  shown: { readonly count?: number; readonly frameNumber?: number; readonly state?: DataSet } = {},
): Drawing => {
  const { count = 1 } = shown;
  const header = withElements(headerOf({ ...syntheticImage(how), numberOfFrames: count }), {
    ...identity,
    ...elements,
  });
  const joiner = createBitJoiner(sampleBits(how));
  const cells = Array.from({ length: count }, (_, at) => joiner.push(frameBytes(syntheticFrame(how, at * 31))));
  const pixels = new Uint8Array(Buffer.concat([...cells, joiner.rest()]));
  return {
    ...shown,
    name,
    header: withElements(header, { PixelData: { value: pixels, vr: 'OW' } }),
    frames: framesOf(pixels, how, count),
  };
};
/** Bits of a frame. */
const sampleBits = (how: SyntheticImage): number => {
  const { rows, columns, samplesPerPixel, bitsAllocated } = syntheticImage(how);
  return rows * columns * samplesPerPixel * bitsAllocated;
};
/** The bytes of each frame; those of bits share a byte with the next one. */
const framesOf = (pixels: Uint8Array, how: SyntheticImage, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => {
    const bits = sampleBits(how);
    return pixels.subarray(Math.floor((at * bits) / 8), Math.ceil(((at + 1) * bits) / 8));
  });
/** An image of float or double float pixels, some of them padding. */
export const ieee754 = (name: string, kind: 'Float' | 'DoubleFloat', elements: Elements): Drawing => {
  const source = syntheticFrame({ bitsStored: 12 });
  const numbers = Array.from(source.samples, (sample, at) => (at % 97 === 0 ? -1e6 : sample / 7 - 100.25));
  const cells = kind === 'Float' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  const header = withElements(new DataSet(), {
    ...identity,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: source.rows,
    Columns: source.columns,
    BitsAllocated: cells.BYTES_PER_ELEMENT * 8,
    [`${kind}PixelPaddingValue`]: -1e6,
    ...elements,
  });
  const pixels = new Uint8Array(cells.buffer);
  const element = { [`${kind}PixelData`]: { value: pixels, vr: kind === 'Float' ? ('OF' as const) : ('OD' as const) } };
  return { name, header: withElements(header, element), frames: [pixels] };
};

/** A file of the test data, whose first frame is drawn. */
export function ofCorpus(...names: readonly string[]): Drawing {
  const path = corpusPath(...names);
  const { header, transferSyntaxUid, frame } = readInstance(path) ?? assert.fail(path);
  return { name: names.join('/'), header, transferSyntaxUid, frames: [frame(1)], path };
}

/** The pixels of what the pool draws: grey, or red, green and blue. */
async function drawnHere(pool: ImagingPool, drawing: Drawing) {
  const { header, transferSyntaxUid = explicit, frames, frameNumber = 1, state } = drawing;
  const frame = async (number: number) => frames[number - 1] ?? assert.fail(`frame ${number}`);
  const png = await pool.render({
    ...{ header, transferSyntaxUid, encoded: await frame(frameNumber), frame, frameNumber, format: 'image/png' },
    ...(state && { presentationState: state }),
  });
  const { channels } = await sharp(png).metadata();
  const pixels = sharp(png).removeAlpha();
  return (channels === 1 ? pixels.toColourspace('b-w') : pixels).raw().toBuffer();
}

/** Draws all here, and all in one process of the other program. Fails where a picture is more than a grey level off, or all of one level. */
export const compareAll = (pool: ImagingPool, all: readonly Drawing[]): Promise<void> =>
  inFolder(async (folder) => {
    const jobs = [];
    for (const [index, drawing] of all.entries()) {
      const path = (kind: string) => join(folder, `${index}.${kind}`);
      const { header, frameNumber = 1, state } = drawing;
      if (!drawing.path) await writeInstance(path('dcm'), header, explicit);
      if (state) await writeInstance(path('state'), state, explicit);
      const image = drawing.path ?? path('dcm');
      jobs.push({ image, out: path('out'), frame: frameNumber, state: state ? path('state') : null });
    }
    await writeFile(join(folder, 'jobs.json'), JSON.stringify(jobs));
    await run('/usr/bin/python3', formulas, join(folder, 'jobs.json'));
    for (const [index, drawing] of all.entries()) {
      const theirs = await readFile(join(folder, `${index}.out`));
      const found = largestDifference(await drawnHere(pool, drawing), theirs);
      assert(found <= 1, `${drawing.name}: ${found} grey levels`);
      assert(
        theirs.some((level) => level !== theirs[0]),
        `${drawing.name} is not all of one level`,
      );
    }
  });
