// The pages of patients, storage and peers in a real browser: what waits is decided about, protected, taken out, and taken back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { counted, shownBytes } from '../src/format/quantity.ts';
import { accessibilityFaults } from './accessibility.ts';
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

const shots = process.env.CONCORD_SCREENSHOTS;

before(async () => {
  const peers = [{ aeTitle: 'GONE', host: '127.0.0.1', port: 1 }];
  server = await startServer({ peers });
  browser = await openBrowser();
  const id = { PatientID: 'A-1', IssuerOfPatientID: 'CLINIC' };
  const doe = { PatientName: 'Doe^Jane', ...id, PatientBirthDate: '19600101', StudyDescription: 'Knee' };
  await server.post(
    image(1, doe),
    image(2, { ...doe, PatientName: 'Roe^<b>Richard</b>', PatientBirthDate: '19701231' }),
  );
});
after(async () => {
  await browser?.close();
  await server?.end();
});

test('a study of another person stands apart until somebody decides, and the decision can be taken back', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/patients`);
  const waiting = page.getByRole('list', { name: 'Studies that wait' });
  await waiting.getByText('Roe, <b>Richard</b>').waitFor();
  await waiting.getByText('Doe, Jane').waitFor();
  await page.getByRole('button', { name: 'The same person' }).click();
  await page.getByText('Nothing waits').waitFor();
  await page
    .getByRole('list', { name: 'History' })
    .getByText(/study moved from .* to Doe/)
    .waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await waiting.getByText('Roe, <b>Richard</b>').waitFor();
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

test('two IDs of one person: linked, then merged, and the merge is taken back', async () => {
  const doe = { PatientName: 'Poe^Edgar', PatientBirthDate: '19600101' };
  await server.post(image(10, { ...doe, PatientID: 'B-1' }), image(11, { ...doe, PatientID: 'B-2' }));
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.10`);
  const dialogue = page.getByRole('dialog');
  const history = page.getByRole('list', { name: 'History' });
  const open = async () => {
    await page.getByRole('button', { name: 'Correct…' }).click();
    await dialogue.getByRole('tab', { name: 'Two IDs' }).click();
  };
  await open();
  const id = dialogue.getByLabel('Patient ID of the other');
  await id.fill('NOBODY');
  await dialogue.getByText('Nobody is known under this ID.').waitFor();
  assert.equal(await dialogue.getByRole('button', { name: 'Merge the patients' }).isDisabled(), true);
  await id.fill('B-2');
  await dialogue.getByText('Poe, Edgar, born 1960-01-01, 1 study').waitFor();
  await dialogue.getByLabel('Link the two').check();
  if (shots) await page.screenshot({ path: `${shots}/two-ids.png` });
  await dialogue.getByRole('button', { name: 'Link the patients' }).click();
  await history.getByText('are one person').waitFor();
  await open();
  await id.fill('B-2');
  await dialogue.getByLabel('Why').fill('registered twice');
  await dialogue.getByRole('button', { name: 'Merge the patients' }).click();
  await page.getByText('ID B-2').waitFor();
  await history
    .getByText(/merged into .*registered twice|registered twice/)
    .first()
    .waitFor();
  await history.getByRole('button', { name: 'Undo' }).first().click();
  await page.getByText('ID B-1').waitFor();
  assert.deepEqual(errors, []);
});

