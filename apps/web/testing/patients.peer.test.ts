// The pages of patients and storage in a real browser: another person under a known ID waits, is decided about, and that is taken back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { madeFile } from './made-images.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let browser: Browser;

const image = (study: number, attributes: Readonly<Record<string, string>>) =>
  madeFile({
    study: `1.2.3.${study}`,
    series: `1.2.3.${study}.1`,
    instance: `1.2.3.${study}.1.1`,
    frames: [[[0, 2000, 4000]]],
    attributes,
  });

before(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  const doe = { PatientName: 'Doe^Jane', PatientID: 'A-1', PatientBirthDate: '19600101', StudyDescription: 'Knee' };
  await server.post(
    image(1, doe),
    image(2, { ...doe, PatientName: 'Roe^<b>Richard</b>', PatientBirthDate: '19701231' }),
  );
});
after(async () => {
  await browser.close();
  await server.end();
});

test('a study of another person stands apart until somebody decides, and the decision can be taken back', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/patients`);
  const waiting = page.getByRole('list', { name: 'Studies that wait' });
  await waiting.getByText('Roe <b>Richard</b>').waitFor();
  await waiting.getByText('Doe Jane').waitFor();
  await page.getByRole('button', { name: 'The same person' }).click();
  await page.getByText('Nothing waits').waitFor();
  await page
    .getByRole('list', { name: 'History' })
    .getByText(/study moved from/)
    .waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await waiting.getByText('Roe <b>Richard</b>').waitFor();
  assert.deepEqual(errors, []);
});

test('a patient is put right from the page of a study, with its history there', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.1`);
  await page.getByRole('button', { name: 'Correct…' }).click();
  const dialogue = page.getByRole('dialog');
  const name = dialogue.getByLabel('Name', { exact: true });
  assert.equal(await name.inputValue(), 'Doe^Jane');
  await name.fill('Smith^Jane');
  await dialogue.getByLabel('Why').fill('married');
  await dialogue.getByRole('button', { name: 'Correct the patient' }).click();
  await page.getByRole('heading', { name: /Smith/ }).waitFor();
  await page
    .getByRole('list', { name: 'History' })
    .getByText(/married/)
    .waitFor();
  await dialogue.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});

test('storage used is drawn', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/storage`);
  await page.getByRole('img', { name: 'Stored by month' }).waitFor();
  await page.getByText('2 studies').first().waitFor();
  assert.deepEqual(errors, []);
});
