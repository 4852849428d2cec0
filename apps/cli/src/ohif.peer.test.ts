// OHIF as it is published, installed by its command and opened in a real browser: its study list, and the pixels that
// Cornerstone3D's DICOM image loader in it finds in frames of each kind.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type DataSet, transferSyntax, writePart10 } from '@concord/dicom';
import { describeImage, pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { madeDataSet, madePixels, madeStudy } from '../../server/testing/instances.ts';
import { type ServerProcess, startServerProcess } from '../../server/testing/programs.ts';
import { temporaryFolder } from '../../server/testing/real-archive.ts';
import { ohifPackage } from '../testing/ohif-package.ts';
import { install, triedVersion } from './ohif/install.ts';

const size = { rows: 64, columns: 80 };
const syntaxes = ['1.2.1', '1.2.5', '1.2.4.70', '1.2.4.80', '1.2.4.90', '1.2.4.201'].map(
  (last) => `1.2.840.10008.${last}`,
);
/** What Cornerstone needs to draw in memory, without a graphics card. */
const args = [
  ...['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader'],
  '--enable-unsafe-swiftshader',
];

const imaging = createImagingPool({ threads: 1 });
const endings: (() => void)[] = [];
let server: ServerProcess;
let browser: Browser;
let origin = '';

/** One series for each syntax, all of the same pixels. */
async function image(syntax: string, index: number): Promise<Uint8Array<ArrayBuffer>> {
  const place = (dataSet: DataSet) => {
    dataSet.set('SeriesNumber', index + 1);
    dataSet.set('FrameOfReferenceUID', '1.2.9');
    dataSet.set('ImagePositionPatient', [0, 0, index]);
    dataSet.set('ImageOrientationPatient', [1, 0, 0, 0, 1, 0]);
    dataSet.set('PixelSpacing', [1, 1]);
    dataSet.set('WindowCenter', 2560);
    dataSet.set('WindowWidth', 5120);
    dataSet.set('RescaleSlope', 1);
    dataSet.set('RescaleIntercept', 0);
  };
  const dataSet = madeDataSet({ ...size, instance: `1.2.${index + 1}`, series: `1.3.${index + 1}`, change: place });
  if (transferSyntax(syntax)?.encapsulated !== true)
    return Uint8Array.from(writePart10({ dataSet, transferSyntaxUid: syntax }));
  const native = { image: describeImage(dataSet), transferSyntaxUid: '1.2.840.10008.1.2.1', encoded: madePixels(size) };
  const { bytes } = await imaging.transcode({ ...native, target: syntax });
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid: syntax });
  return Uint8Array.from(Buffer.concat([head, pixelDataStart(), ...pixelDataFragment(bytes), pixelDataEnd()]));
}

before(async () => {
  const data = join(await temporaryFolder(), 'data');
  server = await startServerProcess({ after: (end) => endings.push(end) }, data);
  origin = `http://127.0.0.1:${server.httpPort}`;
  assert.equal((await fetch(`${origin}/ohif/`)).status, 404);
  const signal = new AbortController().signal;
  await install({ folder: join(data, 'ohif'), version: triedVersion, from: ohifPackage(), signal, note: () => {} });
  for (const [index, syntax] of syntaxes.entries()) {
    const sent = { method: 'POST', body: await image(syntax, index), headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${origin}/dicom-web/studies`, sent)).status, 200, syntax);
  }
  browser = await chromium.launch({
    executablePath: process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args,
  });
});
after(async () => {
  await browser?.close();
  await imaging.close();
  for (const end of endings) end();
});

/** A page, what went wrong on it, and the hosts it talked to besides our own. */
async function open(path: string): Promise<{ page: Page; errors: string[]; foreign: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  page.setDefaultTimeout(90_000);
  const [errors, foreign]: [string[], string[]] = [[], []];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`));
  page.on(
    'request',
    (request) => /^https?:/u.test(request.url()) && !request.url().startsWith(origin) && foreign.push(request.url()),
  );
  await page.goto(`${origin}${path}`);
  return { page, errors, foreign };
}

/** Evaluates until there is something; the page's policy forbids Playwright's own way of waiting. */
async function eventually<T>(page: Page, expression: string): Promise<T> {
  for (const until = Date.now() + 90_000; Date.now() < until; await pause(200)) {
    const value = await page.evaluate<T | null | undefined>(expression);
    if (value !== null && value !== undefined) return value;
  }
  throw new Error(`nothing yet: ${expression}`);
}

test('the study list shows what the archive has', async () => {
  const { page, errors, foreign } = await open('/ohif/');
  await page.getByText('Müller, Jürgen').first().waitFor();
  await page.getByText('Brain').first().waitFor();
  assert.deepEqual([errors, foreign], [[], []]);
  await page.close();
});

test('an image is drawn, and frames of every kind have the pixels that were stored', async () => {
  const { page, errors, foreign } = await open(`/ohif/viewer?StudyInstanceUIDs=${madeStudy}`);
  const levels = await eventually<number[]>(
    page,
    `(() => {
      const source = document.querySelector('canvas.cornerstone-canvas');
      if (!globalThis.cornerstone?.getRenderingEngines()[0]?.getViewports()[0]?.getCornerstoneImage?.()) return;
      const canvas = Object.assign(document.createElement('canvas'), { width: 3, height: 30 });
      const context = canvas.getContext('2d');
      context.drawImage(source, source.width / 2, source.height * 0.1, 1, source.height * 0.8, 0, 0, 3, 30);
      const levels = [...context.getImageData(1, 0, 1, 30).data].filter((_, index) => index % 4 === 0);
      return levels.at(-1) - levels[0] > 100 ? levels : undefined;
    })()`,
  );
  assert.deepEqual(
    levels,
    levels.toSorted((one, other) => one - other),
    'brighter from top to bottom',
  );

  const stored = [...new Uint16Array(madePixels(size).buffer)];
  // OHIF asks for the metadata of all series, and has told the loader of each image when its series stands in the list.
  await page.getByText(`S:${syntaxes.length}`).first().waitFor();
  const ids = syntaxes.map(
    (_, index) => `wadors:/dicom-web/studies/${madeStudy}/series/1.3.${index + 1}/instances/1.2.${index + 1}/frames/1`,
  );
  for (const id of ids) {
    const pixels = await page.evaluate<number[]>(
      `cornerstone.imageLoader.loadAndCacheImage(${JSON.stringify(id)}).then((image) => [...image.voxelManager.getScalarData()])`,
    );
    assert.deepEqual(pixels, stored, id);
  }
  assert.equal(await page.evaluate('crossOriginIsolated'), true, 'volumes may share memory with their workers');
  assert.deepEqual([errors, foreign], [[], []]);
  await page.close();
});
