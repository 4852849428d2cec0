// Rows as aligned columns.
import { printable } from './printable.ts';

const gap = '  ';
/** So many rows decide the widths; what comes later is printed as it arrives. */
const measuredRows = 200;

/** A heading and one line per row. Cells are made safe to show. False where there are no rows: nothing is printed then, and who calls says so. */
export async function streamingTable(
  heading: readonly string[],
  rows: AsyncIterable<readonly string[]>,
  print: (line: string) => void,
): Promise<boolean> {
  const first: (readonly string[])[] = [];
  let widths: readonly number[] | undefined;
  const flush = () => {
    const known = [heading, ...first];
    widths = heading.map((_, column) => Math.max(...known.map((cells) => width(cells[column] ?? ''))));
    for (const cells of known) print(line(cells, widths));
  };
  for await (const row of rows) {
    const cells = row.map(printable);
    if (widths) print(line(cells, widths));
    else if (first.push(cells) === measuredRows) flush();
  }
  if (!widths && first.length > 0) flush();
  return widths !== undefined;
}

const line = (cells: readonly string[], widths: readonly number[]) =>
  cells
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
    .join(gap)
    .trimEnd();

// East Asian wide characters take two columns of a terminal, combining marks none.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const width = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/\p{Mn}/u.test(character) ? 0 : wide.test(character) ? 2 : 1), 0);
