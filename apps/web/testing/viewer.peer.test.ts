// The viewer in a real browser: what is drawn is what the data set says, and it can be worked with.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type MadeImage, madeFile } from './made-images.ts';
import { expectField, fieldColour, gray, openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let browser: Browser;
let nextUid = 1;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
});

const newUid = (): string => `1.2.826.0.1.3680043.10.77.${nextUid++}`;

/** Stores images as one series and opens it. */
const opened = async (...images: readonly Omit<MadeImage, 'study' | 'series' | 'instance'>[]) => {
  const [study, series] = [newUid(), newUid()];
  const files = images.map(({ attributes, ...image }, index) =>
    madeFile({ ...image, study, series, instance: newUid(), attributes: { InstanceNumber: index + 1, ...attributes } }),
  );
  await server.post(...files);
  const shown = await openPage(browser);
  await shown.page.goto(`${server.origin}/studies/${study}/series/${series}`);
  return shown;
};

const three = { across: 3, down: 1 };
const field = (column: number, row = 0) => ({ column, row });
const window = { WindowCenter: 2048, WindowWidth: 4096 };
const text = (page: Page) => page.getByTestId('overlay-text');

test('the window follows the mouse, the keyboard and the menu, and a reset takes it back', async () => {
  const { page, errors } = await opened({ frames: [[[0, 2048, 4095]]], attributes: { ...window, Modality: 'CT' } });
  await expectField(page, three, field(0), gray(0));
  await expectField(page, three, field(1), gray(128));
  await expectField(page, three, field(2), gray(255));
  await page.mouse.move(600, 400);
  await page.mouse.down();
  await page.mouse.move(600, 300, { steps: 4 });
  await page.mouse.up();
  await text(page).getByText('W 4096 · L 1024').waitFor();
  await expectField(page, three, field(1), gray(191));
  await page.keyboard.press('i');
  await expectField(page, three, field(1), gray(64));
  await page.keyboard.press('r');
  await expectField(page, three, field(1), gray(128));
  await page.getByRole('button', { name: 'Windows to choose from' }).click();
  await page.getByRole('menuitem', { name: /Lung/ }).click();
  await text(page).getByText('W 1500 · L -600').waitFor();
  assert.deepEqual(errors, []);
});

test('MONOCHROME1 is dark where its values are high, once', async () => {
  const { page } = await opened({
    frames: [[[0, 1024, 4095]]],
    attributes: { ...window, PhotometricInterpretation: 'MONOCHROME1', PresentationLUTShape: 'INVERSE' },
  });
  await expectField(page, three, field(0), gray(255));
  await expectField(page, three, field(1), gray(191));
  await expectField(page, three, field(2), gray(0));
  await page.keyboard.press('r');
  await expectField(page, three, field(0), gray(255));
});

for (const planar of [0, 1]) {
  test(`[VW-VIEW-03] RGB in planar configuration ${planar} is drawn as it is stored, frame by frame, without a window`, async () => {
    const bars = [
      [255, 0, 0],
      [10, 200, 30],
      [1, 2, 250],
    ];
    const { page } = await opened({
      frames: [[bars], [[...bars].reverse()]],
      attributes: { PlanarConfiguration: planar },
    });
    for (const [column, bar] of bars.entries()) await expectField(page, three, field(column), bar);
    assert.equal(await page.getByRole('button', { name: 'Tool: window' }).getAttribute('aria-disabled'), 'true');
    await page.keyboard.press('ArrowDown');
    for (const [column, bar] of bars.toReversed().entries()) await expectField(page, three, field(column), bar);
  });
}

const paletteOf = (colours: readonly number[]) =>
  new Uint8Array(Uint16Array.from(colours, (value) => value * 257).buffer);

