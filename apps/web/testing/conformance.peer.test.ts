// The page of conformance in a real browser: a statement is compared, a plan is saved, a peer is tested.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { hostile, printer, scanner } from './claimed-statements.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningOrthanc, startOrthanc } from './orthanc.ts';
import { type RunningServer, startServer } from './running-server.ts';

const shots = process.env.CONCORD_SCREENSHOTS;

/** Approves the one plan that nobody has approved. */
async function approve(page: Page): Promise<void> {
  const plans = page.getByRole('region', { name: 'Test plans' });
  await plans.getByRole('button', { name: /Approve the plan/ }).press('Enter');
  await plans.getByLabel('Your name').fill('A. Physicist');
  await plans.getByLabel('Your name').press('Enter');
  await plans.getByRole('button', { name: /Approve the plan/ }).waitFor({ state: 'detached' });
  await plans
    .getByText(/✓ by A\. Physicist/)
    .first()
    .waitFor();
}

/** In ms: whole documents are made, and whole plans carried out. */
const patience = 180_000;

let [other, server]: (RunningServer | undefined)[] = [];
let browser: Browser;
let orthanc: RunningOrthanc;

before(async () => {
  // First: the ports that it is told must not be given to the others meanwhile.
  orthanc = await startOrthanc();
  other = await startServer({ aeTitle: 'OTHER' });
  const ports = { OTHER: other.dicomPort, ORTHANC: orthanc.dicomPort };
  const peers = Object.entries(ports).map(([aeTitle, port]) => ({ aeTitle, host: '127.0.0.1', port }));
  server = await startServer({ peers });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
  await other?.end();
  await orthanc?.end();
});

test('[CS-UI-04] [CS-MODEL-07] an uploaded statement is compared; SOP Classes by direction are narrowed, and a click tells why and where both values come from; its names are text; the report and the plan are saved', async () => {
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
  const images = matrix.getByRole('row', { name: /CT Image Storage/ });
  await images.getByRole('button').nth(1).press('Enter');
  await images.getByText(/registry: declaration of Storage/).waitFor();
  await images.getByText(/imported: page 4/).waitFor();
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
  const data = { name: 'Printer', statement: printer };
  const origin = server?.origin ?? '';
  await page.request.post(`${origin}/conformance/statements`, { data, headers: { origin } });
  await page.goto(`${origin}/interoperability`);
  await page.getByRole('button', { name: 'Make a test plan for Printer' }).click();
  await approve(page);
  const panel = page.getByRole('region', { name: 'Test', exact: true });
  await panel.getByLabel('Peer', { exact: true }).selectOption('OTHER');
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

/** What `concord conformance import` and the page read of a document. */
const document = `Example PACS 3
4.2.1 ARCHIVE AE
Accepted Presentation Contexts
Verification 1.2.840.10008.1.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
Query 1.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
`;

test('[CS-UI-03] of Orthanc: its document is read, corrected and kept; it is probed, which makes a second version; compared, planned, approved, and run', async () => {
  const { page, errors } = await openPage(browser);
  page.setDefaultTimeout(patience);
  await page.goto(`${server?.origin}/interoperability`);
  const systems = page.getByRole('region', { name: 'Systems' });
  await systems.getByRole('link', { name: 'Add a system' }).press('Enter');
  const source = page.getByRole('region', { name: 'Source' });
  await source.getByLabel('Name').fill('ORTHANC');
  await source.getByLabel('Text').fill('%PDF-1.7');
  await source.getByRole('button', { name: 'Read the text' }).press('Enter');
  await source
    .getByRole('alert')
    .getByText(/pdftotext -layout/)
    .waitFor();
  await source.getByLabel('Text').fill(document);
  await source.getByRole('button', { name: 'Read the text' }).press('Enter');
  const review = page.getByRole('region', { name: 'Review' });
  const facts = review.getByRole('table', { name: 'Recognised' });
  const query = facts.getByRole('row', { name: /Study Root Query.* - FIND/ });
  await query.getByText('look at it').waitFor();
  await query.getByRole('button', { name: 'line 6' }).press('Enter');
  await query.getByText(/▸ 6 {2}Query 1\.840/).waitFor();
  await facts
    .getByRole('row', { name: /CT Image Storage/ })
    .getByText('sure')
    .waitFor();
  await facts.getByRole('button', { name: /Take out: CT Image Storage/ }).press('Enter');
  if (shots) await page.screenshot({ path: `${shots}/import.png`, fullPage: true });
  await page.getByRole('region', { name: 'Keep' }).getByRole('button', { name: 'Keep' }).press('Enter');
  const row = systems.getByRole('row', { name: /ORTHANC/ });
  await row.getByRole('button', { name: '1 version' }).waitFor();
  await systems.getByRole('link', { name: 'Add a system' }).press('Enter');
  await source.getByLabel('A peer without a statement').selectOption('ORTHANC');
  await source.getByRole('button', { name: 'Probe it' }).press('Enter');
  await review.getByText(/Taken as it is/).waitFor();
  await page.getByRole('region', { name: 'Keep' }).getByRole('button', { name: 'Keep' }).press('Enter');
  await row.getByRole('button', { name: '2 versions' }).press('Enter');
  await row.getByText(/Version 2.*seen by a probe/).waitFor();
  await row.getByText(/Version 1.*corrected by hand/).waitFor();
  const [first] = await row.getByRole('link', { name: 'JSON' }).all();
  const seen = await (await page.request.get(`${server?.origin}${await first?.getAttribute('href')}`)).text();
  assert.match(seen, /1\.2\.840\.10008\.5\.1\.4\.1\.1\.2"/);
  await row.getByRole('button', { name: 'Compare ORTHANC' }).press('Enter');
  const matrix = page.getByRole('table', { name: 'SOP Classes by direction' });
  await matrix
    .getByRole('row', { name: /CT Image Storage/ })
    .first()
    .waitFor();
  await row.getByRole('button', { name: 'Make a test plan for ORTHANC' }).press('Enter');
  const plans = page.getByRole('region', { name: 'Test plans' });
  const panel = page.getByRole('region', { name: 'Test', exact: true });
  await plans.getByRole('button', { name: /Approve the plan/ }).waitFor();
  const byPlan = panel.getByLabel('By the plan');
  const choice = byPlan.locator('option').filter({ hasNotText: 'Printer' });
  assert.equal(await choice.count(), 0, 'nobody has approved it');
  await approve(page);
  await byPlan.selectOption((await choice.getAttribute('value')) ?? '');
  await panel.getByLabel('Peer', { exact: true }).selectOption('ORTHANC');
  if (shots) await page.screenshot({ path: `${shots}/systems.png`, fullPage: true });
  await panel.getByRole('button', { name: 'Start' }).press('Enter');
  const run = page.getByRole('region', { name: 'Run' });
  await run.getByText('ORTHANC: done').waitFor();
  await run.getByLabel('All items').check({ force: true });
  await run.getByRole('table', { name: 'All items' }).getByRole('columnheader', { name: 'Observed' }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/run.png`, fullPage: true });
  const href = await run.getByRole('link', { name: 'JUnit XML' }).getAttribute('href');
  assert.match(await (await page.request.get(`${server?.origin}${href}`)).text(), /<testsuites>/);
  await row.getByRole('button', { name: 'Delete ORTHANC' }).press('Enter');
  await row.getByRole('button', { name: 'Really delete' }).press('Enter');
  await row.waitFor({ state: 'detached' });
  await plans.getByText('ORTHANC').waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});
