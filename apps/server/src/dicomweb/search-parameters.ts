// The query of a search as keys for the archive: attributes, includefield, paging. PS3.18 8.3.4.
import {
  DataSet,
  describeTag,
  hasWildcard,
  isDateKey,
  isDateTimeKey,
  isTimeKey,
  keywordOf,
  type MatchOptions,
  mayHaveSeveral,
  parseTag,
  timezoneOffset,
} from '@concord/dicom';
import type { FindOptions, Level } from '../archive/archive.ts';
import { attributeAt } from '../archive/attributes.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { invalid, type Query, single } from './query.ts';
import { availableAttributes, returnedAttributes } from './search-attributes.ts';
import type { Target } from './target.ts';

export type SearchLevel = Exclude<Level, 'PATIENT'>;

export interface Search {
  readonly level: SearchLevel;
  /** Matching keys with their values, return keys empty. */
  readonly keys: DataSet;
  /** The query asks for another study or series than the address. */
  readonly matchesNothing: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly matching: Required<Matching>;
  /** Dates and times of the query are in the zone that it names. */
  readonly isZoned: boolean;
  /** Extension: `orderby=Keyword`, `-Keyword` for descending. */
  readonly orderBy: FindOptions['orderBy'];
  /** Names of parameters that have no effect here. */
  readonly ignored: readonly string[];
}

/** PS3.18 8.3.4.1.1, 8.3.4.2, 8.3.4.5, 8.3.4.6. */
type Matching = Pick<FindOptions, 'fuzzy' | 'emptyValues' | 'multipleValues' | 'combinedDateTime'>;
/** Kinds of matching that change what a value may look like. */
type ValueForms = Pick<Matching, 'emptyValues' | 'multipleValues'>;

/** The most answers one response has, where the request asks for more or does not say. */
export const maximumResults: Readonly<Record<SearchLevel, number>> = { STUDY: 5000, SERIES: 20_000, IMAGE: 100_000 };

/** Parameters that are no attributes. */
const kindsOfMatching = ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching'];
export const searchParameterNames = [
  'limit',
  'offset',
  'orderby',
  ...kindsOfMatching,
  'includefield',
  'accept',
  'charset',
];
const maximumDepth = 8;

/** @throws HttpProblem invalid-parameter */
export const parseSearch = (query: Query, level: SearchLevel, target: Target): Search => {
  const keys = new DataSet();
  keys.set('SpecificCharacterSet', 'ISO_IR 192');
  const fields = includedFields(query);
  const attributes = [...returnedAttributes(level, target), ...(fields.all ? availableAttributes(level, target) : [])];
  for (const path of attributes) keys.set(path, null);
  for (const path of fields.paths) if (!keys.has(path)) setKey(keys, path, '');
  const forms = matchingOf(query);
  const ignored = setMatchingKeys(keys, query, { forms, isSupported });
  const contradicts = ([keyword, uid]: readonly [string, string | undefined]) =>
    uid !== undefined && !narrowed(keys, keyword, uid);
  const matchesNothing = [
    ['StudyInstanceUID', target.studyInstanceUid] as const,
    ['SeriesInstanceUID', target.seriesInstanceUid] as const,
  ].some(contradicts);
  return {
    level,
    keys,
    matchesNothing,
    limit: Math.min(wholeNumber(query, 'limit') ?? maximumResults[level], maximumResults[level]),
    offset: wholeNumber(query, 'offset') ?? 0,
    matching: { ...forms, combinedDateTime: true },
    isZoned: isZoned(keys),
    orderBy: ordering(query),
    ignored,
  };
};

/** Sets the key to the UID of the address; false where the query asks for others. */
const narrowed = (keys: DataSet, keyword: string, uid: string): boolean => {
  const asked = keys.strings(keyword).filter((value) => value !== '');
  keys.set(keyword, uid);
  return asked.length === 0 || asked.includes('*') || asked.includes(uid);
};

/** @throws HttpProblem invalid-parameter where the zone is none */
const isZoned = (keys: DataSet): boolean => {
  const offset = keys.string('TimezoneOffsetFromUTC') ?? '';
  if (offset !== '' && timezoneOffset(offset) === undefined)
    throw invalid('TimezoneOffsetFromUTC', `is an offset such as +0100, not ${quote(offset)}`);
  return offset !== '';
};

