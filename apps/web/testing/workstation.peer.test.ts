// The viewer as the workstation of an archive, in a real browser: kinds of images, overlays, windows, shapes of pixels, distances.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import type { Browser } from 'playwright-core';
import { eightBits, outlier, overlay, palette, subsampled, ybr } from './made-pixels.ts';
import { expectField, gray, openBrowser } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { drag, type OpenedSeries, openSeries, type Wanted } from './shown-series.ts';

let server: RunningServer;
let browser: Browser;
const opened = (...images: readonly Wanted[]): Promise<OpenedSeries> => openSeries({ server, browser }, images);
before(async () => {
  server = await startServer({ viewerOverlays: 'first group' });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
});

const three = { across: 3, down: 1 };
const field = (column: number, row = 0) => ({ column, row });
const window = { WindowCenter: 2048, WindowWidth: 4096 };
const shots = process.env.CONCORD_SCREENSHOTS;

test('[QR-DB-18] [QR-DSP-05] an image of each photometric interpretation is drawn in its greys or colours', async () => {
  const colours = [
    [255, 0, 0],
    [10, 200, 30],
    [1, 2, 250],
  ];
  const { page, next, errors } = await opened(
    { frames: [[[0, 2048, 4095]]], attributes: { ...window, PhotometricInterpretation: 'MONOCHROME1' } },
    { frames: [[[0, 2048, 4095]]], attributes: window },
    { frames: [[colours]] },
    {
      frames: [[[0, 1, 2]]],
      attributes: { PhotometricInterpretation: 'PALETTE COLOR', ...eightBits },
      change: palette,
    },
    { frames: [[ybr]], attributes: { PhotometricInterpretation: 'YBR_FULL' } },
    { frames: [[ybr]], attributes: { PhotometricInterpretation: 'YBR_FULL_422' }, finish: subsampled },
  );
  const red = [254, 0, 0];
  const drawn = [
    [gray(255), gray(127), gray(0)],
    [gray(0), gray(128), gray(255)],
    colours,
    [
      [255, 128, 0],
      [0, 0, 255],
      [20, 40, 60],
    ],
    [gray(255), red, gray(0)],
    [gray(255), red, gray(0)],
  ];
  for (const levels of drawn) {
    for (const [column, level] of levels.entries()) await expectField(page, three, field(column), level, 3);
    await next();
  }
  assert.deepEqual(errors, []);
});

test('[QR-DB-19] [QR-DB-20] 8 and 16 bits allocated, 8 to 16 stored: from black to white without a window', async () => {
  const depths = [8, 10, 12, 14, 16];
  const { page, next } = await opened(
    ...depths.map((bits) => ({
      frames: [[[0, 2 ** (bits - 1), 2 ** bits - 1]]],
      attributes: { BitsAllocated: bits === 8 ? 8 : 16, BitsStored: bits, HighBit: bits - 1 },
    })),
  );
  for (const bits of depths) {
    await page.getByText(`Image ${depths.indexOf(bits) + 1} of 5`).waitFor();
    for (const [column, level] of [0, 128, 255].entries()) await expectField(page, three, field(column), gray(level));
    await next();
  }
});

test('[QR-DSP-01] each class of images that the archive stores is displayed, every frame of it', async () => {
  const us = [
    [200, 100, 50],
    [0, 0, 0],
    [255, 255, 255],
  ];
  const single = ['6', '6.1', '1', '2', '4', '7'].map((last) => `1.2.840.10008.5.1.4.1.1.${last}`);
  const multi = ['3', '3.1'].map((last) => `1.2.840.10008.5.1.4.1.1.${last}`);
  const { page, next, errors } = await opened(
    ...single.slice(0, 2).map((sopClassUid) => ({ sopClassUid, frames: [[us]] })),
    ...single.slice(2).map((sopClassUid) => ({ sopClassUid, frames: [[[4095, 0, 2048]]], attributes: window })),
    ...multi.map((sopClassUid) => ({ sopClassUid, frames: [[us], [[...us].reverse()]] })),
  );
  const first = [us[0], us[0], ...single.slice(2).map(() => gray(255)), us[0], us[2], us[0], us[2]];
  for (const [place, level] of first.entries()) {
    await page.getByText(`Image ${place + 1} of ${first.length}`).waitFor();
    await expectField(page, three, field(0), level ?? []);
    await next();
  }
  assert.deepEqual(errors, []);
});

