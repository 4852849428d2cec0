// A series that a test makes, stores and opens in the viewer.
import { type DataSet, writePart10 } from '@concord/dicom';
import type { Browser, Page } from 'playwright-core';
import { explicitVrLittleEndian, type MadeImage, madeDataSet } from './made-images.ts';
import { type OpenPage, openPage } from './open-browser.ts';
import type { RunningServer } from './running-server.ts';

export type Wanted = Omit<MadeImage, 'study' | 'series' | 'instance'> & {
  /** What is otherwise when the pixels are in place. */
  readonly finish?: (dataSet: DataSet) => void;
};

export interface OpenedSeries extends OpenPage {
  readonly study: string;
  readonly series: string;
  readonly instances: readonly string[];
  /** On to the next image. */
  next(): Promise<void>;
}

interface Where {
  readonly server: RunningServer;
  readonly browser: Browser;
}

let nextUid = 1;
const newUid = (): string => `1.2.826.0.1.3680043.10.80.${process.pid}.${nextUid++}`;

const fileOf = ({ finish, ...made }: MadeImage & Pick<Wanted, 'finish'>): Uint8Array => {
  const dataSet = madeDataSet(made);
  finish?.(dataSet);
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
};

/** Stores images as one series and opens it. */
export const openSeries = async ({ server, browser }: Where, images: readonly Wanted[]): Promise<OpenedSeries> => {
  const [study, series] = [newUid(), newUid()];
  const instances = images.map(newUid);
  const files = images.map(({ attributes, ...image }, index) =>
    fileOf({
      ...image,
      study,
      series,
      instance: instances[index] ?? '',
      attributes: { InstanceNumber: index + 1, ...attributes },
    }),
  );
  await server.post(...files);
  const shown = await openPage(browser);
  await shown.page.goto(`${server.origin}/studies/${study}/series/${series}`);
  return { ...shown, study, series, instances, next: () => shown.page.keyboard.press('ArrowDown') };
};

/** In pixels of an image. */
type Place = readonly [x: number, y: number];

/** Drags from one pixel of an image that fits its pane to another. */
export const drag = async (page: Page, { across, down }: { across: number; down: number }, from: Place, to: Place) => {
  const box = await page.locator('main canvas').boundingBox();
  if (!box) throw new Error('there is no canvas');
  const zoom = Math.min(box.width / across, box.height / down);
  const place = ([x, y]: Place) =>
    [box.x + box.width / 2 + (x - across / 2) * zoom, box.y + box.height / 2 + (y - down / 2) * zoom] as const;
  await page.mouse.move(...place(from));
  await page.mouse.down();
  await page.mouse.move(...place(to), { steps: 3 });
  await page.mouse.up();
};
