// What the tables of a document print and a model file lacks, and citations of the model that do not hold what they are for.
import {
  type Chapter,
  isCode,
  type LineRange,
  limitItems,
  parameterLines,
  printsCode,
  printsNumber,
  type SourceItem,
  statusItems,
  tagItems,
  uidItems,
} from './source-items.ts';

/** Tables of query keys, which no title marks in all documents alike. */
const keyTables: Readonly<Record<string, readonly LineRange[]>> = {
  'echoes-server': [[196, 214]],
  'impromed-client': [[382, 413]],
  'impromed-worklist': [[281, 323]],
  reviewer: [
    [750, 760],
    [1035, 1045],
  ],
  modality: [[4425, 4830]],
  ris: [[8565, 8656]],
  viewer: [
    [11105, 11180],
    [11390, 11421],
  ],
  'query-retrieve-server': [[16485, 16850]],
  'hanging-protocol-viewer': [
    [19455, 19545],
    [19735, 19742],
  ],
  'medication-gateway': [
    [21005, 21040],
    [21055, 21115],
  ],
};

/** Where a document tells its parameters outside of a table. */
const parameterLists: Readonly<Record<string, LineRange>> = {
  'echoes-server': [369, 373],
  'impromed-client': [425, 426],
  'impromed-worklist': [341, 346],
  reviewer: [1219, 1226],
};

/** What is read of a model file. */
export interface SeedModel {
  readonly provenance: readonly { readonly path: string; readonly source: string; readonly doubtful?: boolean }[];
  readonly 'x-corrections': readonly { readonly where?: string }[];
}

/** A fact of a model with the lines that it names. */
interface Cited {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly lines: readonly LineRange[];
  readonly doubtful: boolean;
}

/** What a JSON Pointer names. RFC 6901 */
const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce((inner: unknown, step) => (inner as Record<string, unknown> | undefined)?.[step], value);

const rangesOf = (source: string): readonly LineRange[] =>
  [...source.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, from, to]) => [Number(from), Number(to ?? from)]);
const contains = (ranges: readonly LineRange[], line: number, slack = 0): boolean =>
  ranges.some(([from, to]) => from - slack <= line && line <= to + slack);

const citedOf = (model: SeedModel, kind: RegExp): readonly Cited[] =>
  model.provenance
    .filter(({ path }) => kind.test(path))
    .map(({ path, source, doubtful = false }) => ({
      path,
      value: (at(model, path) ?? {}) as Readonly<Record<string, unknown>>,
      lines: rangesOf(source),
      doubtful,
    }));

/** Longest citation, in lines, of one row of a status table; codes of a range may be printed over two lines. */
const longestRow = 8;
const rangeSlack = 2;

const textOf = ({ lines, first }: Chapter, fact: Cited): string =>
  fact.lines.map(([from, to]) => lines.slice(from - first, to - first + 1).join(' ')).join(' ');

/** A kind of fact: what the document prints of it, which fact is an item, and whether a citation holds its fact. */
interface Kind {
  readonly path: RegExp;
  readonly items: (chapter: Chapter, name: string) => readonly SourceItem[];
  readonly is: (fact: Cited, item: SourceItem) => boolean;
  readonly holds: (fact: Cited, text: string) => boolean;
}

const code = ({ value }: Cited): string => String(value.code);
const tag = ({ value }: Cited): string => String(value.tag);

const holdsParameter = ({ value }: Cited, text: string): boolean => {
  const [number] = /^\d+/.exec(String(value.default)) ?? [];
  const words =
    String(value.name)
      .toLowerCase()
      .match(/[a-z]{3,}/g) ?? [];
  const named = words.some((word) => text.toLowerCase().includes(word.slice(0, 5)));
  return named && (number === undefined || printsNumber(text, Number(number)));
};
const numbers: Readonly<Record<string, string>> = { 'no limit': 'unlimited' };

export const kindsOfItems: Readonly<Record<'statuses' | 'keys' | 'parameters' | 'limits', Kind>> = {
  statuses: {
    path: /\/statuses\/\d+$/,
    items: statusItems,
    is: (fact, { line, text }) => contains(fact.lines, line, rangeSlack) && isCode(text, code(fact)),
    holds: (fact, text) =>
      code(fact) === '*' || (fact.lines.some(([from, to]) => to - from <= longestRow) && printsCode(text, code(fact))),
  },
  keys: {
    path: /\/(?:keys|requestAttributes)\/\d+$/,
    items: (chapter, name) => (keyTables[name] ?? []).flatMap((range) => tagItems(chapter, range)),
    is: (fact, { line, text }) => contains(fact.lines, line) && tag(fact) === text,
    holds: (fact, text) => text.replaceAll(', ', ',').toUpperCase().includes(tag(fact).slice(1, -1)),
  },
  parameters: {
    path: /\/parameters\/\d+$/,
    items: (chapter, name) => parameterLines(chapter, parameterLists[name]),
    is: (fact, { line }) => contains(fact.lines, line),
    holds: holdsParameter,
  },
  limits: {
    path: /\/(?:associations|parameters\/\d+)$/,
    items: limitItems,
    is: (fact, { line, text }) =>
      contains(fact.lines, line) &&
      (fact.path.includes('/parameters/') || String(fact.value.value) === (numbers[text] ?? text)),
    holds: ({ path, value }, text) =>
      path.includes('/parameters/') ||
      typeof value.value !== 'number' ||
      printsNumber(text, value.value) ||
      value.value === 1,
  },
};

/** UIDs of the standard that stand anywhere in a JSON value. */
function uidsIn(value: unknown): ReadonlySet<string> {
  return new Set(JSON.stringify(value).match(/(?<=")1\.2\.840\.10008[\d.]+(?=")/g));
}

/** UIDs that a chapter prints and the model nowhere has. The twelfth document lists all classes that there are. */
function lostUids(name: string, chapter: Chapter, model: SeedModel): readonly string[] {
  if (name === 'conformance') return [];
  const there = uidsIn({ ...model, 'x-corrections': undefined });
  return uidItems(chapter)
    .filter(({ whole }) => !whole.some((uid) => there.has(uid)))
    .map(({ line, text }) => `line ${line}: ${text} is nowhere`);
}

/** Each item of the tables that no fact of the model is, and each citation that does not hold its fact; corrected lines are left out. */
export function seedGaps(name: string, chapter: Chapter, model: SeedModel): readonly string[] {
  const corrected = model['x-corrections'].flatMap(({ where = '' }) => rangesOf(where));
  const gaps = Object.values(kindsOfItems).flatMap(({ path, items, is, holds }) => {
    const facts = citedOf(model, path);
    const absent = items(chapter, name).filter(
      (item) => !contains(corrected, item.line) && !facts.some((fact) => is(fact, item)),
    );
    const unproven = facts.filter(
      (fact) =>
        !fact.doubtful &&
        !fact.lines.some(([from]) => contains(corrected, from)) &&
        !holds(fact, textOf(chapter, fact)),
    );
    return [
      ...absent.map(({ line, text }) => `line ${line} is in no fact: ${text.trim()}`),
      ...unproven.map((fact) => `${fact.path} is not in its lines ${fact.lines.join(' ')}`),
    ];
  });
  return [...lostUids(name, chapter, model), ...gaps];
}