const black = { frames: [[[0, 0, 0]]], attributes: window };
const overlaid = [255, 214, 51];
/** Dark but for the third field, which tells the image from those before it: what is seen beside it is of the same picture. */
const marked = (place: number) => ({ ...black, frames: [[[0, 0, 400 * (place + 1)]]] });
const mark = (place: number) => gray(Math.round((400 * (place + 1) * 255) / 4095));

test('[QR-DB-21] [QR-DB-22] [QR-DB-23] [QR-DB-24] overlays that are whole graphics at a place of the image are drawn, no others', async () => {
  const cases: readonly (readonly [ReturnType<typeof overlay>, readonly number[]])[] = [
    [overlay(), overlaid],
    [overlay({ '0040': 'R' }), gray(0)],
    [overlay({ '0040': null }), gray(0)],
    [overlay({ '0050': [0, 1] }), gray(0)],
    [overlay({ '0010': null }), gray(0)],
    [overlay({ '0011': null }), gray(0)],
  ];
  const { page, next, errors } = await opened(...cases.map(([change], place) => ({ ...marked(place), change })));
  for (const [place, [, level]] of cases.entries()) {
    await expectField(page, three, field(2), mark(place));
    await expectField(page, three, field(1), level);
    await expectField(page, three, field(0), gray(0));
    if (shots && place === 0) await page.screenshot({ path: `${shots}/overlay.png` });
    await next();
  }
  assert.deepEqual(errors, []);
});

test('[QR-DB-25] [QR-DB-26] [QR-DB-27] [QR-DSP-03] overlays in unused bits of the cells are drawn like those apart, and hidden like them', async () => {
  const bit = (position: number, third = 0) => ({ ...black, frames: [[[0, 2 ** position, third]]] });
  const inByte = { ...eightBits, BitsStored: 7, HighBit: 6 };
  const { page, next } = await opened(
    { ...black, change: overlay() },
    { ...bit(12), change: overlay({ '0100': 16, '0102': 12 }) },
    { ...bit(7), attributes: inByte, change: overlay({ '0100': 8, '0102': 7 }) },
    { ...bit(3, 2000), change: overlay({ '0100': 16, '0102': 3 }) },
  );
  for (let place = 0; place < 3; place += 1) {
    await expectField(page, three, field(1), overlaid);
    await expectField(page, three, field(2), gray(0));
    await next();
  }
  await expectField(page, three, field(2), mark(4));
  await expectField(page, three, field(1), gray(0));
  await page.keyboard.press('Home');
  await expectField(page, three, field(1), overlaid);
  await page.keyboard.press('o');
  await expectField(page, three, field(1), gray(0));
});

test('[QR-DB-28] [QR-DSP-02] further groups of overlays and curves are not drawn, and stay in the object', async () => {
  const { page, next, study, series, instances } = await opened(
    { ...marked(0), change: overlay({}, '6002') },
    {
      ...marked(1),
      change: (dataSet) => {
        dataSet.set('50000005', 2, 'US');
        dataSet.set('50000010', 1, 'US');
        dataSet.set('50003000', Uint8Array.from([0, 0, 8, 0]), 'OW');
      },
    },
  );
  for (let place = 0; place < 2; place += 1) {
    await expectField(page, three, field(2), mark(place));
    for (const column of [0, 1]) await expectField(page, three, field(column), gray(0));
    await next();
  }
  const kept = await Promise.all(
    instances.map(async (objectUID) => {
      const asked = { requestType: 'WADO', studyUID: study, seriesUID: series, objectUID };
      const address = `${server.origin}/wado?${new URLSearchParams({ ...asked, contentType: 'application/dicom' })}`;
      return readPart10(new Uint8Array(await (await fetch(address)).arrayBuffer())).dataSet;
    }),
  );
  assert.deepEqual([kept[0]?.bytes('60023000')?.length, kept[1]?.bytes('50003000')?.length], [96, 4]);
});

