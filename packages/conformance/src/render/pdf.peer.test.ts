// The PDF as another program reads it: text, page numbers, UIDs in one piece; and the Word file as XML that parses.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderDocx } from './docx.ts';
import { renderPdf } from './pdf.ts';
import { openPdf } from './renderers.ts';
import { scriptFonts } from './script-fonts.ts';

const document = statementDocument(asStatement(completeStatement()));

test('[CS-RND-09] a UID is found in the PDF in one piece, and every heading stands on the page that the contents name', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.pdf');
  writeFileSync(file, await renderPdf(document));
  const { output } = await run('pdftotext', ['-layout', '-enc', 'UTF-8', file, '-']);
  const pages = output.split('\f');
  assert.ok(pages.length > 10);
  assert.match(output, /1\.2\.840\.10008\.5\.1\.4\.1\.2\.2\.1(?!\d)/);
  assert.match(output, /1\.2\.826\.0\.1\.3680043\.10\.1\.7/);
  const listed = [...output.matchAll(/^ *((?:\d+\.)*\d+ [A-Z].*?) {2,}(\d+)$/gm)].slice(0, 60);
  assert.ok(listed.length > 40, `${listed.length} lines of contents`);
  for (const [, heading = '', page] of listed)
    assert.ok(pages[Number(page) - 1]?.includes(heading), `${heading} is not on page ${page}`);
  assert.match(pages[3] ?? '', /Example 1 .{1,3} as-shipped[\s\S]*Page 4 of \d+/);
});

test('[CS-FRONT-09] the overview with twenty-five services is on one page', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.pdf');
  const pagesOfOverview = async (count: number): Promise<number> => {
    const [row] = completeStatement().overview.networkServices;
    const networkServices = Array.from({ length: count }, () => row);
    const full = changed(completeStatement(), { '/overview/networkServices': networkServices });
    writeFileSync(file, await renderPdf(statementDocument(asStatement(full))));
    const { output } = await run('pdftotext', ['-layout', '-enc', 'UTF-8', file, '-']);
    const pages = output.split('\f');
    const first = pages.findIndex((page) => /^ *1 Conformance Statement Overview *$/m.test(page));
    const next = pages.findIndex((page) => /^ *3 Introduction *$/m.test(page));
    assert.ok(first >= 0 && next > first, 'the section after it begins on a page of its own');
    return next - first;
  };
  assert.equal(await pagesOfOverview(25), 1);
  assert.ok((await pagesOfOverview(120)) > 1, 'more do not fit');
});

test('the Word file holds every table, with its heading to be repeated', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.docx');
  writeFileSync(file, await renderDocx(document));
  const script = `import sys, zipfile, xml.dom.minidom as m
x = zipfile.ZipFile(sys.argv[1]).read('word/document.xml')
d = m.parseString(x)
print(len(d.getElementsByTagName('w:tbl')), len(d.getElementsByTagName('w:tblHeader')))`;
  const { output } = await run('/usr/bin/python3', ['-c', script, file]);
  const [tables, headings] = output.trim().split(' ').map(Number);
  assert.ok((tables ?? 0) > 60, output);
  assert.equal(tables, headings);
});

test('names in Japanese, Korean, Chinese and Thai are text of the PDF, drawn in fonts that it brings', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'report.pdf');
  const texts = {
    jp: 'やまだ^たろう=山田^太郎 胸部Ｘ線',
    kr: '홍^길동=洪^吉洞',
    sc: '王^小东 胸部正常',
    tc: '張^國榮 無異常發現',
    thai: 'ปอดปกติ ที่',
  };
  const shapes = new Set<string>();
  for (const [language, text] of Object.entries(texts)) {
    const page = await openPdf('Report', [text]);
    const bytes = page.bytes();
    page.paragraph(`Finding: ${text} µ Ω`);
    page.paragraph(text, { font: 'bold', size: 16 });
    page.pdf.end();
    writeFileSync(file, await bytes);
    const { output } = await run('pdftotext', ['-enc', 'UTF-8', file, '-']);
    assert.ok(Buffer.from(output, 'latin1').toString().includes(text), `${language}: ${output}`);
    const { output: fonts } = await run('pdffonts', [file]);
    for (const weight of [400, 700])
      assert.match(fonts, new RegExp(`NotoSans-${language}-\\w+-${weight} +CID TrueType +Identity-H +yes yes yes`));
    assert.ok((await bytes).length < 100_000, `${language}: ${(await bytes).length} bytes`);
    // What its first character looks like: an empty box would be the same for all.
    const single = await openPdf('', [text]);
    const drawn = single.bytes();
    single.put(text.slice(0, 1), 20, 20, 'regular', 100);
    single.pdf.end();
    writeFileSync(file, await drawn);
    shapes.add((await run('pdftoppm', ['-r', '20', '-gray', '-W', '60', '-H', '60', file])).output);
  }
  assert.equal(shapes.size, Object.keys(texts).length);
});

test('a text of every Han character takes a bounded number of fonts, and what is in none of them does not fail', async () => {
  const every = String.fromCodePoint(...Array.from({ length: 0x5200 }, (_, index) => 0x4e00 + index));
  const fonts = await scriptFonts([every, '\u{2A6D6}\uFFA0']);
  assert.ok(fonts.size > 5000, `${fonts.size} characters`);
  assert.ok(new Set([...fonts.values()].map(({ name }) => name)).size <= 200);
  assert.equal((await scriptFonts(['Müller, Ωμέγα, Иванов'])).size, 0);
});
