// Presentation states in the viewer, in a real browser: which is applied, what is said of it, and how another is chosen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DataSet } from '@concord/dicom';
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
const item = (values: Readonly<Record<string, unknown>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value as string);
  return dataSet;
};

interface MadeState {
  readonly label: string;
  readonly description?: string;
  readonly created: readonly [date: string, time: string];
  /** Image by its place; default the first. */
  readonly image?: number;
  readonly change?: (dataSet: DataSet) => void;
}

const windowed = (center: number, width: number) => (dataSet: DataSet) =>
  dataSet.set('SoftcopyVOILUTSequence', [item({ WindowCenter: center, WindowWidth: width })]);

/** Stores images of three fields (0, 2048, 4095) and the states, opens the series. */
const opened = (images: number, ...states: readonly MadeState[]) =>
  openedAt(
    server,
    Array.from({ length: images }, () => [[[0, 2048, 4095]]]),
    states,
  );

type Frames = Parameters<typeof madeFile>[0]['frames'];

/** The same of any frames, one list for each image. */
const openedAt = async (at: RunningServer, images: readonly Frames[], states: readonly MadeState[]) => {
  const [study, series, stateSeries] = [newUid(), newUid(), newUid()];
  const uids = images.map(newUid);
  const pictures = uids.map((instance, index) =>
    madeFile({
      ...{ study, series, instance, frames: images[index] ?? [] },
      attributes: {
        ...{ InstanceNumber: index + 1, WindowCenter: 2048, WindowWidth: 4096 },
        ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
      },
    }),
  );
  const files = states.map(({ label, description = '', created: [date, time], image = 0, change }) =>
    madeFile({
      ...{ study, series: stateSeries, instance: newUid(), frames: [] },
      sopClassUid: '1.2.840.10008.5.1.4.1.1.11.1',
      attributes: { Modality: 'PR', ContentLabel: label, ContentDescription: description },
      change: (dataSet) => {
        dataSet.set('PresentationCreationDate', date);
        dataSet.set('PresentationCreationTime', time);
        dataSet.set('PresentationLUTShape', 'IDENTITY');
        const reference = item({ ReferencedSOPClassUID: '1.2', ReferencedSOPInstanceUID: uids[image] });
        dataSet.set('ReferencedSeriesSequence', [
          item({ SeriesInstanceUID: series, ReferencedImageSequence: [reference] }),
        ]);
        change?.(dataSet);
      },
    }),
  );
  await at.post(...pictures, ...files);
  const shown = await openPage(browser);
  await shown.page.goto(`${at.origin}/studies/${study}/series/${series}`);
  return { ...shown, study, series };
};

