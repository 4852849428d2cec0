// Presentation states made by dcmpsmk, changed one thing at a time, drawn here and by dcmp2pgm (which draws no shutters).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DataSet, readPart10, type Value, type Vr } from '@concord/dicom';
import { headerOf, lutItem, withElements } from '../../testing/headers.ts';
import { type AnyMap, inFolder, readAnyMap, run, runIn, writeInstance } from '../../testing/peers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { presentFrame } from './present.ts';

const explicit = '1.2.840.10008.1.2.1';
type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

const own = (how: SyntheticImage, elements: Elements): DataSet =>
  withElements(headerOf(syntheticImage(how)), {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID: '1.2.3.4.5',
    StudyInstanceUID: '1.2.3.4',
    SeriesInstanceUID: '1.2.3.4.1',
    PatientName: 'Test',
    PatientID: '1',
    ...elements,
  });

/** Draws an image under a state, here and there; gives the largest difference in grey levels. */
const compare = (
  how: SyntheticImage,
  image: Elements,
  change: (state: DataSet) => DataSet,
  completed = async (picture: AnyMap, _said: string, _folder: string) => picture,
) =>
  inFolder(async (folder) => {
    const [imagePath, statePath, out] = ['image.dcm', 'state.dcm', 'out.pgm'].map((name) => join(folder, name));
    assert(imagePath && statePath && out);
    const frame = syntheticFrame(how);
    const header = own(how, image);
    const vr = (how.bitsStored ?? 8) > 8 ? 'OW' : 'OB';
    await writeInstance(imagePath, withElements(header, { PixelData: { value: frameBytes(frame), vr } }), explicit);
    await run('dcmpsmk', imagePath, statePath);
    const state = change(readPart10(new Uint8Array(await readFile(statePath))).dataSet);
    await writeInstance(statePath, state, explicit);
    const said = await runIn(folder, 'dcmp2pgm', '-v', '-p', statePath, imagePath, out);
    const theirs = await completed(await readAnyMap(out), said, folder);
    const ours = presentFrame(frame, header, state);
    assert.deepEqual([ours.columns, ours.rows], [theirs.columns, theirs.rows]);
    return largestDifference(ours.pixels, theirs.pixels);
  });

const rescale = { RescaleSlope: '1', RescaleIntercept: '-1024', RescaleType: 'HU' };
const window = { WindowCenter: '400', WindowWidth: '1800' };
const ramp = (count: number, top: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round((index / (count - 1)) ** 2 * top));
const ct: SyntheticImage = { bitsStored: 12 };
const setting = (elements: Elements) => (state: DataSet) => withElements(state, elements);
const without =
  (...keywords: readonly string[]) =>
  (state: DataSet) => {
    const copy = state.clone();
    for (const keyword of keywords) copy.delete(keyword);
    return copy;
  };

/** [requirement and what it is, image, elements of the image, change of the state] */
const cases: readonly (readonly [string, SyntheticImage, Elements, (state: DataSet) => DataSet])[] = [
  ['[VW-GSPS-09] the window of the state', ct, { ...rescale, ...window }, (state) => state],
  [
    '[VW-GSPS-08] a state without VOI shows all that the modality gives',
    ct,
    { ...rescale, ...window },
    without('SoftcopyVOILUTSequence'),
  ],
  [
    '[VW-GSPS-08] a state without rescale uses none, whatever the image says',
    ct,
    { ...rescale, ...window },
    without('RescaleSlope', 'RescaleIntercept', 'RescaleType'),
  ],
  [
    '[VW-GSPS-08] MONOCHROME1 under a state that says IDENTITY',
    { ...ct, photometricInterpretation: 'MONOCHROME1' },
    window,
    setting({ PresentationLUTShape: 'IDENTITY' }),
  ],
  ['[VW-GSPS-09] INVERSE', ct, { ...rescale, ...window }, setting({ PresentationLUTShape: 'INVERSE' })],
  [
    '[VW-GSPS-09] a VOI table',
    ct,
    {},
    (state) => {
      const item = lutItem(0, 12, ramp(4096, 4095));
      return withElements(state, { 'SoftcopyVOILUTSequence[0].VOILUTSequence': [item] });
    },
  ],
  [
    '[VW-GSPS-09] a presentation table',
    ct,
    { ...rescale, ...window },
    (state) =>
      withElements(without('PresentationLUTShape')(state), {
        PresentationLUTSequence: [lutItem(0, 12, ramp(4096, 4095))],
      }),
  ],
  ...([0, 90, 180, 270] as const).flatMap((rotation) =>
    (['N', 'Y'] as const).map(
      (flip) =>
        [
          `[VW-GSPS-10] turned by ${rotation}, flipped: ${flip}`,
          { ...ct, rows: 30, columns: 50 },
          window,
          setting({ ImageRotation: { value: rotation, vr: 'US' }, ImageHorizontalFlip: flip }),
        ] as const,
    ),
  ),
];

