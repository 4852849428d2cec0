import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, type Value, type Vr } from '@concord/dicom';
import { headerOf, lutItem, withElements } from '../../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { ImagingError } from '../imaging-error.ts';
import { presentFrame } from './present.ts';
import { readPresentationState, subtractsMask } from './presentation-state.ts';
import { refersTo } from './reference.ts';

const how = { bitsStored: 8, rows: 2, columns: 3 };
const image = syntheticImage(how);
const frame = { ...syntheticFrame(how), samples: Uint8Array.from([10, 20, 30, 40, 50, 60]) };
const header = withElements(headerOf(image), { SOPInstanceUID: '1.2.3' });
type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

/** A state for instance 1.2.3, showing values 0..255 as they are. */
const state = (elements: Elements = {}): DataSet =>
  withElements(new DataSet(), {
    'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': '1.2.3',
    PresentationLUTShape: 'IDENTITY',
    ...elements,
  });
const pixels = (elements: Elements): readonly number[] => [...presentFrame(frame, header, state(elements)).pixels];

test('[VW-GSPS-07] a state is for the instances, and the frames, that it names', () => {
  const some = withElements(state(), {
    'ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedFrameNumber': ['3', '5'],
  });
  const at = (sopInstanceUid: string, frameNumber: number) => ({ sopInstanceUid, frameNumber });
  assert(refersTo(state(), at('1.2.3', 9)));
  assert(refersTo(some, at('1.2.3', 5)));
  assert(!refersTo(some, at('1.2.3', 4)));
  assert(!refersTo(some, at('1.2.4', 3)));
  assert(!refersTo(new DataSet(), at('1.2.3', 1)));
  const presented = { header, image, ...at('1.2.3', 4) };
  assert.equal(readPresentationState(some, presented), undefined);
  const notForIt = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'bad-request';
  assert.throws(() => presentFrame(frame, header, some, { frameNumber: 4 }), notForIt);
});

test('parts of a state are for the frames that they name', () => {
  const two: Elements = {
    'SoftcopyVOILUTSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': '1.2.3',
    'SoftcopyVOILUTSequence[0].ReferencedImageSequence[0].ReferencedFrameNumber': '2',
    'SoftcopyVOILUTSequence[0].WindowCenter': '1',
    'SoftcopyVOILUTSequence[0].WindowWidth': '2',
    'SoftcopyVOILUTSequence[1].WindowCenter': '128',
    'SoftcopyVOILUTSequence[1].WindowWidth': '256',
  };
  const read = (frameNumber: number) =>
    readPresentationState(state(two), { header, image, sopInstanceUid: '1.2.3', frameNumber });
  assert.equal(read(1)?.window?.center, 128);
  assert.equal(read(2)?.window?.center, 1);
});

test('[VW-GSPS-11] an area of the image, also one that reaches beyond it', () => {
  const area = (left: number, top: number, right: number, bottom: number): Elements => ({
    'DisplayedAreaSelectionSequence[0].DisplayedAreaTopLeftHandCorner': { value: [left, top], vr: 'SL' },
    'DisplayedAreaSelectionSequence[0].DisplayedAreaBottomRightHandCorner': { value: [right, bottom], vr: 'SL' },
  });
  assert.deepEqual(pixels(area(2, 1, 3, 2)), [20, 30, 50, 60]);
  assert.deepEqual(pixels(area(0, 2, 2, 2)), [0, 40, 50]);
  assert.deepEqual(pixels({ ...area(3, 2, 2, 1), ImageRotation: { value: 180, vr: 'US' } }), [60, 50, 30, 20]);
  const huge = area(-2000000000, 1, 2000000000, 2);
  const tooLarge = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'too-large';
  assert.throws(() => pixels(huge), tooLarge);
});

test('[VW-GSPS-11] pixels that are not square stay so when the image is turned', () => {
  const spaced: Elements = {
    'DisplayedAreaSelectionSequence[0].DisplayedAreaTopLeftHandCorner': { value: [1, 1], vr: 'SL' },
    'DisplayedAreaSelectionSequence[0].DisplayedAreaBottomRightHandCorner': { value: [3, 2], vr: 'SL' },
    'DisplayedAreaSelectionSequence[0].PresentationPixelAspectRatio': ['2', '1'],
  };
  assert.equal(presentFrame(frame, header, state(spaced)).pixelAspectRatio, 2);
  const turned = state({ ...spaced, ImageRotation: { value: 90, vr: 'US' } });
  assert.equal(presentFrame(frame, header, turned).pixelAspectRatio, 0.5);
});

