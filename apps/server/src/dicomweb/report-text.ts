// A structured report as a page, as plain text and as rich text. PS3.18 Table 8.7.4-1.
import type { ReportContent, ReportLine } from './report-content.ts';

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

/** Twentieths of a point that a line is set in for each level. */
const indentation = 360;

/** RTF 1.9 in ASCII: every other character by its UTF-16 code units. */
export const reportRichText = ({ title, about, lines }: ReportContent): string => {
  const paragraph = (text: string, { depth = 0, bold = false }): string =>
    `\\pard\\li${depth * indentation} ${bold ? `{\\b ${richText(text)}}` : richText(text)}\\par`;
  const paragraphs = [
    `\\pard {\\b\\fs32 ${richText(title)}}\\par`,
    ...about.map((line) => paragraph(line, {})),
    '\\pard\\par',
    ...lines.map((line) => paragraph(lineText(line), { depth: line.depth, bold: line.isHeading })),
  ];
  return `{\\rtf1\\ansi\\deff0\\uc1{\\fonttbl{\\f0\\fswiss Helvetica;}}\\f0\\fs20\n${paragraphs.join('\n')}\n}\n`;
};

const richText = (text: string): string =>
  text
    .split(/\r\n?|\n/u)
    .map((line) => line.replace(/[\\{}]/gu, '\\$&').replace(/[^\u0020-\u007e]/gu, codeUnits))
    .join('\\line ');

/** As signed 16-bit numbers; a reader that knows none of them shows a question mark. */
const codeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${(character.charCodeAt(at) << 16) >> 16}?`).join('');

/** Text that stands for itself in HTML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