/** Whether the index can be searched by an attribute, of whatever level. */
const isSupported = (path: string): boolean => {
  const [first = ''] = path.split(/[.[]/u, 1);
  const tag = parseTag(first);
  const keyword = tag === undefined ? undefined : keywordOf(tag);
  return keyword !== undefined && (keyword === 'TimezoneOffsetFromUTC' || attributeAt(keyword, 'IMAGE') !== undefined);
};

/** Sets what is matched by; gives the names of those parameters that are no attribute, or none that can be matched by. */
const setMatchingKeys = (
  keys: DataSet,
  query: Query,
  { forms, isSupported }: { readonly forms: ValueForms; readonly isSupported: (path: string) => boolean },
): readonly string[] => {
  const ignored: string[] = [];
  const asked = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, values] of query) {
    if (searchParameterNames.includes(name)) continue;
    const path = attributePath(name);
    const known = path === undefined ? undefined : asked.get(path); // by its keyword and by its tag
    if (path === undefined || !isSupported(path)) ignored.push(name);
    else if (known) known.values.push(...values);
    else asked.set(path, { name, values: [...values] });
  }
  for (const [path, { name, values }] of asked) setKey(keys, path, matchingValue(name, path, { values, forms }));
  return ignored;
};

/** A search of something else than studies. */
export interface KeySearch {
  /** Every attribute of the query as a key. */
  readonly keys: DataSet;
  readonly matching: MatchOptions;
  /** What is asked for besides. */
  readonly fields: { readonly all: boolean; readonly paths: readonly string[] };
  readonly limit: number | undefined;
  readonly offset: number;
  /** Names of parameters that have no effect. */
  readonly ignored: readonly string[];
}

/** @throws HttpProblem invalid-parameter */
export const parseKeys = (query: Query): KeySearch => {
  const keys = new DataSet();
  keys.set('SpecificCharacterSet', 'ISO_IR 192');
  const forms = matchingOf(query);
  const ignored = setMatchingKeys(keys, query, { forms, isSupported: (path) => vrOf(path) !== undefined });
  return {
    keys,
    ignored,
    matching: {
      fuzzyPersonNames: forms.fuzzy,
      emptyValueMatching: forms.emptyValues,
      multipleValueMatching: forms.multipleValues,
      combinedDateTime: true,
      timezone: isZoned(keys),
    },
    fields: includedFields(query),
    limit: wholeNumber(query, 'limit'),
    offset: wholeNumber(query, 'offset') ?? 0,
  };
};

const matchingOf = (query: Query) => ({
  fuzzy: flag(query, 'fuzzymatching'),
  emptyValues: flag(query, 'emptyvaluematching'),
  multipleValues: flag(query, 'multiplevaluematching'),
});

const wholeNumber = (query: Query, name: string): number | undefined => {
  const text = single(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/u.test(text)) throw invalid(name, `is not a whole number: ${quote(text)}`);
  return Number(text);
};

const ordering = (query: Query): FindOptions['orderBy'] => {
  const text = single(query, 'orderby');
  if (text === undefined) return undefined;
  const descending = text.startsWith('-');
  const tag = parseTag(descending ? text.slice(1) : text);
  const keyword = tag === undefined ? undefined : keywordOf(tag);
  if (keyword === undefined) throw invalid('orderby', `is no attribute: ${quote(text)}`);
  return { keyword, descending };
};

const flag = (query: Query, name: string): boolean => {
  const text = single(query, name)?.toLowerCase();
  if (text !== undefined && text !== 'true' && text !== 'false') throw invalid(name, 'is neither true nor false');
  return text === 'true';
};

const includedFields = (query: Query): { all: boolean; paths: readonly string[] } => {
  const names = (query.get('includefield') ?? []).flatMap((value) => value.split(','));
  const wanted = names.map((name) => name.trim()).filter((name) => name !== '');
  return { all: wanted.includes('all'), paths: wanted.filter((name) => name !== 'all').flatMap(fieldPath) };
};

/** A private attribute, which the index does not have, is not returned. @throws HttpProblem invalid-parameter */
const fieldPath = (name: string): readonly string[] => {
  const path = attributePath(name);
  if (path === undefined) throw invalid('includefield', `names no attribute of the dictionary: ${quote(name)}`);
  return vrOf(path) === undefined ? [] : [path];
};

/** What a parameter may be called, and each step of a path. PS3.18 8.3.1. */
const parameterName = /^(?:[0-9A-Fa-f]{8}|[A-Za-z_]\w*)(?:\.(?:[0-9A-Fa-f]{8}|[A-Za-z_]\w*))*$/u;