test('[VW-VIEW-04] a palette image is drawn in its colours, never as indices', async () => {
  const { page } = await opened({
    frames: [[[0, 1, 2]]],
    attributes: { PhotometricInterpretation: 'PALETTE COLOR', BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
    change: (dataSet) => {
      for (const [colour, values] of Object.entries({ Red: [255, 0, 20], Green: [128, 0, 40], Blue: [0, 255, 60] })) {
        dataSet.set(`${colour}PaletteColorLookupTableDescriptor`, [3, 0, 16], 'US');
        dataSet.set(`${colour}PaletteColorLookupTableData`, paletteOf(values), 'OW');
      }
    },
  });
  await expectField(page, three, field(0), [255, 128, 0]);
  await expectField(page, three, field(1), [0, 0, 255]);
  await expectField(page, three, field(2), [20, 40, 60]);
});

test('[VW-VIEW-06] each frame of an enhanced object has its own values, window and position', async () => {
  const perFrame = 'PerFrameFunctionalGroupsSequence';
  const { page } = await opened({
    frames: [[[0, 1000, 4000]], [[0, 1000, 4000]]],
    change: (dataSet) => {
      for (const [index, [center, thickness, slope]] of [
        [1000.5, 2, 1],
        [8000.5, 7, 2],
      ].entries()) {
        dataSet.set(`${perFrame}[${index}].PixelValueTransformationSequence[0].RescaleSlope`, slope ?? 1);
        dataSet.set(`${perFrame}[${index}].PixelValueTransformationSequence[0].RescaleIntercept`, 0);
        dataSet.set(`${perFrame}[${index}].FrameVOILUTSequence[0].WindowCenter`, center ?? 0);
        dataSet.set(`${perFrame}[${index}].FrameVOILUTSequence[0].WindowWidth`, 2001);
        dataSet.set(`${perFrame}[${index}].PixelMeasuresSequence[0].SliceThickness`, thickness ?? 0);
        const cosines = index === 0 ? [1, 0, 0, 0, 1, 0] : [0, 1, 0, 0, 0, -1];
        dataSet.set(`${perFrame}[${index}].PlaneOrientationSequence[0].ImageOrientationPatient`, cosines);
      }
    },
  });
  await expectField(page, three, field(1), gray(128));
  await text(page).getByText('Thickness 2 mm').waitFor();
  assert.equal(await page.locator('[data-edge="right"]').textContent(), 'L');
  await page.keyboard.press('ArrowDown');
  await expectField(page, three, field(1), gray(0));
  await expectField(page, three, field(2), gray(128));
  await text(page).getByText('Thickness 7 mm').waitFor();
  await text(page).getByText('Frame 2 of 2').waitFor();
  assert.equal(await page.locator('[data-edge="right"]').textContent(), 'P');
});

test('every place of a stack can be reached, one by one, by wheel, slider and ends', async () => {
  const frames = Array.from({ length: 30 }, (_, index) => [[index * 100, 0, 4095]]);
  const { page } = await opened({ frames, attributes: { ...window, FrameTime: 100 } });
  const shade = (place: number) => gray(Math.round(((place * 100) / 4095) * 255));
  await expectField(page, three, field(0), shade(0));
  await page.keyboard.press('End');
  await expectField(page, three, field(0), shade(29));
  await text(page).getByText('Frame 30 of 30').waitFor();
  await page.keyboard.press('ArrowUp');
  await expectField(page, three, field(0), shade(28));
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, -120);
  await text(page).getByText('Image 27 of 30').waitFor();
  await page.getByLabel('Image', { exact: true }).fill('15');
  await expectField(page, three, field(0), shade(14));
  await page.waitForURL(/image=15/);
  await page.reload();
  await expectField(page, three, field(0), shade(14));
  assert.equal(await page.getByLabel('Images per second').inputValue(), '10 /s');
});

test('a film plays at its rate and stops', async () => {
  const frames = Array.from({ length: 20 }, (_, index) => [[index * 200, 0, 4095]]);
  const { page } = await opened({ frames, attributes: { ...window, CineRate: 10 } });
  await expectField(page, three, field(2), gray(255));
  const began = Date.now();
  await page.keyboard.press('Space');
  await text(page).getByText('Image 11 of 20').waitFor();
  const tookMs = Date.now() - began;
  await page.keyboard.press('Space');
  assert.ok(tookMs > 700, `ten frames at 10 per second took ${tookMs} ms`);
  const shown = await text(page)
    .getByText(/Image \d+ of 20/)
    .textContent();
  await page.waitForTimeout(400);
  assert.equal(
    await text(page)
      .getByText(/Image \d+ of 20/)
      .textContent(),
    shown,
  );
});

test('[VW-VIEW-12] frames of one bit per pixel that begin inside a byte', async () => {
  const { page } = await opened({
    frames: [[[1, 0, 1]], [[0, 1, 0]], [[0, 0, 1]]],
    // 15 x 5 pixels: the second frame begins in the middle of the tenth byte.
    fieldSize: 5,
    attributes: { BitsAllocated: 1, BitsStored: 1, HighBit: 0 },
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7.1',
  });
  for (const [column, bit] of [1, 0, 1].entries()) await expectField(page, three, field(column), gray(bit * 255));
  await page.keyboard.press('ArrowDown');
  for (const [column, bit] of [0, 1, 0].entries()) await expectField(page, three, field(column), gray(bit * 255));
});

