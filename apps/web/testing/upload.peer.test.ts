// Files onto the page in a real browser: a folder with one bad file, a drop, a cancel; and media that are opened, looked at and imported.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults } from './accessibility.ts';
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

const file = (study: number, instance: number) =>
  madeFile({
    study: `1.2.4.${study}`,
    series: `1.2.4.${study}.1`,
    instance: `1.2.4.${study}.1.${instance}`,
    frames: [[[0, 1, 2]]],
  });

const panel = (page: Page) => page.getByRole('region', { name: 'Upload' });

const instancesStored = async (): Promise<unknown> =>
  (await (await fetch(`${server.origin}/api/system`)).json()).statistics.instances;

test('a folder is stored with all that is in it; the file that is no DICOM is named with its reason', async () => {
  const folder = join(server.folder, 'study');
  mkdirSync(join(folder, 'series', 'deeper'), { recursive: true });
  for (const instance of [1, 2, 3]) writeFileSync(join(folder, 'series', `${instance}.dcm`), file(1, instance));
  writeFileSync(join(folder, 'series', 'deeper', '4'), file(1, 4));
  writeFileSync(join(folder, 'notes <b>.txt'), 'not an image at all');
  const { page, errors } = await openPage(browser);
  await page.goto(server.origin);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await chooser).setFiles(folder);
  await panel(page).getByText('Upload complete, not everything was stored').waitFor();
  await panel(page).getByText('4 files stored in 1 study').waitFor();
  await panel(page).getByText('study/notes <b>.txt').waitFor();
  await panel(page)
    .getByText(/Not a DICOM file/)
    .waitFor();
  assert.equal(await instancesStored(), 4);
  await panel(page).getByRole('link', { name: 'Open the study' }).click();
  await page.getByRole('heading', { name: 'Made, For Tests' }).waitFor();
  await page.getByText('1 series, 4 objects').waitFor();
  assert.deepEqual(errors, []);
});

test('files dropped on any page are stored', async () => {
  const { page } = await openPage(browser);
  await page.goto(`${server.origin}/about`);
  await page.getByRole('heading', { name: /Concord/ }).waitFor();
  const transfer = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'dropped.dcm'));
      return data;
    },
    [...file(2, 1)],
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.getByText('Drop to store in the archive').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await panel(page).getByText('Upload complete').waitFor();
  assert.equal(await page.getByText('Drop to store in the archive').count(), 0);
  assert.equal(await instancesStored(), 5);
});

test('a cancelled upload stops, and says what was left', async () => {
  const { page } = await openPage(browser);
  await page.route('**/dicom-web/studies', () => {});
  await page.goto(server.origin);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('menuitem', { name: 'Files…' }).click();
  const files = [1, 2, 3, 4, 5].map((instance) => ({
    name: `${instance}.dcm`,
    mimeType: '',
    buffer: Buffer.from(file(3, instance)),
  }));
  await (await chooser).setFiles(files);
  await panel(page).getByText('Uploading 0 of 5').waitFor();
  assert.equal(await panel(page).getByRole('progressbar').count(), 4, 'three files at a time, and the whole');
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await panel(page).getByText('5 not sent').waitFor();
});

test('a server that cannot be reached is the reason, and nothing is said to be stored', async () => {
  const { page } = await openPage(browser);
  await page.goto(server.origin);
  await page.clock.install();
  await page.route('**/dicom-web/studies', (route) => route.abort());
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('menuitem', { name: 'Files…' }).click();
  await (await chooser).setFiles([{ name: 'a.dcm', mimeType: '', buffer: Buffer.from(file(4, 1)) }]);
  for (let second = 0; second < 40 && (await panel(page).getByText('Nothing was stored').count()) === 0; second += 1) {
    await page.clock.runFor(1000);
  }
  await panel(page).getByText('The server cannot be reached.').waitFor();
});

const onDisc = (patient: number, change: Record<string, string | readonly string[]> = {}) =>
  madeFile({
    ...{ study: `1.2.5.${patient}`, series: `1.2.5.${patient}.1`, instance: `1.2.5.${patient}.1.1` },
    frames: [[[0, 4095]]],
    attributes: {
      StudyID: '1',
      StudyTime: '101112',
      SeriesNumber: 1,
      InstanceNumber: 1,
      PatientID: `D${patient}`,
      ...change,
    },
  });

/** Writes the files and has DCMTK make their DICOMDIR. */
const makeDisc = (disc: string, files: Readonly<Record<string, Uint8Array>>) => {
  mkdirSync(disc);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(disc, name), bytes);
  const asked = ['+id', disc, '+D', join(disc, 'DICOMDIR'), '+I', '-W', ...Object.keys(files)];
  const { status, stdout, stderr, error } = spawnSync('dcmmkdir', asked, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, error?.message ?? stdout + stderr);
};

