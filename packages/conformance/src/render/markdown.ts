// The statement in CommonMark with pipe tables; diagrams in words. PS3.2 Annex A
import { type Block, type Section, type StatementDocument, type Table, walk } from '../document/document.ts';

/** What would be read as markup is not. */
const literal = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);
const cell = (text: string): string => literal(text).replaceAll(/\r?\n/g, '<br>');

function tableMarkdown({ anchor, title, columns, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) =>
    'heading' in row ? line([`**${cell(row.heading)}**`, ...columns.slice(1).map(() => '')]) : line(row.map(cell)),
  );
  const noted = notes.map(({ number, text }) => `\n\nNote ${number}: ${literal(text)}`);
  return `<a id="${anchor}"></a>**${literal(title)}**\n\n${[line(columns.map(cell)), line(columns.map(() => '---')), ...body].join('\n')}${noted.join('')}`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.link === undefined ? literal(block.text) : `[${literal(block.text)}](<${block.link}>)`;
    case 'list':
      return block.items.map((item) => `- ${literal(item)}`).join('\n');
    case 'table':
      return tableMarkdown(block);
    case 'diagram':
      return `<a id="${block.anchor}"></a>**${literal(block.title)}**\n\n${block.relations.map((relation) => `- ${literal(relation)}`).join('\n')}`;
  }
}

const headingOf = ({ number, title }: Section): string => literal([number, title].filter(Boolean).join(' '));

/** The whole document. */
export function renderMarkdown(document: StatementDocument): string {
  const parts: string[] = [`# ${literal(document.title)}`, ...document.cover.slice(1).map(literal)];
  for (const { section, depth } of walk(document.sections)) {
    parts.push(`<a id="${section.anchor}"></a>`, `${'#'.repeat(Math.min(depth + 1, 6))} ${headingOf(section)}`);
    if (section.number === '2')
      parts.push(
        [...walk(document.sections)]
          .map(({ section: each, depth: at }) => `${'  '.repeat(at - 1)}- [${headingOf(each)}](#${each.anchor})`)
          .join('\n'),
      );
    parts.push(...section.blocks.map(blockMarkdown).filter(Boolean));
  }
  return `${parts.join('\n\n')}\n`;
}
