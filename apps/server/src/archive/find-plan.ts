// From the keys of a query to SQL that lets every match through and little else. PS3.4 C.2.2.2.
import { type DataSet, foldPersonName, hasWildcard, type Keyword, keywordOf, parseDateRange } from '@concord/dicom';
import { join, literal, type Query, sql } from '../database/database.ts';
import type { Level } from './archive.ts';
import { type Attribute, attributeAt, levels, tables } from './attributes.ts';

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
  readonly where: Query;
  /** What SQL lets through is exactly what matches: nothing is left to compare. */
  readonly exact: boolean;
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

export function planFind(level: Level, keys: DataSet, fuzzy = false): FindPlan {
  const asked = [...keys.elements()].flatMap(({ tag }): Asked[] => {
    const keyword = keywordOf(tag);
    const attribute = keyword && attributeAt(keyword, level);
    return keyword && attribute ? [{ tag, keyword, attribute }] : [];
  });
  const narrowed = asked.map((key) => narrow(key, keys, fuzzy));
  const conditions = narrowed.flatMap(({ condition }) => condition ?? []);
  return {
    asked,
    opened: levels.filter((each) => asked.some(({ attribute }) => !attribute.column && attribute.level === each)),
    from: tablesFor(level, asked),
    where: conditions.length === 0 ? sql`1 = 1` : join(conditions, ' and '),
    exact: narrowed.every(({ exact }) => exact),
  };
}

/** The level's table and those above it as far up as something is asked of them. */
function tablesFor(level: Level, asked: readonly Asked[]): Query {
  const lowest = levels.indexOf(level);
  const highest = Math.min(lowest, ...asked.map(({ attribute }) => levels.indexOf(attribute.level)));
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
  readonly exact: boolean;
}

const all: Narrowed = { exact: true };
const someOf: Narrowed = { exact: false };

function narrow({ attribute, tag }: Asked, keys: DataSet, fuzzy: boolean): Narrowed {
  const values = keys.strings(tag).filter((value) => value !== '');
  const isSequence = keys.items(tag).length > 0;
  if (isSequence) return someOf;
  if (values.length === 0 || values.every((value) => /^\*+$/.test(value))) return all;
  if (attribute.groups) return fuzzy ? someOf : { condition: anyName(attribute.groups, values), exact: false };
  if (attribute.column === undefined || attribute.narrowing === 'name') return someOf;
  return narrowings[attribute.narrowing](literal(attribute.column), values);
}

type Plain = Exclude<Attribute['narrowing'], 'name'>;
const narrowings: Readonly<Record<Plain, (column: Query, values: readonly string[]) => Narrowed>> = {
  uid: (column, values) => ({ condition: sql`${column} in (${list(values)})`, exact: values.length < 100 }),
  text: (column, values) =>
    values.some(hasWildcard)
      ? { condition: anyPattern(column, values), exact: false }
      : { condition: sql`${column} in (${list(values)})`, exact: true },
  date: (column, values) => {
    const [value = ''] = values;
    const range = values.length === 1 ? parseDateRange(value) : undefined;
    if (!range) return someOf;
    const bounds = [
      ...(range.from === undefined ? [] : [sql`${column} >= ${range.from}`]),
      ...(range.to === undefined ? [] : [sql`${column} <= ${range.to}`]),
    ];
    // No value lies in no range. PS3.4 C.2.2.2.5.
    return { condition: join([sql`${column} <> ''`, ...bounds], ' and '), exact: false };
  },
  integer: (column, values) => {
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
  set: (column, values) => ({
    condition: either(
      values.map((value) => sql`'\\' || ${column} || '\\' like ${`%\\${likePattern(value)}\\%`} escape '!'`),
    ),
    exact: false,
  }),
  none: () => someOf,
};

const list = (values: readonly string[]): Query =>
  join(
    values.map((value) => sql`${value}`),
    ', ',
  );
const either = (conditions: readonly Query[]): Query => sql`(${join(conditions, ' or ')})`;

/** A key of one group is looked for in every group, a key of several in each its own. PS3.4 C.2.2.2.1, PS3.5 6.2.1. */
const anyName = (groups: readonly string[], values: readonly string[]): Query =>
  either(
    values.map((value) => {
      const [first = '', ...more] = foldPersonName(value).split('=');
      if (more.length === 0) return either(groups.map((group) => anyPattern(literal(group), [first])));
      const given = [first, ...more].slice(0, groups.length).map((wanted, index) => ({ wanted, group: groups[index] }));
      const conditions = given.flatMap(({ wanted, group }) =>
        wanted === '' || group === undefined ? [] : [anyPattern(literal(group), [wanted])],
      );
      return conditions.length === 0 ? sql`1 = 1` : join(conditions, ' and ');
    }),
  );

/** LIKE's own wildcards are taken for what they are; a backslash is the separator of values. */
const likePattern = (value: string): string => value.replace(/[!%_]/g, '!$&').replaceAll('*', '%').replaceAll('?', '_');

const anyPattern = (column: Query, values: readonly string[]): Query =>
  either(values.map((value) => (hasWildcard(value) ? pattern(column, value) : sql`${column} = ${value}`)));

/** What stands before the first wildcard bounds the search in the index; LIKE does the rest. */
function pattern(column: Query, value: string): Query {
  const start = value.slice(0, value.search(/[*?]/));
  const like = sql`${column} like ${likePattern(value)} escape '!'`;
  return start === '' ? like : sql`${column} >= ${start} and ${column} < ${`${start}\u{10ffff}`} and ${like}`;
}
