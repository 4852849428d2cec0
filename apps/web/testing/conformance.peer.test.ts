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

test('an uploaded statement is compared; its names are text; the report and the plan are saved', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/`);
  await page.getByRole('link', { name: 'Conformance' }).click();
  await page.getByRole('heading', { name: 'Conformance', level: 1 }).waitFor();
  const file = join(server?.folder ?? '', 'scanner.json');
  writeFileSync(file, JSON.stringify(scanner));
  await page.setInputFiles('input[type=file][accept*=json]', file);
  const card = page.getByRole('region', { name: /with Concord/ });
  await card.getByText('Send images and other objects').waitFor();
  await card.getByRole('row', { name: /Basic Grayscale Print.*cannot/ }).waitFor();
  await card.getByLabel('Show').selectOption('cannot');
  await card
    .getByRole('button', { name: /reason/ })
    .first()
    .click();
  await card
    .getByText(/result 3/)
    .first()
    .waitFor();
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

test('a peer is probed and tested by reading only; the report can be fetched', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/interoperability`);
  await page.getByRole('button', { name: 'Start' }).click();
  const run = page.getByRole('region', { name: 'Run' });
  await run.getByText('OTHER: done').waitFor({ timeout: 60_000 });
  await run
    .getByText(/passed/)
    .first()
    .waitFor();
  const href = await run.getByRole('link', { name: 'JUnit XML' }).getAttribute('href');
  const report = await page.request.get(`${server?.origin}${href}`);
  assert.match(await report.text(), /<testsuites>/);
  assert.deepEqual(errors, []);
});
