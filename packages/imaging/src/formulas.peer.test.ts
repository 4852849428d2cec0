// What no other program here draws, against the standard's formulas computed in Python: pictures of the pool, pixel by pixel within a grey level.
import { after, test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { withoutCorpus } from '../testing/corpus.ts';
import { compareAll, type Drawing, type Elements, ieee754, made, ofCorpus, stateOf } from '../testing/drawings.ts';
import { createImagingPool } from './node/pool.ts';
import { presentationStateClasses } from './presentation/presentation-state.ts';

const pool = createImagingPool({ threads: 1 });
after(() => pool.close());

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
/** A table of 256 entries that rises, falls and stays: a grey level more or less is one in colour as well. */
const palette: Elements = Object.fromEntries(
  (
    [
      ['Red', (at: number) => at],
      ['Green', (at: number) => 255 - at],
      ['Blue', () => 77],
    ] as const
  ).flatMap(([name, level]) => [
    [`${name}PaletteColorLookupTableDescriptor`, { value: [256, 0, 16], vr: 'US' as const }],
    [
      `${name}PaletteColorLookupTableData`,
      {
        value: new Uint8Array(Uint16Array.from({ length: 256 }, (_, at) => level(at) * 257).buffer),
        vr: 'OW' as const,
      },
    ],
  ]),
);
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
  made(
    'a pseudo-colour state, with a shutter',
    ct,
    {},
    {
      state: stateOf({
        ...softcopy('100', '2000'),
        ...palette,
        ...{ SOPClassUID: presentationStateClasses.pseudoColor, ShutterShape: 'CIRCULAR', ...circle },
        ShutterPresentationValue: 0x8080,
      }),
    },
  ),
  made(
    'an area of a colour image under a colour state, turned and flipped',
    { samplesPerPixel: 3 },
    {},
    {
      state: area([4, 7, 43, 26], { SOPClassUID: presentationStateClasses.color, ...turned(90, 'Y') }),
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

test('windows, shapes, depths, padding, shutters, masks, areas and turns are what the formulas of the standard give', () =>
  compareAll(pool, drawings));

test(
  'a supplemental palette, and parametric maps of float and double float pixels, are drawn as the formulas say',
  { skip: withoutCorpus },
  () =>
    compareAll(pool, [
      ofCorpus('pydicom-data', 'eCT_Supplemental.dcm'),
      ofCorpus('pydicom-data', 'parametric_map_float.dcm'),
      ofCorpus('pydicom-data', 'parametric_map_double_float.dcm'),
    ]),
);
