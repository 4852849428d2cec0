// What is rendered besides plain images: annotations, colour profiles, presentation states.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet, writePart10 } from '@concord/dicom';
import sharp from 'sharp';
import { startFilled } from '../../testing/archive.ts';
import { type Made, madeDataSet, madeSeries, madeStudy } from '../../testing/instances.ts';

const softcopy = '1.2.840.10008.5.1.4.1.1.11.1';
const size = { rows: 64, columns: 64 };
const study = `/studies/${madeStudy}`;
const image = `${study}/series/${madeSeries}/instances/1.2.1`;
const stateSeries = '1.3.5';
const state = `${study}/series/${stateSeries}/instances/1.2.5`;

const item = (values: Readonly<Record<string, unknown>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value as string);
  return dataSet;
};

/** Black up to the middle, white behind it. */
const wide = (dataSet: DataSet) => {
  dataSet.set('WindowCenter', 2048);
  dataSet.set('WindowWidth', 4096);
};
const noPixels = (change: (dataSet: DataSet) => void): Pick<Made, 'change'> => ({
  change: (dataSet) => {
    for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'SamplesPerPixel'])
      dataSet.delete(keyword);
    change(dataSet);
  },
});

/** Inverts, for the image 1.2.1 only. */
const inverting: Made = {
  instance: '1.2.5',
  series: stateSeries,
  ...noPixels((dataSet) => {
    dataSet.set('SOPClassUID', softcopy);
    dataSet.set('Modality', 'PR');
    dataSet.set('PresentationLUTShape', 'INVERSE');
    const reference = item({ ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: '1.2.1' });
    const series = item({ SeriesInstanceUID: madeSeries, ReferencedImageSequence: [reference] });
    dataSet.set('ReferencedSeriesSequence', [series]);
  }),
};

const start = async (t: TestContext, files: readonly Made[]) => {
  const web = await startFilled(t, files);
  const get = (path: string, accept = 'image/png') => fetch(`${web.service}${path}`, { headers: { accept } });
  return { ...web, get };
};
const gray = async (response: Response): Promise<Buffer> => {
  assert.equal(response.status, 200, await response.clone().text());
  return await sharp(Buffer.from(await response.arrayBuffer()))
    .removeAlpha()
    .extractChannel(0)
    .raw()
    .toBuffer();
};

test('annotation writes patient and technique over the picture, and names what it does not know', async (t) => {
  const { get, url } = await start(t, [{ instance: '1.2.1', rows: 256, columns: 256, change: wide }]);
  const plain = await gray(await get(`${image}/rendered`));
  const changedRows = async (query: string) => {
    const response = await get(`${image}/rendered?annotation=${query}`);
    const warning = response.headers.get('warning');
    const drawn = await gray(response);
    const rows = Array.from({ length: 256 }, (_, row) => row).filter(
      (row) => !drawn.subarray(row * 256, row * 256 + 256).equals(plain.subarray(row * 256, row * 256 + 256)),
    );
    return { rows, warning };
  };
  const patient = await changedRows('patient');
  assert.ok(patient.rows.length > 10 && patient.rows.every((row) => row < 128), 'in the upper half');
  const technique = await changedRows('technique');
  assert.ok(technique.rows.length > 10 && technique.rows.every((row) => row > 128), 'in the lower half');
  const both = await changedRows('patient,technique,weather');
  assert.ok(both.rows.length > patient.rows.length);
  assert.match(both.warning ?? '', /^299 http.*annotation values are not supported: weather$/u);
  assert.equal((await get(`${image}/rendered?annotation=`)).status, 400);
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1&contentType=image/png`;
  const drawnByUri = await gray(await fetch(`${uri}&annotation=patient,technique`));
  assert.deepEqual(drawnByUri, await gray(await get(`${image}/rendered?annotation=patient,technique`)));
  assert.deepEqual(await gray(await fetch(`${uri}&imageAnnotation=patient,technique`)), drawnByUri);
  assert.notDeepEqual(drawnByUri, plain);
  assert.equal((await fetch(`${uri}&annotation=`)).status, 400);
});

test('colour profiles: left out, embedded or applied; not into formats without one', async (t) => {
  const { get } = await start(t, [{ instance: '1.2.1', ...size }]);
  for (const use of ['no', 'yes', 'srgb', 'adobergb', 'rommrgb'])
    assert.equal((await get(`${image}/rendered?iccprofile=${use}`)).status, 200);
  assert.equal((await get(`${image}/rendered?iccprofile=yes`, 'image/gif')).status, 400);
  assert.equal((await get(`${image}/rendered?iccprofile=rommrgb`, 'image/webp')).status, 400);
  assert.equal((await get(`${image}/rendered?iccprofile=p3`)).status, 400);
});

test('a presentation state is rendered as the image that it is for, shown as it says', async (t) => {
  const { get, url } = await start(t, [{ instance: '1.2.1', ...size, change: wide }, inverting]);
  const ramp = await gray(await get(`${image}/rendered?window=2047.5,4095,linear-exact`));
  const shown = await gray(await get(`${state}/rendered`));
  assert.equal(shown.length, ramp.length);
  assert.ok((shown[0] ?? 0) > 250 && (shown.at(-1) ?? 255) < 250, 'it is inverted');
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1&contentType=image/png`;
  const byUri = await fetch(`${uri}&presentationSeriesUID=${stateSeries}&presentationUID=1.2.5`);
  assert.deepEqual(await gray(byUri), shown);
});

