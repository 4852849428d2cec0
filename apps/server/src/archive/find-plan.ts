// From the keys of a query to SQL that lets every match through and little else. PS3.4 C.2.2.2.
import { type DataSet, foldPersonName, hasWildcard, type Keyword, keywordOf, nameForms } from '@concord/dicom';
import { join, literal, type Query, sql, type Value } from '../database/database.ts';
import type { FindOptions, Level } from './archive.ts';
import { type Attribute, attributeAt, levels, tables } from './attributes.ts';
import { narrowDates } from './date-keys.ts';

/** A key of the query and the attribute it is about. */
export interface Asked {
  readonly tag: number;
  readonly keyword: Keyword;
  readonly attribute: Attribute;
}

export interface FindPlan {
  readonly asked: readonly Asked[];
  /** Levels whose `attributes` the answers need. */
  readonly opened: readonly Level[];
  readonly from: Query;
  /** For rows whose keys are known. */
  readonly answerFrom: Query;
  /** As far as conditions and order need tables: rows are counted, and those of other pages passed over, without the rest. */
  readonly narrowFrom: Query;
  readonly where: Query;
  /** What SQL lets through is exactly what matches: nothing is left to compare. */
  readonly exact: boolean;
  /** What a row has to say for SQL to have been exact about it; undefined where some key has to be compared in any case. */
  readonly certainties: readonly Certainty[] | undefined;
}

/** A key about whose matches SQL is right where its column holds a value as it should be. */
export interface Certainty {
  readonly asked: Asked;
  readonly isPlain: (value: Value) => boolean;
}

/** Keys that say something about the query or the answer and match nothing. PS3.4 C.4.1.1.3. */
const silent: ReadonlySet<Keyword> = new Set([
  'SpecificCharacterSet',
  'QueryRetrieveLevel',
  'QueryRetrieveView',
  'RetrieveAETitle',
  'InstanceAvailability',
  'StorageMediaFileSetID',
  'StorageMediaFileSetUID',
  'TimezoneOffsetFromUTC',
]);

/** Keys that the index has no attribute for at this level. */
export const unsupportedKeys = (level: Level, keys: DataSet): readonly number[] =>
  [...keys.elements()].flatMap(({ tag }) => {
    const keyword = keywordOf(tag);
    const known = (tag & 0xffff) === 0 || (keyword && (silent.has(keyword) || attributeAt(keyword, level)));
    return known ? [] : [tag];
  });

/** The kinds of matching that SQL has to let more through for. */
type Matching = Pick<FindOptions, 'fuzzy' | 'emptyValues'> & {
  /** Dates of a year or a month alone that the index has; absent: none. */
  readonly partialDates?: ReadonlySet<string>;
};

/** @param ordering what the answers are ordered by, besides the level's own columns */
export function planFind(
  level: Level,
  keys: DataSet,
  matching: Matching = {},
  ordering: readonly Attribute[] = [],
): FindPlan {
  const asked = [...keys.elements()].flatMap(({ tag }): Asked[] => {
    const keyword = keywordOf(tag);
    const attribute = keyword && attributeAt(keyword, level);
    return keyword && attribute ? [{ tag, keyword, attribute }] : [];
  });
  const narrowed = asked.map((key) => narrow(key, keys, matching));
  const attributes = asked.map(({ attribute }) => attribute);
  const narrowing = attributes.filter((_, index) => narrowed[index]?.condition !== undefined);
  // An index of few values helps only where nothing else does: otherwise it would lead through half of the rows.
  const alone = narrowed.filter(({ condition }) => condition !== undefined).length === 1;
  const driver = alone
    ? narrowed.find((each, at) => each.driver && attributes[at]?.level === level)?.driver
    : undefined;
  const conditions = narrowed.flatMap((each) => (alone && each.alone ? each.alone : (each.condition ?? [])));
  const where = driver ? [driver.on] : conditions;
  const joined = (wanted: readonly Attribute[]) => {
    const chain = tablesFor(level, [...wanted, ...ordering]);
    return driver ? sql`${driver.from} cross join ${chain}` : chain;
  };
  return {
    asked,
    opened: levels.filter((each) => attributes.some((attribute) => !attribute.column && attribute.level === each)),
    from: joined(attributes),
    answerFrom: tablesFor(level, [...attributes, ...ordering]),
    narrowFrom: joined(narrowing),
    where: where.length === 0 ? sql`1 = 1` : join(where, ' and '),
    exact: narrowed.every(({ exact }) => exact),
    certainties: certaintiesOf(asked, narrowed),
  };
}

