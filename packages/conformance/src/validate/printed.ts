// The printed form of a statement as the validator looks at it: headings and tables, from data or from Markdown. PS3.2 Annex A
import { type StatementDocument, walk } from '../document/document.ts';

export interface PrintedTable {
  readonly title: string;
  readonly columns: readonly string[];
}

export interface Printed {
  /** Numbered headings in their order, such as `4.2.1 Storage AE Specification`. */
  readonly headings: readonly string[];
  readonly tables: readonly PrintedTable[];
}

/** Of a document that is about to be rendered. */
export function printedDocument(document: StatementDocument): Printed {
  const all = [...walk(document.sections)].map(({ section }) => section);
  return {
    headings: all.map(({ number, title }) => [number, title].filter(Boolean).join(' ')),
    tables: all.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'table' ? [{ title: block.title, columns: block.columns }] : [])),
    ),
  };
}

const plain = (line: string): string =>
  line
    .replaceAll(/<a id="[^"]*"><\/a>/g, '')
    .replaceAll(/\\([\\`*_{}[\]<>#|~])/g, '$1')
    .replaceAll('**', '')
    .trim();

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map(plain);

/** Of a statement in Markdown; a table's title is the text that stands before it. */
export function printedMarkdown(markdown: string): Printed {
  const headings: string[] = [];
  const tables: PrintedTable[] = [];
  let last = '';
  let before = '';
  for (const line of markdown.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (heading) headings.push(plain(heading[1] ?? ''));
    if (/^\s*\|?\s*:?-{3,}/.test(line) && last.includes('|')) tables.push({ title: before, columns: cellsOf(last) });
    else if (line.trim() !== '' && !line.includes('|')) before = plain(line);
    if (line.trim() !== '') last = line;
  }
  return { headings, tables };
}
