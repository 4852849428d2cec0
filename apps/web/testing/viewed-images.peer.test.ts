// Images of every depth in the viewer, in a real browser, against what DCMTK draws of the same files; and those that are not drawn.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type MadeImage, madeFile } from './made-images.ts';
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

const newUid = (): string => `1.2.826.0.1.3680043.10.79.${nextUid++}`;
type Wanted = Omit<MadeImage, 'study' | 'series' | 'instance'>;

/** Stores images as one series and opens it. */
const opened = async (...images: readonly Wanted[]) => {
  const [study, series] = [newUid(), newUid()];
  const files = images.map(({ attributes, ...image }, index) =>
    madeFile({ ...image, study, series, instance: newUid(), attributes: { InstanceNumber: index + 1, ...attributes } }),
  );
  await server.post(...files);
  const shown = await openPage(browser);
  await shown.page.goto(`${server.origin}/studies/${study}/series/${series}`);
  return { ...shown, files };
};

const three = { across: 3, down: 1 };
const field = (column: number) => ({ column, row: 0 });

/** The levels of the three fields as DCMTK draws a file. */
const drawnByDcmtk = (file: Uint8Array, ...options: readonly string[]): readonly number[] => {
  const [path, picture] = [join(server.folder, 'drawn.dcm'), join(server.folder, 'drawn.pgm')];
  writeFileSync(path, file);
  execFileSync('dcmj2pnm', ['+op', ...options, path, picture], { timeout: 60_000, stdio: 'pipe' });
  const bytes = readFileSync(picture);
  const [head = '', width = '', height = ''] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 60)) ?? [];
  const row = bytes.subarray(head.length + Math.floor(Number(height) / 2) * Number(width));
  return [0, 1, 2].map((index) => row[Math.floor(((index + 0.5) * Number(width)) / 3)] ?? -1);
};

const expectLevels = async (page: Page, levels: readonly number[]) => {
  for (const [column, level] of levels.entries()) await expectField(page, three, field(column), gray(level));
};

const grays: readonly (readonly [name: string, image: Wanted])[] = [8, 10, 12, 16].flatMap((bits) =>
  [0, 1].flatMap((sign) =>
    ['MONOCHROME2', 'MONOCHROME1'].map((term): readonly [string, Wanted] => {
      const low = sign === 1 ? -(2 ** (bits - 1)) : 0;
      const values = [0.1, 0.45, 0.9].map((share) => Math.round(low + share * 2 ** bits));
      const depth = { BitsAllocated: bits === 8 ? 8 : 16, BitsStored: bits, HighBit: bits - 1 };
      const window = { WindowCenter: low + 2 ** (bits - 1), WindowWidth: 2 ** bits };
      const attributes = { ...depth, ...window, PixelRepresentation: sign, PhotometricInterpretation: term };
      return [`${bits} bits, ${sign === 1 ? 'signed' : 'unsigned'}, ${term}`, { frames: [[values]], attributes }];
    }),
  ),
);

test('[VW-VIEW-02] grey images of 1 to 16 bits, with and without sign, MONOCHROME1 and 2, have the levels of DCMTK', async () => {
  const bits = { frames: [[[1, 0, 1]]], attributes: { BitsAllocated: 1, BitsStored: 1, HighBit: 0 } };
  const { page, files } = await opened(...grays.map(([, image]) => image), bits);
  for (const [index, file] of files.slice(0, -1).entries()) {
    await expectLevels(page, drawnByDcmtk(file, '+Wi', '1')).catch((error: unknown) => {
      throw new Error(`${grays[index]?.[0]}: ${error instanceof Error ? error.message : error}`);
    });
    await page.keyboard.press('ArrowDown');
  }
  // DCMTK draws no images of one bit.
  await expectLevels(page, [255, 0, 255]);
});

