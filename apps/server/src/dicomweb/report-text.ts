// A structured report as a page, as plain text and as rich text. PS3.18 Table 8.7.4-1.
import type { ReportContent, ReportLine } from './report-content.ts';
import { richText } from './rich-text.ts';

/** HTML 5 with nothing but headings, lists and text. */
export const reportPage = ({ title, about, lines }: ReportContent): string => {
  const items = lines.map((line) => {
    const { depth, isHeading, name, value } = line;
    const text = isHeading ? `<strong>${escaped(name)}</strong>` : `${escaped(name)}: ${escaped(value)}`;
    return `<p style="margin-left:${depth * 1.5}em">${text}</p>`;
  });
  const head = about.map((line) => `<p>${escaped(line)}</p>`);
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1>${head.join('')}<hr>${items.join('')}</body></html>`;
};

/** A line of the report without its place in the tree. */
export const lineText = ({ isHeading, name, value }: ReportLine): string => (isHeading ? name : `${name}: ${value}`);

export const reportText = ({ title, about, lines }: ReportContent): string => {
  const items = lines.map((line) => `${'  '.repeat(line.depth)}${lineText(line)}`);
  return `${[title, ...about, '', ...items].join('\n')}\n`;
};

export const reportRichText = ({ title, about, lines }: ReportContent): string =>
  richText([
    { text: title, style: 'title' },
    ...about.map((text) => ({ text })),
    { text: '' },
    ...lines.map((line) => {
      const text = lineText(line);
      return line.isHeading ? { text, depth: line.depth, style: 'bold' as const } : { text, depth: line.depth };
    }),
  ]);

/** Text that stands for itself in HTML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
