// Cornerstone3D's DICOM image loader on its own, in a real browser, on a page of another origin: by WADO-RS and WADO-URI it finds the
// pixels that were stored, in generated images and in real ones.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type DataSet, readPart10, writePart10 } from '@concord/dicom';
import { describeImage, pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { madeDataSet, madePixels } from '../../testing/instances.ts';
import { run, type ServerProcess, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const repository = join(import.meta.dirname, '../../../..');
const data = process.env.CONCORD_TEST_DATA ?? join(repository, '../shared/data');
const noData = existsSync(join(data, 'wg04')) ? false : `no test data in ${data}`;

const size = { rows: 64, columns: 80 };
const stored = [...new Uint16Array(madePixels(size).buffer)];
const syntaxes = ['1', '2.5', '2.4.57', '2.4.70', '2.4.80', '2.4.90', '2.4.201', '2.4.202'].map((last) =>
  last === '1' ? '1.2.840.10008.1.2.1' : `1.2.840.10008.1.${last}`,
);
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
const imaging = createImagingPool({ threads: 1 });
const endings: (() => void)[] = [];
let server: ServerProcess;
let browser: Browser;
let page: Page;
const errors: string[] = [];

/** The page and its files, on a port of their own. */
async function servePage(folder: string): Promise<string> {
  const pages = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  endings.push(() => pages.close());
  return `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
}

const store = async (body: Uint8Array): Promise<void> => {
  const sent = { method: 'POST', body: Uint8Array.from(body), headers: { 'content-type': 'application/dicom' } };
  const response = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/studies`, sent);
  assert.equal(response.status, 200, await response.text());
};

/** The same pixels in each syntax. */
async function made(transferSyntaxUid: string, index: number): Promise<Uint8Array> {
  const dataSet = madeDataSet({ ...size, instance: `1.2.${index + 1}` });
  if (index === 0) return writePart10({ dataSet, transferSyntaxUid });
  const native = { image: describeImage(dataSet), transferSyntaxUid: '1.2.840.10008.1.2.1', encoded: madePixels(size) };
  const { bytes } = await imaging.transcode({ ...native, target: transferSyntaxUid });
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid });
  return Buffer.concat([head, pixelDataStart(), ...pixelDataFragment(bytes), pixelDataEnd()]);
}

before(async () => {
  const folder = await temporaryFolder();
  const vite = join(repository, 'node_modules/vite/bin/vite.js');
  const built = join(folder, 'page');
  const root = join(repository, 'apps/server/testing/cornerstone');
  const { exitCode, output } = await run(process.execPath, vite, 'build', root, '--outDir', built, '--emptyOutDir');
  assert.equal(exitCode, 0, output);
  const origin = await servePage(built);
  await writeFile(join(folder, 'concord.json'), JSON.stringify({ allowedOrigins: [origin] }));
  const hooks = { after: (end: () => void) => endings.push(end) };
  server = await startServerProcess(hooks, join(folder, 'data'), '--config', join(folder, 'concord.json'));
  browser = await chromium.launch({
    executablePath: process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('response', (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`));
  await page.goto(origin);
  await page.waitForFunction('globalThis.load !== undefined');
});
after(async () => {
  await browser?.close();
  await imaging.close();
  for (const end of endings) end();
});

const sha = (values: Iterable<number>): string =>
  createHash('sha256')
    .update(new Uint8Array(Int32Array.from(values).buffer))
    .digest('hex');

/** Of an instance, by both of the loader's schemes: how large the image is, and a hash of its pixels. */
async function loaded(dataSet: DataSet): Promise<readonly string[]> {
  const uid = (keyword: 'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID') => dataSet.string(keyword) ?? '';
  const [study, series, instance] = [uid('StudyInstanceUID'), uid('SeriesInstanceUID'), uid('SOPInstanceUID')];
  const base = `http://127.0.0.1:${server.httpPort}`;
  const resource = `${base}/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
  const query = `requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}`;
  const ids = [
    [`wadors:${resource}/frames/1`, `${resource}/metadata`],
    [`wadouri:${base}/wado?${query}&contentType=application%2Fdicom&transferSyntax=*`],
  ] as const;
  const found: string[] = [];
  for (const [id, metadata] of ids) {
    const image = await page.evaluate<{ rows: number; columns: number; hash: string }>(
      `load(${JSON.stringify(id)}, ${JSON.stringify(metadata)}).then(async ({ rows, columns, pixels }) => {
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Int32Array.from(pixels)));
        return { rows, columns, hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
      })`,
    );
    found.push(`${image.rows}x${image.columns} ${image.hash}`);
  }
  return found;
}

test('frames and instances of every syntax that the loader reads have the pixels that were stored', async () => {
  for (const [index, syntax] of syntaxes.entries()) {
    const file = await made(syntax, index);
    await store(file);
    const expected = `${size.rows}x${size.columns} ${sha(stored)}`;
    assert.deepEqual(await loaded(readPart10(file).dataSet), [expected, expected], syntax);
  }
  assert.deepEqual(errors, []);
});

test('real images have the pixels of their uncompressed twins', { skip: noData }, async () => {
  for (const name of ['CT1', 'MR1', 'NM1']) {
    const twin = readPart10(readFileSync(join(data, 'wg04/REF', `${name}_UNC`))).dataSet;
    const { rows, columns, pixelRepresentation } = describeImage(twin);
    const bytes = Uint8Array.from(twin.bytes('PixelData') ?? []);
    const frame = bytes.buffer.slice(0, rows * columns * 2);
    const values = pixelRepresentation === 1 ? new Int16Array(frame) : new Uint16Array(frame);
    for (const folder of ['RLE', 'JPLL', 'JLSL', 'J2KR']) {
      const path = join(data, 'wg04', folder, `${name}_${folder}`);
      if (!existsSync(path)) continue;
      const file = readFileSync(path);
      await store(file);
      const expected = `${rows}x${columns} ${sha(values)}`;
      assert.deepEqual(await loaded(readPart10(file).dataSet), [expected, expected], `${name} ${folder}`);
    }
  }
  assert.deepEqual(errors, []);
});
