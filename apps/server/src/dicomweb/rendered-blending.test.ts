// Blending presentation states over the web: two series that lie in the same place, and what cannot be blended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import sharp from 'sharp';
import { startDicomweb } from '../../testing/archive.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { type Made, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

const [upperSeries, stateSeries, otherStudy] = ['1.3.6', '1.3.7', '1.9.9'];
const descriptor = [2, 0, 16];
const words = (...values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer);

/** A slice at a height, 8 x 8 pixels of 1 mm or as asked: its stored values are 0..63 by rows. */
const slice = (
  instance: string,
  height: number,
  more: Partial<Made> & { spacing?: number; frame?: string } = {},
): Made => ({
  rows: 8,
  columns: 8,
  ...more,
  instance,
  change: (dataSet) => {
    dataSet.set('FrameOfReferenceUID', more.frame ?? '1.5');
    dataSet.set('ImagePositionPatient', ['0', '0', `${height}`]);
    dataSet.set('ImageOrientationPatient', ['1', '0', '0', '0', '1', '0']);
    dataSet.set('PixelSpacing', [`${more.spacing ?? 1}`, `${more.spacing ?? 1}`]);
    more.change?.(dataSet);
  },
});

const part = (position: string, study: string, series: string, images: readonly string[], more: object = {}): DataSet =>
  dataSetOf({
    BlendingPosition: position,
    StudyInstanceUID: study,
    ReferencedSeriesSequence: [
      dataSetOf({
        SeriesInstanceUID: series,
        ReferencedImageSequence: images.map((uid) => dataSetOf({ ReferencedSOPInstanceUID: uid })),
      }),
    ],
    SoftcopyVOILUTSequence: [dataSetOf({ WindowCenter: '32', WindowWidth: '64', VOILUTFunction: 'LINEAR_EXACT' })],
    ...more,
  });

interface Blending {
  readonly instance?: string;
  readonly upper?: readonly string[];
  readonly upperStudy?: string;
  readonly turned?: number;
}

/** Black to red, half over what lies below. */
const blending = ({
  instance = '1.2.9',
  upper = ['1.2.2'],
  upperStudy = madeStudy,
  turned = 0,
}: Blending = {}): Made => ({
  instance,
  series: stateSeries,
  change: (dataSet) => {
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.4');
    dataSet.set('Modality', 'PR');
    dataSet.set('BlendingSequence', [
      part('UNDERLYING', madeStudy, madeSeries, ['1.2.1']),
      part('SUPERIMPOSED', upperStudy, upperSeries, upper),
    ]);
    dataSet.set('RelativeOpacity', 0.5);
    dataSet.set('ImageRotation', turned);
    dataSet.set('ImageHorizontalFlip', 'N');
    for (const colour of ['Red', 'Green', 'Blue']) {
      dataSet.set(`${colour}PaletteColorLookupTableDescriptor`, descriptor, 'US');
      dataSet.set(`${colour}PaletteColorLookupTableData`, words(0, colour === 'Red' ? 0xff00 : 0), 'OW');
    }
  },
});

const start = async (t: Parameters<typeof startDicomweb>[0], files: readonly Made[]) => {
  const web = await startDicomweb(t);
  for (const made of files) {
    const sent = { method: 'POST', body: madeFile(made), headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${web.service}/studies`, sent)).status, 200);
  }
  const state = (instance = '1.2.9') =>
    `${web.service}/studies/${madeStudy}/series/${stateSeries}/instances/${instance}/rendered`;
  const get = (address: string, accept = 'image/png') => fetch(address, { headers: { accept } });
  return { ...web, state, get };
};

const pixels = async (response: Response): Promise<readonly (readonly number[])[]> => {
  assert.equal(response.status, 200, await response.clone().text());
  const image = sharp(Buffer.from(await response.arrayBuffer()))
    .removeAlpha()
    .raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 3);
  return Array.from({ length: data.length / 3 }, (_, index) => [...data.subarray(index * 3, index * 3 + 3)]);
};

/** Grey below at half, red above at half where the level is in the upper half. */
const expected = (stored: number, above: number | undefined): readonly number[] => {
  const grey = Math.round((stored / 64) * 255);
  if (above === undefined) return [grey, grey, grey];
  const red = above / 64 >= 0.5 ? 255 : 0;
  return [Math.round((red + grey) / 2), Math.round(grey / 2), Math.round(grey / 2)];
};
const isNear = (found: readonly number[] | undefined, wanted: readonly number[], what: string) =>
  assert.ok(
    found?.every((value, at) => Math.abs(value - (wanted[at] ?? 0)) <= 1),
    `${what}: ${found} for ${wanted}`,
  );

test('two series on each other, by the state itself, by WADO-URI, and turned', async (t) => {
  const files = [
    slice('1.2.1', 0),
    slice('1.2.2', 0, { series: upperSeries }),
    blending(),
    blending({ instance: '1.2.8', turned: 90 }),
  ];
  const { get, state, url } = await start(t, files);
  const shown = await pixels(await get(state()));
  assert.equal(shown.length, 64);
  for (const [index, pixel] of shown.entries()) isNear(pixel, expected(index, index), `pixel ${index}`);
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1&contentType=image/png`;
  const named = `${uri}&presentationSeriesUID=${stateSeries}&presentationUID=1.2.9`;
  assert.deepEqual(await pixels(await get(named)), shown);
  const turned = await pixels(await get(state('1.2.8')));
  assert.deepEqual(turned[7], shown[0], 'clockwise');
  assert.match((await get(state(), 'image/jpeg')).headers.get('content-type') ?? '', /^image\/jpeg/u);
});

test('a stack of coarser pixels, of another study, between whose slices the image lies', async (t) => {
  const coarse = { series: upperSeries, study: otherStudy, rows: 2, columns: 2, spacing: 4 };
  // Stored values 0 to 3 are dark: what lies above is black where it is, and nothing where it is not.
  const [first, second] = [slice('1.2.2', -2, coarse), slice('1.2.3', 2, coarse)];
  const { get, state } = await start(t, [
    ...[slice('1.2.1', 0), first, second],
    blending({ upper: ['1.2.2', '1.2.3'], upperStudy: otherStudy }),
  ]);
  const shown = await pixels(await get(state()));
  // The upper pixels reach 2 mm to each side of their centres at 0 and 4 mm: columns and rows 0 to 6.
  for (const [index, pixel] of shown.entries()) {
    const covered = index % 8 <= 6 && Math.floor(index / 8) <= 6;
    isNear(pixel, expected(index, covered ? 0 : undefined), `pixel ${index}`);
  }
});

test('what cannot be blended is said: other frames of reference, images that are not there, other images', async (t) => {
  const { get, state, url } = await start(t, [
    ...[slice('1.2.1', 0), slice('1.2.2', 0, { series: upperSeries, frame: '1.6' }), blending()],
    blending({ instance: '1.2.8', upper: ['1.2.77'] }),
  ]);
  const refused = await get(state());
  assert.equal(refused.status, 406);
  assert.match((await refused.json()).detail, /different frames of reference/u);
  const alone = await pixels(await get(state('1.2.8')));
  isNear(alone[40], expected(40, undefined), 'nothing lies over it');
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${upperSeries}&objectUID=1.2.2`;
  assert.equal((await fetch(`${uri}&presentationSeriesUID=${stateSeries}&presentationUID=1.2.9`)).status, 400);
  assert.equal((await get(`${state()}?window=1,2,linear`)).status, 400);
});