test('[VW-GSPS-10] clockwise first, then mirrored', () => {
  const turned = (rotation: number, flip: 'Y' | 'N') =>
    pixels({ ImageRotation: { value: rotation, vr: 'US' }, ImageHorizontalFlip: flip });
  assert.deepEqual(turned(90, 'N'), [40, 10, 50, 20, 60, 30]);
  assert.deepEqual(turned(90, 'Y'), [10, 40, 20, 50, 30, 60]);
  assert.deepEqual(turned(270, 'N'), [30, 60, 20, 50, 10, 40]);
  assert.deepEqual(turned(45, 'N'), [10, 20, 30, 40, 50, 60]);
});

test("[VW-GSPS-13] overlays: the image's own only where a layer is named for it, the state's own as well", () => {
  const plane = (bits: number): Elements => ({
    '(6000,0010)': { value: 2, vr: 'US' },
    '(6000,0011)': { value: 3, vr: 'US' },
    '(6000,0050)': { value: [1, 1], vr: 'SS' },
    '(6000,0100)': { value: 1, vr: 'US' },
    '(6000,0102)': { value: 0, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.of(bits, 0), vr: 'OW' },
  });
  const layer: Elements = { '(6000,1001)': { value: 'OVERLAYS', vr: 'CS' } };
  const withPlane = withElements(header, plane(0b000001));
  const drawn = (elements: Elements) => [...presentFrame(frame, withPlane, state(elements)).pixels];
  assert.deepEqual(drawn({}), [10, 20, 30, 40, 50, 60]);
  assert.deepEqual(drawn(layer), [255, 20, 30, 40, 50, 60]);
  assert.deepEqual(drawn({ ...plane(0b100000), ...layer }), [10, 20, 30, 40, 50, 255]);
  const unnamed: Elements = { '(6000,1001)': { value: '', vr: 'CS' } };
  assert.deepEqual(drawn(unnamed), [10, 20, 30, 40, 50, 60], 'no layer is named: not displayed');
  const gray: Elements = {
    'GraphicLayerSequence[0].GraphicLayer': 'OVERLAYS',
    'GraphicLayerSequence[0].GraphicLayerOrder': '1',
    'GraphicLayerSequence[0].GraphicLayerRecommendedDisplayGrayscaleValue': { value: 0x6464, vr: 'US' },
  };
  assert.deepEqual(drawn({ ...layer, ...gray }), [100, 20, 30, 40, 50, 60], 'at the level of its layer');
});

test('[VW-GSPS-14] a bitmap shutter covers with its P-Value, and is no overlay', () => {
  const bitmap: Elements = {
    ShutterShape: 'BITMAP',
    ShutterOverlayGroup: { value: 0x6000, vr: 'US' },
    ShutterPresentationValue: { value: 0x8000, vr: 'US' },
    '(6000,0010)': { value: 2, vr: 'US' },
    '(6000,0011)': { value: 3, vr: 'US' },
    '(6000,0050)': { value: [1, 1], vr: 'SS' },
    '(6000,0100)': { value: 1, vr: 'US' },
    '(6000,0102)': { value: 0, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.of(0b011000, 0), vr: 'OW' },
  };
  assert.deepEqual(pixels(bitmap), [10, 20, 30, 0x80, 0x80, 60]);
});

test('a state that subtracts a mask is known by it', () => {
  assert(!subtractsMask(state()));
  assert(subtractsMask(state({ 'MaskSubtractionSequence[0].MaskOperation': 'AVG_SUB' })));
});

test('a pseudo-colour state looks grey levels up in its palette', () => {
  const channel = (name: string, entries: readonly number[]): Elements => ({
    [`${name}PaletteColorLookupTableDescriptor`]: { value: [entries.length, 0, 16], vr: 'US' },
    [`${name}PaletteColorLookupTableData`]: { value: new Uint8Array(Uint16Array.from(entries).buffer), vr: 'OW' },
  });
  const coloured = state({
    ...channel('Red', [0, 0xff00]),
    ...channel('Green', [0xff00, 0]),
    ...channel('Blue', [0x8000, 0x8000]),
    'SoftcopyVOILUTSequence[0].WindowCenter': '36',
    'SoftcopyVOILUTSequence[0].WindowWidth': '1',
  });
  const drawn = presentFrame(frame, header, coloured);
  assert.equal(drawn.channels, 3);
  assert.deepEqual([...drawn.pixels.subarray(0, 3), ...drawn.pixels.subarray(9, 12)], [0, 255, 128, 255, 0, 128]);
});

test('a table that is incomplete is refused', () => {
  const short = lutItem(0, 8, [1, 2]);
  short.set('LUTDescriptor', [256, 0, 8]);
  assert.throws(() => pixels({ PresentationLUTSequence: [short] }), ImagingError);
});
