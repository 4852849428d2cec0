// What a document of a seed prints in its tables, found by a few rules of its own and not by the importer: status codes, query keys, parameters and limits, each with its line.

/** Something that a table lists. */
export interface SourceItem {
  readonly line: number;
  readonly text: string;
}

/** A part of a document: its lines, and the number of the first of them. */
export interface Chapter {
  readonly lines: readonly string[];
  readonly first: number;
}

/** First and last line, both included. */
export type LineRange = readonly [number, number];

const heading = /^\s*(?:[A-H]\.)?\d+(?:\.\d+)+\.?\s+[A-Z]|^\s*[A-H]\.\d\s+[A-Z]{3}|^##/;
const tableStart = /^\s*(?:Table\b|\*\*Table)/;
const page = /^\s*(?:PS 3\.2|Page \d+|- Standard -)/;
const note = /^\s*Notes?(?: that\b|:? ?1:)/;
/** Lines that a title may take, its number and blanks among them. */
const longestTitle = 5;

/** The lines of every table whose title fits, up to the next table or heading. */
function* tableLines({ lines, first }: Chapter, isTitle: (title: string) => boolean): Generator<SourceItem> {
  let inside = false;
  for (const [index, line] of lines.entries()) {
    if (tableStart.test(line)) inside = isTitle(lines.slice(index, index + longestTitle).join(' '));
    else if (heading.test(line) || note.test(line)) inside = false;
    if (inside && line.trim() !== '' && !page.test(line)) yield { line: first + index, text: line };
  }
}

const statusTable = /RESPONSE\s+(?:STATUS|BEHAVIOR)|STATUS\s+(?:RE|HAND)/i;
const statusCode = /(?<![\w.,/(-])(?:0x)?([0-9A-F]{4}|[0-9A-F]{2}xx|[0-9A-F]xxx)H?(?![,./)\w-]|\.\d)/gi;
/** A row that is printed to say that it is not used. */
const unused = /never sent/i;

/** Each status code of each status table; codes that the table says are never sent are none. */
export function statusItems(chapter: Chapter): readonly SourceItem[] {
  const found: SourceItem[] = [];
  for (const { line, text } of tableLines(chapter, (title) => statusTable.test(title))) {
    const row = chapter.lines.slice(line - chapter.first, line - chapter.first + 2).join(' ');
    if (unused.test(row)) continue;
    for (const [, code = ''] of text.matchAll(statusCode)) found.push({ line, text: code.toUpperCase() });
  }
  return found;
}

const tag = /\(?\b([0-9A-F]{4}),\s?([0-9A-F]{4})\b\)?/gi;

/** The lines of a range, with their numbers. */
const linesOf = ({ lines, first }: Chapter, [from, to]: LineRange): readonly SourceItem[] =>
  lines.slice(from - first, to - first + 1).map((text, index) => ({ line: from + index, text }));

/** Each tag between two lines of the document. */
export const tagItems = (chapter: Chapter, range: LineRange): readonly SourceItem[] =>
  linesOf(chapter, range).flatMap(({ line, text }) =>
    [...text.matchAll(tag)].map(([, group = '', element = '']) => ({
      line,
      text: `(${group},${element})`.toUpperCase(),
    })),
  );

const standardUid = /(?<![\d.])1\.2\.840\.10008(?:\.\d+)+/g;
/** The rest of a UID that a narrow column has cut. */
const restOfUid = /^\s*\.?(\d+(?:\.\d+)*)/;

/** Each UID of the standard: SOP Classes, Meta SOP Classes and transfer syntaxes of every table; `whole`: with what the next line may have of it. */
export const uidItems = ({ lines, first }: Chapter): readonly (SourceItem & { readonly whole: readonly string[] })[] =>
  lines.flatMap((line, index) =>
    [...line.matchAll(standardUid)].map(([uid]) => {
      const rest = restOfUid.exec(lines[index + 1] ?? '')?.[1];
      return {
        line: first + index,
        text: uid,
        whole: rest === undefined ? [uid] : [uid, uid + rest, `${uid}.${rest}`],
      };
    }),
  );

const parameterTable = /CONFIGURATION PARAMETERS/i;
/** Tables of what a directory server holds; and the headings inside of a table of parameters. */
const directory = /LDAP/;
const noRow =
  /^\s*(?:Table\b.*|configuration parameters(?: table)?|parameter configurable.*|\(yes\/no\)|default value|.*\bparameters(?: \(all AEs\))?|debugging capabilities|tcp\/ip settings|print server +management|yes configurable|endian|.*parameters that are configurable)\s*$/i;

/** Each line of the tables of configuration parameters, or of the given range where the document has no such table. */
export const parameterLines = (chapter: Chapter, range?: LineRange): readonly SourceItem[] =>
  [
    ...(range
      ? linesOf(chapter, range)
      : tableLines(chapter, (title) => parameterTable.test(title) && !directory.test(title))),
  ].filter(({ text }) => text.trim() !== '' && !noRow.test(text));

const limit = /maximum number of simultaneous\w* associations\b.*?\s(\d+|no limit|unlimited)\b/i;

/** Each line that limits the simultaneous associations. */
export const limitItems = ({ lines, first }: Chapter): readonly SourceItem[] =>
  lines.flatMap((line, index) => {
    const found = limit.exec(line.replaceAll(/<\/?i>/g, ''))?.[1];
    return found === undefined ? [] : [{ line: first + index, text: found.toLowerCase() }];
  });

/** A status code as a table may print it: the first of a range, or with x for any digit. */
export function printsCode(text: string, code: string): boolean {
  const [first = ''] = code.split('-');
  const forms = code.includes('-') ? [first, `${first.slice(0, 2)}XX`, `${first.slice(0, 1)}XXX`] : [first];
  return forms.some((form) => new RegExp(`(?<![0-9A-F])${form}(?![0-9A-F])`).test(text.toUpperCase()));
}

/** The item of a status table is this code, or an end of its range. */
export const isCode = (item: string, code: string): boolean =>
  code.split('-').includes(item) || (code.includes('-') && code.startsWith(item.replaceAll('X', '')));

const kibi = 1024;
const minute = 60;

/** Whether a number stands in a text, as it is, in kilobytes, or in minutes. */
export const printsNumber = (text: string, value: number): boolean =>
  [value, value / kibi, value / minute].some((each) => new RegExp(`(?<!\\d)${each}(?!\\d)`).test(text));
