// What no other program here draws, against the standard's formulas computed in Python: pictures of the pool, pixel by pixel within a grey level.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DataSet, type Value, type Vr } from '@concord/dicom';
import sharp from 'sharp';
import { corpusPath, readInstance, withoutCorpus } from '../testing/corpus.ts';
import { headerOf, withElements } from '../testing/headers.ts';
import { inFolder, run, writeInstance } from '../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { createBitJoiner } from './bit-joiner.ts';
import { frameBytes } from './frames.ts';
import { createImagingPool } from './node/pool.ts';

const explicit = '1.2.840.10008.1.2.1';
const formulas = fileURLToPath(new URL('../testing/formulas.py', import.meta.url));
const pool = createImagingPool({ threads: 1 });
after(() => pool.close());

type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

/** A frame to draw, with the file that says how. */
interface Drawing {
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
const stateOf = (elements: Elements): DataSet =>
  withElements(new DataSet(), {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
    SOPInstanceUID: '1.2.3.4.6',
    'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': identity.SOPInstanceUID,
    ...elements,
  });
/** An image of `count` frames, the first of which is drawn, or the one that `shown` says. */
const made = (
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
  const { rows, columns, bitsAllocated } = syntheticImage(how);
  return rows * columns * bitsAllocated;
};
/** The bytes of each frame; those of bits share a byte with the next one. */
const framesOf = (pixels: Uint8Array, how: SyntheticImage, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => {
    const bits = sampleBits(how);
    return pixels.subarray(Math.floor((at * bits) / 8), Math.ceil(((at + 1) * bits) / 8));
  });
const ieee754 = (name: string, kind: 'Float' | 'DoubleFloat', elements: Elements): Drawing => {
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

const ct = { bitsStored: 12, signed: true } as const;
const rescale = { RescaleSlope: '1.5', RescaleIntercept: '-24' };
const window = (center: string, width: string, VOILUTFunction = 'LINEAR'): Elements => ({
  WindowCenter: center,
  WindowWidth: width,
  VOILUTFunction,
});
const softcopy = (center: string, width: string): Elements => ({
  'SoftcopyVOILUTSequence[0].WindowCenter': center,
  'SoftcopyVOILUTSequence[0].WindowWidth': width,
});
const rectangle = {
  ShutterLeftVerticalEdge: 5,
  ShutterRightVerticalEdge: 60,
  ShutterUpperHorizontalEdge: 3,
  ShutterLowerHorizontalEdge: 44,
};
const circle = { CenterOfCircularShutter: [20, 30], RadiusOfCircularShutter: 17 };
const polygon = { VerticesOfThePolygonalShutter: [2, 10, 40, 5, 45, 60, 20, 35, 5, 62] };
const mask = (elements: Elements): DataSet =>
  stateOf({
    ...softcopy('10', '900'),
    RescaleSlope: '2',
    RescaleIntercept: '-50',
    ...Object.fromEntries(Object.entries(elements).map(([key, value]) => [`MaskSubtractionSequence[0].${key}`, value])),
  });
const area = (corners: readonly [number, number, number, number], elements: Elements): DataSet =>
  stateOf({
    ...softcopy('0', '3000'),
    'DisplayedAreaSelectionSequence[0].DisplayedAreaTopLeftHandCorner': { value: corners.slice(0, 2), vr: 'SL' },
    'DisplayedAreaSelectionSequence[0].DisplayedAreaBottomRightHandCorner': { value: corners.slice(2), vr: 'SL' },
    'DisplayedAreaSelectionSequence[0].PresentationSizeMode': 'SCALE TO FIT',
    'DisplayedAreaSelectionSequence[0].PresentationPixelAspectRatio': ['1', '1'],
    ...elements,
  });
const turned = (rotation: number, flip: 'N' | 'Y'): Elements => ({
  ImageRotation: { value: rotation, vr: 'US' },
  ImageHorizontalFlip: flip,
});

const drawings: readonly Drawing[] = [
  made('LINEAR', ct, { ...rescale, ...window('-200.5', '1500') }),
  made('LINEAR of width 1', ct, { ...rescale, ...window('40', '1') }),
  made('LINEAR_EXACT', ct, { ...rescale, ...window('-200.5', '1500', 'LINEAR_EXACT') }),
  made('LINEAR_EXACT, narrower than 1', { bitsStored: 12 }, window('2000.25', '0.5', 'LINEAR_EXACT')),
  made('SIGMOID', ct, { ...rescale, ...window('100', '700', 'SIGMOID') }),
  made('the shape INVERSE in an image', ct, { ...window('0', '3000'), PresentationLUTShape: 'INVERSE' }),
  made(
    'MONOCHROME1, whose shape says the same',
    { ...ct, photometricInterpretation: 'MONOCHROME1' },
    {
      ...window('0', '3000', 'LINEAR_EXACT'),
      PresentationLUTShape: 'INVERSE',
    },
  ),
  made('the shape INVERSE in a state', ct, window('0', '10'), {
    state: stateOf({ ...softcopy('100', '2000'), PresentationLUTShape: 'INVERSE' }),
  }),
  made('32 bits', { bitsStored: 32, bitsAllocated: 32 }, window('2000000000', '3000000000', 'LINEAR_EXACT')),
  made('one bit', { bitsStored: 1, bitsAllocated: 1, columns: 61, rows: 47 }, {}),
  made(
    'the last of three frames of one bit',
    { bitsStored: 1, bitsAllocated: 1, columns: 61, rows: 47 },
    {},
    {
      count: 3,
      frameNumber: 3,
    },
  ),
  made(
    'padding does not count where there is no window',
    { bitsStored: 12 },
    {
      PixelPaddingValue: { value: 0, vr: 'US' },
      PixelPaddingRangeLimit: { value: 700, vr: 'US' },
    },
  ),
  ieee754('float pixels and their padding, without a window', 'Float', {}),
  ieee754('double float pixels behind rescale and a window', 'DoubleFloat', {
    ...rescale,
    ...window('150', '600', 'LINEAR_EXACT'),
  }),
  made('a rectangular shutter', ct, { ...window('0', '3000'), ShutterShape: 'RECTANGULAR', ...rectangle }),
  made('a circular shutter in grey', ct, {
    ...window('0', '3000'),
    ...{ ShutterShape: 'CIRCULAR', ...circle, ShutterPresentationValue: 0x4000 },
  }),
  made('all shutters of a state', ct, window('0', '10'), {
    state: stateOf({
      ...softcopy('0', '3000'),
      ShutterShape: ['RECTANGULAR', 'CIRCULAR', 'POLYGONAL'],
      ...{ ...rectangle, ...circle, ...polygon, ShutterPresentationValue: 0xffff },
    }),
  }),
  made('a polygonal shutter', ct, { ...window('0', '3000'), ShutterShape: 'POLYGONAL', ...polygon }),
  made(
    'an average of masks, moved by parts of a pixel',
    { bitsStored: 10 },
    {},
    {
      count: 4,
      frameNumber: 3,
      state: mask({
        MaskOperation: 'AVG_SUB',
        MaskFrameNumbers: { value: [1, 2], vr: 'US' },
        ContrastFrameAveraging: { value: 2, vr: 'US' },
        MaskSubPixelShift: { value: [0.5, -1.25], vr: 'FL' },
      }),
    },
  ),
  made(
    'the frame two before as a mask',
    { bitsStored: 10 },
    {},
    {
      count: 3,
      frameNumber: 3,
      state: mask({ MaskOperation: 'TID', TIDOffset: { value: 2, vr: 'SS' } }),
    },
  ),
  ...([0, 90, 180, 270] as const).flatMap((rotation) =>
    (['N', 'Y'] as const).map((flip) =>
      made(
        `an area of the image, turned by ${rotation}, flipped: ${flip}`,
        ct,
        {},
        {
          state: area([11, 6, 50, 25], turned(rotation, flip)),
        },
      ),
    ),
  ),
];

/** A file of the test data, whose first frame is drawn. */
function ofCorpus(...names: readonly string[]): Drawing {
  const path = corpusPath(...names);
  const { header, transferSyntaxUid, frame } = readInstance(path) ?? assert.fail(path);
  return { name: names.join('/'), header, transferSyntaxUid, frames: [frame(1)], path };
}

/** The pixels of what the pool draws: grey, or red, green and blue. */
async function drawnHere({ header, transferSyntaxUid = explicit, frames, frameNumber = 1, state }: Drawing) {
  const frame = async (number: number) => frames[number - 1] ?? assert.fail(`frame ${number}`);
  const png = await pool.render({
    ...{ header, transferSyntaxUid, encoded: await frame(frameNumber), frame, frameNumber, format: 'image/png' },
    ...(state && { presentationState: state }),
  });
  const { channels } = await sharp(png).metadata();
  const pixels = sharp(png).removeAlpha();
  return (channels === 1 ? pixels.toColourspace('b-w') : pixels).raw().toBuffer();
}

/** All drawings in one process of the other program; the largest difference of each. */
const compareAll = (all: readonly Drawing[]) =>
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
      const found = largestDifference(await drawnHere(drawing), theirs);
      assert(found <= 1, `${drawing.name}: ${found} grey levels`);
      assert(
        theirs.some((level) => level !== theirs[0]),
        `${drawing.name} is not all of one level`,
      );
    }
  });

test('windows, shapes, depths, padding, shutters, masks, areas and turns are what the formulas of the standard give', () =>
  compareAll(drawings));

test(
  'a supplemental palette, and parametric maps of float and double float pixels, are drawn as the formulas say',
  { skip: withoutCorpus },
  () =>
    compareAll([
      ofCorpus('pydicom-data', 'eCT_Supplemental.dcm'),
      ofCorpus('pydicom-data', 'parametric_map_float.dcm'),
      ofCorpus('pydicom-data', 'parametric_map_double_float.dcm'),
    ]),
);