test('the windows of the image can be chosen by their names; the first is applied at start', async () => {
  const { page } = await opened({
    frames: [[[0, 1000, 4000]]],
    attributes: {
      WindowCenter: ['1000.5', '4000.5'],
      WindowWidth: ['2001', '2001'],
      WindowCenterWidthExplanation: ['SOFT', 'BONE <b>'],
    },
  });
  await expectField(page, three, field(1), gray(128));
  await page.getByRole('button', { name: 'Windows to choose from' }).click();
  await page.getByRole('menuitem', { name: 'BONE <b>' }).click();
  await expectField(page, three, field(1), gray(0));
  await expectField(page, three, field(2), gray(128));
});

test('an overlay lies over the image and can be taken away', async () => {
  const { page } = await opened({
    frames: [[[0, 0, 0]]],
    attributes: window,
    change: (dataSet) => {
      dataSet.set('60000010', 16, 'US');
      dataSet.set('60000011', 48, 'US');
      dataSet.set('60000040', 'G', 'CS');
      dataSet.set('60000050', [1, 1], 'SS');
      dataSet.set('60000100', 1, 'US');
      dataSet.set('60000102', 0, 'US');
      // Of each row of six bytes the two in the middle: the second field.
      const row = [0, 0, 255, 255, 0, 0];
      dataSet.set('60003000', Uint8Array.from(Array.from({ length: 16 }, () => row).flat()), 'OB');
    },
  });
  await expectField(page, three, field(1), [255, 214, 51]);
  await expectField(page, three, field(0), gray(0));
  await page.keyboard.press('o');
  await expectField(page, three, field(1), gray(0));
});

test('lossy is said, with its ratio', async () => {
  const { page } = await opened({
    frames: [[[0, 2048, 4095]]],
    attributes: { ...window, LossyImageCompression: '01', LossyImageCompressionRatio: '12' },
  });
  await text(page).getByText('Lossy 12:1').waitFor();
});

test('an object without pixels shows its attributes, searched as one types', async () => {
  const { page, errors } = await opened({
    frames: [],
    sopClassUid: '1.2.840.10008.5.1.4.1.1.88.11',
    attributes: {
      Modality: 'SR',
      'ContentSequence[0].TextValue': 'No abnormality',
      'ContentSequence[1].TextValue': 'Seen',
    },
  });
  await page.getByText('This object has no pixel data').waitFor();
  await page.getByRole('cell', { name: 'No abnormality' }).waitFor();
  assert.ok(await page.getByText('Basic Text SR Storage').isVisible());
  await page.getByLabel('Search the attributes').fill('seen');
  await page.getByText('1 attribute', { exact: true }).waitFor();
  assert.deepEqual(errors, []);
});

test('an image that contradicts itself says why, and shows what it is', async () => {
  const { page } = await opened({ frames: [[[0, 1, 2]]], attributes: { BitsStored: 12, HighBit: 3 } });
  await page.getByText(/This image cannot be shown/).waitFor();
  await page.getByRole('cell', { name: 'Bits Stored' }).waitFor();
});

test('[VW-VIEW-14] an image with nothing but its identification and pixels opens; what is missing is blank', async () => {
  const { page } = await opened({
    frames: [[[0, 2048, 4095]]],
    attributes: { PatientID: 'NAMELESS' },
    change: (dataSet) => {
      for (const keyword of ['StudyDate', 'StudyTime', 'Modality', 'PatientName', 'InstanceNumber'])
        dataSet.delete(keyword);
    },
  });
  await text(page).getByText('No name').waitFor();
  await expectField(page, three, field(2), gray(255));
  await page.getByRole('link', { name: 'Back to the study' }).click();
  await page.getByRole('heading', { name: 'No name' }).waitFor();
});

test('turning, mirroring and zooming change what is seen; Escape goes back', async () => {
  const { page } = await opened({ frames: [[[0, 2048, 4095]]], attributes: window });
  await expectField(page, three, field(0), gray(0));
  await page.keyboard.press('m');
  await expectField(page, three, field(0), gray(255));
  await page.keyboard.press('m');
  await page.keyboard.press('t');
  await expectField(page, { across: 1, down: 3 }, field(0, 2), gray(255));
  await page.keyboard.press('t');
  await expectField(page, three, field(0), gray(255));
  await page.keyboard.press('r');
  await page.keyboard.press('1');
  await text(page).getByText('Zoom 100 %').waitFor();
  assert.deepEqual(await fieldColour(page, { across: 1000, down: 1000 }, field(0)), gray(0));
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Made, For Tests' }).waitFor();
});
