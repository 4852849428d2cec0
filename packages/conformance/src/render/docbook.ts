// The statement in DocBook 5, the form that the standard itself is published in.
import { escapeXml as literal } from '../diagram/svg.ts';
import type { Block, Section, StatementDocument, Table } from '../document/document.ts';

function tableXml({ anchor, title, columns, rows, notes }: Table): string {
  const row = (cells: readonly string[]): string =>
    `<row>${cells.map((value) => `<entry><para>${literal(value).replaceAll('\n', '</para><para>')}</para></entry>`).join('')}</row>`;
  const body = rows.map((each) =>
    'heading' in each
      ? `<row><entry namest="c1" nameend="c${columns.length}"><para><emphasis role="bold">${literal(each.heading)}</emphasis></para></entry></row>`
      : row(each),
  );
  const empty = `<row>${columns.map(() => '<entry/>').join('')}</row>`;
  const specs = columns.map((_, index) => `<colspec colname="c${index + 1}"/>`).join('');
  const noted = notes.map(
    ({ number, text }) =>
      `<note xml:id="${anchor}-note-${number}"><para>Note ${number}: ${literal(text)}</para></note>`,
  );
  return `<table xml:id="${anchor}" frame="all"><title>${literal(title)}</title><tgroup cols="${columns.length}">${specs}<thead>${row(columns)}</thead><tbody>${body.join('') || empty}</tbody></tgroup></table>${noted.join('')}`;
}

function blockXml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.link === undefined
        ? `<para>${literal(block.text)}</para>`
        : `<para><link xlink:href="${literal(block.link)}">${literal(block.text)}</link></para>`;
    case 'list':
      return block.items.length === 0
        ? ''
        : `<itemizedlist>${block.items.map((item) => `<listitem><para>${literal(item)}</para></listitem>`).join('')}</itemizedlist>`;
    case 'table':
      return tableXml(block);
    case 'diagram':
      return `<figure xml:id="${block.anchor}"><title>${literal(block.title)}</title><mediaobject><imageobject><imagedata>${block.svg}</imagedata></imageobject><textobject>${block.relations.map((relation) => `<para>${literal(relation)}</para>`).join('') || '<para/>'}</textobject></mediaobject></figure>`;
  }
}

function sectionXml({ number, anchor, title, blocks, sections }: Section, name: 'chapter' | 'section'): string {
  // DocBook makes its own contents; a section may not be empty.
  if (number === '2') return '';
  const content = [...blocks.map(blockXml), ...sections.map((each) => sectionXml(each, 'section'))]
    .filter(Boolean)
    .join('\n');
  const label = number ? ` label="${number}"` : '';
  return `<${name} xml:id="${anchor}"${label}><title>${literal(title)}</title>${content || '<para/>'}</${name}>`;
}

/** The whole document. */
export function renderDocBook(document: StatementDocument): string {
  const cover = document.cover.map((text) => `<para>${literal(text)}</para>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<book xmlns="http://docbook.org/ns/docbook" xmlns:xlink="http://www.w3.org/1999/xlink" version="5.0" xml:lang="en"><info><title>${literal(document.title)}</title><abstract>${cover}</abstract></info>
${document.sections
  .map((each) => sectionXml(each, 'chapter'))
  .filter(Boolean)
  .join('\n')}
</book>
`;
}