function certaintiesOf(asked: readonly Asked[], narrowed: readonly Narrowed[]): readonly Certainty[] | undefined {
  const open = asked.flatMap((key, index) => {
    const { exact, isPlain } = narrowed[index] ?? someOf;
    return exact ? [] : [{ asked: key, isPlain }];
  });
  const certain = open.flatMap(({ asked: key, isPlain }) => (isPlain ? [{ asked: key, isPlain }] : []));
  return certain.length === open.length ? certain : undefined;
}

/** The level's table and those above it as far up as something is asked of them. */
function tablesFor(level: Level, wanted: readonly Attribute[]): Query {
  const lowest = levels.indexOf(level);
  const highest = Math.min(lowest, ...wanted.map((attribute) => levels.indexOf(attribute.level)));
  const chain = levels.slice(highest, lowest + 1).reverse();
  return join(
    chain.map((each, index) => {
      const below = chain[index - 1];
      const from = literal(tables[each].from);
      return below ? sql`${from} on ${literal(tables[below].join)}` : from;
    }),
    ' join ',
  );
}

interface Narrowed {
  readonly condition?: Query;
  /** The same in a form that uses an index of few values: for where nothing else narrows. */
  readonly alone?: Query;
  /** For where nothing else narrows: rows come from here, one after the other, instead of being compared. */
  readonly driver?: { readonly from: Query; readonly on: Query };
  readonly exact: boolean;
  /** Where it is not: values of the column about which it is all the same. */
  readonly isPlain?: (value: Value) => boolean;
}

const all: Narrowed = { exact: true };
const someOf: Narrowed = { exact: false };

function narrow({ attribute, tag }: Asked, keys: DataSet, { fuzzy, emptyValues, partialDates }: Matching): Narrowed {
  const values = keys.strings(tag).filter((value) => value !== '');
  const isSequence = keys.items(tag).length > 0;
  if (isSequence) return someOf;
  if (values.length === 0 || values.every(isUniversal)) return all;
  if (emptyValues && values.length === 1 && values[0] === '""') return emptyIn(attribute);
  if (attribute.groups) return fuzzy ? someOf : anyName(attribute, attribute.groups, values);
  if (attribute.column === undefined || attribute.narrowing === 'name') return someOf;
  const inColumn = { ...attribute, column: attribute.column };
  return attribute.narrowing === 'date'
    ? (narrowDates(attribute.column, values, partialDates) ?? someOf)
    : narrowings[attribute.narrowing](inColumn, values);
}

/** Columns of text say '' or nothing where a value is empty; other attributes are looked at one by one. */
function emptyIn({ column, narrowing }: Attribute): Narrowed {
  if (column === undefined || !['text', 'few', 'date'].includes(narrowing)) return someOf;
  return { condition: sql`coalesce(${literal(column)}, '') = ''`, exact: false };
}

type Plain = Exclude<Attribute['narrowing'], 'name' | 'date'>;
type InColumn = Attribute & { readonly column: string };
const columnOf = ({ column }: InColumn): Query => literal(column);
const narrowings: Readonly<Record<Plain, (attribute: InColumn, values: readonly string[]) => Narrowed>> = {
  uid: (attribute, values) => {
    const condition = sql`${columnOf(attribute)} in (${list(values)})`;
    const exact = values.length < 100;
    return attribute.studySet && exact
      ? { condition, driver: throughStudies(attribute.studySet, values, condition), exact }
      : { condition, exact };
  },
  text: (attribute, values) =>
    values.some(hasWildcard)
      ? { condition: anyPattern(attribute, attribute.column, values), exact: false }
      : { condition: sql`${columnOf(attribute)} in (${list(values)})`, exact: true },
  few: (attribute, values) =>
    values.some(hasWildcard)
      ? { condition: anyPattern(attribute, attribute.column, values), exact: false }
      : {
          condition: sql`${columnOf(attribute)} || '' in (${list(values)})`,
          alone: sql`${columnOf(attribute)} in (${list(values)})`,
          exact: true,
        },
  integer: (attribute, values) => {
    const column = columnOf(attribute);
    const numbers = values.map((value) => (/^\s*[+-]?\d{1,12}\s*$/.test(value) ? Number(value) : undefined));
    const known = numbers.filter((number) => number !== undefined);
    if (known.length < numbers.length) return someOf;
    return {
      condition: sql`${column} in (${join(
        known.map((number) => sql`${number}`),
        ', ',
      )})`,
      exact: false,
    };
  },
  set: (attribute, values) => {
    const { column, members } = attribute;
    const condition = inSet(column, values);
    if (!members || values.some(hasWildcard)) return { condition, exact: false };
    const { table, member, owner } = members;
    const from = sql`(select distinct ${literal(owner)} as owner from ${literal(table)}
      where ${literal(member)} in (${list(values)})) members`;
    const on = sql`${literal(tables[attribute.level].key)} = members.owner`;
    return { condition, driver: { from, on }, exact: false };
  },
  none: () => someOf,
};