test('what is decided about a patient who is another one by now is not done, and the page says who is there', async () => {
  const born = { PatientBirthDate: '19600101' };
  await server.post(
    image(40, { PatientName: 'Bell^Ann', PatientID: 'E-1', ...born }),
    image(41, { PatientName: 'Bell^Bob', PatientID: 'E-2', ...born }),
  );
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.40`);
  await page.getByRole('button', { name: 'Correct…' }).click();
  const dialogue = page.getByRole('dialog');
  await dialogue.getByText('Bell, Ann · ID E-1 · born 1960-01-01').waitFor();
  await dialogue.getByLabel('Name', { exact: true }).fill('Bell^Anna');
  const act = { kind: 'move study', studyInstanceUid: '1.2.3.40', to: { PatientID: 'E-2' } };
  const moved = await page.request.post(`${server.origin}/api/patients/events`, { data: { act } });
  assert.equal(moved.status(), 200);
  await dialogue.getByRole('button', { name: 'Correct the patient' }).click();
  await dialogue
    .getByRole('alert')
    .getByText('no longer as it was shown: the study is of Bell^Bob (E-2) by now')
    .waitFor();
  if (shots) await page.screenshot({ path: `${shots}/late.png` });
  const found = await page.request.get(`${server.origin}/dicom-web/studies?PatientID=E-2`);
  assert.doesNotMatch(await found.text(), /Anna/);
  assert.deepEqual(errors, []);
});

test('a study is moved to a patient who is named first: not the one who stands apart under the ID, nor one of another issuer', async () => {
  const born = { PatientBirthDate: '19600101' };
  await server.post(
    image(50, { PatientName: 'Cole^Carl', PatientID: 'F-1', ...born }),
    image(51, { PatientName: 'Dean^Dora', PatientID: 'F-2', ...born }),
    image(52, { PatientName: 'Else^Somebody', PatientID: 'F-2', PatientBirthDate: '19800101' }),
    image(53, { PatientName: 'North^Nora', PatientID: 'F-3', IssuerOfPatientID: 'NORTH', ...born }),
  );
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.50`);
  await page.getByRole('button', { name: 'Correct…' }).click();
  const dialogue = page.getByRole('dialog');
  const id = dialogue.getByLabel('Patient ID of the other');
  await dialogue.getByRole('tab', { name: 'Two IDs' }).click();
  await id.fill('F-2');
  await dialogue.getByText('Dean, Dora, born 1960-01-01, 1 study').waitFor();
  await id.fill('F-3');
  await dialogue.getByText('Only from another issuer. NORTH: North, Nora').waitFor();
  assert.equal(await dialogue.getByRole('button', { name: 'Merge the patients' }).isDisabled(), true);
  await dialogue.getByRole('tab', { name: 'Another patient' }).click();
  await dialogue.getByLabel('Patient ID', { exact: true }).fill('F-9');
  await dialogue.getByText('Nobody is known under this ID. With a name a new patient is made.').waitFor();
  assert.equal(await dialogue.getByRole('button', { name: 'Move the study' }).isDisabled(), true);
  await dialogue.getByLabel('Patient ID', { exact: true }).fill('F-2');
  await dialogue.getByText('Dean, Dora, born 1960-01-01, 1 study').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/move.png` });
  await dialogue.getByRole('button', { name: 'Move the study' }).click();
  await page.getByRole('heading', { name: 'Dean, Dora' }).waitFor();
  assert.deepEqual(errors, []);
});

test('a study is protected, released, taken out, put back, and deleted for good', async () => {
  await server.post(image(20, { PatientName: 'Moe^Max', PatientID: 'C-1' }));
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.20`);
  const keeps = page.getByRole('region', { name: 'What keeps this study' });
  const dialogue = page.getByRole('dialog');
  const takeOut = async () => {
    await page.getByRole('button', { name: 'Correct…' }).click();
    await dialogue.getByRole('tab', { name: 'Take out' }).click();
  };
  await keeps.getByRole('button', { name: 'Protect' }).click();
  await keeps.getByText('Protected').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/protected.png` });
  await takeOut();
  await dialogue.getByText('The study is protected: release it first.').waitFor();
  assert.equal(await dialogue.getByRole('button', { name: 'Take the study out' }).isDisabled(), true);
  await page.keyboard.press('Escape');
  await dialogue.waitFor({ state: 'detached' });
  await keeps.getByRole('button', { name: 'Release' }).click();
  await keeps.getByRole('button', { name: 'Protect' }).waitFor();
  await takeOut();
  await dialogue.getByLabel('Why').fill('sent twice');
  if (shots) await page.screenshot({ path: `${shots}/take-out.png` });
  await dialogue.getByRole('button', { name: 'Take the study out' }).click();
  await page.waitForURL(`${server.origin}/`);
  await page.goto(`${server.origin}/storage`);
  const taken = page.getByRole('list', { name: 'Taken out' });
  await taken.getByText('sent twice').waitFor();
  await taken.getByText('Moe, Max, ID C-1').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/storage.png`, fullPage: true });
  await taken.getByRole('button', { name: 'Put back' }).click();
  await taken.waitFor({ state: 'detached' });
  await page.goto(`${server.origin}/studies/1.2.3.20`);
  await takeOut();
  await dialogue.getByRole('button', { name: 'Take the study out' }).click();
  await page.waitForURL(`${server.origin}/`);
  await page.goto(`${server.origin}/storage`);
  await taken.getByRole('button', { name: 'Delete… Moe, Max' }).click();
  await taken.getByRole('button', { name: 'Keep' }).click();
  await taken.getByRole('button', { name: 'Delete… Moe, Max' }).click();
  await taken.getByRole('button', { name: 'Really delete' }).click();
  await taken.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});

