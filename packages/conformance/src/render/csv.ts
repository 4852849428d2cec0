// One table of the statement as CSV. RFC 4180
import { type StatementDocument, type Table, walk } from '../document/document.ts';

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Every table, in the order of the document. */
export function* tablesOf(document: StatementDocument): Generator<Table> {
  for (const { section } of walk(document.sections))
    for (const block of section.blocks) if (block.kind === 'table') yield block;
}

/** Headings over rows become a first column. */
export function renderCsv({ columns, rows }: Table): string {
  const grouped = rows.some((row) => 'heading' in row);
  const lines: string[][] = [grouped ? ['Group', ...columns] : [...columns]];
  let heading = '';
  for (const row of rows)
    if ('heading' in row) heading = row.heading;
    else lines.push(grouped ? [heading, ...row] : [...row]);
  return `${lines.map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}
