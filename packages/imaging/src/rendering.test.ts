import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf, withElements } from '../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { renderFrame } from './render.ts';
import { renderingOf } from './rendering.ts';

const how = { bitsStored: 12, rows: 2, columns: 2 };
const image = { ...syntheticImage(how), numberOfFrames: 2 };
const frame = { ...syntheticFrame(how), samples: Uint16Array.from([0, 1000, 2000, 4000]) };
const header = headerOf(image);

test('a frame shows with its own functional groups, else with the shared ones', () => {
  const enhanced = withElements(header, {
    'SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0].RescaleSlope': '2',
    'SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0].RescaleIntercept': '-10',
    'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing': ['1', '0.5'],
    'PerFrameFunctionalGroupsSequence[0].FrameVOILUTSequence[0].WindowCenter': '100',
    'PerFrameFunctionalGroupsSequence[0].FrameVOILUTSequence[0].WindowWidth': '200',
    'PerFrameFunctionalGroupsSequence[1].FrameVOILUTSequence[0].WindowCenter': '300',
    'PerFrameFunctionalGroupsSequence[1].FrameVOILUTSequence[0].WindowWidth': '400',
  });
  const [first, second] = [renderingOf(enhanced, image, 1), renderingOf(enhanced, image, 2)];
  assert.deepEqual(first.modality, { kind: 'rescale', slope: 2, intercept: -10 });
  assert.deepEqual(second.modality, first.modality);
  assert.deepEqual([first.windows[0]?.center, second.windows[0]?.center], [100, 300]);
  assert.equal(first.pixelAspectRatio, 2);
});

test('every window of the data set can be chosen, with what it is for', () => {
  const three = withElements(header, {
    WindowCenter: ['40', '-600', '400'],
    WindowWidth: ['400', '1500', '2000'],
    WindowCenterWidthExplanation: ['SOFT', 'LUNG', 'BONE'],
  });
  const { windows } = renderingOf(three, image);
  assert.deepEqual(
    windows.map(({ explanation }) => explanation),
    ['SOFT', 'LUNG', 'BONE'],
  );
});

test('windows that no image can be seen through are left out', () => {
  const bad = withElements(header, { WindowCenter: ['40', '50', '60'], WindowWidth: ['0', '-3', '100'] });
  assert.deepEqual(
    renderingOf(bad, image).windows.map(({ center }) => center),
    [60],
  );
  assert.deepEqual(renderingOf(withElements(header, { WindowCenter: ['40'] }), image).windows, []);
});

test('a slope of zero, and aspect ratios that make no sense, are not followed', () => {
  const odd = withElements(header, { RescaleSlope: '0', RescaleIntercept: '5', PixelAspectRatio: ['0', '1'] });
  assert.deepEqual(renderingOf(odd, image).modality, { kind: 'identity' });
  assert.equal(renderingOf(odd, image).pixelAspectRatio, 1);
  assert.equal(renderingOf(withElements(header, { PixelAspectRatio: ['999', '1'] }), image).pixelAspectRatio, 1);
  assert.equal(renderingOf(withElements(header, { PixelAspectRatio: ['2', '1'] }), image).pixelAspectRatio, 2);
});

test('[VW-VIEW-11] overlay and shutter are shown, and can be turned off', () => {
  const whole = withElements(header, {
    ShutterShape: ['RECTANGULAR'],
    ShutterLeftVerticalEdge: 1,
    ShutterRightVerticalEdge: 1,
    ShutterUpperHorizontalEdge: 1,
    ShutterLowerHorizontalEdge: 2,
    ShutterPresentationValue: 0x8000,
    WindowCenter: '2000',
    WindowWidth: '4000',
    '(6000,0010)': { value: 1, vr: 'US' },
    '(6000,0011)': { value: 1, vr: 'US' },
    '(6000,0050)': { value: [1, 1], vr: 'SS' },
    '(6000,0100)': { value: 1, vr: 'US' },
    '(6000,0102)': { value: 0, vr: 'US' },
    '(6000,3000)': { value: Uint8Array.of(1, 0), vr: 'OW' },
  });
  const pixels = (options: { overlays?: boolean; shutter?: boolean }) => [...renderFrame(frame, whole, options).pixels];
  assert.deepEqual(pixels({}), [255, 0x80, 128, 0x80]);
  assert.deepEqual(pixels({ overlays: false, shutter: false }), [0, 64, 128, 255]);
  assert.deepEqual(pixels({ overlays: false }), [0, 0x80, 128, 0x80]);
});

test('a slide has the colour profile of the optical path of its frame, unless the image has one itself', () => {
  const colour = { ...syntheticImage({ samplesPerPixel: 3 }), numberOfFrames: 2 };
  const profile = (seed: number) => ({ value: Uint8Array.of(seed, 0), vr: 'OB' as const });
  const group = (frame: number) =>
    `PerFrameFunctionalGroupsSequence[${frame}].OpticalPathIdentificationSequence[0].OpticalPathIdentifier`;
  const slide = withElements(headerOf(colour), {
    'OpticalPathSequence[0].OpticalPathIdentifier': 'A',
    'OpticalPathSequence[0].ICCProfile': profile(1),
    'OpticalPathSequence[1].OpticalPathIdentifier': 'B',
    'OpticalPathSequence[1].ICCProfile': profile(2),
    [group(0)]: 'A',
    [group(1)]: 'B',
  });
  const firstOf = (header: typeof slide, frame: number) => renderingOf(header, colour, frame).iccProfile?.[0];
  assert.deepEqual([firstOf(slide, 1), firstOf(slide, 2)], [1, 2]);
  assert.equal(firstOf(withElements(slide, { ICCProfile: profile(3) }), 2), 3);
  const tiled = withElements(headerOf(colour), { 'OpticalPathSequence[0].ICCProfile': profile(4) });
  assert.equal(firstOf(tiled, 2), 4);
  assert.equal(firstOf(headerOf(colour), 1), undefined);
});

test('indexes without their palette are no image', () => {
  const indexed = { ...image, photometricInterpretation: 'PALETTE COLOR' } as const;
  assert.throws(() => renderingOf(headerOf(indexed), indexed), { fault: 'bad-lut' });
});

test('a supplemental palette colours only the values it maps', () => {
  const entries = (value: number) => ({
    value: new Uint8Array(Uint16Array.from([value, value]).buffer),
    vr: 'OW' as const,
  });
  const descriptor = { value: [2, 2000, 16], vr: 'US' as const };
  const coloured = withElements(header, {
    PixelPresentation: 'COLOR',
    WindowCenter: '1000',
    WindowWidth: '2000',
    RedPaletteColorLookupTableDescriptor: descriptor,
    GreenPaletteColorLookupTableDescriptor: descriptor,
    BluePaletteColorLookupTableDescriptor: descriptor,
    RedPaletteColorLookupTableData: entries(0xff00),
    GreenPaletteColorLookupTableData: entries(0),
    BluePaletteColorLookupTableData: entries(0x8000),
  });
  const { channels, pixels } = renderFrame(frame, coloured);
  assert.equal(channels, 3);
  assert.deepEqual([...pixels], [0, 0, 0, 128, 128, 128, 255, 0, 128, 255, 0, 128]);
});

test('colour of any depth becomes bytes', () => {
  const deep = { bitsStored: 16, samplesPerPixel: 3, rows: 1, columns: 1 } as const;
  const rgb = { ...syntheticFrame(deep), samples: Uint16Array.from([0, 32896, 65535]) };
  assert.deepEqual([...renderFrame(rgb, headerOf(syntheticImage(deep))).pixels], [0, 128, 255]);
});
