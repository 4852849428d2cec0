// The narrative of an HL7 clinical document, by CDA Release 2 all that a person has to read of it: as a page, as plain and as rich text. PS3.3 A.45.2.
import { escaped } from './report-text.ts';
import { richText } from './rich-text.ts';

/** What lies behind it needs not be read, in bytes: narratives are small, what fills a document are its attachments. */
export const mostReadOfClinicalDocument = 16_777_216;

interface Passage {
  readonly isTitle: boolean;
  readonly text: string;
}

/** HTML 5 with nothing but headings and text. */
export const clinicalDocumentPage = (document: Uint8Array): string => {
  const [first, ...rest] = passagesOf(document);
  const title = escaped(first?.isTitle ? first.text : 'Clinical document');
  const shown = first?.isTitle ? rest : [...(first ? [first] : []), ...rest];
  const body = shown.map(({ isTitle, text }) =>
    isTitle ? `<h2>${escaped(text)}</h2>` : `<pre>${escaped(text)}</pre>`,
  );
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body.join('')}</body></html>`;
};

export const clinicalDocumentText = (document: Uint8Array): string =>
  `${passagesOf(document)
    .map(({ text }) => text)
    .join('\n\n')}\n`;

export const clinicalDocumentRichText = (document: Uint8Array): string =>
  richText(
    passagesOf(document).map(({ isTitle, text }, index) =>
      isTitle ? { text, style: index === 0 ? 'title' : 'bold' } : { text },
    ),
  );

/** Titles and texts of the document and its sections, in order. Entries point into the texts, and have none. */
const passagesOf = (document: Uint8Array): readonly Passage[] => {
  const xml = decoded(document);
  const passages: Passage[] = [];
  const opening = /<(?:[\w.-]+:)?(title|text)(?:\s[^<>]*)?>/gu;
  for (let found = opening.exec(xml); found; found = opening.exec(xml)) {
    const [tag, name = ''] = found;
    if (tag.endsWith('/>')) continue;
    const closing = new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'gu');
    closing.lastIndex = opening.lastIndex;
    const end = closing.exec(xml);
    if (!end) break;
    const text = wordsOf(xml.slice(opening.lastIndex, end.index));
    if (text !== '') passages.push({ isTitle: name === 'title', text });
    opening.lastIndex = closing.lastIndex;
  }
  return passages;
};

/** In the character set that the document itself says. */
const decoded = (bytes: Uint8Array): string => {
  const declaration = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const name = /^[^<]*<\?xml[^>]*encoding=["']([\w.-]+)["']/u.exec(declaration)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const character = (whole: string, name: string): string => {
  if (!name.startsWith('#')) return entities[name] ?? whole;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
};

/** Narrative blocks end lines, cells are set apart. CDA Release 2, 4.3.5. */
const wordsOf = (markup: string): string =>
  markup
    .replace(/\s+/gu, ' ')
    .replace(/<(?:br\s*\/|\/(?:paragraph|item|tr|caption|list|table))>/gu, '\n')
    .replace(/<\/t[dh]>/gu, '\t')
    .replace(/<[^<>]*>/gu, '')
    .replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{2,6});/giu, character)
    .replace(/[ \t]*\n\s*/gu, '\n')
    .trim();