test('[QR-CMT-06] the page of a study says to whom it was committed, and warns who takes it out', async () => {
  await server.post(image(30, { PatientName: 'Foe^Fay', PatientID: 'D-1' }));
  const { page, errors } = await openPage(browser);
  const at = new Date().toISOString();
  await page.route('**/api/storage/studies/1.2.3.30', (route) =>
    route.fulfill({ json: { committed: [{ peer: '<b>CT1</b>', at }], isOnItsWay: true, awaitsCommitment: true } }),
  );
  await page.goto(`${server.origin}/studies/1.2.3.30`);
  const keeps = page.getByRole('region', { name: 'What keeps this study' });
  await keeps.getByText('Committed to <b>CT1</b>').waitFor();
  await keeps.getByText('On its way').waitFor();
  await keeps.getByText('Waits for commitment').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/committed.png` });
  await page.getByRole('button', { name: 'Correct…' }).click();
  await page.getByRole('dialog').getByRole('tab', { name: 'Take out' }).click();
  await page.getByText('was told that it is kept here').waitFor();
  assert.deepEqual(errors, []);
});

test('objects that contradict can be hidden where nothing is left to decide, and the browser remembers it', async () => {
  const { page, errors } = await openPage(browser);
  const object = { sopInstanceUid: '1.2.3.9', studyInstanceUid: '1.2.3.1', detail: '', receivedAt: '', receivedBy: '' };
  const kinds = ['other content', 'renamed', 'replaced', 'other content'];
  const objects = kinds.map((kind, conflict) => ({ ...object, kind, conflict }));
  await page.route('**/api/patients/quarantine', (route) => route.fulfill({ json: { studies: [], objects } }));
  await page.goto(`${server.origin}/patients`);
  const listed = page.getByRole('list', { name: 'Objects that contradict' }).getByRole('listitem');
  await listed.nth(2).waitFor();
  const twice = listed.filter({ hasText: '2 objects: Another object came under the same UID' });
  await twice.getByRole('button', { name: 'Which' }).click();
  await twice.getByText('1.2.3.9').nth(1).waitFor();
  await twice.getByRole('button', { name: 'Hide' }).click();
  await page.getByLabel('Hide what needs no decision').check({ force: true });
  await page.getByText('Hide what needs no decision (2)').waitFor();
  assert.equal(await listed.count(), 1);
  if (shots) await page.screenshot({ path: `${shots}/hidden.png` });
  await page.reload();
  await page.getByText('Hide what needs no decision (2)').waitFor();
  assert.equal(await listed.count(), 1);
  assert.deepEqual(errors, []);
});

test('a peer shows the last contact, and an echo that fails says why', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/peers`);
  await page.getByText('no contact yet').waitFor();
  await page.getByRole('button', { name: 'Echo all' }).click();
  await page.getByText(/ECONNREFUSED|no TCP connection/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/peers-echo.png` });
  await page.reload();
  await page.getByText(/^not reached .*: no TCP connection/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/peers.png` });
  await page.getByRole('link', { name: 'GONE' }).click();
  await page.waitForURL(/activity\?title=GONE/);
  assert.deepEqual(errors, []);
});

