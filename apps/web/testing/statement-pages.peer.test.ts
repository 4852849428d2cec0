// Our own statement in a real browser: its texts are edited, its words explained, and everybody can read it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults } from './accessibility.ts';
import { hostile } from './claimed-statements.ts';
import { conformanceTerms, modelTerms } from './glossary-terms.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

const shots = process.env.CONCORD_SCREENSHOTS;

/** In ms: whole documents are made. */
const patience = 180_000;

let server: RunningServer | undefined;
let browser: Browser;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
});

test('[CS-UI-02] [CS-VAL-06] a text is edited with its hint; preview and findings follow at once, the status of other pages without a restart', async () => {
  const { page, errors } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${server?.origin}/interoperability`);
  await page.getByRole('region', { name: 'Statement' }).getByRole('link', { name: 'Texts' }).press('Enter');
  await page.getByLabel('Who you are').fill('A. Writer');
  const sections = page.getByRole('region', { name: /^[\d.]+ · / });
  await sections.first().waitFor();
  const numbers = (await sections.getByRole('heading', { level: 2 }).allTextContents()).map((text) =>
    parseInt(text, 10),
  );
  assert.deepEqual(
    numbers,
    numbers.toSorted((left, right) => left - right),
    'not in the order of the template',
  );
  const card = page.getByRole('region', { name: /functional definition/i }).first();
  await card.getByRole('button', { name: /^Edit: / }).press('Enter');
  const area = card.locator('textarea');
  const shipped = await area.inputValue();
  assert.ok(((await card.locator('[id$=description]').textContent()) ?? '').length > 10, 'the hint is shown');
  const preview = card.getByRole('region', { name: 'Preview' });
  await preview.getByText('No finding comes or goes.').waitFor();
  await area.fill(`${shipped} ${hostile}`);
  await preview.getByText(/onerror=alert/).waitFor();
  await area.fill('Specify XYZxyz');
  await preview
    .getByRole('list', { name: 'Findings that come' })
    .getByText(/E CS-VX-02/)
    .first()
    .waitFor();
  if (shots) await page.screenshot({ path: `${shots}/texts.png`, fullPage: true });
  await card.getByRole('button', { name: 'Keep' }).press('Enter');
  await card.getByText(/Written by A\. Writer/).waitFor();
  const about = page.getByRole('link', { name: 'About' });
  await about.click();
  const status = page.getByRole('status', { name: 'Conformance' });
  await status.getByText(/draft, \d+ error/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/about.png` });
  await page.goBack();
  await card.getByRole('button', { name: /^Edit: / }).press('Enter');
  await card.getByRole('button', { name: 'Back to the text as shipped' }).press('Enter');
  await card.getByText('As shipped').waitFor();
  await about.click();
  await status.getByText(/no errors/).waitFor();
  const texts = (await (await page.request.get(`${server?.origin}/conformance/texts`)).json()) as object[];
  const stale = { ...texts[0], state: 'stale', describes: [{ name: 'sendAttempts', now: '3', changed: true }] };
  await page.route('**/conformance/texts', (route) => route.fulfill({ json: [stale] }));
  await page.goBack();
  await page.reload();
  await page
    .getByRole('alert')
    .getByText(/Older than what it describes: sendAttempts/)
    .waitFor();
  await page.getByRole('button', { name: /^Edit: / }).press('Enter');
  await page.getByRole('button', { name: 'Confirm as it is' }).waitFor();
  assert.deepEqual(errors, []);
});

test('[CS-SCOPE-09] [CS-SCOPE-11] the glossary has the terms of conformance and of the model, and labels use no other word for them', async () => {
  const { page, errors } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${server?.origin}/interoperability`);
  await page.getByRole('region', { name: 'Statement' }).getByRole('link', { name: 'Glossary' }).press('Enter');
  const conformance = page.getByRole('region', { name: 'Terms of conformance' });
  await conformance.getByRole('term').first().waitFor();
  const shown = await page.getByRole('term').allTextContents();
  const missing = [...conformanceTerms, ...modelTerms].filter(
    (term) => !shown.some((each) => each.toLowerCase().includes(term.toLowerCase())),
  );
  assert.deepEqual(missing, []);
  assert.equal(await conformance.getByRole('term').count(), 11);
  await page.getByLabel('Find').fill('file-set');
  await page.getByRole('term').nth(10).waitFor({ state: 'detached' });
  if (shots) await page.screenshot({ path: `${shots}/glossary.png` });
  for (const address of ['/interoperability', '/interoperability/import']) {
    await page.goto(`${server?.origin}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const words = await page.locator('main').locator('label, th, h1, h2, h3, button').allInnerTexts();
    assert.deepEqual(
      words.filter((text) => /\b(server|client)s?\b/i.test(text)),
      [],
    );
  }
  assert.deepEqual(errors, []);
});

/** Addresses of what is rendered, and of the pages around it, each with words that come last. */
const readable: Readonly<Record<string, string | RegExp>> = {
  '/conformance?format=html': /Conformance Statement/,
  '/conformance?format=html&template=annex-n': /Conformance Statement/,
  '/interoperability': /decided by what runs/,
  '/interoperability/import': 'Probe it',
  '/interoperability/texts': /Functional definition/,
  '/interoperability/glossary': 'Standard Extended SOP Class',
  '/about': /^Conformance statement: /,
};

/** Shows the page in a scheme; our own pages change theirs a moment after the browser. */
const inScheme = async (page: Page, colorScheme: 'light' | 'dark'): Promise<void> => {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.waitForFunction((wanted) => {
    const { mantineColorScheme = wanted } = document.documentElement.dataset;
    return mantineColorScheme === wanted;
  }, colorScheme);
};

test('[CS-RND-15] the rendered statement and the pages of conformance: headings, header cells, names and contrast, light and dark; the keyboard goes from the contents to a section', async () => {
  const { page } = await openPage(browser);
  page.setDefaultTimeout(patience);
  const faults: Record<string, readonly string[]> = {};
  for (const [address, last] of Object.entries(readable)) {
    await page.goto(`${server?.origin}${address}`);
    await page.getByText(last).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await inScheme(page, colorScheme);
      const found = await accessibilityFaults(page);
      if (found.length > 0) faults[`${address}, ${colorScheme}`] = found;
    }
  }
  assert.deepEqual(faults, {});
  await page.goto(`${server?.origin}/conformance?format=html`);
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href') ?? '');
  const seen = await focused();
  assert.match(seen, /^#./, 'the first stop is a link within the document');
  await page.keyboard.press('Enter');
  const target = page.locator(`[id="${decodeURIComponent(seen.slice(1))}"]`);
  await target.waitFor();
  assert.ok(await target.evaluate((element) => element.getBoundingClientRect().top < innerHeight));
});

test('what is not accessible is found', async () => {
  const { page } = await openPage(browser);
  await page.setContent(
    '<h1>a</h1><h3>b</h3><table><tr><th>c</th></tr></table><img src="x"><button></button>' +
      '<p style="color:#999;background:#fff">pale</p><i id="x"></i><i id="x"></i>',
  );
  const faults = (await accessibilityFaults(page)).join('\n');
  for (const fault of [
    /language/,
    /title/,
    /h3 after h1/,
    /no scope/,
    /no name: <img/,
    /no name: <button/,
    /contrast 2\.\d+/,
    /twice the id x/,
  ])
    assert.match(faults, fault);
});
