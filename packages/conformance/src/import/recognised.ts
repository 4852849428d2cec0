// What an import has recognised, fact by fact in words, for a person who compares it with the document. PS3.2 Annex A
import type { Statement } from '../model/statement.ts';
import type { Doubt } from './doubt.ts';
import type { ImportedStatement } from './import-text.ts';

/** One fact of an imported statement. */
export interface RecognisedFact {
  /** Where it stands in the statement: JSON Pointer. RFC 6901 */
  readonly path: string;
  readonly kind: 'application entity' | 'SOP Class' | 'key' | 'status' | 'AE title' | 'parameter' | 'media' | 'other';
  readonly text: string;
  /** Of the document, counted from 1; 0: not of one line. */
  readonly line: number;
  /** Why the importer was not sure; none: it was. */
  readonly doubts: readonly string[];
}

type Kind = RecognisedFact['kind'];

const kinds: readonly (readonly [RegExp, Kind])[] = [
  [/\/contexts\/\d+$/u, 'SOP Class'],
  [/\/keys\/\d+$/u, 'key'],
  [/\/statuses\/\d+$/u, 'status'],
  [/\/localTitles\/\d+$/u, 'AE title'],
  [/\/parameters\/\d+$/u, 'parameter'],
  [/^\/media\//u, 'media'],
  [/\/applicationEntities\/\d+$/u, 'application entity'],
];

const kindOf = (path: string): Kind => kinds.find(([form]) => form.test(path))?.[1] ?? 'other';

/** The value at a JSON Pointer; undefined where there is none. */
function valueAt(statement: unknown, path: string): unknown {
  let value = statement;
  for (const step of path.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

const field = (value: unknown, name: string): unknown => valueAt(value, `/${name}`);
const textIn = (value: unknown, ...names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const found = field(value, name);
    return typeof found === 'string' || typeof found === 'number' ? [String(found)] : [];
  });
const namesIn = (value: unknown, name: string): string[] => {
  const list = field(value, name);
  return Array.isArray(list) ? list.flatMap((each) => (typeof each === 'string' ? [each] : textIn(each, 'name'))) : [];
};

const initiated = (path: string): string => (path.includes('/initiation/') ? 'opens associations' : 'is called');

const described: Readonly<Record<Kind, (value: unknown, path: string) => string>> = {
  'SOP Class': (value, path) =>
    [
      ...textIn(field(value, 'abstractSyntax'), 'name'),
      `${textIn(value, 'role')[0] ?? ''} (${initiated(path)})`,
      ...namesIn(value, 'transferSyntaxes'),
    ].join(', '),
  key: (value) => [...textIn(value, 'level', 'attribute', 'tag', 'type'), ...namesIn(value, 'matching')].join(', '),
  status: (value) => textIn(value, 'code', 'status', 'meaning').join(', '),
  'AE title': (value) => textIn(value, 'ae', 'defaultTitle', 'defaultPort').join(', '),
  parameter: (value) => `${textIn(value, 'name').join('')}: ${textIn(value, 'default', 'unit').join(' ')}`,
  media: (value) => [...textIn(value, 'name'), ...namesIn(value, 'roles')].join(', '),
  'application entity': (value) => textIn(value, 'name').join(''),
  other: (value) => textIn(value, 'name', 'title', 'text').join(', '),
};

const lineOf = (source: string): number => Number(/^lines? (\d{1,9})/u.exec(source)?.[1] ?? 0);

/** Reasons by line. */
const reasonsOf = (doubts: readonly Doubt[]): ReadonlyMap<number, readonly string[]> =>
  new Map([...Map.groupBy(doubts, ({ line }) => line)].map(([line, some]) => [line, some.map(({ reason }) => reason)]));

/** A row of table A.4.2-1 says again what the presentation contexts say. */
const repeats = /\/sopClasses\/\d+$/u;

/** In the order of the document; each path once. */
export function recognisedFacts({ statement, uncertain }: ImportedStatement): readonly RecognisedFact[] {
  const reasons = reasonsOf(uncertain);
  return statement.provenance
    .filter(({ kind, path }) => kind === 'imported' && !repeats.test(path))
    .map(({ path, source, doubtful }) => factOf(statement, path, { line: lineOf(source), doubtful, reasons }))
    .toSorted((left, right) => left.line - right.line);
}

function factOf(
  statement: Statement,
  path: string,
  {
    line,
    doubtful,
    reasons,
  }: {
    readonly line: number;
    readonly doubtful: boolean | undefined;
    readonly reasons: ReadonlyMap<number, readonly string[]>;
  },
): RecognisedFact {
  const kind = kindOf(path);
  const found = line > 0 ? (reasons.get(line) ?? []) : [];
  return {
    path,
    kind,
    text: described[kind](valueAt(statement, path), path) || path,
    line,
    doubts: doubtful && found.length === 0 ? ['It was not sure.'] : found,
  };
}
