// Pictures as a browser shows them: how many frames, how long each, and what is on each, by another decoder than the one that wrote them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writePart10 } from '@concord/dicom';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startDicomweb } from '../../testing/archive.ts';
import { madeDataSet, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

let browser: Browser;
before(async () => {
  const executablePath = process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
  browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
});
after(() => browser?.close());

const size = { rows: 64, columns: 80 };
const frames = 5;

/** What the browser makes of a picture: times in ms, and the level in the middle of the first row of each frame. */
const played = async (page: Page, address: string, type: string) => {
  const response = await fetch(address, { headers: { accept: type } });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', new RegExp(`^${type}`, 'u'));
  const picture = Buffer.from(await response.arrayBuffer()).toString('base64');
  return page.evaluate(
    async ({ picture, type }) => {
      const data = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type });
      await decoder.tracks.ready;
      await decoder.completed;
      const track = decoder.tracks.selectedTrack;
      const each = [];
      for (let frameIndex = 0; frameIndex < (track?.frameCount ?? 0); frameIndex += 1) {
        const { image } = await decoder.decode({ frameIndex });
        const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
        const context = canvas.getContext('2d');
        context?.drawImage(image, 0, 0);
        const level = context?.getImageData(image.displayWidth / 2, 0, 1, 1).data[0] ?? -1;
        each.push({ ms: (image.duration ?? 0) / 1000, width: image.displayWidth, height: image.displayHeight, level });
        image.close();
      }
      return { repeats: track?.repetitionCount ?? -1, each };
    },
    { picture, type },
  );
};

for (const type of ['image/gif', 'image/webp']) {
  test(`${type}: every frame, for its time, with its pixels, over and over, as Chromium decodes it`, async (t) => {
    const { service, url } = await startDicomweb(t);
    const total = size.rows * size.columns * frames;
    const file = madeFile({
      ...{ ...size, frames, instance: '1.2.1' },
      change: (dataSet) => {
        dataSet.set('FrameTime', '120');
        dataSet.set('WindowCenter', total / 2);
        dataSet.set('WindowWidth', total);
      },
    });
    const sent = { method: 'POST', body: file, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    const page = await browser.newPage();
    await page.goto(`${url}/healthz`);
    const instance = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
    const picture = await played(page, `${instance}/rendered`, type);
    assert.ok(picture.repeats > 0, 'it goes on');
    assert.deepEqual(
      picture.each.map(({ ms, width, height }) => [ms, width, height]),
      Array.from({ length: frames }, () => [120, size.columns, size.rows]),
    );
    for (const [index, { level }] of picture.each.entries()) {
      const wanted = ((index * size.rows * size.columns + size.columns / 2) / total) * 255;
      assert.ok(Math.abs(level - wanted) <= 4, `frame ${index + 1}: ${level}, not ${wanted}`);
    }
    const some = await played(page, `${instance}/frames/4,2/rendered`, type);
    assert.equal(some.each.length, 2);
    assert.ok((some.each[0]?.level ?? 0) > (some.each[1]?.level ?? 255), 'in the order asked for');
    await page.close();
  });
}

/** Red, green and blue of every pixel, as the browser draws a picture. */
const shown = async (page: Page, address: string, type: string) => {
  const response = await fetch(address, { headers: { accept: type } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), type);
  const picture = Buffer.from(await response.arrayBuffer()).toString('base64');
  return page.evaluate(
    async ({ picture, type }) => {
      const data = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([data], { type }));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context?.drawImage(image, 0, 0);
      const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray();
      return { size: [image.width, image.height], pixels: [...pixels].filter((_, at) => at % 4 !== 3) };
    },
    { picture, type },
  );
};

test('PNG, JPEG, GIF and WebP, grey and in colour: the pixels of the image, as Chromium reads them', async (t) => {
  const { service, url } = await startDicomweb(t);
  const [rows, columns] = [16, 24];
  const levels = Array.from(
    { length: rows * columns * 3 },
    (_, at) => Math.floor(at / 3 / columns) * 12 + (at % 3) * 30,
  );
  const image = (instance: string, samples: 1 | 3) => {
    const dataSet = madeDataSet({ instance, rows, columns });
    const bytes = { SamplesPerPixel: samples, BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    for (const [keyword, value] of Object.entries(bytes)) dataSet.set(keyword, value);
    if (samples === 3) dataSet.set('PhotometricInterpretation', 'RGB');
    if (samples === 3) dataSet.set('PlanarConfiguration', 0);
    for (const keyword of ['WindowCenter', 'WindowWidth'] as const) dataSet.delete(keyword);
    dataSet.set('PixelData', Uint8Array.from(levels.filter((_, at) => at % 3 < samples)), 'OB');
    return Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
  };
  const page = await browser.newPage();
  await page.goto(`${url}/healthz`);
  for (const [instance, samples] of [
    ['1.2.1', 1],
    ['1.2.2', 3],
  ] as const) {
    const sent = { method: 'POST', body: image(instance, samples), headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    const address = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/${instance}/rendered`;
    for (const [type, most] of [
      ['image/png', 0],
      ['image/gif', 0],
      ['image/jpeg', 6],
      ['image/webp', 12],
    ] as const) {
      const { size: found, pixels } = await shown(page, address, type);
      assert.deepEqual(found, [columns, rows]);
      const errors = pixels.map((level, at) => Math.abs(level - (levels[at - (at % 3) + ((at % 3) % samples)] ?? 0)));
      assert.equal(pixels.length, levels.length);
      assert.ok(Math.max(...errors) <= most, `${type} of ${samples}: ${Math.max(...errors)} levels`);
    }
  }
  await page.close();
});
