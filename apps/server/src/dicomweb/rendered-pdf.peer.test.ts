// Text of PDFs that other programs made and wrapped, as another reader finds it: DCMTK's pdf2dcm, Chromium's printing, poppler's pdftotext.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chromium } from 'playwright-core';
import { startDicomweb } from '../../testing/archive.ts';
import { madeSeries, madeStudy } from '../../testing/instances.ts';
import { pdfOf } from '../../testing/pdfs.ts';
import { run } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const words = (text: string): readonly string[] => text.normalize('NFKC').split(/\s+/u).filter(Boolean);

/** Wraps the PDF by pdf2dcm, stores it, and asks for its text; beside it what pdftotext says of the same file. */
const both = async (t: TestContext, folder: string, pdf: string) => {
  const dicom = join(folder, 'wrapped.dcm');
  const names = ['--title', 'Befund', '--patient-name', 'Doe^Jane', '--patient-id', 'P1'];
  const keys = [`0020,000d=${madeStudy}`, `0020,000e=${madeSeries}`, '0008,0018=1.2.1'].flatMap((key) => [
    '--key',
    key,
  ]);
  const wrapped = await run('pdf2dcm', ...names, ...keys, pdf, dicom);
  assert.equal(wrapped.exitCode, 0, wrapped.output);
  const { service } = await startDicomweb(t);
  const headers = { 'content-type': 'application/dicom' };
  const body = Uint8Array.from(await readFile(dicom));
  const stored = await fetch(`${service}/studies`, { method: 'POST', headers, body });
  assert.equal(stored.status, 200, await stored.text());
  const place = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1/rendered`;
  const own = await fetch(place, { headers: { accept: '*/*' } });
  assert.ok(Buffer.from(await own.arrayBuffer()).equals(await readFile(pdf)), 'the very file comes back');
  const ours = await fetch(place, { headers: { accept: 'text/plain' } });
  assert.equal(ours.status, 200, ours.status === 200 ? '' : await ours.text());
  await run('pdftotext', '-raw', '-enc', 'UTF-8', pdf, `${pdf}.txt`);
  return { ours: await ours.text(), theirs: await readFile(`${pdf}.txt`, 'utf8') };
};

test('ten pages in Latin, Greek and Japanese, page by page as pdftotext reads them', async (t) => {
  const folder = await temporaryFolder();
  const pages = Array.from({ length: 10 }, (_, index) => [
    `Seite ${index + 1}: Müller, Jürgen`,
    'Πνεύμονας: φυσιολογικός, χωρίς εστιακές βλάβες',
    '胸部に異常なし。心拡大を認めない。',
    ...Array.from({ length: 20 }, (_line, line) => `Value ${line}: ${index * 100 + line} mmHg`),
  ]);
  const pdf = join(folder, 'made.pdf');
  await writeFile(pdf, await pdfOf(pages));
  const { ours, theirs } = await both(t, folder, pdf);
  const oursByPage = ours.split('\f').map(words);
  assert.equal(oursByPage.length, 11);
  assert.deepEqual(oursByPage, theirs.split('\f').map(words));
  assert.deepEqual(
    oursByPage.slice(0, 10),
    pages.map((lines) => words(lines.join(' '))),
  );
});

test('a page that Chromium printed, with a table and columns', async (t) => {
  const folder = await temporaryFolder();
  const rows = Array.from({ length: 60 }, (_, row) => `<tr><td>Row ${row}<td>${row * 7}<td>mm`).join('');
  const columns = `<p style="columns:2">${'some more text '.repeat(400)}</p>`;
  const executablePath = process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  const pdf = join(folder, 'printed.pdf');
  try {
    const page = await browser.newPage();
    await page.setContent(`<h1>Bericht Müller</h1><p>Πνεύμονας, office</p><table>${rows}</table>${columns}`);
    await page.pdf({ path: pdf, format: 'A4' });
  } finally {
    await browser.close();
  }
  const { ours, theirs } = await both(t, folder, pdf);
  assert.deepEqual(words(ours), words(theirs));
  assert.match(ours, /Row 7\s+49\s+mm/u);
});
