// Status tables of a text: the codes that stand in them, with the operation and the side that they are of. PS3.2 tables A.4.2-9, A.4.2-13
import type { StatusRow } from '../model/activity.ts';
import type { CleanLine } from './clean-lines.ts';
import type { Region } from './regions.ts';

type ImportedRow = StatusRow & { readonly line: number };

export interface ImportedStatuses {
  readonly operations: readonly string[];
  /** We invoke and read the answers, or we answer. */
  readonly invokes: boolean;
  readonly rows: readonly ImportedRow[];
}

const header = /Further\s+Meaning|Error\s+Codes?|Status\s+Codes?/i;
const headerLines = 12;
const code =
  /(?<![\w,.(-])(0000|0001|01[0-2][0-9A-F]|021[0-3]|B[0-9A-F]{3}|A[0-9A-F]{3}|C[0-9A-F]{3}|FE00|FF0[01]|[AC][0-9A-F]?x{2,3})H?(?:\s*[-–]\s*([ABC][0-9A-F]{3})H?)?(?![\w,.)-]*\w)/g;
const anyOther = /\bAny\s+other\b|^\*\s+\*|^\*$/i;
/** A line of running text: tables have shorter ones. */
const proseCharacters = 98;

const operationNames = /\b(?:C-(?:STORE|FIND|MOVE|GET|ECHO)|N-(?:CREATE|SET|GET|ACTION|DELETE|EVENT-? ?REPORT))\b/gi;
const byWords: readonly (readonly [RegExp, string])[] = [
  [/storage commitment/i, 'N-ACTION'],
  [/worklist|query|find/i, 'C-FIND'],
  [/move|retriev/i, 'C-MOVE'],
  [/verif|echo/i, 'C-ECHO'],
  [/stor/i, 'C-STORE'],
];

/** Operations that a title names, or the heading above, or what the words mean. */
export function operationsIn(...texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    const named = [...text.matchAll(operationNames)].map(([name]) =>
      name.toUpperCase().replaceAll(/-? REPORT|--/g, '-REPORT'),
    );
    if (named.length > 0) return [...new Set(named)];
  }
  for (const text of texts) {
    const found = byWords.find(([words]) => words.test(text));
    if (found) return [found[1]];
  }
  return [];
}

function classOf(value: string): StatusRow['status'] {
  if (value === '0000') return 'Success';
  if (value.startsWith('FF')) return 'Pending';
  if (value === 'FE00') return 'Cancel';
  return /^(?:B|0001|0107|0116)/.test(value) ? 'Warning' : 'Failure';
}

/** `A700-A7FF` of `A7xx`. */
const wholeCode = (text: string, until: string | undefined): string => {
  if (until !== undefined) return `${text}-${until}`;
  const [start = ''] = text.split('x');
  return text.includes('x') ? `${start.padEnd(4, '0')}-${start.padEnd(4, 'F')}` : text;
};

const isTable = (lines: readonly CleanLine[], { title, from, to }: Region): boolean => {
  const start = lines
    .slice(from, Math.min(to, from + headerLines))
    .map(({ text }) => text)
    .join(' ');
  return header.test(start) || (/status/i.test(title) && /\bStatus\b/.test(start));
};

/** An SCU tells its behavior, an SCP its reasons. */
function isInvoking(lines: readonly CleanLine[], { title, side, from, to }: Region): boolean {
  if (/RETURN|REASON/i.test(title)) return false;
  if (/HANDLING/i.test(title)) return true;
  const start = lines.slice(from, Math.min(to, from + headerLines)).map(({ text }) => text);
  if (start.some((text) => /\bReasons?$/.test(text))) return false;
  return start.some((text) => /\bBehaviou?r$/.test(text)) || side === 'initiation';
}

/** `A700` and `A7FF` that stand one below the other are a range. */
const joinedRanges = (rows: readonly ImportedRow[]): readonly ImportedRow[] =>
  rows.flatMap((row, index) => {
    const [before, behind] = [rows[index - 1], rows[index + 1]];
    const isEnd = (each: ImportedRow | undefined, of: ImportedRow | undefined): boolean =>
      each !== undefined &&
      of !== undefined &&
      /^[ABC].FF$|^CFFF$/.test(each.code) &&
      each.code.replace(/F+$/, '') === of.code.replace(/0+$/, '');
    if (isEnd(row, before)) return [];
    return isEnd(behind, row) ? [{ ...row, code: `${row.code}-${behind?.code}` }] : [row];
  });

/** What a status table of the region says; undefined where the region is none. */
export function readStatuses(
  lines: readonly CleanLine[],
  region: Region,
  entity: string,
): ImportedStatuses | undefined {
  if (!isTable(lines, region)) return undefined;
  const rows = new Map<string, ImportedRow>();
  for (let at = region.from; at < region.to; at += 1) {
    const { text = '' } = lines[at] ?? {};
    if (rows.size > 0 && text.length > proseCharacters && !text.includes('\t')) break;
    const add = (value: string, meaning: string, behavior: string): void => {
      if (!rows.has(value))
        rows.set(value, {
          status: value === '*' ? 'Failure' : classOf(value),
          meaning: meaning.trim().slice(0, 400) || 'Not read.',
          code: value,
          behavior: behavior.trim() || 'Not read.',
          line: at + 1,
        });
    };
    for (const found of text.matchAll(code))
      add(
        wholeCode(found[1] ?? '', found[2]),
        text.slice(0, found.index),
        text.slice((found.index ?? 0) + found[0].length),
      );
    if (anyOther.test(text)) add('*', 'Any other code', '');
  }
  if (rows.size === 0) return undefined;
  return {
    operations: operationsIn(region.title, region.heading, entity),
    invokes: isInvoking(lines, region),
    rows: joinedRanges([...rows.values()]),
  };
}
