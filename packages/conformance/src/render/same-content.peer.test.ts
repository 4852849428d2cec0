// HTML, Markdown, DocBook and PDF say the same, cell by cell; contents lead to every heading; what is printed names product, edition and page.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { annexNDocument } from '../document/annex-n.ts';
import { type StatementDocument, walk } from '../document/document.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderDocBook } from './docbook.ts';
import { renderDocx } from './docx.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPdf } from './pdf.ts';

const document = statementDocument(asStatement(completeStatement()));
const plain = (text: string): string =>
  text
    .replaceAll(/<wbr\s*\/?>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('’', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, '$1')
    .replaceAll(/[\s\u00ad\u200b]+/g, '');

function texts({ sections }: StatementDocument): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { section } of walk(sections))
    for (const block of section.blocks) {
      if (block.kind === 'paragraph') found.add(block.text);
      else if (block.kind === 'list') for (const item of block.items) found.add(item);
      else if (block.kind === 'table')
        for (const row of block.rows) for (const cell of 'heading' in row ? [row.heading] : row) found.add(cell);
      else for (const relation of block.relations) found.add(relation);
    }
  found.delete('');
  return found;
}

test('[CS-RND-01] every cell, paragraph and relation stands in all four forms', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.pdf');
  writeFileSync(file, await renderPdf(document));
  await run('pdftotext', ['-raw', '-enc', 'UTF-8', file, `${file}.txt`]);
  const pdf = readFileSync(`${file}.txt`, 'utf8');
  const forms = {
    html: plain(renderHtml(document)),
    markdown: plain(renderMarkdown(document)),
    docbook: plain(renderDocBook(document)),
  };
  const wanted = [...texts(document)].map(plain);
  assert.ok(wanted.length > 300);
  for (const [name, text] of Object.entries(forms))
    assert.deepEqual(
      wanted.filter((each) => !text.includes(each)),
      [],
      name,
    );
  // On paper long cells go on in other lines and pages: each of their words is there.
  const words = new Set(pdf.split(/\s+/));
  const letters = plain(pdf);
  const lost = [...texts(document)].flatMap((text) =>
    text.split(/\s+/).filter((word) => word !== '' && !words.has(word) && !letters.includes(plain(word))),
  );
  assert.deepEqual(lost, []);
});

test('the Word file in the order of Annex N holds every cell, paragraph and relation, and its headings in that order, as a parser of XML reads it', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.docx');
  const annexN = annexNDocument(asStatement(completeStatement()));
  writeFileSync(file, await renderDocx(annexN));
  const script = `import sys, zipfile, json, xml.etree.ElementTree as e
w = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
for name in z.namelist():
  if name.endswith(('.xml', '.rels')): e.fromstring(z.read(name))
lines = []
for p in e.fromstring(z.read('word/document.xml')).iter(w + 'p'):
  style = p.find(w + 'pPr/' + w + 'pStyle')
  lines.append([style.get(w + 'val') if style is not None else '', ''.join(t.text or '' for t in p.iter(w + 't'))])
print(json.dumps(lines))`;
  const { output } = await run('/usr/bin/python3', ['-c', script, file]);
  const lines = JSON.parse(output) as readonly (readonly [style: string, text: string])[];
  const text = plain(lines.map(([, line]) => line).join(' '));
  const wanted = [...texts(annexN)].map(plain);
  assert.ok(wanted.length > 300);
  assert.deepEqual(
    wanted.filter((each) => !text.includes(each)),
    [],
  );
  const headings = [...walk(annexN.sections)].map(({ section: { number, title } }) => plain(`${number} ${title}`));
  const found = lines.filter(([style]) => /^heading/i.test(style)).map(([, line]) => plain(line));
  assert.ok(headings.length > 60);
  assert.deepEqual(
    found.filter((each) => headings.includes(each)),
    headings,
  );
});

test('[CS-RND-08] the contents list every numbered heading, with a link that leads to it', () => {
  const [html, markdown] = [renderHtml(document), renderMarkdown(document)];
  for (const { section } of walk(document.sections)) {
    if (section.number === '') continue;
    assert.ok(html.includes(`href="#${section.anchor}"`), `html link ${section.number}`);
    assert.ok(html.includes(`id="${section.anchor}"`), `html target ${section.number}`);
    assert.ok(markdown.includes(`(#${section.anchor})`), `markdown link ${section.number}`);
  }
});

test('[CS-RND-10] each page of the PDF names product, edition and page; header rows are repeated, no word is cut', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.pdf');
  const many = Array.from({ length: 120 }, (_, index) => ({
    scope: 'General',
    name: `Parameter ${index + 1}`,
    configurable: 'No',
    default: '30',
  }));
  const parameters = [...completeStatement().networking.configuration.parameters, ...many];
  const long = changed(completeStatement(), { '/networking/configuration/parameters': parameters });
  writeFileSync(file, await renderPdf(statementDocument(asStatement(long))));
  const { output } = await run('pdftotext', ['-layout', '-enc', 'UTF-8', file, '-']);
  const pages = output.split('\f').filter((page) => page.trim() !== '');
  for (const [index, page] of pages.slice(1).entries()) {
    assert.match(page, /Example 1/, `page ${index + 2}`);
    assert.match(page, new RegExp(`Page ${index + 2} of ${pages.length}`));
  }
  const withRows = pages.filter((page) => /^ *Parameter \d+ +No/m.test(page));
  assert.ok(withRows.length >= 2);
  for (const page of withRows) assert.match(page, /Parameter +Configurable/);
  for (let index = 1; index <= many.length; index += 1) assert.match(output, new RegExp(`Parameter ${index} +No`));
});

test('[CS-RND-14] anchors are the same after a change elsewhere', () => {
  const anchors = (of: StatementDocument): readonly string[] =>
    [...walk(of.sections)].flatMap(({ section }) => [
      section.anchor,
      ...section.blocks.flatMap((block) => (block.kind === 'table' ? [block.anchor] : [])),
    ]);
  const renamed = statementDocument(
    asStatement(
      changed(completeStatement(), {
        '/networking/applicationEntities/1/name': 'Another AE',
        '/networking/configuration/parameters/0/default': '31',
        '/overview/description': 'It does something else.',
      }),
    ),
  );
  assert.deepEqual(anchors(renamed), anchors(document));
  for (const anchor of ['a-4-4-2', 'store-sop-class-table', 'query-answer-contexts'])
    assert.ok(anchors(document).includes(anchor), anchor);
});
