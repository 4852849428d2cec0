// The calibration of the screen in a real browser: what is measured, kept, and applied to the pixels that are seen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { correctionOf, measuredLevels } from '../src/display/calibration.ts';
import { madeFile } from './made-images.ts';
import { expectField, gray, openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let browser: Browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
});

/** Levels of points of the window as the screen gets them, behind every filter. */
const seenLevels = async (page: Page, points: readonly (readonly [x: number, y: number])[]) => {
  const picture = (await page.screenshot()).toString('base64');
  return page.evaluate(
    async ({ picture, points }) => {
      const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      return points.map(([x = 0, y = 0]) => context?.getImageData(x, y, 1, 1).data[0] ?? -1);
    },
    { picture, points },
  );
};

const three = { across: 3, down: 1 };
const study = '1.2.826.0.1.3680043.10.80.1';
const series = `${study}.1`;
const viewer = () => `${server.origin}/studies/${study}/series/${series}`;
/** The middles of the three fields. */
const points = async (page: Page) => {
  const box = await page.locator('main canvas').boundingBox();
  assert.ok(box);
  return [0, 1, 2].map((field) => {
    const width = Math.min(box.width, box.height * 3);
    const left = box.x + (box.width - width) / 2;
    return [Math.round(left + ((field + 0.5) * width) / 3), Math.round(box.y + box.height / 2 + 30)] as const;
  });
};

/** A screen of gamma 2.2 in a room that is not quite dark. */
const measured = {
  measurements: measuredLevels.map((level) => ({
    level,
    luminance: Number((0.5 + 249.5 * (level / 255) ** 2.2).toFixed(4)),
  })),
  ambientLight: 1,
};

test('[CS-GSD-01] [VW-VIEW-17] [HP-HANG-30] [MO-GSD-01] a measured curve corrects what is seen, also after a restart; without one nothing is changed, and that is said', async () => {
  const attributes = { WindowCenter: 2048, WindowWidth: 4096 };
  await server.post(madeFile({ study, series, instance: `${series}.1`, frames: [[[0, 2048, 4095]]], attributes }));
  const { page, errors } = await openPage(browser);
  const { annexes, overview } = await (await fetch(`${server.origin}/conformance?format=json`)).json();
  // What the statement says of displays is what this page does; there is no print service, so that nothing is said of printers.
  assert.equal(measuredLevels.length, 18);
  for (const words of [
    /page Display/,
    /eighteen levels and the ambient light/,
    /how far the screen is from the standard/,
  ])
    assert.match(annexes.grayscale, words);
  assert.match(annexes.grayscale, /Other screens show P-Values as they are\. Nothing is printed: no print service/);
  const services: readonly { category: string }[] = overview.networkServices;
  assert.ok(services.length > 0 && services.every(({ category }) => category !== 'Print Management'));
  await page.goto(`${server.origin}/display`);
  await page.getByTestId('standing').getByText('not calibrated: P-Values are shown as they are').waitFor();
  await page.goto(viewer());
  await expectField(page, three, { column: 1, row: 0 }, gray(128));
  assert.deepEqual(await seenLevels(page, await points(page)), [0, 128, 255]);
  await page.getByRole('button', { name: 'Windows to choose from' }).click();
  await page.getByRole('menuitem', { name: 'Display: not calibrated' }).click();

  await page.getByRole('button', { name: 'Use this correction' }).click();
  await page.getByRole('alert').getByText('have to be measured').waitFor();
  for (const { level, luminance } of measured.measurements)
    await page.getByLabel(`Level ${level}`, { exact: true }).fill(String(luminance));
  assert.equal(await page.locator('[data-level]').getAttribute('data-level'), '255');
  await page.getByLabel('Ambient light').fill('1');
  await page.getByRole('button', { name: 'Use this correction' }).click();
  await page
    .getByTestId('standing')
    .getByText(/Calibrated on .* just noticeable differences; at worst \d+ % from the standard, \d+ % without/)
    .waitFor();
  if (process.env.CONCORD_SCREENSHOTS)
    await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/display.png` });

  await page.goto(viewer());
  await expectField(page, three, { column: 1, row: 0 }, gray(128));
  const [low, middle = 255, high] = await seenLevels(page, await points(page));
  assert.deepEqual([low, high], [0, 255]);
  const wanted = correctionOf(measured)[128] ?? 0;
  assert.ok(wanted < 120 && Math.abs(middle - wanted) <= 1, `${middle}, not ${wanted}`);
  await page.reload();
  await expectField(page, three, { column: 1, row: 0 }, gray(128));
  assert.equal((await seenLevels(page, await points(page)))[1], middle);

  await page.goto(`${server.origin}/display`);
  await page.getByRole('button', { name: 'Remove the correction' }).click();
  await page.getByTestId('standing').getByText('not calibrated').waitFor();
  await page.goto(viewer());
  await expectField(page, three, { column: 1, row: 0 }, gray(128));
  assert.deepEqual(await seenLevels(page, await points(page)), [0, 128, 255]);
  assert.deepEqual(errors, []);
});
