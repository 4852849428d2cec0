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
const image = (study: number, attributes: Readonly<Record<string, string | Uint8Array>>) =>
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

test('addresses that lead nowhere say so, and lead back; a study that was taken out is said to be', async () => {
  const { page } = await openPage(browser);
  await page.route('**/dicom-web/studies/9.9.8/metadata', (route) => route.fulfill({ status: 410, body: '' }));
  await page.goto(`${server.origin}/studies/9.9.8`);
  await page.getByText('This study was taken out of the archive. The page Storage puts it back.').waitFor();
  await page.goto(`${server.origin}/studies/9.9.9`);
  await page.getByText('The archive has no study with this UID.').waitFor();
  await page.goto(`${server.origin}/no/such/page`);
  await page.getByText('No such page').waitFor();
  await page.getByRole('link', { name: 'All studies', exact: true }).click();
  await page.getByRole('heading', { name: 'Studies' }).waitFor();
});

test('[VW-GEN-09] [HP-GEN-09] what other systems did is told in words, and what the product is not meant for', async () => {
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

test('[ES-CHAR-02] [VW-CHAR-03] [HP-CHAR-02] Japanese, Greek and German names sort, are found and shown, whatever they were sent in', async () => {
  const { page } = await openPage(browser);
  const latin = { SpecificCharacterSet: 'ISO_IR 100' };
  const japanese = { SpecificCharacterSet: '\\ISO 2022 IR 87' };
  await server.post(
    image(31, { ...latin, PatientName: 'Ökten^Jörg', PatientID: 'X-31' }),
    image(32, { ...latin, PatientName: 'Zöllner^Änne', PatientID: 'X-32' }),
    image(33, { ...japanese, PatientName: 'Suzuki^Hanako=鈴木^花子=すずき^はなこ', PatientID: 'X-33' }),
    image(34, { PatientName: '=佐藤^健', PatientID: 'X-34' }),
    image(35, { SpecificCharacterSet: 'ISO_IR 126', PatientName: 'Παπαδάκης^Νίκος', PatientID: 'X-35' }),
  );
  await page.goto(`${server.origin}/?id=X-3&sort=name`);
  await page.getByText('5 studies').waitFor();
  const shown = await page.locator('tbody tr').allTextContents();
  const order = ['佐藤', 'Ökten', 'Suzuki', 'Zöllner', 'Παπαδάκης'].map((name) =>
    shown.findIndex((row) => row.includes(name)),
  );
  assert.deepEqual(order, [0, 1, 2, 3, 4], shown.join('\n'));
  assert.match(shown[2] ?? '', /鈴木 花子/);
  for (const [asked, name] of [
    ['ökt', 'Ökten, Jörg'],
    ['okten', 'Ökten, Jörg'],
    ['ZÖLL', 'Zöllner, Änne'],
    ['鈴木', 'Suzuki, Hanako'],
    ['はなこ', 'Suzuki, Hanako'],
  ] as const) {
    await page.getByRole('textbox', { name: 'Patient name' }).fill(asked);
    await page.getByText('1 study', { exact: true }).waitFor();
    await page.getByRole('link', { name }).waitFor();
  }
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

/** One name in each character set that the statement lists, and what of it must be seen. */
const written: Readonly<Record<string, readonly [name: string, ...seen: string[]]>> = {
  'ISO_IR 6': ['Plain^Name', 'Plain, Name'],
  'ISO_IR 100': ['Buc^Jérôme', 'Buc, Jérôme'],
  'ISO_IR 101': ['Wałęsa^Lech', 'Wałęsa, Lech'],
  'ISO_IR 109': ['Ĝoja^Ŝtelo', 'Ĝoja, Ŝtelo'],
  'ISO_IR 110': ['Bērziņš^Jānis', 'Bērziņš, Jānis'],
  'ISO_IR 144': ['Люксембург^Роза', 'Люксембург, Роза'],
  'ISO_IR 127': ['قباني^لنزار', 'قباني', 'لنزار'],
  'ISO_IR 126': ['Διονυσιος^Αννα', 'Διονυσιος, Αννα'],
  'ISO_IR 138': ['שרון^דבורה', 'שרון', 'דבורה'],
  'ISO_IR 148': ['Çavuşoğlu^Işıl', 'Çavuşoğlu, Işıl'],
  'ISO_IR 203': ['Œuvré^Žofie', 'Œuvré, Žofie'],
  'ISO_IR 166': ['ใจดี^สมชาย', 'ใจดี, สมชาย'],
  'ISO_IR 13': ['ﾔﾏﾀﾞ^ﾀﾛｳ', 'ﾔﾏﾀﾞ, ﾀﾛｳ'],
  '\\ISO 2022 IR 87': ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Yamada, Tarou', '山田 太郎', 'やまだ たろう'],
  '\\ISO 2022 IR 159': ['Uemura^Ken=丂丄^丅', 'Uemura, Ken', '丂丄 丅'],
  '\\ISO 2022 IR 149': ['Hong^Gildong=洪^吉洞=홍^길동', 'Hong, Gildong', '洪 吉洞', '홍 길동'],
  '\\ISO 2022 IR 58': ['Zhang^XiaoDong=张^小东', 'Zhang, XiaoDong', '张 小东'],
  'ISO_IR 192': ['Wang^XiaoDong=王^小東', '王 小東'],
  GB18030: ['Wang^XiaoDong=王^小东', '王 小东'],
  GBK: ['Li^Na=李^娜', '李 娜'],
};

test('[CS-CHR-08] a name in each supported character set is shown with every group; a byte that is no character of the set as U+FFFD', async () => {
  const { page, errors } = await openPage(browser);
  const made = Object.entries(written).map(([set, [PatientName]], at) =>
    image(100 + at, { SpecificCharacterSet: set, PatientName, PatientID: `CHR-${at}` }),
  );
  const raw = Uint8Array.from([0x41, 0x62, 0xc3, 0xff, 0x5e, 0x42]);
  const broken = image(199, { SpecificCharacterSet: 'ISO_IR 192', PatientName: raw, PatientID: 'CHR-broken' });
  await server.post(...made, broken);
  await page.goto(`${server.origin}/?id=CHR-`);
  await page.getByText(`${made.length + 1} studies`).waitFor();
  const rows = await page.locator('tbody tr').allInnerTexts();
  for (const [set, [, ...seen]] of Object.entries(written))
    assert.ok(
      rows.some((row) => seen.every((name) => row.includes(name))),
      `${set}: ${seen.join(' ')} in ${rows.join(' | ')}`,
    );
  assert.ok(rows.some((row) => row.includes('Ab\uFFFD\uFFFD, B')));
  if (process.env.CONCORD_SCREENSHOTS)
    await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/names.png`, fullPage: true });
  assert.deepEqual(errors, []);
});

test('images are chosen, noted under a title with a comment, and listed with their pictures; a title that needs more waits for it', async () => {
  const { page, errors } = await openPage(browser);
  const study = '1.2.3.300';
  const images = [1, 2, 3].map((number) =>
    madeFile({
      ...{ study, series: `${study}.1`, instance: `${study}.1.${number}`, frames: [[[0, 2000, 4000]]] },
      attributes: { PatientName: 'Chosen^One', PatientID: 'K-1', InstanceNumber: String(number) },
    }),
  );
  await server.post(...images);
  await page.goto(`${server.origin}/studies/${study}`);
  await page.getByRole('button', { name: 'Show images' }).click();
  await page.getByLabel('Choose image 1').check();
  await page.getByLabel('Choose image 3').check();
  await page.getByText('2 images chosen').waitFor();
  await page.getByRole('button', { name: 'Note as key images' }).click();
  const dialogue = page.getByRole('dialog');
  await dialogue.getByLabel('Title').click();
  await page.getByRole('option', { name: 'Best In Set' }).click();
  const make = dialogue.getByRole('button', { name: 'Note these images' });
  assert.equal(await make.isDisabled(), true, 'of what they are the best is not said');
  await dialogue.getByLabel('Of what').click();
  await page.getByRole('option', { name: 'Series' }).click();
  await dialogue.getByLabel('Comment').fill('Both hips <b>\nin one view');
  await dialogue.getByLabel('Chosen by').fill('Doe^Jane');
  if (process.env.CONCORD_SCREENSHOTS)
    await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/key-images-dialogue.png` });
  await make.click();
  const list = page.getByRole('list', { name: 'Key images' });
  await list.getByText('Best In Set: Series').waitFor();
  await list.getByText('Both hips <b>').waitFor();
  await list.getByText('Doe, Jane · 2 objects').waitFor();
  assert.equal(await list.getByRole('link').count(), 2);
  await page.getByText('2 images chosen').waitFor({ state: 'detached' });
  if (process.env.CONCORD_SCREENSHOTS)
    await page.screenshot({ path: `${process.env.CONCORD_SCREENSHOTS}/key-images.png`, fullPage: true });
  assert.deepEqual(errors, []);
});
