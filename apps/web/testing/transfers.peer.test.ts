// Rules, jobs, alerts, the worklist and the transfer ledger in a real browser: a rule is tried, added and works; what is missing is named.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accessibilityFaults } from './accessibility.ts';
import { madeFile } from './made-images.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

let [other, server]: (RunningServer | undefined)[] = [];
let browser: Browser;

const made = (study: number, number: number) => ({
  study: `1.2.3.${study}`,
  series: `1.2.3.${study}.1`,
  instance: `1.2.3.${study}.1.${number}`,
  frames: [[[0, 2000, 4000]]],
});
const knee = { PatientName: 'Doe^Jane', PatientID: 'A-1', StudyDescription: 'Knee' };
const image = (study: number, number: number) =>
  madeFile({ ...made(study, number), attributes: { ...knee, InstanceNumber: String(number) } });

before(async () => {
  other = await startServer({ aeTitle: 'OTHER' });
  server = await startServer({
    peers: [
      { aeTitle: 'OTHER', host: '127.0.0.1', port: other.dicomPort },
      { aeTitle: 'GONE', host: '127.0.0.1', port: 1 },
    ],
    quietTime: 1,
  });
  await server.post(image(1, 1), image(1, 3));
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.end();
  await other?.end();
});

const shots = process.env.CONCORD_SCREENSHOTS;