test('[VW-VIEW-05] Enhanced MR: values at or above the first of the supplemental palette in colour, lower ones grey', async () => {
  const { page } = await opened({
    frames: [[[0, 1000, 3001]]],
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4.1',
    attributes: { PixelPresentation: 'COLOR', WindowCenter: 1000.5, WindowWidth: 2001, Modality: 'MR' },
    change: (dataSet) => {
      for (const [colour, values] of Object.entries({ Red: [9, 255], Green: [8, 40], Blue: [7, 80] })) {
        dataSet.set(`${colour}PaletteColorLookupTableDescriptor`, [2, 3000, 16], 'US');
        const entries = Uint16Array.from(values, (value) => value * 257);
        dataSet.set(`${colour}PaletteColorLookupTableData`, new Uint8Array(entries.buffer), 'OW');
      }
    },
  });
  await expectField(page, three, field(0), gray(0));
  await expectField(page, three, field(1), gray(128));
  await expectField(page, three, field(2), [255, 40, 80]);
});

test('[VW-VIEW-08] 60 frames: how many is said, each can be reached and is the one DCMTK draws, played at Frame Time', async () => {
  const frames = Array.from({ length: 60 }, (_, index) => [[index * 60, 4095 - index * 60, 2000]]);
  const attributes = { Modality: 'XA', FrameTime: 100, WindowCenter: 2048, WindowWidth: 4096 };
  const { page, files } = await opened({ frames, attributes });
  const [file = new Uint8Array()] = files;
  const text = page.getByTestId('overlay-text');
  for (const number of [1, 30, 60]) {
    await page.getByLabel('Image', { exact: true }).fill(String(number));
    await text.getByText(`Frame ${number} of 60`).waitFor();
    await expectLevels(page, drawnByDcmtk(file, '+Wi', '1', '+F', String(number)));
  }
  assert.equal(await page.getByLabel('Images per second').inputValue(), '10 /s');
  await page.keyboard.press('Home');
  await text.getByText('Frame 1 of 60').waitFor();
  const began = Date.now();
  await page.keyboard.press('Space');
  await text.getByText(/Frame (?:2[1-9]|[345]\d|60) of 60/).waitFor();
  assert.ok(Date.now() - began > 1500, 'twenty frames at ten in a second');
});