for (const [name, how, image, change] of cases) {
  test(`${name}: as dcmp2pgm, within one grey level`, async () => {
    const found = await compare(how, image, change);
    assert(found <= 1, `${found} grey levels`);
  });
}

const plane: Elements = {
  '(6000,0010)': { value: 10, vr: 'US' },
  '(6000,0011)': { value: 20, vr: 'US' },
  '(6000,0040)': { value: 'G', vr: 'CS' },
  '(6000,0050)': { value: [5, 7], vr: 'SS' },
  '(6000,0100)': { value: 1, vr: 'US' },
  '(6000,0102)': { value: 0, vr: 'US' },
  '(6000,3000)': { value: Uint8Array.from({ length: 26 }, (_, index) => (index * 37) % 256), vr: 'OW' },
};

test('[VW-GSPS-13] an overlay of the image is hidden unless the state activates it', async () => {
  const hidden = (state: DataSet): DataSet => {
    const copy = state.clone();
    for (const { tag } of [...state.elements()]) if (tag >>> 16 === 0x6000) copy.delete(tag);
    return copy;
  };
  assert((await compare(ct, { ...window, ...plane }, hidden)) <= 1);
});

/** What dcmp2pgm writes of an overlay when it says what it does: a picture of its own. The one of the image has none. */
async function withOverlay(picture: AnyMap, said: string, folder: string): Promise<AnyMap> {
  const [, columns, rows, left, top] = /columns=(\d+) rows=(\d+) left=(-?\d+) top=(-?\d+)/.exec(said) ?? [];
  const overlay = await readAnyMap(join(folder, 'ovl_0101.pgm'));
  assert.deepEqual([overlay.columns, overlay.rows], [Number(columns), Number(rows)]);
  const pixels = Uint8Array.from(picture.pixels);
  for (const [index, level] of overlay.pixels.entries()) {
    const row = Number(top) + Math.floor(index / overlay.columns);
    if (level > 0) pixels[row * picture.columns + Number(left) + (index % overlay.columns)] = level;
  }
  return { ...picture, pixels };
}

test('[VW-GSPS-13] an overlay that the state activates lies where dcmp2pgm has it, in the grey of its layer, turned with the image', async () => {
  const gray: Elements = {
    'GraphicLayerSequence[0].GraphicLayerRecommendedDisplayGrayscaleValue': { value: 0xb4b4, vr: 'US' },
  };
  for (const [name, change] of [
    ['as it is', {}],
    ['in a grey', gray],
    ['turned', { ...gray, ImageRotation: { value: 90, vr: 'US' }, ImageHorizontalFlip: 'Y' }],
  ] as const) {
    const found = await compare(ct, { ...window, ...plane }, setting(change), withOverlay);
    assert(found <= 1, `${name}: ${found} grey levels`);
  }
});

test('[HP-PS-08] every transformation of a state at once, tables and places: as dcmp2pgm, within one grey level', async () => {
  const everything = (state: DataSet): DataSet =>
    withElements(without('PresentationLUTShape')(state), {
      'SoftcopyVOILUTSequence[0].VOILUTSequence': [lutItem(0, 13, ramp(8191, 8190))],
      PresentationLUTSequence: [lutItem(0, 12, ramp(4096, 4095).toReversed())],
      ImageRotation: { value: 270, vr: 'US' },
      ImageHorizontalFlip: 'Y',
    });
  const doubled = { RescaleSlope: '2', RescaleIntercept: '0', RescaleType: 'US' };
  const found = await compare({ ...ct, rows: 30, columns: 50 }, doubled, everything);
  assert(found <= 1, `${found} grey levels`);
});

test('[HP-PS-07] a state is for ultrasound of one frame and of several, for MR and for mammograms', async () => {
  const classes: readonly (readonly [string, SyntheticImage, Elements])[] = [
    ['6.1', {}, {}],
    ['3.1', {}, { NumberOfFrames: '1', FrameTime: '40' }],
    ['4', ct, {}],
    ['1.2', { ...ct, photometricInterpretation: 'MONOCHROME1' }, { PresentationIntentType: 'FOR PRESENTATION' }],
  ];
  for (const [last, how, elements] of classes) {
    const image = { ...elements, ...window, SOPClassUID: `1.2.840.10008.5.1.4.1.1.${last}` };
    const found = await compare(
      how,
      image,
      setting({ ImageRotation: { value: 90, vr: 'US' }, ImageHorizontalFlip: 'N' }),
    );
    assert(found <= 1, `${last}: ${found} grey levels`);
  }
});