test('[ES-FWD-02] a rule is tried with the last day, added, and sends what comes then; switched off it says so', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/rules`);
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const form = page.getByRole('form', { name: 'New rule' });
  await form.getByLabel('Name').fill('<b>Knees</b>');
  await form.getByLabel('Attributes').fill('StudyDescription=Kn*');
  await form.getByText('OTHER').click();
  await form.getByLabel('Studies to try with').selectOption('yesterday');
  await form.getByRole('button', { name: 'Try with' }).click();
  await form.getByText('Nothing came in: yesterday. Nothing was sent.').waitFor();
  // To a browser that is a day ahead, today is yesterday.
  await page.clock.setFixedTime(Date.now() + 86_400_000);
  await form.getByRole('button', { name: 'Try with' }).click();
  await form.getByText(/2 objects of 1 of 1 study/).waitFor();
  await page.clock.setFixedTime(Date.now());
  await form.getByLabel('Studies to try with').selectOption('the last 24 hours');
  await form.getByRole('button', { name: 'Try with' }).click();
  await form.getByText(/2 objects of 1 of 1 study/).waitFor();
  const takes = async (what: string) => {
    await form.getByRole('combobox', { name: 'Takes along' }).click();
    await page.getByRole('option', { name: what }).click();
  };
  await takes('All of the study');
  await form.getByLabel('Attributes').fill('InstanceNumber=1');
  await form.getByRole('button', { name: 'Try with' }).click();
  await form.getByText(/1 object of 1 of 1 study, and taken 1 other along/).waitFor();
  await form.getByText('1 of 2 with 1 more').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/rule-form.png` });
  await takes('What refers to them');
  await form.getByLabel('Attributes').fill('StudyDescription=Kn*');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  const rules = page.getByRole('list', { name: 'Rules' });
  await rules.getByText('<b>Knees</b>').waitFor();
  await rules.getByText('StudyDescription Kn*').waitFor();
  await server?.post(image(2, 1));
  await page.goto(`${server?.origin}/transfers`);
  await page.getByText('OTHER: 1 sent').waitFor();
  await page.goto(`${server?.origin}/rules`);
  await page.getByRole('button', { name: 'Change <b>Knees</b>' }).press('Enter');
  const change = page.getByRole('form', { name: 'Rule <b>Knees</b>' });
  await change.getByLabel('Attributes').fill('NoAttribute=1');
  await change.getByRole('button', { name: 'Keep' }).click();
  await change
    .getByRole('alert')
    .getByText(/NoAttribute is no attribute/)
    .waitFor();
  await change.getByLabel('Attributes').fill('StudyDescription=Hip*');
  await change.getByRole('button', { name: 'Keep' }).click();
  await rules.getByText('StudyDescription Hip*').waitFor();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('off', { exact: true }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/rules.png` });
  assert.deepEqual(errors, []);
});

test('[ES-FWD-02] a rule that somebody else has changed is not switched on, changed or removed by who has not seen that; what was tried goes with the conditions', async () => {
  const ask = async (path: string, body?: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) };
    return (await fetch(`${server?.origin}/api/rules${path}`, body ? init : { method: 'POST' })).json();
  };
  const rule = { name: 'Hips', state: 'off', destinations: ['OTHER'], keys: { StudyDescription: 'Hip' } };
  const { ruleId } = await ask('', rule);
  const { page, errors } = await openPage(browser);
  await page.clock.install();
  await page.goto(`${server?.origin}/rules`);
  const card = page.getByRole('list', { name: 'Rules' }).getByRole('listitem').filter({ hasText: 'Hip' });
  const kept = async () =>
    (await (await fetch(`${server?.origin}/api/rules`)).json()).find(
      (each: { ruleId: string }) => each.ruleId === ruleId,
    );
  await card.getByRole('button', { name: 'Switch on Hips' }).waitFor();
  await ask(`/${ruleId}`, { ...rule, destinations: ['GONE'] });
  await card.getByRole('button', { name: 'Switch on Hips' }).click();
  await card.getByRole('alert').getByText('Somebody has changed this rule meanwhile').waitFor();
  assert.deepEqual([(await kept()).state, (await kept()).destinations], ['off', ['GONE']]);
  await card.getByText('to GONE, study complete').waitFor();
  await card.getByRole('button', { name: 'Change Hips' }).click();
  const form = page.getByRole('form', { name: 'Rule Hips' });
  await form.getByRole('button', { name: 'Try with' }).click();
  await form.getByText(/Nothing was sent/).waitFor();
  await form.getByLabel('Modalities').fill('CT');
  await form.getByText(/Nothing was sent/).waitFor({ state: 'detached' });
  await ask(`/${ruleId}`, { ...rule, keys: {} });
  await form.getByRole('button', { name: 'Keep' }).click();
  await form.getByRole('alert').getByText('Somebody has changed this rule meanwhile').waitFor();
  assert.deepEqual((await kept()).modalities, []);
  await form.getByRole('button', { name: 'Cancel' }).click();
  const own = page.getByRole('list', { name: 'Rules' }).getByRole('listitem').filter({ hasText: 'Hips' });
  await own.getByText('Everything').waitFor();
  await own.getByRole('button', { name: 'Remove… Hips' }).click();
  await own.getByRole('button', { name: 'Leave it' }).click();
  await own.getByRole('button', { name: 'Remove… Hips' }).click();
  await own.getByRole('button', { name: 'Really remove Hips' }).click();
  await own.waitFor({ state: 'detached' });
  assert.equal(await kept(), undefined);
  assert.deepEqual(errors, []);
});

test('the ledger says how many came of how many, and which numbers lie between', async () => {
  const { page, errors } = await openPage(browser);
  const body = JSON.stringify({ studyInstanceUid: '1.2.3.1', count: 3 });
  await fetch(`${server?.origin}/api/transfers/expected`, { method: 'POST', body });
  await page.goto(`${server?.origin}/transfers`);
  const card = page.getByRole('list', { name: 'Studies' }).getByRole('listitem').filter({ hasText: '2 of 3' });
  await card.getByText(/incomplete/).waitFor();
  await page.getByLabel('Only where something is missing').check();
  await page.getByRole('listitem').filter({ hasText: 'Doe, Jane' }).nth(1).waitFor({ state: 'detached' });
  await card.getByRole('button', { name: 'Series and proof' }).click();
  await card.getByText(/numbers between the others are not here: 2/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/transfers.png` });
  const address = await card.getByRole('link', { name: 'Proof as CSV' }).getAttribute('href');
  const csv = await (await fetch(`${server?.origin}${address}`)).text();
  assert.equal(csv.trim().split('\r\n').length, 4, 'a heading, what was expected, what came');
  await server?.post(image(1, 2));
  await page.getByText('Nothing is missing of what somebody announced.').waitFor();
  await page.getByLabel('Only where something is missing').uncheck();
  await page.getByText('3 of 3').waitFor();
  const unsorted = Uint8Array.from(madeFile({ ...made(30, 1), study: '', attributes: knee }));
  const headers = { 'content-type': 'application/dicom' };
  assert.notEqual(
    (await fetch(`${server?.origin}/dicom-web/studies`, { method: 'POST', headers, body: unsorted })).status,
    200,
  );
  await page.getByLabel('What was refused').check();
  const refused = page.getByRole('list', { name: 'Refused objects' }).getByRole('listitem');
  await refused.getByText('A900H: Study Instance UID is missing').waitFor();
  await refused.getByText('no SOP Instance UID').waitFor();
  await refused.getByText('Over the web').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/refused.png` });
  assert.deepEqual(errors, []);
});

test('180 of 180 is green; of 179 the missing one is named', async () => {
  const { page, errors } = await openPage(browser);
  const line = { seriesInstanceUid: '', modality: '', expected: 180, expectedBy: 'notification of PACS', gaps: [] };
  const said = { evidence: '180 expected: notification of PACS', completedAt: '2026-01-02T03:04:05Z' };
  const study = (uid: string, received: number, state: string, missing: readonly string[]) => ({
    ...{ studyInstanceUid: uid, patientName: 'Doe^Jane', description: 'Knee', studyDate: '20260102' },
    ...{ receivedAt: '2026-01-02T03:04:05Z', series: [], refused: 0, sent: [] },
    study: { ...line, ...(state === 'complete' ? said : { evidence: '', completedAt: '' }), received, state },
    missing: missing.map((sopInstanceUid) => ({ seriesInstanceUid: '1', sopInstanceUid, sopClassUid: '1.2' })),
  });
  const ledger = [study('1.2.40', 180, 'complete', []), study('1.2.41', 179, 'incomplete', ['1.2.41.1.77'])];
  await page.route('**/api/transfers?*', (route) => route.fulfill({ json: ledger }));
  await page.goto(`${server?.origin}/transfers`);
  const cards = page.getByRole('list', { name: 'Studies' }).locator('> li');
  const [whole, short] = [cards.nth(0), cards.nth(1)];
  const colourOf = (text: string) =>
    page.getByText(text, { exact: true }).evaluate((label) => {
      const badge = label.parentElement ?? label;
      const [red = 0, green = 0] = (getComputedStyle(badge).color.match(/[\d.]+/g) ?? []).map(Number);
      return green > red ? 'green' : 'red';
    });
  await whole.getByText('180 of 180').waitFor();
  await whole.getByText('complete: 180 expected: notification of PACS').waitFor();
  assert.equal(await whole.getByText('is missing').count(), 0);
  await short.getByText('179 of 180').waitFor();
  await short.getByRole('list', { name: 'Missing objects' }).getByText('1.2.41.1.77').waitFor();
  assert.deepEqual([await colourOf('180 of 180'), await colourOf('179 of 180')], ['green', 'red']);
  if (shots) await page.screenshot({ path: `${shots}/of-180.png` });
  assert.deepEqual(errors, []);
});

test('what waits for a peer is told in one line and paused as a whole; an address that means nothing shows no jobs', async () => {
  const { page, errors } = await openPage(browser);
  const body = JSON.stringify({ destination: 'GONE', selection: { studyInstanceUid: '1.2.3.1' } });
  for (const _ of [1, 2]) await fetch(`${server?.origin}/api/jobs`, { method: 'POST', body });
  await page.goto(`${server?.origin}/jobs`);
  const line = page.getByRole('list', { name: 'Queues' }).getByRole('listitem').filter({ hasText: 'GONE' });
  await line.getByText(/2 waiting/).waitFor();
  await line.getByText(/no TCP connection/).waitFor();
  await line.getByRole('progressbar', { name: /^0 of \d+ objects for GONE$/ }).waitFor({ state: 'attached' });
  await line.getByText(/^\d+ objects to go of \d+$/).waitFor();
  await line.getByRole('button', { name: 'Pause all for GONE' }).press('Enter');
  await line.getByText(/2 paused/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/jobs.png` });
  const jobs = page.getByRole('list', { name: 'Jobs', exact: true });
  await jobs.getByText('paused').nth(1).waitFor();
  await line.getByRole('button', { name: 'Resume all for GONE' }).click();
  await line.getByRole('link', { name: 'GONE' }).click();
  await jobs.getByText('to OTHER').waitFor({ state: 'detached' });
  await jobs.getByText('to GONE').nth(1).waitFor();
  await page.goto(`${server?.origin}/jobs?to=%3Cb%3ENOBODY&state=lost`);
  await page.getByText('No such jobs').waitFor();
  assert.deepEqual(errors, []);
});

