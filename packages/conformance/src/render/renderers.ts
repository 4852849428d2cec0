// Every form in which a document can be had: name, media type, ending of the file, and what makes it.
import type { StatementDocument } from '../document/document.ts';
import { renderDocBook } from './docbook.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

export interface Renderer {
  readonly name: string;
  readonly mediaType: string;
  /** Without a dot. */
  readonly extension: string;
  /** Bytes where the form is no text. */
  readonly render: (document: StatementDocument) => string | Promise<Uint8Array>;
}

/** Those of bytes are loaded where they are asked for: their libraries are large. */
export const renderers = [
  { name: 'html', mediaType: 'text/html', extension: 'html', render: renderHtml },
  { name: 'markdown', mediaType: 'text/markdown', extension: 'md', render: renderMarkdown },
  { name: 'docbook', mediaType: 'application/docbook+xml', extension: 'xml', render: renderDocBook },
  {
    name: 'pdf',
    mediaType: 'application/pdf',
    extension: 'pdf',
    render: async (document: StatementDocument) => (await import('./pdf.ts')).renderPdf(document),
  },
  {
    name: 'docx',
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
    render: async (document: StatementDocument) => (await import('./docx.ts')).renderDocx(document),
  },
] as const satisfies readonly Renderer[];

/** A PDF to write text into, page by page. @param texts all that will be written, for the scripts that it needs fonts of */
export async function openPdf(title: string, texts: Iterable<string> = []) {
  const [{ PdfPage }, { scriptFonts }] = await Promise.all([import('./pdf-page.ts'), import('./script-fonts.ts')]);
  return new PdfPage(title, await scriptFonts([title, ...texts]));
}