const three = { across: 3, down: 1 };
const field = (column: number, row = 0) => ({ column, row });
const stateLine = (page: Page) => page.getByTestId('presentation-state');
const openMenu = (page: Page) => page.getByRole('button', { name: 'Presentation states' }).click();
/** The menu keeps the keys until it is gone. */
const choose = async (page: Page, name: RegExp) => {
  await page.getByRole('menuitem', { name }).click();
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
const inverse = (dataSet: DataSet) => dataSet.set('PresentationLUTShape', 'INVERSE');

test('[VW-GSPS-01] [VW-GSPS-03] [HP-PS-02] the newest state of an image is applied when it is opened, and what it is called is said', async () => {
  const { page, errors } = await opened(
    1,
    { label: 'TODAY', description: 'Bright <b>parts</b>', created: ['20260105', '090000'], change: inverse },
    { label: 'YESTERDAY', created: ['20260104', '100000'] },
  );
  await stateLine(page).getByText('TODAY · Bright <b>parts</b>').waitFor();
  await expectField(page, three, field(0), gray(255));
  await expectField(page, three, field(1), gray(127));
  await expectField(page, three, field(2), gray(0));
  assert.equal(await page.getByRole('button', { name: 'Tool: window' }).getAttribute('aria-disabled'), 'true');
  assert.deepEqual(errors, []);
});

test('[VW-GSPS-04] [HP-PS-03] every state of the image can be chosen, no other; the choice stays while one scrolls', async () => {
  const { page } = await opened(
    2,
    { label: 'INVERTED', created: ['20260105', '090000'], change: inverse },
    {
      label: 'NARROW',
      description: 'Only dark values',
      created: ['20260104', '083000'],
      change: windowed(1024.5, 2049),
    },
    { label: 'OF THE OTHER', created: ['20260106', '070000'], image: 1 },
  );
  await expectField(page, three, field(0), gray(255));
  await openMenu(page);
  if (process.env.CONCORD_SCREENSHOTS) await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/menu.png` });
  assert.deepEqual(await page.getByRole('menuitem').allTextContents(), [
    'None: as the image says',
    'INVERTED2026-01-05 09:00',
    'NARROWOnly dark values · 2026-01-04 08:30',
  ]);
  await choose(page, /NARROW/);
  await stateLine(page).getByText('NARROW').waitFor();
  await expectField(page, three, field(0), gray(0));
  await expectField(page, three, field(1), gray(255));
  await page.keyboard.press('ArrowDown');
  await stateLine(page).getByText('OF THE OTHER').waitFor();
  await page.keyboard.press('ArrowUp');
  await stateLine(page).getByText('NARROW').waitFor();
  await openMenu(page);
  await choose(page, /None/);
  await stateLine(page).waitFor({ state: 'detached' });
  await expectField(page, three, field(1), gray(128));
  await page.keyboard.press('ArrowDown');
  await expectField(page, three, field(0), gray(0));
  assert.equal(await stateLine(page).count(), 0, 'none means none for each image');
});

test('[VW-GSPS-05] [HP-PS-04] an image that no state is for is shown as it says itself', async () => {
  const { page } = await opened(2, {
    label: 'OF THE OTHER',
    created: ['20260106', '070000'],
    image: 1,
    change: inverse,
  });
  await expectField(page, three, field(0), gray(0));
  await expectField(page, three, field(1), gray(128));
  assert.equal(await stateLine(page).count(), 0);
  assert.ok(await page.getByRole('button', { name: 'Presentation states' }).isDisabled());
});

/** Subtracts the first frame from the second. */
const masked: MadeState = {
  label: 'MASKED',
  created: ['20260105', '090000'],
  change: (dataSet) => {
    const mask = item({ MaskOperation: 'AVG_SUB', MaskFrameNumbers: 1 });
    mask.set('ApplicableFrameRange', [2, 2]);
    dataSet.set('MaskSubtractionSequence', [mask]);
    dataSet.set('RecommendedViewingMode', 'SUB');
    windowed(500.5, 1001)(dataSet);
  },
};
const injected = [[[0, 2048, 1500]], [[1000, 2048, 2000]]] as const;

test('a state that subtracts a mask shows the difference of the frames', async () => {
  const { page, errors } = await openedAt(server, [injected], [masked]);
  await stateLine(page).getByText('MASKED').waitFor();
  await expectField(page, three, field(0), gray(0));
  await page.keyboard.press('ArrowDown');
  await expectField(page, three, field(0), gray(255));
  await expectField(page, three, field(1), gray(0));
  await expectField(page, three, field(2), gray(127));
  assert.deepEqual(errors, []);
});

test('[VW-GSPS-06] a state that subtracts a mask is marked, cannot be chosen, and the next one is applied', async () => {
  await using stack = new AsyncDisposableStack();
  const marking = await startServer({ maskStates: 'marked' });
  stack.defer(marking.end);
  const plain = { label: 'PLAIN', created: ['20260104', '100000'], change: inverse } as const;
  const { page } = await openedAt(marking, [[[[0, 2048, 4095]]]], [masked, plain]);
  await stateLine(page).getByText('PLAIN').waitFor();
  await expectField(page, three, field(0), gray(255));
  await openMenu(page);
  const marked = page.getByRole('menuitem', { name: /MASKED.*subtracts a mask/ });
  assert.ok(await marked.isDisabled());
});

test('a state turns, mirrors and cuts; the sides of the patient go with it, annotations are drawn', async () => {
  const { page } = await opened(1, {
    label: 'TURNED',
    created: ['20260105', '090000'],
    change: (dataSet) => {
      dataSet.set('ImageRotation', 90, 'US');
      dataSet.set('ImageHorizontalFlip', 'Y');
      dataSet.set('GraphicLayerSequence', [item({ GraphicLayer: 'ONE', GraphicLayerOrder: 1 })]);
      const line = item({
        ...{ GraphicAnnotationUnits: 'PIXEL', GraphicDimensions: 2, NumberOfGraphicPoints: 5, GraphicType: 'POLYLINE' },
        ...{ GraphicData: ['2', '2', '14', '2', '14', '14', '2', '14', '2', '2'], GraphicFilled: 'Y' },
      });
      dataSet.set('GraphicAnnotationSequence', [item({ GraphicLayer: 'ONE', GraphicObjectSequence: [line] })]);
    },
  });
  const oneAcross = { across: 1, down: 3 };
  await stateLine(page).getByText('TURNED').waitFor();
  await expectField(page, oneAcross, field(0, 1), gray(128));
  await expectField(page, oneAcross, field(0, 2), gray(255));
  const edge = (name: string) => page.locator(`[data-edge="${name}"]`).textContent();
  assert.deepEqual([await edge('top'), await edge('right')], ['R', 'P']);
  if (process.env.CONCORD_SCREENSHOTS) await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/state.png` });
});

test('a state that cannot be applied says so, and the image is not shown as if there were none', async () => {
  const { page } = await opened(1, {
    label: 'BROKEN',
    created: ['20260105', '090000'],
    change: (dataSet) => {
      const table = new DataSet();
      table.set('LUTDescriptor', [4096, 0, 12], 'US');
      table.set('LUTData', [1, 2, 3], 'US');
      dataSet.set('SoftcopyVOILUTSequence', [item({ VOILUTSequence: [table] })]);
    },
  });
  await page.getByText(/The presentation state BROKEN cannot be applied/).waitFor();
  await openMenu(page);
  await choose(page, /None/);
  await expectField(page, three, field(1), gray(128));
});
