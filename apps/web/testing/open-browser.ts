// A real browser, and what tests ask of its pages.
import assert from 'node:assert/strict';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell';

/** Nothing but our own server is to be talked to, and no graphics card is needed. */
const args = [
  ...['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-gpu'],
];

export interface OpenPage {
  readonly page: Page;
  /** Errors of the page and violations of its content security policy so far. */
  readonly errors: readonly string[];
}

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args, timeout: 180_000 });

/**
 * A fresh page without any memory, in the place of the one before: a page that nobody looks at goes on following the server, and drawing.
 * What the network refuses on purpose (404 of a thumbnail) is no error of the page.
 */
export const openPage = async (browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> => {
  for (const before of browser.contexts()) await before.close();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) errors.push(text);
  });
  page.on('dialog', (dialog) => {
    errors.push(`a dialogue opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, errors };
};

/** The colour in the middle of a field of an image that is fitted into the pane; fields are counted from 0. */
export const fieldColour = (
  page: Page,
  { across, down }: { across: number; down: number },
  { column, row }: { column: number; row: number },
): Promise<readonly number[]> =>
  page.evaluate(
    ([columns = 1, rows = 1, x = 0, y = 0]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('main canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [];
      const zoom = Math.min(canvas.width / columns, canvas.height / rows);
      const left = canvas.width / 2 + (x - columns / 2) * zoom;
      const top = canvas.height / 2 + (y - rows / 2) * zoom;
      return [...context.getImageData(Math.floor(left), Math.floor(top), 1, 1).data].slice(0, 3);
    },
    [across, down, column + 0.5, row + 0.5],
  );

/** Waits until a field has a colour, give or take `by` for what scaling and decoding round. */
export const expectField = async (
  page: Page,
  size: { across: number; down: number },
  field: { column: number; row: number },
  wanted: readonly number[],
  by = 2,
): Promise<void> => {
  let seen: readonly number[] = [];
  for (const until = Date.now() + 90_000; Date.now() < until; ) {
    seen = await fieldColour(page, size, field);
    if (seen.length === 3 && seen.every((value, index) => Math.abs(value - (wanted[index] ?? -99)) <= by)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`field ${field.column},${field.row} is ${seen}, not ${wanted}`);
};

/** A grey as the canvas has it. */
export const gray = (level: number): readonly number[] => [level, level, level];
