// The text of a document's pages as a page, as plain text and as rich text. PS3.18 Table 8.7.4-1.
import { escaped } from './report-text.ts';
import { richText } from './rich-text.ts';

/** What a document says in words. */
export interface DocumentText {
  readonly title: string;
  /** Of each page, its lines ended by line feeds. */
  readonly pages: readonly string[];
}

/** Said in place of a page of which a reader would think that it is empty. */
const withoutText = 'No text on this page.';

/** HTML 5 with nothing but headings and text. */
export const documentPage = ({ title, pages }: DocumentText): string => {
  const sections = pages.map((text, index) => {
    const body = text.trim() === '' ? `<p><em>${withoutText}</em></p>` : `<pre>${escaped(text)}</pre>`;
    return `<section>${pages.length > 1 ? `<h2>${index + 1} / ${pages.length}</h2>` : ''}${body}</section>`;
  });
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1>${sections.join('')}</body></html>`;
};

/** Nothing but what stands in the document; a form feed ends each page, as other programs write it. */
export const documentText = ({ pages }: DocumentText): string =>
  pages.map((text) => (text === '' || text.endsWith('\n') ? `${text}\f` : `${text}\n\f`)).join('');

/** A page of its own for each. */
export const documentRichText = ({ title, pages }: DocumentText): string =>
  richText([
    { text: title, style: 'title' },
    ...pages.map((text, index) => ({
      text: text.trim() === '' ? withoutText : text.replace(/\n$/u, ''),
      beginsPage: index > 0,
    })),
  ]);
