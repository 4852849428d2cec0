// The pages of the archive in a real browser: an empty one, images as they arrive, hostile text, search, a lost server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { madeFile } from './made-images.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let browser: Browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  await server.post(
    image(1, { PatientName: 'Doe^Jane', PatientID: 'A-1', StudyDescription: 'Knee', AccessionNumber: 'ACC1' }),
    image(2, { PatientName: 'Müller^Jürgen=山田^太郎', PatientID: 'B-2', StudyDate: '20200101', PatientSex: 'M' }),
    image(3, { PatientName: hostile, PatientID: '"><script>x', StudyDescription: hostile, SeriesDescription: hostile }),
  );
});
after(async () => {
  await browser?.close();
  await server?.end();
});

/** A server, and another that knows it as HERE, and one that is not there as GONE. */
const startPeers = async () => {
  const peer = await startServer({ aeTitle: 'HERE' });
  const peers = [
    { aeTitle: 'HERE', host: '127.0.0.1', port: peer.dicomPort },
    { aeTitle: 'GONE', host: '127.0.0.1', port: 1 },
  ];
  return [peer, await startServer({ peers })] as const;
};

const hostile = '<img src=x onerror=alert(1)>';
const image = (study: number, attributes: Readonly<Record<string, string>>) =>
  madeFile({
    study: `1.2.3.${study}`,
    series: `1.2.3.${study}.1`,
    instance: `1.2.3.${study}.1.1`,
    frames: [[[0, 2000, 4000]]],
    attributes,
  });

test('an empty archive says how to send the first image, and shows it without a reload when it comes', async (t) => {
  const empty = await startServer();
  t.after(() => empty.end());
  const { page, errors } = await openPage(browser);
  await page.goto(empty.origin);
  await page.getByRole('heading', { name: 'No images yet' }).waitFor();
  const echo = await page.getByText('echoscu').textContent();
  assert.equal(echo, `echoscu -v -aec CONCORD 127.0.0.1 ${empty.dicomPort}`);
  assert.ok(await page.getByText(`${empty.origin}/dicom-web/studies`).isVisible());
  await page.evaluate(() => document.body.setAttribute('data-kept', 'yes'));
  empty.send(image(4, { PatientName: 'First^Ever' }));
  await page.getByRole('link', { name: 'First, Ever' }).waitFor();
  await page.getByText('1 study').waitFor();
  empty.send(image(5, { PatientName: 'Second^Soon', PatientID: 'another' }));
  await page.getByRole('link', { name: 'Second, Soon' }).waitFor();
  assert.equal(await page.locator('body').getAttribute('data-kept'), 'yes', 'the page was loaded anew');
  assert.deepEqual(errors, []);
});

test('text from the wire is only ever text', async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(server.origin);
  // In a person's name `=` parts its groups: the first is the name, the others stand beside it.
  await page.getByRole('link', { name: '<img src' }).click();
  await page.getByRole('heading', { name: '<img src' }).waitFor();
  await page.getByText('x onerror · alert(1)>').waitFor();
  await page.getByRole('link', { name: hostile }).click();
  await page.locator('main canvas').waitFor();
  await page.keyboard.press('a');
  await page.getByRole('complementary').getByText(hostile).first().waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assert.deepEqual(errors, []);
});

test('a search narrows the list, stands in the address, and is taken back', async () => {
  const { page } = await openPage(browser);
  await page.goto(server.origin);
  await page.getByText('3 studies').waitFor();
  await page.getByLabel('Patient name').fill('müll');
  await page.getByText('1 study').waitFor();
  assert.ok(await page.getByText('山田 太郎').isVisible());
  assert.match(page.url(), /name=m%C3%BCll/);
  await page.getByLabel('Patient ID').fill('nobody');
  await page.getByText('No study fits this search').waitFor();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await page.getByText('3 studies').waitFor();
  await page.getByRole('button', { name: 'Study date' }).first().click();
  await page.getByRole('button', { name: 'Last 12 months' }).click();
  await page.waitForURL(/date=year/);
});

