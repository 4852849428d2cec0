// From a click on a series to its first image on the screen, in a real browser: measured in the page itself, frame by frame.
import type { Browser, Page } from 'playwright-core';

export interface FirstImage {
  /** Milliseconds from the click to the first frame in which the canvas shows something. */
  readonly milliseconds: number;
  /** Requests that were answered until then. */
  readonly requests: number;
}

/** Called in the page: resolves when the middle of the canvas is no longer black. */
const watchCanvas = (deadlineMs: number): void => {
  const state: { begun?: number; shown?: number } = {};
  Object.assign(window, { firstImage: state });
  const look = (): void => {
    const now = performance.now();
    const canvas = document.querySelector<HTMLCanvasElement>('main canvas');
    const middle = canvas
      ?.getContext('2d')
      ?.getImageData(Math.floor(canvas.width / 2), Math.floor(canvas.height / 2), 1, 1).data;
    if (middle && (middle[0] ?? 0) > 0) state.shown = now;
    else if (now - (state.begun ?? now) < deadlineMs) requestAnimationFrame(look);
  };
  document.addEventListener(
    'click',
    () => {
      state.begun = performance.now();
      requestAnimationFrame(look);
    },
    { capture: true, once: true },
  );
};

const measured = async (page: Page, deadlineMs: number): Promise<FirstImage> => {
  await page.waitForFunction(() => Object.hasOwn(Reflect.get(window, 'firstImage') ?? {}, 'shown'), undefined, {
    timeout: deadlineMs,
    polling: 50,
  });
  return page.evaluate(() => {
    const { begun, shown } = Reflect.get(window, 'firstImage') as { begun: number; shown: number };
    const asked = performance.getEntriesByType('resource').filter(({ startTime }) => startTime >= begun);
    const answered = asked.filter(({ startTime, duration }) => startTime + duration <= shown);
    return { milliseconds: shown - begun, requests: answered.length };
  });
};

/** Opens the page of the study in a browser that has never been there, and clicks on its only series. Rejects when nothing is seen in time. */
export const firstImage = async (
  browser: Browser,
  { origin, study, deadlineMs = 60_000 }: { origin: string; study: string; deadlineMs?: number },
): Promise<FirstImage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/studies/${study}`, { timeout: deadlineMs });
    const link = page.locator('a[href*="/series/"]').first();
    await link.waitFor({ timeout: deadlineMs });
    // Whoever reads a study list looks at the page before clicking.
    await page.waitForLoadState('networkidle', { timeout: deadlineMs });
    await page.evaluate(watchCanvas, deadlineMs);
    await link.click();
    return await measured(page, deadlineMs);
  } finally {
    await context.close();
  }
};