test('[QR-DB-29] [QR-DSP-06] an image of 12 bits without a window is shown with contrast, one far pixel or not', async () => {
  const faint = { frames: [[[1000, 1050, 1100]]], fieldSize: 40 };
  const { page, next } = await opened(faint, { ...faint, finish: outlier(4095) });
  for (let place = 0; place < 2; place += 1) {
    await page.getByText(`Image ${place + 1} of 2`).waitFor();
    for (const [column, level] of [0, 128, 255].entries()) await expectField(page, three, field(column), gray(level));
    await next();
  }
});

test('[QR-DSP-04] pixels twice as high as wide: a disc is round', async () => {
  const [rows, columns] = [32, 64];
  const disc = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) =>
      Math.hypot((row + 0.5 - rows / 2) * 2, column + 0.5 - columns / 2) < 24 ? 4095 : 0,
    ),
  );
  const { page } = await opened({
    frames: [disc],
    fieldSize: 1,
    attributes: { ...window, PixelAspectRatio: ['2', '1'] },
  });
  const square = { across: 64, down: 64 };
  for (const angle of [0, 45, 90, 135, 180, 225, 270, 315]) {
    const at = (radius: number) => {
      const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
      return { column: 31.5 + radius * cos, row: 31.5 + radius * sin };
    };
    await expectField(page, square, at(20), gray(255));
    await expectField(page, square, at(28), gray(0));
  }
});

test('[QR-DB-16] [QR-DB-17] distances are measured by pixel spacing, in ultrasound by the region they lie in', async () => {
  const region = {
    'SequenceOfUltrasoundRegions[0].RegionLocationMinX0': 0,
    'SequenceOfUltrasoundRegions[0].RegionLocationMinY0': 0,
    'SequenceOfUltrasoundRegions[0].RegionLocationMaxX1': 31,
    'SequenceOfUltrasoundRegions[0].RegionLocationMaxY1': 15,
    'SequenceOfUltrasoundRegions[0].PhysicalUnitsXDirection': 3,
    'SequenceOfUltrasoundRegions[0].PhysicalUnitsYDirection': 3,
    'SequenceOfUltrasoundRegions[0].PhysicalDeltaX': 0.02,
    'SequenceOfUltrasoundRegions[0].PhysicalDeltaY': 0.02,
  };
  const us = {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.6.1',
    frames: [
      [
        [
          [9, 9, 9],
          [9, 9, 9],
          [9, 9, 9],
        ],
      ],
    ],
  };
  const { page, next, errors } = await opened(
    { ...black, attributes: { ...window, PixelSpacing: ['0.5', '0.5'] } },
    { ...us, attributes: region },
    black,
  );
  const pixels = { across: 48, down: 16 };
  const lines = page.getByRole('img', { name: 'Measurements' });
  await expectField(page, three, field(1), gray(0));
  await page.keyboard.press('d');
  await drag(page, pixels, [10, 8], [20, 8]);
  await lines.getByText('5.0 mm', { exact: true }).waitFor();
  await drag(page, pixels, [30, 2], [36, 10]);
  assert.deepEqual(await lines.locator('text').allTextContents(), ['5.0 mm', '5.0 mm']);
  if (shots) await page.screenshot({ path: `${shots}/measured.png` });
  await page.keyboard.press('Delete');
  assert.equal(await lines.locator('text').count(), 1);
  await next();
  await expectField(page, three, field(0), gray(9));
  assert.equal(await lines.count(), 0, 'lines belong to their image');
  await drag(page, pixels, [5, 8], [25, 8]);
  await lines.getByText('4.0 mm', { exact: true }).waitFor();
  await drag(page, pixels, [25, 8], [45, 8]);
  await lines.getByText('20 px, not within one calibrated region').waitFor();
  await next();
  await expectField(page, three, field(0), gray(0));
  await drag(page, pixels, [5, 8], [25, 8]);
  await lines.getByText('20 px, not calibrated').waitFor();
  await page.keyboard.press('Home');
  await lines.getByText('5.0 mm', { exact: true }).waitFor();
  assert.deepEqual(errors, []);
});