test('[VW-VIEW-10] the first of several windows at start, the others by name, one by hand; padding counts for none', async () => {
  const { page, files } = await opened(
    {
      frames: [[[200, 1000, 3000]]],
      attributes: {
        WindowCenter: ['800', '2000', '3000'],
        WindowWidth: ['1600', '4000', '500'],
        WindowCenterWidthExplanation: ['LUNG', 'BONE', 'SOFT'],
      },
    },
    {
      frames: [[[63536, 1000, 3000]]],
      attributes: { PixelRepresentation: 1, BitsStored: 16, HighBit: 15, PixelPaddingValue: -2000 },
    },
  );
  const [file = new Uint8Array()] = files;
  await expectLevels(page, drawnByDcmtk(file, '+Wi', '1'));
  for (const [name, number] of [
    ['BONE', '2'],
    ['SOFT', '3'],
  ] as const) {
    await page.getByRole('button', { name: 'Windows to choose from' }).click();
    await page.getByRole('menuitem', { name }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expectLevels(page, drawnByDcmtk(file, '+Wi', number));
  }
  await page.keyboard.press('r');
  await page.keyboard.press('Shift+ArrowRight');
  await page
    .getByTestId('overlay-text')
    .getByText(/^W (?!1600)/)
    .waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('ArrowDown');
  // From 1000 to 3000: the padding, -2000, would make the field in the middle a light grey.
  await expectField(page, three, field(1), gray(0), 6);
  await expectField(page, three, field(2), gray(255), 6);
});

for (const [name, presentation, processing] of [
  ['DX', '1.2.840.10008.5.1.4.1.1.1.1', '1.2.840.10008.5.1.4.1.1.1.1.1'],
  ['mammography', '1.2.840.10008.5.1.4.1.1.1.2', '1.2.840.10008.5.1.4.1.1.1.2.1'],
  ['intra-oral', '1.2.840.10008.5.1.4.1.1.1.3', '1.2.840.10008.5.1.4.1.1.1.3.1'],
]) {
  test(`[VW-VIEW-13] ${name}: the image for presentation is drawn, the one for processing is not unless it is asked for`, async () => {
    const window = { WindowCenter: 2048, WindowWidth: 4096 };
    const image = { frames: [[[0, 2048, 4095]]], attributes: window };
    const { page } = await opened(
      { ...image, sopClassUid: presentation ?? '' },
      { ...image, sopClassUid: processing ?? '' },
    );
    await expectField(page, three, field(1), gray(128));
    await page.keyboard.press('ArrowDown');
    await page.getByText('This image is for processing and not for display').waitFor();
    assert.equal(await page.locator('main canvas').count(), 0);
    await page.getByRole('cell', { name: 'Bits Stored' }).waitFor();
    await page.getByRole('button', { name: 'Show it all the same' }).click();
    await expectField(page, three, field(1), gray(128));
  });
}

test('[VW-VIEW-16] codes are shown by the meaning that the object gives them, whatever it is', async () => {
  const { page } = await opened({
    frames: [[[0, 2048, 4095]]],
    change: (dataSet) => {
      dataSet.set('AnatomicRegionSequence[0].CodeValue', '39607008');
      dataSet.set('AnatomicRegionSequence[0].CodingSchemeDesignator', 'SCT');
      dataSet.set('AnatomicRegionSequence[0].CodeMeaning', 'Käsekuchen <i>');
    },
  });
  await page.locator('main canvas').waitFor();
  await page.keyboard.press('a');
  await page.getByRole('cell', { name: 'Käsekuchen <i>' }).waitFor();
  assert.equal(await page.getByText('Lung').count(), 0);
});

test('[VW-VIEW-07] a spectroscopy object is a grid of curves; a voxel that is chosen shows its own, its peak at its chemical shift', async () => {
  const [points, width, megahertz] = [256, 2000, 127.7];
  const hertz = [-250, 125, 0, 500];
  const values = hertz.flatMap((each) =>
    Array.from({ length: points }, (_, index) => {
      const [angle, damping] = [(2 * Math.PI * each * index) / width, Math.exp(-index / 60)];
      return [Math.cos(angle) * damping, Math.sin(angle) * damping];
    }).flat(),
  );
  const { page, errors } = await opened({
    frames: [],
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4.2',
    attributes: {
      ...{ Rows: 2, Columns: 2, NumberOfFrames: 1, DataPointRows: 1, DataPointColumns: points },
      ...{ DataRepresentation: 'COMPLEX', SignalDomainColumns: 'TIME', SpectralWidth: width },
      ...{ TransmitterFrequency: megahertz, ChemicalShiftReference: 4.7 },
    },
    change: (dataSet) => dataSet.set('SpectroscopyData', new Uint8Array(Float32Array.from(values).buffer), 'OF'),
  });
  const voxels = page.getByRole('group', { name: 'Voxels' });
  await voxels.getByRole('button').nth(3).waitFor();
  assert.equal(await voxels.locator('polyline').count(), 4);
  for (const [voxel, each] of hertz.entries()) {
    await voxels.getByRole('button').nth(voxel).click();
    const name = `${Math.floor(voxel / 2) + 1}, ${(voxel % 2) + 1}`;
    const alone = page.getByRole('figure', { name: `Spectrum of voxel ${name}` });
    await alone.getByText(`highest at ${(4.7 + each / megahertz).toFixed(2)} ppm`).waitFor();
  }
  if (process.env.CONCORD_SCREENSHOTS)
    await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/spectra.png` });
  assert.deepEqual(errors, []);
});