test('[QR-GEN-16] a move that fails is an alert on every page, until somebody acknowledges it', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(`${server?.origin}/`);
  await page.getByText(/\d stud/).waitFor();
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', 'StudyInstanceUID=1.2.3.1'];
  const target = ['-aec', 'CONCORD', '-aem', 'GONE', '127.0.0.1', String(server?.dicomPort)];
  spawnSync('movescu', ['-S', ...target, ...keys], { timeout: 60_000 });
  const alert = page.getByRole('alert', { name: 'CONCORD could not send all images to GONE' });
  await alert.getByText(/not sent: .*no TCP connection/).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/alert.png` });
  await page.goto(`${server?.origin}/studies/1.2.3.1/series/1.2.3.1.1`);
  await alert.getByText('C-MOVE A702H').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/alert-in-viewer.png` });
  await alert.getByRole('button', { name: 'Acknowledge' }).click();
  await alert.waitFor({ state: 'detached' });
  await page.goto(`${server?.origin}/alerts`);
  await page.getByRole('row').getByText('web 127.0.0.1').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/alerts.png` });
  assert.equal(await alert.count(), 0);
  assert.deepEqual(errors, []);
});

test('[ES-MWL-07] an order that is entered is in the worklist of modalities; it is changed, is there, and is called off', async () => {
  const { page, errors } = await openPage(browser);
  const asked = (): string => {
    const keys = ['PatientName', 'PatientID=W-1', 'ScheduledProcedureStepSequence[0].ScheduledProcedureStepStatus'];
    const target = ['-aec', 'CONCORD', '127.0.0.1', String(server?.dicomPort)];
    const given = keys.flatMap((key) => ['-k', key]);
    const { stdout, stderr } = spawnSync('findscu', ['-v', '-W', ...target, ...given], { timeout: 60_000 });
    const text = `${stdout}${stderr}`;
    return text.slice(text.indexOf('Find Response'));
  };
  await page.goto(`${server?.origin}/worklist`);
  await page.getByText('Nothing is scheduled for these days.').waitFor();
  await page.getByRole('button', { name: 'New order' }).click();
  const form = page.getByRole('form', { name: 'New order' });
  await form.getByLabel('Patient name').fill('<b>Doe</b>^Jane');
  await form.getByLabel('Patient ID').fill('W-1');
  await form.getByLabel('Modality').fill('ct');
  await form.getByLabel('Accession number').fill('12345678901234567');
  await form.getByLabel(/^Date/).fill('2126-03-01');
  await form.getByLabel(/^Time/).fill('08:30');
  if (shots) await page.screenshot({ path: `${shots}/order-form.png` });
  await form.getByRole('button', { name: 'Add to the worklist' }).click();
  await form
    .getByRole('alert')
    .getByText(/accessionNumber has more than 16/)
    .waitFor();
  await form.getByLabel('Accession number').fill('A-1');
  await form.getByRole('button', { name: 'Add to the worklist' }).click();
  const step = page.getByRole('list', { name: 'Scheduled steps' }).getByRole('listitem');
  await step.getByText('2126-03-01 08:30').waitFor();
  assert.match(asked(), /<b>Doe<\/b>\^Jane[\s\S]*SCHEDULED/);
  await step.getByRole('button', { name: /^Change/ }).click();
  const change = page.getByRole('form', { name: 'Order' });
  await change.getByLabel('Patient name').fill('Roe^Jane');
  await change.getByRole('button', { name: 'Keep' }).click();
  await step.getByText('Roe, Jane').waitFor();
  await step.getByRole('button', { name: /^Arrived/ }).click();
  await step.getByText('ARRIVED').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/worklist.png` });
  assert.match(asked(), /Roe\^Jane[\s\S]*ARRIVED/);
  assert.deepEqual(await accessibilityFaults(page), []);
  await step.getByRole('button', { name: /^Cancel/ }).click();
  await step.getByText('CANCELED').waitFor();
  assert.doesNotMatch(asked(), /Roe/);
  assert.deepEqual(errors, []);
});

