// What other programs make of DocBook and Markdown: the schema and the stylesheets of DocBook, the parser of GitHub Flavored Markdown.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { annexNDocument } from '../document/annex-n.ts';
import { type StatementDocument, type Table, walk } from '../document/document.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderDocBook } from './docbook.ts';
import { renderMarkdown } from './markdown.ts';

const statement = asStatement(completeStatement());
const schema = '/usr/share/xml/docbook/schema/rng/5.0/docbook.rng';
const stylesheet = '/usr/share/xml/docbook/stylesheet/docbook-xsl-ns/xhtml/docbook.xsl';

const tablesOf = ({ sections }: StatementDocument): readonly Table[] =>
  [...walk(sections)].flatMap(({ section }) => section.blocks.filter((block) => block.kind === 'table'));

test('[CS-RND-11] DocBook is valid against the RELAX NG schema, and the standard stylesheets make pages and a PDF of it', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.xml');
  const document = statementDocument(statement);
  for (const each of [document, annexNDocument(statement)]) {
    writeFileSync(file, renderDocBook(each));
    const { code, output } = await run('xmllint', ['--nonet', '--noout', '--relaxng', schema, file]);
    assert.equal(code, 0, output.slice(0, 2000));
  }
  const bare = renderDocBook(document).replace(/<chapter[^>]*>/, '<chapter><nothing/>');
  writeFileSync(file, bare);
  assert.notEqual(
    (await run('xmllint', ['--nonet', '--noout', '--relaxng', schema, file])).code,
    0,
    'it can be invalid',
  );
  writeFileSync(file, renderDocBook(document));
  const page = join(folder.path, 'statement.html');
  const made = await run('xsltproc', ['--nonet', '-o', page, stylesheet, file]);
  assert.equal(made.code, 0, made.output.slice(0, 2000));
  const pdf = join(folder.path, 'statement.pdf');
  await run('chromium-headless-shell', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${join(folder.path, 'chromium')}`,
    '--no-pdf-header-footer',
    `--print-to-pdf=${pdf}`,
    pathToFileURL(page).href,
  ]);
  const { output } = await run('pdftotext', ['-enc', 'UTF-8', pdf, '-']);
  const words = output.replaceAll(/\s+/g, ' ');
  for (const { title } of tablesOf(document)) assert.ok(words.includes(title.replaceAll(/\s+/g, ' ')), title);
});

interface ReadTable {
  readonly columns: number;
  readonly rows: number;
}

/** Tables as the parser sees them. */
async function tablesRead(
  markdown: string,
): Promise<{ readonly tables: readonly ReadTable[]; readonly html: readonly string[] }> {
  using folder = temporaryFolder();
  const file = join(folder.path, 'statement.md');
  writeFileSync(file, markdown);
  const { code, output } = await run('cmark-gfm', ['--extension', 'table', '--to', 'xml', file]);
  assert.equal(code, 0, output.slice(0, 1000));
  const tables = [...output.matchAll(/<table[ >].*?<\/table>/gs)].map(([text]) => ({
    columns: text.slice(0, text.indexOf('</table_header>')).split('<table_cell').length - 1,
    rows: text.split(/<table_row[ >]/).length - 1,
  }));
  const html = [...output.matchAll(/<html_(?:inline|block)[^>]*>([^<]*)</g)].map(([, text = '']) => text);
  return { tables, html };
}

test('[CS-RND-12] a parser of GitHub Flavored Markdown counts the tables, columns and rows of the statement; values stay text', async () => {
  const odd = changed(completeStatement(), {
    '/networking/applicationEntities/0/policies': 'A | B <i>_c_</i> *d* [e](f) `g`\nsecond line',
    '/networking/configuration/parameters/0/default': 'a|b\nc_d_e <f>',
  });
  for (const document of [statementDocument(statement), statementDocument(asStatement(odd))]) {
    const { tables, html } = await tablesRead(renderMarkdown(document));
    assert.deepEqual(
      tables,
      tablesOf(document).map(({ columns, rows }) => ({ columns: columns.length, rows: rows.length })),
    );
    for (const text of new Set(html))
      assert.match(text, /^(?:&lt;a id=&quot;[\w-]+&quot;&gt;|&lt;\/a&gt;|&lt;br&gt;)+$/);
  }
  const { tables } = await tablesRead('| a | b |\n| --- | --- |\n| 1 | 2 | 3 |\n\n| x |\n');
  assert.deepEqual(tables, [{ columns: 2, rows: 1 }], 'what is no table is not counted');
});
