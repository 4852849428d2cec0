// The statement as paginated PDF: cover, contents with page numbers, bookmarks, headings of tables on each page. PS3.2 Annex A
import { setImmediate } from 'node:timers/promises';
import { type Block, type Section, type StatementDocument, walk } from '../document/document.ts';
import { writeDrawing } from './pdf-drawing.ts';
import { margin, PdfPage } from './pdf-page.ts';
import { writeTable } from './pdf-table.ts';
import { scriptFonts } from './script-fonts.ts';

const headingOf = ({ number, title }: Section): string => [number, title].filter(Boolean).join(' ');
const headingSize = [16, 13, 11, 10, 9.5, 9] as const;

function writeBlock(page: PdfPage, block: Block): void {
  switch (block.kind) {
    case 'paragraph':
      page.paragraph(block.text);
      break;
    case 'list':
      for (const item of block.items) page.paragraph(`• ${item}`, { indent: 10 });
      break;
    case 'table':
      writeTable(page, block);
      break;
    case 'diagram':
      page.need(80);
      writeDrawing(page, block.drawing);
      page.paragraph(block.title, { font: 'bold', size: 8.5 });
      for (const relation of block.relations) page.paragraph(`• ${relation}`, { indent: 10, size: 8 });
  }
}

function writeCover(page: PdfPage, { title, cover }: StatementDocument): void {
  const [first = title, ...rest] = cover;
  page.y = 200;
  page.paragraph(first, { font: 'bold', size: 24 });
  page.y += 24;
  for (const text of rest) page.paragraph(text, { size: 11 });
}

interface Entry {
  readonly heading: string;
  readonly anchor: string;
  readonly depth: number;
  page: number;
}

const contentsSize = 8.5;
const contentsLine = contentsSize * 1.45;
const linesOnPage = (page: PdfPage): number => Math.floor((page.bottom - margin.top - 30) / contentsLine);

/** The deepest headings that the contents list: all. Written last, onto pages that were kept free. */
function writeContents(page: PdfPage, entries: readonly Entry[], firstPage: number): void {
  const perPage = linesOnPage(page);
  for (const [index, { heading, anchor, depth, page: number }] of entries.entries()) {
    if (index % perPage === 0) {
      page.pdf.switchToPage(firstPage - 1 + Math.floor(index / perPage));
      page.y = margin.top;
      if (index === 0) page.paragraph('Table of Contents', { font: 'bold', size: 16 });
    }
    const x = margin.left + (depth - 1) * 10;
    const room = page.width - (depth - 1) * 10 - 30;
    const [text = ''] = page.lines(heading, room, 'regular', contentsSize);
    page.put(text, x, page.y, 'regular', contentsSize, { goTo: anchor, width: room });
    const label = String(number);
    page.put(
      label,
      margin.left + page.width - page.widthOf(label, 'regular', contentsSize),
      page.y,
      'regular',
      contentsSize,
    );
    page.y += contentsLine;
  }
}

function writeHeaders(page: PdfPage, banner: string): void {
  const { start, count } = page.pdf.bufferedPageRange();
  for (let index = 1; index < count; index += 1) {
    page.pdf.switchToPage(start + index);
    const [text = ''] = page.lines(banner, page.width, 'regular', 7.5);
    page.put(text, margin.left, 30, 'regular', 7.5);
    const label = `Page ${index + 1} of ${count}`;
    page.put(
      label,
      margin.left + page.width - page.widthOf(label, 'regular', 7.5),
      page.pdf.page.height - 34,
      'regular',
      7.5,
    );
  }
}

/** Sections with their bookmarks; says on which page each begins. Others get their turn between two sections. */
async function writeSections(page: PdfPage, sections: readonly Section[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  const outlines: PDFKit.PDFOutline[] = [page.pdf.outline];
  for (const { section, depth } of walk(sections)) {
    if (section.number === '2' && section.title === 'Table of Contents') continue;
    const size = headingSize[Math.min(depth, headingSize.length) - 1] ?? 9;
    if (depth === 1 && page.y > margin.top) page.newPage();
    page.need(size * 1.4 + 40);
    page.y += depth === 1 ? 0 : 6;
    const heading = headingOf(section);
    page.pdf.addNamedDestination(section.anchor, 'XYZ', margin.left, page.y, null);
    entries.push({ heading, anchor: section.anchor, depth, page: page.number });
    outlines.length = depth;
    const outline = outlines[depth - 1]?.addItem(heading);
    if (outline) outlines.push(outline);
    page.paragraph(heading, { font: 'bold', size });
    for (const block of section.blocks) {
      writeBlock(page, block);
      await setImmediate();
    }
  }
  return entries;
}

/** The whole document as one PDF file. */
export async function renderPdf(document: StatementDocument): Promise<Uint8Array> {
  const page = new PdfPage(document.title, await scriptFonts([JSON.stringify(document)]));
  const bytes = page.bytes();
  writeCover(page, document);
  const listed = [...walk(document.sections)].length;
  const contentsPage = page.number + 1;
  for (let left = listed; left > 0; left -= linesOnPage(page)) page.newPage();
  page.newPage();
  const entries = await writeSections(page, document.sections);
  writeContents(page, entries, contentsPage);
  writeHeaders(page, document.banner);
  page.pdf.end();
  return bytes;
}