/** Waits until the other server has so many objects of a study. */
const arrived = async (study: string, count: number) => {
  let seen = -1;
  for (const until = Date.now() + 180_000; Date.now() < until; await new Promise((done) => setTimeout(done, 100))) {
    const answer = await fetch(`${other?.origin}/dicom-web/studies/${study}/instances`);
    const found: unknown = answer.status === 200 ? await answer.json() : [];
    seen = Array.isArray(found) ? found.length : 0;
    if (seen === count) return;
  }
  assert.fail(`${seen} objects of ${study}, not ${count}`);
};

test('[IC-SEND-04] [VW-GEN-06] one image, a series and a study are sent to a chosen peer from where they are seen', async () => {
  const { page, errors } = await openPage(browser);
  await server?.post(image(5, 1), image(5, 2), image(5, 3), image(6, 1), image(6, 2));
  const send = async (button: string) => {
    await page.getByRole('button', { name: button, exact: true }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByRole('button', { name: 'GONE' }).waitFor();
    assert.equal(await dialogue.getByRole('textbox').count(), 0, 'peers are chosen, never typed');
    await dialogue.getByRole('button', { name: 'OTHER' }).click();
    await page.getByText('Sending to OTHER').first().waitFor();
  };
  await page.goto(`${server?.origin}/studies/1.2.3.5/series/1.2.3.5.1?image=2`);
  await send('Send this image to…');
  await arrived('1.2.3.5', 1);
  if (shots) await page.screenshot({ path: `${shots}/send-image.png` });
  await page.goto(`${server?.origin}/studies/1.2.3.5`);
  await send('Send this series to…');
  await arrived('1.2.3.5', 3);
  await page.goto(`${server?.origin}/studies/1.2.3.6`);
  await send('Send to…');
  await arrived('1.2.3.6', 2);
  assert.deepEqual(errors, []);
});

test('[VW-VIEW-01] a CT is drawn; what is stored only says so, shows its attributes, and is sent like any other', async () => {
  const { page, errors } = await openPage(browser);
  const plain = { frames: [] };
  const classes = [
    [{}, '1.2.840.10008.5.1.4.1.1.2', undefined],
    [{}, '1.2.840.10008.5.1.4.1.1.1.1.1', 'Stored only, cannot be displayed by itself'],
    [plain, '1.2.840.10008.5.1.4.1.1.9.1.1', 'Stored only, cannot be displayed: this object has no pixel data'],
    [plain, '1.2.840.10008.5.1.4.1.1.88.11', 'Stored only, cannot be displayed: this object has no pixel data'],
    [plain, '1.2.840.10008.5.1.4.1.1.481.5', 'Stored only, cannot be displayed: this object has no pixel data'],
  ] as const;
  const files = classes.map(([more, sopClassUid], index) =>
    madeFile({ ...made(10, index + 1), ...more, sopClassUid, attributes: { ...knee, InstanceNumber: index + 1 } }),
  );
  await server?.post(...files);
  await page.goto(`${server?.origin}/studies/1.2.3.10/series/1.2.3.10.1`);
  await page.locator('main canvas').waitFor();
  for (const [index, [, , words]] of classes.entries()) {
    if (words === undefined) continue;
    await page.keyboard.press('ArrowDown');
    await page.getByRole('main').getByText(words).waitFor();
    await page.getByRole('cell', { name: `1.2.3.10.1.${index + 1}`, exact: true }).waitFor();
    assert.equal(await page.locator('main canvas').count(), 0);
  }
  if (shots) await page.screenshot({ path: `${shots}/stored-only.png` });
  await page.getByRole('button', { name: 'Send this image to…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'OTHER' }).click();
  await arrived('1.2.3.10', 1);
  assert.deepEqual(errors, []);
});

test('[IC-STORE-08] an image that arrives shows up in the open viewer', async () => {
  const { page, errors } = await openPage(browser);
  await server?.post(image(7, 1));
  await page.goto(`${server?.origin}/studies/1.2.3.7/series/1.2.3.7.1`);
  await page.getByText('Image 1 of 1').waitFor();
  server?.send(image(7, 2));
  await page.getByText('Image 1 of 2').waitFor();
  await page.keyboard.press('End');
  await page.getByText('Image 2 of 2').waitFor();
  assert.deepEqual(errors, []);
});

test('[QR-DB-10] an exam type that is entered is shown with the studies it describes, and no others', async () => {
  const { page, errors } = await openPage(browser);
  await server?.post(image(8, 1));
  await server?.post(madeFile({ ...made(9, 1), attributes: { PatientName: 'Roe^Ann', StudyDescription: 'Hip' } }));
  await page.goto(`${server?.origin}/`);
  await page.getByRole('link', { name: 'Exam types' }).click();
  await page.getByRole('heading', { name: 'Exam types' }).waitFor();
  const add = async (name: string) => {
    await page.getByLabel('New exam type').fill(name);
    await page.getByRole('button', { name: 'Add' }).click();
  };
  await add('<i>MR</i>');
  await add('knee');
  const list = page.getByRole('list', { name: 'Exam types' });
  await list.getByText('<i>MR</i>').waitFor();
  await list.getByText('knee').waitFor();
  await add('KNEE');
  await page.getByText('"KNEE" is in the list already.').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/exam-types.png` });
  await page.goto(`${server?.origin}/studies/1.2.3.8`);
  await page.getByText('knee', { exact: true }).waitFor();
  if (shots) await page.screenshot({ path: `${shots}/exam-type-of-study.png` });
  const answered = page.waitForResponse(/1\.2\.3\.9\/exam-types$/);
  await page.goto(`${server?.origin}/studies/1.2.3.9`);
  assert.equal(await (await answered).text(), '[]');
  await page.getByRole('heading', { name: 'Roe, Ann' }).waitFor();
  assert.equal(await page.getByText('knee', { exact: true }).count(), 0);
  await page.goto(`${server?.origin}/exam-types`);
  await page.getByRole('button', { name: 'Remove knee' }).click();
  await list.getByText('knee').waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});
