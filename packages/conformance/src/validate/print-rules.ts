// The printed form: order of sections, titles and columns of tables. PS3.2 Annex A
import { annexHeadings, annexTables } from '../document/annex-a.ts';
import type { Printed } from './printed.ts';
import type { Fault } from './rule.ts';

const numberOf = (heading: string): string => /^\d+(\.\d+)*(?= )/.exec(heading)?.[0] ?? '';

/** Sections of the template that are missing or stand before those that they follow. */
export function* outOfOrder({ headings }: Printed): Generator<Fault> {
  const numbers = headings.map(numberOf);
  let last = -1;
  for (const [number, title] of annexHeadings) {
    const position = numbers.indexOf(number);
    const heading = headings[position] ?? '';
    if (position < 0 || !heading.toLowerCase().includes(title.toLowerCase()))
      yield { path: '', message: `section ${number} ${title} is missing` };
    else if (position < last) yield { path: '', message: `section ${number} ${title} stands in the wrong place` };
    else last = position;
  }
}

const fold = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** Tables that bear a number of the template and not its columns; further columns may follow. */
export function* wrongTables({ tables }: Printed): Generator<Fault> {
  for (const { title, columns } of tables) {
    const number = /^Table (A\.[\d.]+(?:-\d+)?)/.exec(title)?.[1];
    const known = number === undefined ? undefined : annexTables[number];
    if (number === undefined) continue;
    if (!known) yield { path: '', message: `Annex A has no table ${number}` };
    else if (!fold(title).includes(fold(known.title)))
      yield { path: '', message: `table ${number} is not called "${known.title}" but "${title}"` };
    else
      for (const [index, column] of known.columns.entries())
        if (fold(columns[index] ?? '') !== fold(column))
          yield {
            path: '',
            message: `column ${index + 1} of table ${number} is "${columns[index] ?? ''}", not "${column}"`,
          };
  }
}
