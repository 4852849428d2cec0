// The statement as a Word file: headings, contents, tables whose headings repeat, drawings as vectors. PS3.2 Annex N
import { crc32, deflateSync } from 'node:zlib';
import {
  Document,
  Table as DocxTable,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  Packer,
  PageNumber,
  Paragraph,
  TableCell,
  TableOfContents,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { type Block, type Section, type StatementDocument, type Table, walk } from '../document/document.ts';

const levels = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
  HeadingLevel.HEADING_6,
] as const;

/** Characters that XML does not allow are replaced. */
const literal = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

const cell = (text: string, bold = false, span = 1): TableCell =>
  new TableCell({
    columnSpan: span,
    children: text
      .split('\n')
      .map((line) => new Paragraph({ children: [new TextRun({ text: literal(line), size: 15, bold })] })),
  });

function tableOf({ columns, rows }: Table): DocxTable {
  return new DocxTable({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: [
      new TableRow({ tableHeader: true, cantSplit: true, children: columns.map((column) => cell(column, true)) }),
      ...rows.map((row) =>
        'heading' in row
          ? new TableRow({ cantSplit: true, children: [cell(row.heading, true, columns.length)] })
          : new TableRow({ children: columns.map((_, index) => cell(row[index] ?? '')) }),
      ),
    ],
  });
}

/** A white dot: what a program shows that cannot draw SVG. The words below the drawing say the same. */
function dot(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 255]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const widest = 600;

function blockParagraphs(block: Block): (Paragraph | DocxTable)[] {
  switch (block.kind) {
    case 'paragraph':
      return [new Paragraph({ text: literal(block.text) })];
    case 'list':
      return block.items.map((item) => new Paragraph({ text: literal(item), bullet: { level: 0 } }));
    case 'table':
      return [
        new Paragraph({ children: [new TextRun({ text: literal(block.title), bold: true })], keepNext: true }),
        tableOf(block),
        ...block.notes.map(({ number, text }) => new Paragraph({ text: literal(`Note ${number}: ${text}`) })),
        new Paragraph({ text: '' }),
      ];
    case 'diagram': {
      const { width, height } = block.drawing;
      const scale = Math.min(1, widest / width);
      const transformation = { width: Math.round(width * scale), height: Math.round(height * scale) };
      const image = new ImageRun({
        type: 'svg',
        data: Buffer.from(block.svg.replaceAll('currentColor', '#1a1a1a')),
        transformation,
        fallback: { type: 'png', data: dot() },
      });
      return [
        new Paragraph({ children: [image] }),
        new Paragraph({ children: [new TextRun({ text: literal(block.title), bold: true })] }),
        ...block.relations.map((relation) => new Paragraph({ text: literal(relation), bullet: { level: 0 } })),
      ];
    }
  }
}

function sectionParagraphs(
  { number, title, blocks }: Section,
  depth: number,
): (Paragraph | DocxTable | TableOfContents)[] {
  const heading = levels[Math.min(depth, levels.length) - 1] ?? HeadingLevel.HEADING_6;
  const isContents = number === '2' && title === 'Table of Contents';
  return [
    new Paragraph({ text: literal([number, title].filter(Boolean).join(' ')), heading, pageBreakBefore: depth === 1 }),
    ...(isContents ? [new TableOfContents(title, { hyperlink: true, headingStyleRange: '1-6' })] : []),
    ...blocks.flatMap(blockParagraphs),
  ];
}

/** The whole document as one Word file. */
export async function renderDocx(document: StatementDocument): Promise<Uint8Array> {
  const [title = document.title, ...cover] = document.cover;
  const file = new Document({
    title: document.title,
    creator: 'Concord',
    features: { updateFields: true },
    sections: [
      {
        headers: { default: new Header({ children: [new Paragraph({ text: literal(document.banner) })] }) },
        footers: {
          default: new Footer({
            children: [new Paragraph({ children: [new TextRun({ children: ['Page ', PageNumber.CURRENT] })] })],
          }),
        },
        children: [
          new Paragraph({ text: literal(title), heading: HeadingLevel.TITLE }),
          ...cover.map((text) => new Paragraph({ text: literal(text) })),
          ...[...walk(document.sections)].flatMap(({ section, depth }) => sectionParagraphs(section, depth)),
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(file));
}