test('[IC-CFG-01] [ES-CFG-01] a peer is added to the configuration file, changed and taken out; what would not hold is refused in words', async () => {
  const { page, errors } = await openPage(browser);
  const filed = () => JSON.parse(readFileSync(join(server.folder, 'settings.json'), 'utf8')).peers;
  await page.goto(`${server.origin}/peers`);
  await page.getByLabel('Name', { exact: true }).fill('Radiology');
  await page.getByLabel('AE title').fill('PACS');
  await page.getByLabel('Host').fill('pacs.example');
  await page.getByLabel('Port').fill('70000');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/must be a whole number from 1 to 65535/).waitFor();
  await page.getByLabel('Port').fill('11112');
  await page.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /Radiology/ });
  await row.getByText('pacs.example:11112').waitFor();
  await page.setViewportSize({ width: 430, height: 900 });
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(beyond, 0, 'nothing of it lies beyond a narrow screen');
  await page.setViewportSize({ width: 1280, height: 800 });
  if (shots) await page.screenshot({ path: `${shots}/peers-filed.png`, fullPage: true });
  assert.deepEqual(filed().at(-1), { aeTitle: 'PACS', host: 'pacs.example', port: 11112, name: 'Radiology' });
  await page.getByLabel('AE title').fill('GONE');
  await page.getByText('GONE is a peer already: choose Change beside it.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true);
  await row.getByRole('button', { name: 'Change PACS' }).click();
  assert.equal(await page.getByLabel('AE title').getAttribute('readonly'), '');
  await page.getByLabel('Host').fill('10.0.0.9');
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('10.0.0.9:11112').waitFor();
  await page.getByRole('button', { name: 'Take out PACS…' }).click();
  await row.getByRole('button', { name: 'Keep' }).click();
  assert.equal(filed().length, 2);
  await page.getByRole('button', { name: 'Take out PACS…' }).click();
  await page.getByRole('button', { name: 'Really take out PACS' }).click();
  await row.waitFor({ state: 'detached' });
  assert.deepEqual(
    filed().map(({ aeTitle }: { aeTitle: string }) => aeTitle),
    ['GONE'],
  );
  assert.equal(errors.filter((error) => !/400/.test(error)).length, 0, errors.join());
});

test('storage used is drawn', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/storage`);
  await page.getByRole('img', { name: 'Stored by month' }).waitFor();
  await page
    .getByText(/\d studies/)
    .first()
    .waitFor();
  const use = (await (await fetch(`${server.origin}/api/storage`)).json()) as {
    readonly studies: number;
    readonly months: readonly { readonly month: string; readonly bytes: number; readonly studies: number }[];
  };
  assert.ok(use.studies > 0);
  const drawn = await page.getByRole('img', { name: 'Stored by month' }).locator('title').allTextContents();
  assert.deepEqual(
    drawn,
    use.months.map(
      ({ month, bytes, studies }) => `${month}: ${shownBytes(bytes)}, ${counted(studies, 'study', 'studies')}`,
    ),
  );
  assert.deepEqual(errors, []);
});

test('every control of these pages and their dialogue has a name, every heading a place, every word enough contrast, light and dark', async () => {
  await server.post(image(60, { PatientName: '<b>\u0645\u062d\u0645\u062f</b>^\u0639\u0644\u064a', PatientID: 'G-1' }));
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, errors } = await openPage(browser, { colorScheme, viewport: { width: 420, height: 900 } });
    const looked = async (what: string) =>
      assert.deepEqual(await accessibilityFaults(page), [], `${what}, ${colorScheme}`);
    for (const path of ['peers', 'patients', 'storage', 'rules', 'jobs', 'archives', 'transfers']) {
      await page.goto(`${server.origin}/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await looked(path);
    }
    await page.goto(`${server.origin}/peers`);
    await page.getByRole('button', { name: 'Take out GONE…' }).click();
    await looked('a peer that is to be taken out');
    await page.goto(`${server.origin}/studies/1.2.3.60`);
    await page.getByRole('button', { name: 'Correct…' }).click();
    for (const name of ['Patient', 'Study', 'Another patient', 'Two IDs', 'Take out']) {
      await page.getByRole('tab', { name, exact: true }).click();
      await looked(name);
    }
    await page.getByRole('button', { name: 'Close' }).click();
    assert.equal(
      await page.getByRole('button', { name: 'Correct…' }).evaluate((each) => each === document.activeElement),
      true,
    );
    assert.deepEqual(errors, []);
  }
});

test('two presses send once; what cannot be done without a connection is said, and not done when it is back', async () => {
  await server.post(image(70, { PatientName: 'Twice^Tom', PatientID: 'H-1' }));
  const { page, errors } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.70`);
  await page.getByRole('button', { name: 'Send to…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /GONE/ }).dblclick();
  await page.getByText('1 object queued.').waitFor();
  const jobs: readonly unknown[] = await (await fetch(`${server.origin}/api/jobs?destination=GONE`)).json();
  assert.equal(jobs.length, 1);
  await page.context().setOffline(true);
  const keeps = page.getByRole('region', { name: 'What keeps this study' });
  await keeps.getByRole('button', { name: 'Protect' }).click();
  await keeps.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await keeps.getByRole('button', { name: 'Protect' }).waitFor();
  assert.deepEqual(errors, []);
});