/** A state of the class for the image 1.2.1. */
const stateOf = (sopClassUid: string, imageClassUid: string, more: (dataSet: DataSet) => void): Made => ({
  instance: '1.2.5',
  series: stateSeries,
  ...noPixels((dataSet) => {
    dataSet.set('SOPClassUID', sopClassUid);
    dataSet.set('Modality', 'PR');
    const reference = item({ ReferencedSOPClassUID: imageClassUid, ReferencedSOPInstanceUID: '1.2.1' });
    const series = item({ SeriesInstanceUID: madeSeries, ReferencedImageSequence: [reference] });
    dataSet.set('ReferencedSeriesSequence', [series]);
    more(dataSet);
  }),
});
const colours = async (response: Response) => {
  assert.equal(response.status, 200, await response.clone().text());
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (column: number, row: number) => [
    ...data.subarray((row * info.width + column) * 3, (row * info.width + column) * 3 + 3),
  ];
  return { width: info.width, height: info.height, channels: info.channels, at };
};

test('a color softcopy state over an image in colour: its area, turned, with what is drawn on it', async (t) => {
  const capture = '1.2.840.10008.5.1.4.1.1.7';
  const [red, green, blue] = [
    [200, 10, 20],
    [10, 180, 30],
    [20, 30, 220],
  ] as const;
  const image32 = madeDataSet({ instance: '1.2.1', rows: 32, columns: 32 });
  image32.set('SOPClassUID', capture);
  image32.set('SamplesPerPixel', 3);
  image32.set('PhotometricInterpretation', 'RGB');
  image32.set('PlanarConfiguration', 0);
  for (const [keyword, value] of [
    ['BitsAllocated', 8],
    ['BitsStored', 8],
    ['HighBit', 7],
  ] as const)
    image32.set(keyword, value);
  // Red and green above, blue below.
  const pixels = Array.from({ length: 32 * 32 }, (_, at) => (at >= 512 ? blue : at % 32 < 16 ? red : green)).flat();
  image32.set('PixelData', Uint8Array.from(pixels), 'OB');
  const coloured = stateOf('1.2.840.10008.5.1.4.1.1.11.2', capture, (dataSet) => {
    // The upper half, whose lower left pixel is at the upper left when it is turned. PS3.3 C.10.4.
    const area = item({ PresentationSizeMode: 'SCALE TO FIT', PresentationPixelAspectRatio: ['1', '1'] });
    area.set('DisplayedAreaTopLeftHandCorner', [1, 16]);
    area.set('DisplayedAreaBottomRightHandCorner', [32, 1]);
    dataSet.set('DisplayedAreaSelectionSequence', [area]);
    dataSet.set('ImageRotation', 90);
    dataSet.set('ImageHorizontalFlip', 'N');
    const layer = item({ GraphicLayer: 'MARKS' });
    layer.set('GraphicLayerOrder', 1);
    layer.set('GraphicLayerRecommendedDisplayCIELabValue', [65535, 0x8080, 0x8080]);
    dataSet.set('GraphicLayerSequence', [layer]);
    const line = item({ GraphicAnnotationUnits: 'PIXEL', GraphicType: 'POLYLINE', GraphicFilled: 'N' });
    line.set('GraphicDimensions', 2);
    line.set('NumberOfGraphicPoints', 2);
    line.set('GraphicData', [3, 8, 13, 8]);
    dataSet.set('GraphicAnnotationSequence', [item({ GraphicLayer: 'MARKS', GraphicObjectSequence: [line] })]);
  });
  const { get, service } = await start(t, [coloured]);
  const body = Uint8Array.from(writePart10({ dataSet: image32, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const { width, height, channels, at } = await colours(await get(`${state}/rendered`));
  assert.deepEqual([width, height, channels], [16, 32, 3]);
  const drawn: string[] = [];
  for (let row = 0; row < 32; row += 1)
    for (let column = 0; column < 16; column += 1) {
      const [r = 0, g = 0, b = 0] = at(column, row);
      if (g > 100 && b > 100) drawn.push(`${column},${row}`);
      else assert.deepEqual([r, g, b], [...(row < 16 ? red : green)], `${column},${row}`);
    }
  // The line from 3 to 13 along the eighth row, which is a column now.
  assert.ok(drawn.length >= 16 && drawn.every((place) => /^(?:7|8),(?:[2-9]|1[0-3])$/u.test(place)), drawn.join(' '));
});

test('a pseudo-color state over a grey image: each window level in its colour of the palette', async (t) => {
  const palette = { Red: (level: number) => level, Green: (level: number) => 255 - level, Blue: () => 77 };
  const pseudo = stateOf('1.2.840.10008.5.1.4.1.1.11.3', '1.2.840.10008.5.1.4.1.1.2', (dataSet) => {
    for (const [name, entry] of Object.entries(palette)) {
      const words = Uint16Array.from({ length: 256 }, (_, level) => entry(level) * 257);
      dataSet.set(`${name}PaletteColorLookupTableDescriptor`, [256, 0, 16], 'US');
      dataSet.set(`${name}PaletteColorLookupTableData`, new Uint8Array(words.buffer), 'OW');
    }
    const window = item({ WindowCenter: '1500', WindowWidth: '2000' });
    dataSet.set('SoftcopyVOILUTSequence', [window]);
    dataSet.set('PresentationLUTShape', 'IDENTITY');
  });
  const { get } = await start(t, [{ instance: '1.2.1', ...size, change: wide }, pseudo]);
  const { width, height, at } = await colours(await get(`${state}/rendered`));
  assert.deepEqual([width, height], [64, 64]);
  for (let value = 0; value < 4096; value += 1) {
    // PS3.3 C.11.2.1.2.1, pixels count up from 0.
    const linear = ((value - 1499.5) / 1999 + 0.5) * 255;
    const level = Math.min(255, Math.max(0, linear));
    const expected = Object.values(palette).map((entry) => entry(level));
    for (const [channel, shown] of at(value % 64, Math.floor(value / 64)).entries())
      assert.ok(Math.abs(shown - (expected[channel] ?? -9)) <= 1, `${value}: ${shown} for ${expected}`);
  }
});

test('states that cannot be applied', async (t) => {
  const elsewhere: Made = {
    ...inverting,
    instance: '1.2.6',
    change: (dataSet) => {
      inverting.change?.(dataSet);
      const [series] = dataSet.items('ReferencedSeriesSequence');
      series?.items('ReferencedImageSequence')[0]?.set('ReferencedSOPInstanceUID', '1.2.99');
    },
  };
  const blending: Made = {
    ...inverting,
    instance: '1.2.7',
    change: (dataSet) => {
      inverting.change?.(dataSet);
      dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.4');
    },
  };
  const { get, url } = await start(t, [{ instance: '1.2.1', ...size }, inverting, elsewhere, blending]);
  const series = `${study}/series/${stateSeries}/instances`;
  assert.equal((await get(`${series}/1.2.6/rendered`)).status, 404);
  assert.equal((await get(`${series}/1.2.7/rendered`)).status, 404, 'it blends nothing');
  assert.equal((await get(`${state}/rendered?window=1,2,linear`)).status, 400);
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  for (const query of [
    `presentationSeriesUID=${stateSeries}&presentationUID=1.2.6`,
    `presentationSeriesUID=${madeSeries}&presentationUID=1.2.1`,
    'presentationUID=1.2.5',
  ])
    assert.equal((await fetch(`${uri}&${query}`)).status, 400, query);
  assert.equal((await fetch(`${uri}&presentationSeriesUID=1.9&presentationUID=1.9`)).status, 400);
});
