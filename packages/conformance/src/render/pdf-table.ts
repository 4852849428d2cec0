// Tables in PDF: columns as wide as their words need, headings again on each page, rows that stay whole where they can.
import type { Table } from '../document/document.ts';
import { type Font, margin, type PdfPage } from './pdf-page.ts';

const padding = 3;
const leading = 1.25;
const largest = 8;
const smallest = 5;
const rule = '#767676';

type Cells = readonly (readonly string[])[];

const wordsOf = (cell: string): string[] => cell.split(/\s+/);

/** The longest word at size 1, and the mean length of each column. */
function measures(page: PdfPage, { columns, rows }: Table) {
  return columns.map((column, index) => {
    let longest = Math.max(...wordsOf(column).map((word) => page.widthOf(word, 'bold', 1)));
    let total = column.length;
    let count = 1;
    for (const row of rows) {
      if ('heading' in row) continue;
      const cell = row[index] ?? '';
      total += Math.min(cell.length, 200);
      count += 1;
      for (const word of wordsOf(cell)) longest = Math.max(longest, page.widthOf(word, 'regular', 1));
    }
    return { longest, weight: total / count };
  });
}

interface Layout {
  readonly size: number;
  readonly widths: readonly number[];
}

/** The largest size at which no word has to be cut; where none does, the smallest one, and long words are cut. */
function layoutOf(page: PdfPage, table: Table): Layout {
  const measured = measures(page, table);
  for (let size = largest; ; size -= 0.5) {
    const columns = measured.map(({ longest, weight }) => ({ longest: longest * size + 2 * padding, weight }));
    const needed = columns.reduce((sum, { longest }) => sum + longest, 0);
    if (needed > page.width && size > smallest) continue;
    const scale = Math.min(1, page.width / needed);
    const rest = Math.max(0, page.width - needed);
    const weights = columns.reduce((sum, { weight }) => sum + weight, 0);
    return { size, widths: columns.map(({ longest, weight }) => longest * scale + (rest * weight) / weights) };
  }
}

/** Draws one table; used once. */
class TableWriter {
  readonly #page: PdfPage;
  readonly #table: Table;
  readonly #layout: Layout;

  constructor(page: PdfPage, table: Table) {
    this.#page = page;
    this.#table = table;
    this.#layout = layoutOf(page, table);
  }

  write(): void {
    const { title, rows } = this.#table;
    this.#page.need(60);
    this.#page.paragraph(title, { font: 'bold', size: 8.5 });
    this.#header();
    for (const row of rows)
      if ('heading' in row) this.#heading(row.heading);
      else this.#row(row, 'regular');
    this.#page.y += 8;
  }

  #cells(row: readonly string[], font: Font): Cells {
    const { widths, size } = this.#layout;
    return widths.map((width, index) => this.#page.lines(row[index] ?? '', width - 2 * padding, font, size));
  }

  #header(): void {
    this.#band(this.#cells(this.#table.columns, 'bold'), 'bold', '#eeeeee');
  }

  #heading(text: string): void {
    const { size } = this.#layout;
    const page = this.#page;
    const lines = page.lines(text, page.width - 2 * padding, 'bold', size);
    const height = lines.length * size * leading + 2 * padding;
    if (page.y + height * 2 > page.bottom) this.#nextPage();
    page.pdf.rect(margin.left, page.y, page.width, height).fillAndStroke('#f6f6f6', rule);
    for (const [index, line] of lines.entries())
      page.put(line, margin.left + padding, page.y + padding + index * size * leading, 'bold', size);
    page.y += height;
  }

  #nextPage(): void {
    this.#page.newPage();
    this.#header();
  }

  /** A row longer than a page goes on on the next. */
  #row(row: readonly string[], font: Font): void {
    const { size } = this.#layout;
    const page = this.#page;
    let cells = this.#cells(row, font);
    for (;;) {
      const most = Math.max(1, ...cells.map((lines) => lines.length));
      const fits = Math.floor((page.bottom - page.y - 2 * padding) / (size * leading));
      if (most <= fits) break;
      const onWholePage = Math.floor((page.bottom - margin.top - 4 * size * leading) / (size * leading));
      if (fits > 3 && most > onWholePage) {
        this.#band(
          cells.map((lines) => lines.slice(0, fits)),
          font,
        );
        cells = cells.map((lines) => lines.slice(fits));
      }
      this.#nextPage();
    }
    this.#band(cells, font);
  }

  #band(cells: Cells, font: Font, fill?: string): void {
    const { widths, size } = this.#layout;
    const page = this.#page;
    const height = Math.max(1, ...cells.map((lines) => lines.length)) * size * leading + 2 * padding;
    let x: number = margin.left;
    for (const [index, width] of widths.entries()) {
      page.pdf.lineWidth(0.4).rect(x, page.y, width, height);
      if (fill === undefined) page.pdf.stroke(rule);
      else page.pdf.fillAndStroke(fill, rule);
      for (const [number, line] of (cells[index] ?? []).entries())
        page.put(line, x + padding, page.y + padding + number * size * leading, font, size);
      x += width;
    }
    page.y += height;
  }
}

/** The table with its notes. */
export function writeTable(page: PdfPage, table: Table): void {
  new TableWriter(page, table).write();
  for (const { number, text } of table.notes) page.paragraph(`Note ${number}: ${text}`, { size: 8 });
}