/** Two voxels of two points each. */
const madeSpectrum = () =>
  madeFile({
    ...{ study: '1.2.5.4', series: '1.2.5.4.1', instance: '1.2.5.4.1.1', frames: [] },
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4.2',
    attributes: {
      ...{ Modality: 'MR', Rows: 1, Columns: 2, DataPointRows: 1, DataPointColumns: 2, NumberOfFrames: 1 },
      ...{ DataRepresentation: 'COMPLEX', SignalDomainColumns: 'TIME', SpectralWidth: 1000 },
    },
    change: (dataSet) => {
      dataSet.set('SpectroscopyData', new Uint8Array(Float32Array.from([1, 0, 2, 0, 3, 0, 4, 0]).buffer), 'OF');
    },
  });

const choose = async (page: Page, button: string, files: string | readonly string[]) => {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(typeof files === 'string' ? files : [...files]);
};

test('[VW-MEDIA-09] a disc of two patients is opened, looked at without import, and imported by the keyboard; what has no image says so', async () => {
  const disc = join(server.folder, 'disc');
  const waveform = {
    Modality: 'ECG',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.9.1.1',
    ContentDate: '20260102',
    ContentTime: '101112',
  };
  const ecg = madeFile({
    ...{ study: '1.2.5.2', series: '1.2.5.2.1', instance: '1.2.5.2.1.1', frames: [] },
    attributes: { StudyID: '2', StudyTime: '101112', SeriesNumber: 1, InstanceNumber: 1, PatientID: 'D2', ...waveform },
  });
  makeDisc(disc, { IM1: onDisc(1), ECG1: ecg });
  const before = await instancesStored();
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/media`);
  await choose(page, 'Open a folder or disc', disc);
  const patients = page.getByRole('checkbox', { name: /D[12]/ });
  await patients.nth(1).waitFor();
  assert.equal(await patients.count(), 2);
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole('checkbox', { name: /D2/ }).press('Space');
  await page.getByText('1 object chosen').waitFor();
  await page.getByRole('button', { name: 'Show' }).press('Enter');
  await page.waitForURL(/\/shown\/studies\//u);
  await expectField(page, { across: 32, down: 16 }, { column: 24, row: 8 }, gray(255));
  await page.getByRole('link', { name: 'Back to the media' }).click();
  await page.getByRole('checkbox', { name: /D1/ }).press('Space');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Stored only, cannot be displayed').waitFor();
  assert.equal(await instancesStored(), before);
  await page.getByRole('link', { name: 'Back to the media' }).click();
  await page.getByRole('button', { name: 'Import' }).press('Enter');
  await page.getByText('done: 2 objects imported').waitFor();
  assert.equal(await instancesStored(), Number(before) + 2);
  await page.getByRole('button', { name: 'Close the medium' }).click();
  await page.getByRole('region', { name: 'Medium', exact: true }).waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});

/** Two characters of each script of the table of character sets. PS3.3 C.12.1.1.2 */
const scripts: Readonly<Record<string, string>> = {
  ...{ Latin: 'äñ', 'Latin of Central Europe': 'łő', 'Latin of the South': 'ħġ', Baltic: 'ģķ', Turkish: 'ğı' },
  ...{ Cyrillic: 'Люк'.slice(0, 2), Arabic: 'قب', Greek: 'Δι', Hebrew: 'שר', Thai: 'กข' },
  ...{ Japanese: '山田', Kana: 'ﾔﾏ', Hiragana: 'やま', Korean: '김희', Hanja: '金喜', Chinese: '张国' },
};

/** Runs in the page: those scripts whose characters all look the same, as boxes do. */
async function boxed(ofScripts: Readonly<Record<string, string>>): Promise<string[]> {
  const { fontFamily } = getComputedStyle(document.body);
  const pictureOf = (character: string): string => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    if (!context) return '';
    context.font = `32px ${fontFamily}`;
    context.fillText(character, 10, 60);
    return canvas.toDataURL();
  };
  const found: string[] = [];
  for (const [script, text] of Object.entries(ofScripts)) {
    await document.fonts.load(`32px ${fontFamily}`, text);
    const pictures = new Set([...text, '\u{10fffd}'].map(pictureOf));
    if (pictures.size !== 3) found.push(script);
  }
  return found;
}

test('[VW-CHAR-04] no script of the character sets shows as boxes, whatever fonts the machine has', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(server.origin);
  await page.waitForFunction(() => [...document.fonts].some(({ family }) => family.includes('Noto Sans Thai')));
  assert.deepEqual(await page.evaluate(boxed, scripts), []);
  assert.deepEqual(errors, []);
});

test('[VW-MEDIA-04] a single image, or one of curves, is displayed as soon as its file is loaded, without import', async () => {
  const before = await instancesStored();
  const image = join(server.folder, 'alone.dcm');
  writeFileSync(image, onDisc(3));
  const { page } = await openPage(browser);
  await page.goto(`${server.origin}/media`);
  await choose(page, 'Open files or a ZIP archive', [image]);
  await page.waitForURL(/\/shown\/studies\//u);
  await expectField(page, { across: 32, down: 16 }, { column: 24, row: 8 }, gray(255));
  const spectrum = join(server.folder, 'curves.dcm');
  writeFileSync(spectrum, madeSpectrum());
  await page.goto(`${server.origin}/media`);
  await choose(page, 'Open files or a ZIP archive', [spectrum]);
  await page.getByRole('button', { name: 'Voxel 1, 2' }).waitFor();
  assert.equal(await instancesStored(), before);
});
