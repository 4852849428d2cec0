// The page of other archives in a real browser: answers as they come, a dead and a silent archive beside them, and what is fetched.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { madeFile } from './made-images.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

const hostile = '<img src=x onerror=alert(1)>';
let [other, server]: (RunningServer | undefined)[] = [];
let browser: Browser;
const held = new Set<Socket>();
/** Takes connections and says nothing. */
const silent = createServer((socket) => void held.add(socket.on('error', () => undefined)));

const image = (study: number, attributes: Readonly<Record<string, string>>) =>
  madeFile({
    study: `1.2.3.${study}`,
    series: `1.2.3.${study}.1`,
    instance: `1.2.3.${study}.1.1`,
    frames: [[[0, 2000, 4000]]],
    attributes,
  });

before(async () => {
  other = await startServer({ aeTitle: 'OTHER' });
  await other.post(
    image(1, { PatientName: 'Doe^Jane', PatientID: 'A-1', StudyDescription: 'Knee' }),
    image(2, { PatientName: hostile, PatientID: 'A-2', StudyDescription: hostile }),
  );
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const peers = [
    { aeTitle: 'SILENT', host: '127.0.0.1', port },
    { aeTitle: 'OTHER', name: 'Outpatients', host: '127.0.0.1', port: other.dicomPort, retrieve: 'C-GET' },
    { aeTitle: 'GONE', host: '127.0.0.1', port: 1 },
  ];
  server = await startServer({ peers, queryTimeout: 600 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
  await other?.end();
  for (const socket of held) socket.destroy();
  silent.close();
});

test('[VW-GEN-06] a search shows what each archive has and how it ended; a study is fetched and opened from there; peers go by their names', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/archives`);
  await page.getByText('Outpatients', { exact: true }).waitFor();
  await page.getByLabel('Patient ID').fill('A-1');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Doe Jane|Jane Doe|Doe, Jane/ }).waitFor();
  const states = page.getByRole('list', { name: 'Archives' });
  await states.getByText(/1 study/).waitFor();
  await states.getByText(/no TCP connection/).waitFor();
  const slow = states.getByRole('listitem').filter({ hasText: 'SILENT' });
  assert.equal(await slow.getAttribute('data-state'), 'asked', 'nobody waited for it');
  await page.getByRole('button', { name: 'Contents of 1.2.3.1 at OTHER' }).press('Enter');
  const contents = page.getByRole('region', { name: 'Contents of 1.2.3.1 at OTHER' });
  await contents.getByText('Accession Number').or(contents.getByText('Study Description')).first().waitFor();
  await contents.getByRole('button', { name: '1 object' }).press('Enter');
  await contents.getByRole('button', { name: 'Fetch object 1.2.3.1.1.1' }).click();
  await contents.getByText('Open (1 here)').waitFor();
  await contents.getByRole('button', { name: 'Fetch series 1.2.3.1.1' }).waitFor();
  await page.getByRole('button', { name: 'Fetch 1.2.3.1 from OTHER' }).click();
  await page.getByRole('row', { name: /Doe/ }).getByRole('link', { name: /^Open/ }).click();
  await page.getByRole('heading', { name: /Jane/ }).waitFor();
  assert.match(page.url(), /\/studies\/1\.2\.3\.1$/);
  await page.getByRole('button', { name: 'Send to…' }).first().click();
  await page.getByRole('button', { name: /^Outpatients/ }).waitFor();
  await page.getByRole('button', { name: /^GONE/ }).waitFor();
  assert.equal(await page.getByRole('dialog').getByRole('textbox').count(), 0, 'nothing is typed');
  await page.keyboard.press('Escape');
  await page.goto(`${server?.origin}/jobs`);
  await page.getByText('1 of 1 here').first().waitFor();
  assert.deepEqual(errors, []);
});

test('text of another archive is text; archives can be left out; nothing to ask for cannot be asked', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/archives`);
  const search = page.getByRole('button', { name: 'Search' });
  assert.equal(await search.isDisabled(), true);
  await page.getByText('GONE', { exact: true }).click();
  await page.getByLabel('Patient name').fill('*');
  await search.click();
  await page.getByText(hostile).first().waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assert.equal(await page.getByRole('list', { name: 'Archives' }).getByText('GONE').count(), 0);
  assert.deepEqual(errors, []);
});

test('[VW-FIND-08] what an archive says unasked is listed with the study where the dictionary knows it', async () => {
  const { page, errors } = await openPage(browser);
  const match = {
    '0020000D': { vr: 'UI', Value: ['1.2.3.7'] },
    '00201208': { vr: 'IS', Value: [7] },
    '00091001': { vr: 'LO', Value: ['of one maker alone'] },
  };
  const events = [
    { kind: 'asked', archives: ['OTHER'] },
    { kind: 'match', archive: 'OTHER', uid: '1.2.3.7', match },
    { kind: 'archive', archive: 'OTHER', state: 'done', matches: 1, dropped: 0, milliseconds: 1, detail: '' },
  ];
  const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await page.route('**/api/archives/search', (route) => route.fulfill({ contentType: 'application/x-ndjson', body }));
  await page.goto(`${server?.origin}/archives`);
  await page.getByLabel('Patient name').fill('*');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Contents of 1.2.3.7 at OTHER' }).click();
  const said = page.getByLabel('Attributes');
  await said.getByText('Number of Study Related Instances').waitFor();
  assert.equal(await said.getByText('of one maker alone').count(), 0);
  assert.deepEqual(errors, []);
});
