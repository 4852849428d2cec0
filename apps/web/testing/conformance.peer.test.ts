// The page of conformance in a real browser: a statement is compared, a plan is saved, a peer is tested.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

const hostile = '<img src=x onerror=alert(1)>';
const scanner = {
  id: hostile,
  networking: {
    applicationEntities: [
      {
        id: 'main',
        initiation: {
          activities: [
            {
              name: 'Send',
              contexts: [
                {
                  abstractSyntax: { uid: '1.2.840.10008.5.1.4.1.1.2' },
                  transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }],
                  role: 'SCU',
                },
                {
                  abstractSyntax: { uid: '1.2.840.10008.5.1.1.9' },
                  transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }],
                  role: 'SCU',
                },
              ],
            },
          ],
        },
      },
    ],
  },
};

const implicit = [{ uid: '1.2.840.10008.1.2' }];
/** What a person is to do there is one thing: to look at the paper. */
const printer = {
  id: 'Printer',
  networking: {
    applicationEntities: [
      {
        id: 'main',
        acceptance: {
          activities: ['1.2.840.10008.1.1', '1.2.840.10008.5.1.1.9'].map((uid) => ({
            id: `accept-${uid.split('.').at(-1)}`,
            contexts: [{ abstractSyntax: { uid }, transferSyntaxes: implicit, role: 'SCP' }],
          })),
        },
      },
    ],
  },
};

const shots = process.env.CONCORD_SCREENSHOTS;

/** In ms: whole documents are made, and whole plans carried out. */
const patience = 180_000;

let [other, server]: (RunningServer | undefined)[] = [];
let browser: Browser;

before(async () => {
  other = await startServer({ aeTitle: 'OTHER' });
  server = await startServer({ peers: [{ aeTitle: 'OTHER', host: '127.0.0.1', port: other.dicomPort }] });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
  await other?.end();
});

test('[CS-UI-04] an uploaded statement is compared; SOP Classes by direction are narrowed, and a click tells why; its names are text; the report and the plan are saved', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/`);
  await page.getByRole('link', { name: 'Conformance' }).click();
  await page.getByRole('heading', { name: 'Conformance', level: 1 }).waitFor();
  const file = join(server?.folder ?? '', 'scanner.json');
  writeFileSync(file, JSON.stringify(scanner));
  await page.setInputFiles('input[type=file][accept*=json]', file);
  const card = page.getByRole('region', { name: 'Comparison' });
  await card.getByText('Send images and other objects').first().waitFor();
  const matrix = card.getByRole('table', { name: 'SOP Classes by direction' });
  const print = matrix.getByRole('row', { name: /Basic Grayscale Print/ });
  await print.getByText('cannot').waitFor();
  assert.equal(await matrix.getByText(`${hostile} → Concord`).count(), 1);
  await card.getByLabel('Verdict').selectOption('cannot');
  await card.getByLabel('Category').selectOption('Print Management');
  await print.getByRole('button', { name: /cannot 1 reason/ }).press('Enter');
  await print.getByText(/result 3/).waitFor();
  await card.getByLabel('Category').selectOption('');
  await card.getByLabel('Verdict').selectOption('');
  await card.getByRole('search').getByLabel('Work').selectOption('Send images and other objects');
  await print.waitFor({ state: 'detached' });
  await card.getByLabel('SOP Class', { exact: true }).fill('no such class');
  await matrix.getByRole('row').nth(1).waitFor({ state: 'detached' });
  if (shots) await page.screenshot({ path: `${shots}/comparison.png`, fullPage: true });
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save report' }).click();
  assert.match(readFileSync(await (await saved).path(), 'utf8'), /^<!doctype html>/);
  const plan = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Check list' }).click();
  assert.match(readFileSync(await (await plan).path(), 'utf8'), /^# Test plan: Concord/);
  const broken = join(server?.folder ?? '', 'broken.json');
  writeFileSync(broken, '{');
  await page.setInputFiles('input[type=file][accept*=json]', broken);
  await page.getByRole('alert').getByText('broken.json is no statement: it is not JSON.').waitFor();
  assert.deepEqual(errors, []);
});

test('[CS-UI-01] both editions in both orders and every form, their findings, and what has changed since a release', async () => {
  const { page, errors } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${server?.origin}/interoperability`);
  const card = page.getByRole('region', { name: 'Statement' });
  await card.getByText('no errors').waitFor();
  await card.getByText(/Only a person can decide: CS-/).waitFor();
  const starts: Readonly<Record<string, RegExp>> = {
    HTML: /^<!doctype html>/i,
    PDF: /^%PDF-/,
    Word: /^PK/,
    Markdown: /^# /,
    DocBook: /^<\?xml/,
    JSON: /^\{/,
  };
  const linkOf = async (form: string): Promise<URL> =>
    new URL((await card.getByRole('link', { name: form, exact: true }).getAttribute('href')) ?? '', server?.origin);
  for (const [form, start] of Object.entries(starts)) {
    const address = await linkOf(form);
    assert.equal(address.searchParams.get('edition'), 'as-configured');
    const body = await (await page.request.get(address.href, { timeout: patience })).body();
    assert.match(body.subarray(0, 200).toString('latin1').trimStart(), start, form);
  }
  await card.getByText('As shipped').click();
  for (const form of Object.keys(starts))
    assert.equal((await linkOf(form)).searchParams.get('edition'), 'as-shipped', form);
  await card.getByText('Annex N of today').click();
  assert.match((await card.getByRole('link', { name: 'HTML' }).getAttribute('href')) ?? '', /template=annex-n/);
  await card.getByRole('button', { name: 'Release what runs now' }).click();
  const releases = card.getByRole('list', { name: 'Releases' });
  await releases.getByRole('button', { name: 'What has changed since' }).press('Enter');
  await releases.getByText('Nothing has changed since.').waitFor();
  const kept = await releases.getByRole('link', { name: 'JSON' }).getAttribute('href');
  assert.match(await (await page.request.get(`${server?.origin}${kept}`)).text(), /^\{/);
  if (shots) await page.screenshot({ path: `${shots}/statement.png`, fullPage: true });
  assert.deepEqual(errors, []);
});

