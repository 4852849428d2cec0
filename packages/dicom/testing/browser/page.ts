// Runs a test file of this package in a page of headless Chromium.
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Plugin } from 'rolldown';
import { bundle, instead } from '../bundle.ts';
import type { Outcome } from './node-test.ts';

const executablePath = process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** Ends with `close()`. */
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args, timeout: 60_000 });

const file = (name: string): string => join(import.meta.dirname, name);
const standIns: Readonly<Record<string, string>> = {
  'node:test': file('node-test.ts'),
  'node:assert/strict': file('assert.ts'),
  'node:zlib': file('absent.ts'),
  'iconv-lite': file('absent.ts'),
};

const forBrowser: Plugin = {
  name: 'stand-ins for Node.js',
  resolveId: (id) => standIns[id] ?? (id.endsWith('/corpus.ts') ? file('no-corpus.ts') : undefined),
};

/** @param testFile from the package's folder on @throws where the file needs of Node.js what has no stand-in */
export async function runInPage(browser: Browser, testFile: string): Promise<readonly Outcome[]> {
  const entry = `import { run } from './testing/browser/node-test.ts';
    import './${testFile}';
    globalThis.outcomes = run();`;
  const { code } = await bundle('entry.ts', [instead({ 'entry.ts': entry }), forBrowser]);
  const page = await browser.newPage();
  try {
    const broken = new Promise<never>((_, reject) => page.on('pageerror', reject));
    await page.addScriptTag({ type: 'module', content: code });
    await Promise.race([page.waitForFunction('globalThis.outcomes'), broken]);
    return await Promise.race([page.evaluate<readonly Outcome[]>('globalThis.outcomes'), broken]);
  } finally {
    await page.close();
  }
}
