// Keys of dates in SQL, where an object may say the year or the month alone: as text that sorts before its first day (decision 0220).
import { type DataSet, keywordOf, parseDate, parseDateRange, type Range } from '@concord/dicom';
import { type Database, join, literal, type Query, sql, type Value } from '../database/database.ts';
import type { Level } from './archive.ts';
import { attributeAt, tables } from './attributes.ts';

/** What a key of dates lets through. */
interface Dates {
  readonly condition: Query;
  readonly exact: false;
  readonly isPlain: (value: Value) => boolean;
}

const none: ReadonlySet<string> = new Set();

/** The range that a key means; undefined where only matching can tell. */
const rangeOf = (values: readonly string[]): Range | undefined =>
  values.length === 1 ? parseDateRange(values[0] ?? '') : undefined;

/** The year and the month of a day. */
const partialOf = (day: string): readonly string[] => [day.slice(0, 4), day.slice(0, 6)];

/** A date as the index keeps it, and not whatever an object said in its place. */
const isPlain = (value: Value): boolean =>
  typeof value === 'string' && /^\d{8}$/.test(value) && parseDate(value)?.doubts.length === 0;

/** @param partialDates what `partialDatesFor` found */
export function narrowDates(
  name: string,
  values: readonly string[],
  partialDates: ReadonlySet<string> = none,
): Dates | undefined {
  const range = rangeOf(values);
  if (!range) return undefined;
  const column = literal(name);
  const bounds = [
    // No value lies in no range. PS3.4 C.2.2.2.5.
    sql`${column} <> ''`,
    ...(range.from === undefined ? [] : [sql`${column} >= ${range.from}`]),
    ...(range.to === undefined ? [] : [sql`${column} <= ${range.to}`]),
  ];
  const partial = range.from === undefined ? [] : partialOf(range.from).filter((date) => partialDates.has(date));
  const ways = [join(bounds, ' and '), ...partial.map((date) => sql`${column} = ${date}`)];
  const condition = ways.length === 1 ? join(bounds, ' and ') : sql`(${join(ways, ' or ')})`;
  return { condition, exact: false, isPlain };
}

/** Each is looked for by itself: however many objects have it, the index says at once that there is one. */
const lookUps = (level: Level, keys: DataSet): readonly Query[] =>
  [...keys.elements()].flatMap(({ tag, length }) => {
    const keyword = length > 0 ? keywordOf(tag) : undefined;
    const attribute = keyword ? attributeAt(keyword, level) : undefined;
    if (attribute?.narrowing !== 'date' || attribute.column === undefined) return [];
    const from = rangeOf(keys.strings(tag))?.from;
    if (from === undefined) return [];
    const [table, column] = [literal(tables[attribute.level].from), literal(attribute.column)];
    return partialOf(from).map(
      (date) => sql`select ${date} as found where exists (select 1 from ${table} where ${column} = ${date})`,
    );
  });

/** Dates of a year or a month in which a range begins, where the index has such; others sort where they should. Throws DatabaseError. */
export async function partialDatesFor(database: Database, level: Level, keys: DataSet): Promise<ReadonlySet<string>> {
  const queries = lookUps(level, keys);
  if (queries.length === 0) return none;
  const rows = await database.all<{ readonly found: string }>(join(queries, ' union all '));
  return new Set(rows.map(({ found }) => found));
}
