// A PDF page by page: margins, headers, fonts that embed, text that is cut into lines. Units of 1/72 inch.
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { ScriptFonts } from './script-fonts.ts';

const require = createRequire(import.meta.url);
const fonts = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};
export type Font = keyof typeof fonts;

const weights = { regular: 400, bold: 700 } as const;
/** Height of the font of the page above its baseline, in its size. */
const ascent = 1901 / 2048;

export const margin = { left: 48, right: 48, top: 60, bottom: 54 } as const;

/** Widths of characters, which make the lines; asked for once each. */
type Widths = Map<string, number>;

/** A document under way: where the next line stands, and what has to be known of pages at the end. */
export class PdfPage {
  readonly pdf: PDFKit.PDFDocument;
  readonly #widths: Record<Font, Widths> = { regular: new Map(), bold: new Map() };
  readonly #scripts: ScriptFonts;
  readonly #registered = new Set<string>();
  y: number = margin.top;

  /** @param scripts for characters that the font of the page does not have */
  constructor(title: string, scripts: ScriptFonts = new Map()) {
    this.#scripts = scripts;
    this.pdf = new PDFDocument({
      size: 'A4',
      margins: { ...margin, bottom: 0 },
      bufferPages: true,
      info: { Title: title, Creator: 'Concord' },
      lang: 'en',
      displayTitle: true,
    });
    for (const [name, file] of Object.entries(fonts)) this.pdf.registerFont(name, file);
  }

  /** The file, once it has been ended; to be asked for before anything is written. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    await new Promise<void>((resolve, reject) => {
      this.pdf
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', resolve)
        .on('error', reject);
    });
    return Buffer.concat(chunks);
  }

  get width(): number {
    return this.pdf.page.width - margin.left - margin.right;
  }

  /** Where text has to end. */
  get bottom(): number {
    return this.pdf.page.height - margin.bottom;
  }

  /** Number of the page that is written, from 1. */
  get number(): number {
    const { start, count } = this.pdf.bufferedPageRange();
    return start + count;
  }

  newPage(): void {
    this.pdf.addPage();
    this.y = margin.top;
  }

  /** Goes to the next page where less than `height` is left. */
  need(height: number): void {
    if (this.y + height > this.bottom) this.newPage();
  }

  /** The name of the font that a character is written in. */
  #fontOf(character: string, font: Font): string {
    const slice = this.#scripts.get(character);
    if (!slice) return font;
    const name = `${slice.name}-${font}`;
    if (!this.#registered.has(name)) {
      // Its types know files and bytes only; it takes a font that was opened as well.
      Reflect.apply(this.pdf.registerFont, this.pdf, [name, slice.font(weights[font])]);
      this.#registered.add(name);
    }
    return name;
  }

  /** A text cut where its font changes. */
  #runs(text: string, font: Font): readonly { readonly name: string; text: string }[] {
    if (this.#scripts.size === 0) return [{ name: font, text }];
    const runs: { readonly name: string; text: string }[] = [];
    for (const character of text) {
      const name = this.#fontOf(character, font);
      const last = runs.at(-1);
      if (last?.name === name) last.text += character;
      else runs.push({ name, text: character });
    }
    return runs;
  }

  #characterWidth(font: Font, character: string): number {
    const known = this.#widths[font].get(character);
    if (known !== undefined) return known;
    const width = this.pdf.font(this.#fontOf(character, font)).fontSize(1000).widthOfString(character) / 1000;
    this.#widths[font].set(character, width);
    return width;
  }

  /** Of a text in one line. */
  widthOf(text: string, font: Font, size: number): number {
    let width = 0;
    for (const character of text) width += this.#characterWidth(font, character);
    return width * size;
  }

  /** A word that is longer than a line, in pieces that fit. */
  #pieces(word: string, width: number, font: Font, size: number): string[] {
    const pieces = [''];
    for (const character of word) {
      const last = pieces.at(-1) ?? '';
      if (last !== '' && this.widthOf(last + character, font, size) > width) pieces.push(character);
      else pieces[pieces.length - 1] = last + character;
    }
    return pieces;
  }

  /** A text cut into lines of a width. */
  lines(text: string, width: number, font: Font, size: number): string[] {
    return text.split('\n').flatMap((paragraph) => {
      const lines = [''];
      for (const word of paragraph.split(/\s+/)) {
        const last = lines.at(-1) ?? '';
        const joined = last === '' ? word : `${last} ${word}`;
        if (this.widthOf(joined, font, size) <= width) lines[lines.length - 1] = joined;
        else if (this.widthOf(word, font, size) <= width) lines.push(word);
        else lines.push(...this.#pieces(word, width, font, size));
      }
      return lines[0] === '' && lines.length > 1 ? lines.slice(1) : lines;
    });
  }

  /** One line at a place; nothing is wrapped. */
  put(text: string, x: number, y: number, font: Font, size: number, options: PDFKit.Mixins.TextOptions = {}): void {
    let left = x;
    for (const run of this.#runs(text, font)) {
      const isOfPage = run.name === font;
      // All of a line stand on one baseline, however high their letters are.
      const place = isOfPage ? {} : ({ baseline: 'alphabetic' } as const);
      this.pdf
        .font(run.name)
        .fontSize(size)
        .fillColor('#1a1a1a')
        .text(run.text, left, isOfPage ? y : y + ascent * size, { lineBreak: false, ...place, ...options });
      left += this.widthOf(run.text, font, size);
    }
  }

  /** Lines below each other, over pages. */
  paragraph(
    text: string,
    { font = 'regular', size = 9, indent = 0 }: { font?: Font; size?: number; indent?: number } = {},
  ): void {
    for (const line of this.lines(text, this.width - indent, font, size)) {
      this.need(size * 1.4);
      this.put(line, margin.left + indent, this.y, font, size);
      this.y += size * 1.4;
    }
    this.y += size * 0.5;
  }
}
