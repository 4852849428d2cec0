// The package's own tests, the same files, in headless Chromium: reading, writing, values, character sets, matching, models.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, runInPage } from '../testing/browser/page.ts';
import { packageFolder } from '../testing/bundle.ts';

/** Not the core, or about the repository. */
const elsewhere = /^src\/(iod|deidentify)\/|\.(peer|browser)\.test\.ts$|^src\/(bundle-size|readme|api)\.test\.ts$/;

/** Files that stand on Node.js: on its file system, or on its zlib to compare with. */
const needsNode = (file: string): boolean =>
  /from 'node:(?!test'|assert\/strict')/.test(readFileSync(join(packageFolder, file), 'utf8'));

const files = globSync('src/**/*.test.ts', { cwd: packageFolder })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !elsewhere.test(file) && !needsNode(file))
  .sort();

let browser: Browser | undefined;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

test('the core has tests of its own', () => {
  for (const name of [
    'part10',
    'frames',
    'xml',
    'date-time',
    'person-name',
    'matching/match',
    'character-set/text-codec',
  ])
    assert.ok(files.includes(`src/${name}.test.ts`), name);
});

for (const file of files)
  test(`${file} passes in Chromium`, async (context) => {
    assert.ok(browser);
    const outcomes = await runInPage(browser, file);
    const count = (kind: string) => outcomes.filter(({ outcome }) => outcome === kind).length;
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
    assert.deepEqual(failed, []);
    assert.ok(count('passed') > 0, 'no test ran');
    context.diagnostic(`${file}: ${count('passed')} passed, ${count('left out')} left out`);
  });