test('[CS-UI-05] a run is paused, asks a person for what is done by hand, waits, takes the answer, and goes on', async () => {
  const { page, errors } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${server?.origin}/interoperability`);
  const file = join(server?.folder ?? '', 'printer.json');
  writeFileSync(file, JSON.stringify(printer));
  await page.setInputFiles('input[type=file][accept*=json]', file);
  const panel = page.getByRole('region', { name: 'Test', exact: true });
  await panel.getByLabel('By its statement').selectOption('printer.json');
  await panel.getByLabel(/Somebody is at the peer/).check();
  await panel.getByRole('button', { name: 'Start' }).click();
  const run = page.getByRole('region', { name: 'Run' });
  const asked = run.getByRole('alertdialog', { name: /grayscale-paper/ });
  await asked.getByText(/Passed: /).waitFor();
  await run.getByRole('button', { name: 'Pause' }).click();
  await run.getByText('OTHER: paused').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/prompt.png`, fullPage: true });
  await asked.getByLabel('Note').fill(hostile);
  await asked.getByRole('button', { name: 'As expected', exact: true }).click();
  await asked.waitFor({ state: 'detached' });
  // The answer is taken, and the next item waits.
  await run.getByText('OTHER: paused').waitFor();
  await run.getByText('Log').click();
  await run.getByText(/ passed: /).waitFor();
  await run.getByRole('button', { name: 'Go on' }).click();
  await run.getByText('OTHER: done').waitFor();
  await run.getByLabel('All items').check({ force: true });
  await run.getByRole('table', { name: 'All items' }).getByText(hostile).waitFor();
  assert.deepEqual(errors, []);
});

test('[CS-UI-09] where what runs contradicts the statement, the page says what was seen and what is stated', async () => {
  const { page, errors } = await openPage(browser);
  const drift = {
    ...{ kind: 'undeclared status', entity: 'CONCORD', observed: `C-FIND answered with 0124H ${hostile}` },
    ...{ stated: '0000H, A700H', association: 'a1', lastAt: '2026-11-21T12:00:00.000Z', times: 3 },
  };
  await page.goto(`${server?.origin}/interoperability`);
  await page.getByRole('region', { name: 'Statement' }).getByRole('status', { name: 'Drift' }).waitFor();
  await page.route('**/conformance/drift', (route) => route.fulfill({ json: [drift] }));
  await page.reload();
  const alarm = page.getByRole('alert', { name: 'Drift' });
  const row = alarm.getByRole('row', { name: /undeclared status: C-FIND answered with 0124H/ });
  await row.getByText('0000H, A700H').waitFor();
  await row.getByText('3 associations').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/drift.png`, fullPage: true });
  assert.deepEqual(errors, []);
});

test('a peer is probed and tested by reading only; the report can be fetched', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/interoperability`);
  await page.getByRole('button', { name: 'Start' }).click();
  const run = page.getByRole('region', { name: 'Run' });
  await run.getByText('OTHER: done').waitFor({ timeout: patience });
  await run
    .getByText(/passed/)
    .first()
    .waitFor();
  await run.getByRole('table', { name: 'All items' }).waitFor({ state: 'detached' });
  await run.getByLabel('All items').check({ force: true });
  await run.getByRole('table', { name: 'All items' }).getByRole('columnheader', { name: 'Observed' }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/run.png`, fullPage: true });
  const href = await run.getByRole('link', { name: 'JUnit XML' }).getAttribute('href');
  const report = await page.request.get(`${server?.origin}${href}`);
  assert.match(await report.text(), /<testsuites>/);
  assert.deepEqual(errors, []);
});