test('columns sort, and say so', async () => {
  const { page } = await openPage(browser);
  await page.goto(server.origin);
  const names = async () => (await page.locator('tbody tr a').allTextContents()).map((text) => text.slice(0, 4));
  await page.getByText('3 studies').waitFor();
  await page.getByRole('button', { name: 'Patient', exact: true }).click();
  await page.waitForURL(/sort=name/);
  await page.locator('th[aria-sort="ascending"]').waitFor();
  assert.deepEqual(await names(), ['<img', 'Doe,', 'Müll']);
});

test('addresses that lead nowhere say so, and lead back', async () => {
  const { page } = await openPage(browser);
  await page.goto(`${server.origin}/studies/9.9.9`);
  await page.getByText('The archive has no study with this UID.').waitFor();
  await page.goto(`${server.origin}/no/such/page`);
  await page.getByText('No such page').waitFor();
  await page.getByRole('link', { name: 'All studies', exact: true }).click();
  await page.getByRole('heading', { name: 'Studies' }).waitFor();
});

test('[VW-GEN-09] what other systems did is told in words, and what the product is not meant for', async () => {
  const { page } = await openPage(browser);
  server.send(image(6, { PatientName: 'Sent^Over DICOM', PatientID: 'C-3' }));
  await page.goto(`${server.origin}/activity`);
  await page
    .getByText(/stored 1 object/)
    .first()
    .waitFor();
  await page.goto(`${server.origin}/about`);
  await page.getByRole('note').getByText('not approved for clinical or commercial use').waitFor();
  await page.getByText('127.0.0.1:').first().waitFor();
});

test('associations are narrowed by who and how, and the address keeps what is looked for', async () => {
  const { page } = await openPage(browser);
  server.send(image(7, { PatientID: 'C-4' }));
  await page.goto(`${server.origin}/activity`);
  const stored = page.getByText(/stored 1 object/);
  await stored.first().waitFor();
  await page.getByLabel('AE title').fill('NOBODY');
  await page.getByText('No such associations').waitFor();
  await page.waitForURL(/title=NOBODY/);
  await page.goto(`${server.origin}/activity?outcome=released`);
  await stored.first().waitFor();
  await page.goto(`${server.origin}/activity?outcome=refused&title=NOBODY`);
  await page.getByText('No such associations').waitFor();
  assert.equal(await page.getByLabel('AE title').inputValue(), 'NOBODY');
});

test('a study is downloaded as one file that holds what was stored', async () => {
  const { page } = await openPage(browser);
  await page.goto(`${server.origin}/studies/1.2.3.1`);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), 'study-1.2.3.1.zip');
  const path = join(server.folder, 'study.zip');
  await download.saveAs(path);
  const script =
    'import sys,zipfile,io,pydicom; z=zipfile.ZipFile(sys.argv[1]); ' +
    'print([(n, str(pydicom.dcmread(io.BytesIO(z.read(n))).SOPInstanceUID)) for n in z.namelist()])';
  const listed = execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' });
  assert.equal(listed.trim(), "[('series-001/image-00001.dcm', '1.2.3.1.1.1')]");
});

test('a peer is asked whether it answers', async (t) => {
  const [peer, asking] = await startPeers();
  t.after(() => Promise.all([peer.end(), asking.end()]));
  const { page } = await openPage(browser);
  await page.goto(`${asking.origin}/peers`);
  await page.getByRole('button', { name: 'Echo HERE' }).click();
  await page.getByText(/Answered in/).waitFor();
  await page.getByRole('button', { name: 'Echo GONE' }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'GONE' })
    .getByText(/refused|answer|connect/i)
    .waitFor();
});

test('a server that goes away is shown as gone', async (t) => {
  const gone = await startServer();
  t.after(() => gone.end());
  const { page } = await openPage(browser);
  await page.goto(gone.origin);
  await page.getByLabel('Live updates: Live').waitFor();
  await gone.end();
  await page.getByLabel('Live updates: Reconnecting').waitFor();
});
