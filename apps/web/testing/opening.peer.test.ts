// Opening a long series in a real browser: its first image is there before all of its images are known.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { madeFile } from './made-images.ts';
import { expectField, gray, openBrowser, openPage } from './open-browser.ts';
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

const newUid = (): string => `1.2.826.0.1.3680043.10.78.${nextUid++}`;
const ctImage = '1.2.840.10008.5.1.4.1.1.2';
const images = 20;
const three = { across: 3, down: 1 };
const window = { WindowCenter: 2048, WindowWidth: 4096 };
const middle = { column: 1, row: 0 };

/** A series whose images are a shade brighter each, stored last one first. */
const stored = async (numbers: readonly number[]) => {
  const [study, series] = [newUid(), newUid()];
  const files = numbers.map((number) => {
    const attributes = { ...window, Modality: 'CT', SeriesDescription: 'long', InstanceNumber: number };
    const frames = [[[0, number * 160, 4095]]];
    return madeFile({ study, series, instance: newUid(), frames, attributes, sopClassUid: ctImage });
  });
  await server.post(...files.toReversed());
  return { study, series };
};
const levelOf = (number: number) => gray(Math.round(((number * 160) / 4095) * 255));
const numbers = Array.from({ length: images }, (_, index) => index + 1);

/** Holds back the list of all images until it is let go. */
const holdList = async (page: Page) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  await page.route(/\/instances\?limit=20000$/u, async (route) => {
    asked += 1;
    await promise;
    await route.continue();
  });
  return { letGo: resolve, asked: () => asked };
};

test('a click on a series shows its first image while the list of all its images is still to come', async () => {
  const { study } = await stored(numbers);
  const { page, errors } = await openPage(browser);
  const list = await holdList(page);
  await page.goto(`${server.origin}/studies/${study}`);
  await page.getByRole('link', { name: 'long' }).click();
  await expectField(page, three, middle, levelOf(1));
  await page.getByText(`1 / ${images}`).waitFor();
  await page.keyboard.press('ArrowDown');
  await expectField(page, three, middle, levelOf(2));
  await page.keyboard.press('End');
  await page.getByText(`${images} / ${images}`).waitFor();
  list.letGo();
  await expectField(page, three, middle, levelOf(images));
  assert.equal(list.asked(), 1);
  assert.deepEqual(errors, []);
});

test('an address in the middle of a long series is opened there', async () => {
  const { study, series } = await stored(numbers);
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/${study}/series/${series}?image=18`);
  await expectField(page, three, middle, levelOf(18));
  await page.keyboard.press('Home');
  await expectField(page, three, middle, levelOf(1));
  assert.deepEqual(errors, []);
});

test('where the first images cannot be told from their numbers, the list of all of them is waited for', async () => {
  const { study, series } = await stored(numbers.map((number) => Math.ceil(number / 20) * 20));
  const { page } = await openPage(browser);
  const list = await holdList(page);
  await page.goto(`${server.origin}/studies/${study}/series/${series}`);
  await page.waitForRequest(/\/instances\?limit=20000$/u);
  assert.equal(await page.locator('main canvas').count(), 0);
  list.letGo();
  await expectField(page, three, middle, levelOf(20));
});