const inSet = (column: string, values: readonly string[]): Query =>
  either(
    values.map((value) => sql`'\\' || ${literal(column)} || '\\' like ${`%\\${likePattern(value)}\\%`} escape '!'`),
  );

/**
 * Studies are a hundredth or a thousandth of what they have: these are walked through, and of the others' objects none is read.
 * The sum keeps SQLite from walking through all series instead.
 */
const throughStudies = (set: string, values: readonly string[], condition: Query): NonNullable<Narrowed['driver']> => ({
  from: sql`(select r.series_key as owner from study w join series r on r.study_key = w.study_key + 0
      where ${inSet(`w.${set}`, values)}) members`,
  on: sql`i.series_key = members.owner and ${condition}`,
});

const list = (values: readonly string[]): Query =>
  join(
    values.map((value) => sql`${value}`),
    ', ',
  );
const either = (conditions: readonly Query[]): Query => sql`(${join(conditions, ' or ')})`;

/**
 * A key of one group is looked for in every group, a key of several each in its own. PS3.4 C.2.2.2.1, PS3.5 6.2.1.
 * The columns hold the groups folded as keys are, and LIKE knows the same two wildcards: nothing is left to compare, unless a
 * key asks for a name whatever it is, or for none.
 */
function anyName(attribute: Attribute, groups: readonly string[], values: readonly string[]): Narrowed {
  const conditions = values.map((value) => {
    const [first = '', ...more] = foldPersonName(value).split('=');
    if (more.length === 0) return first === '' || isAnyName(first) ? [] : [inAnyGroup(attribute, groups, first)];
    return [first, ...more].flatMap((wanted, index) => {
      const group = groups[index];
      return group === undefined || wanted === '' || isAnyName(wanted)
        ? []
        : [anyPattern(attribute, group, nameForms(wanted))];
    });
  });
  if (conditions.some((each) => each.length === 0)) return someOf;
  return { condition: either(conditions.map((each) => join(each, ' and '))), exact: true };
}

/** Where each index is walked through anyway one list of keys comes of all: an `or` of lists would have each made twice. */
const inAnyGroup = (attribute: Attribute, groups: readonly string[], value: string): Query =>
  beginsOpen(value)
    ? walked(attribute, groups, nameForms(value))
    : either(groups.map((group) => anyPattern(attribute, group, nameForms(value))));

const isAnyName = (value: string): boolean => nameForms(value).some(isUniversal);

const isUniversal = (value: string): boolean => /^\*+$/.test(value);

/** LIKE's own wildcards are taken for what they are; a backslash is the separator of values. */
const likePattern = (value: string): string => value.replace(/[!%_]/g, '!$&').replaceAll('*', '%').replaceAll('?', '_');

const anyPattern = (attribute: Attribute, column: string, values: readonly string[]): Query =>
  either(
    values.map((value) =>
      hasWildcard(value) ? pattern(attribute, column, value) : sql`${literal(column)} = ${value}`,
    ),
  );

/**
 * What stands before the first wildcard bounds the search in the index; LIKE does the rest. Where nothing stands before it, the
 * index is walked through, which is many times shorter than the table.
 */
function pattern(attribute: Attribute, column: string, value: string): Query {
  if (beginsOpen(value)) return walked(attribute, [column], [value]);
  const name = literal(column);
  const start = value.slice(0, value.search(/[*?]/));
  return sql`${name} >= ${start} and ${name} < ${`${start}\u{10ffff}`} and ${name} like ${likePattern(value)} escape '!'`;
}

const beginsOpen = (value: string): boolean => /^[*?]/.test(value);

function walked({ level }: Attribute, columns: readonly string[], values: readonly string[]): Query {
  const { from, key } = tables[level];
  const [table = '', alias = ''] = from.split(' ');
  const own = (text: string) => literal(text.replace(`${alias}.`, 'walked.'));
  const found = columns.map((column) => {
    const fits = values.map((value) => sql`${own(column)} like ${likePattern(value)} escape '!'`);
    return sql`select ${own(key)} from ${literal(table)} walked
    where ${own(column)} > '' and ${fits.length === 1 ? join(fits, '') : either(fits)}`;
  });
  return sql`${literal(key)} in (${join(found, ' union all ')})`;
}
