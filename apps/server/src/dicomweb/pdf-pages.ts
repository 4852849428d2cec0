// The text of a PDF's pages, by PDF.js. ISO 32000-1 9.10. Runs in a thread of its own: see pdf-thread.ts.
import { getResolvedPDFJS } from 'unpdf';
import type { PdfFault, PdfLimits, PdfTask, PdfText } from './pdf-messages.ts';

type Pdfjs = Awaited<ReturnType<typeof getResolvedPDFJS>>;
type PdfDocument = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;

/** What stops the reading: not an error of ours. */
class Stop extends Error {
  readonly fault: PdfFault;
  constructor(fault: PdfFault) {
    super(fault);
    this.fault = fault;
  }
}

export const pdfText = async ({ bytes, limits }: PdfTask): Promise<PdfText> => {
  const { getDocument } = await getResolvedPDFJS();
  let lacksTables = false;
  const loading = getDocument({
    data: bytes,
    // This version has neither an evaluator of scripts nor one of its own functions; what could be fetched or drawn is turned off.
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    isImageDecoderSupported: false,
    isOffscreenCanvasSupported: false,
    verbosity: 0,
    // Asked for files by names that stand in the document. Without the table of its characters (CMap), a font's text is left out.
    BinaryDataFactory: class {
      async fetch({ kind }: { readonly kind: string }): Promise<never> {
        lacksTables ||= kind === 'cMapUrl';
        throw new Stop('no-tables');
      }
    },
  });
  try {
    const pages = await textOfPages(await loading.promise, limits);
    if (lacksTables) return { kind: 'none', fault: 'no-tables' };
    return pages.some((page) => page.trim() !== '') ? { kind: 'text', pages } : { kind: 'none', fault: 'no-text' };
  } catch (error) {
    return { kind: 'none', fault: faultOf(error) };
  }
};

/** PDF.js names its errors; whatever else goes wrong in it is the document's doing. */
const faultOf = (error: unknown): PdfFault => {
  if (error instanceof Stop) return error.fault;
  return error instanceof Error && error.name === 'PasswordException' ? 'encrypted' : 'damaged';
};

const textOfPages = async (document: PdfDocument, limits: PdfLimits): Promise<readonly string[]> => {
  if (document.numPages > limits.pages) throw new Stop('too-many-pages');
  const pages: string[] = [];
  let left = limits.characters;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const text = withLines(await textOfPage(page, left), await linesOfFields(page));
    if (text.length > left) throw new Stop('too-much-text');
    page.cleanup();
    left -= text.length;
    pages.push(text);
  }
  return pages;
};

const textOfPage = async (page: PdfPage, most: number): Promise<string> => {
  const runs: string[] = [];
  let length = 0;
  const reader = page.streamTextContent().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    for (const item of next.value.items) {
      if (!('str' in item)) continue;
      const run = item.hasEOL ? `${item.str}\n` : item.str;
      runs.push(run);
      length += run.length;
      if (length > most) throw new Stop('too-much-text');
    }
  }
  return readable(runs.join(''));
};

/** What was filled in or written over the page stands in annotations: form fields and free text. ISO 32000-1 12.5.6.6, 12.7.4. */
const linesOfFields = async (page: PdfPage): Promise<readonly string[]> => {
  const annotations: readonly unknown[] = await page.getAnnotations();
  return annotations.flatMap((annotation) => shownLines(annotation)).map(readable);
};

/** Invisible (2), and not to be seen (32). ISO 32000-1 Table 165. */
const hidden = 0b100010;

const shownLines = (annotation: unknown): readonly string[] => {
  if (typeof annotation !== 'object' || annotation === null) return [];
  const said = new Map<string, unknown>(Object.entries(annotation));
  const flags = said.get('annotationFlags');
  if ((typeof flags === 'number' && (flags & hidden) !== 0) || said.get('password') === true) return [];
  if (said.get('subtype') === 'FreeText') return textsOf(said.get('textContent'));
  const isField = said.get('fieldType') === 'Tx' || said.get('fieldType') === 'Ch';
  return isField ? textsOf(said.get('fieldValue')) : [];
};

const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string' && text !== '');

/** The lines behind the text, each for itself. */
const withLines = (text: string, lines: readonly string[]): string =>
  lines.length === 0 ? text : [...(text === '' ? [] : [text.replace(/\n$/u, '')]), ...lines].join('\n');

/** Without control characters, which mean nothing in a text, and blanks at the ends of lines. */
const readable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .replace(/[ \t]+$/gmu, '');