/**
 * `00400275.00400009` or `RequestAttributesSequence.ScheduledProcedureStepID` as a path into a data set; undefined where it
 * names none.
 * @throws HttpProblem malformed-request where it cannot be a name
 */
const attributePath = (name: string): string | undefined => {
  const steps = name.split('.');
  if (!parameterName.test(name) || steps.length > maximumDepth) {
    throw new HttpProblem('malformed-request', `${quote(name)} cannot be the name of a parameter or an attribute.`, {
      members: { parameters: searchParameterNames },
    });
  }
  const tags = steps.map((step) => parseTag(step));
  if (tags.includes(undefined)) return undefined;
  return tags
    .map((tag) => (tag === undefined ? '' : (keywordOf(tag) ?? tag.toString(16).padStart(8, '0'))))
    .join('[0].');
};

const tagOf = (path: string): number | undefined => parseTag(path.slice(path.lastIndexOf('.') + 1));

const vrOf = (path: string): string | undefined => {
  const last = tagOf(path);
  return last === undefined ? undefined : describeTag(last)?.vr[0];
};

const matching =
  (form: RegExp) =>
  (value: string): boolean =>
    form.test(value);

/** What a value of these VRs may look like: a date that is none would otherwise match nothing, or everything. */
const forms: ReadonlyMap<string, readonly [isForm: (value: string) => boolean, form: string]> = new Map([
  ['DA', [isDateKey, 'a date or a range such as 20260101-20261231']],
  ['TM', [isTimeKey, 'a time or a range such as 0800-1200']],
  ['DT', [isDateTimeKey, 'a date and time or a range such as 20260101-202601021200']],
  ['UI', [matching(/^\d+(?:\.\d+)*(?:\\\d+(?:\.\d+)*)*$/u), 'a UID, or several with commas']],
  ['IS', [matching(/^[+-]?\d{1,12}$/u), 'a whole number']],
  ['US', [matching(/^\d{1,5}$/u), 'a whole number']],
]);

/** A list of UIDs is separated by commas (PS3.18 8.3.4.1); so are codes, which cannot hold one (PS3.5 6.2, CS). */
const matchingValue = (
  name: string,
  path: string,
  { values, forms: { emptyValues, multipleValues } }: { values: readonly string[]; forms: ValueForms },
): string => {
  const vr = vrOf(path) ?? '';
  if (emptyValues && values.length === 1 && values[0] === '""') return '""';
  const tag = tagOf(path);
  if (multipleValues && tag !== undefined && mayHaveSeveral(tag)) return everyOf(name, vr, values);
  const isList = vr === 'UI' || vr === 'CS';
  if (!isList && values.length > 1) throw invalid(name, 'may stand only once');
  if (!isList && values[0]?.includes('\\')) throw invalid(name, 'has a backslash, but is no list');
  const value = isList ? values.flatMap((one) => one.split(/[,\\]/u)).join('\\') : (values[0] ?? '');
  const [isForm, text = ''] = forms.get(vr) ?? [];
  if (value !== '' && value !== '*' && isForm?.(value) === false)
    throw invalid(name, `is ${text}, not ${quote(value)}`);
  return value;
};

/** Values that all have to be found; only those of VRs that cannot hold a comma may be separated by one. PS3.4 C.2.2.2.8. */
const everyOf = (name: string, vr: string, values: readonly string[]): string => {
  const list = values.flatMap((one) => one.split(vr === 'CS' || vr === 'AS' ? /[,\\]/u : '\\'));
  if (list.length > 1 && list.some(hasWildcard)) throw invalid(name, 'is a list of values: none may have a wildcard');
  return list.join('\\');
};

const setKey = (keys: DataSet, path: string, value: string): void => {
  try {
    if (vrOf(path) === 'SQ') keys.set(path, value === '' ? [] : failOnSequence(path));
    else keys.set(path, value === '' ? null : value.split('\\').map((one) => unpadded(one, vrOf(path))));
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem('invalid-parameter', `${quote(value)} cannot be a value of ${path}.`, { cause: error });
  }
};

/** Spaces around a value are padding, except those that a text begins with. PS3.5 6.2. */
const unpadded = (value: string, vr = ''): string =>
  ['LT', 'ST', 'UT', 'UC'].includes(vr) ? value.trimEnd() : value.trim();

const failOnSequence = (path: string): never => {
  throw invalid(path, 'is a sequence: name one of its attributes, such as Sequence.Attribute');
};
