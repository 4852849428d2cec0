// Rows of a search in their order, a page of them or all, each made an answer as it comes.
import type { DataSet } from '@concord/dicom';
import { type Database, join, literal, type Query, type Row, sql } from '../database/database.ts';
import { ArchiveError, type FindOptions, type FurtherOptions, type Level } from './archive.ts';
import { type Attribute, attributeAt, tables, uniqueKeys } from './attributes.ts';
import { partialDatesFor } from './date-keys.ts';
import { attributesName, columnName } from './find-answers.ts';
import { type FindPlan, planFind } from './find-plan.ts';

/** Newest studies first; parts in the order of their numbers. */
const order: Readonly<Record<Level, string>> = {
  PATIENT: 'p.patient_key',
  STUDY: 's.study_date desc, s.study_key desc',
  SERIES: 'e.series_number, e.series_key',
  IMAGE: 'i.instance_number, i.instance_key',
};

const parents: Readonly<Partial<Record<Level, Level>>> = { SERIES: 'STUDY', IMAGE: 'SERIES' };

/** What the caller wants the answers ordered by: an attribute with a column. Throws ArchiveError 'keys-refused'. */
function orderingOf(level: Level, { orderBy }: FindOptions): { by: Query; attribute: Attribute } | undefined {
  if (!orderBy) return undefined;
  const attribute = attributeAt(orderBy.keyword, level);
  const column = attribute?.groups?.[0] ?? attribute?.column;
  if (!attribute || !column) throw new ArchiveError('keys-refused', `answers cannot be ordered by ${orderBy.keyword}`);
  const direction = orderBy.descending ? 'desc' : 'asc';
  return { by: literal(`${column} ${direction}, ${order[level]}`), attribute };
}

/** Sorted where somebody counts on the order (pages), or where it costs nothing: the parts of one study or series. */
function isSorted(level: Level, keys: DataSet, { limit, offset, orderBy }: FindOptions): boolean {
  const parent = parents[level];
  return Boolean(limit || offset || orderBy) || (parent !== undefined && keys.strings(uniqueKeys[parent]).length === 1);
}

/** @param owner a level above: the key of its row comes with each row; some key of the query has to be of it */
function columnsOf(level: Level, plan: FindPlan, owner: Level): Query {
  const columns = [
    literal(`${tables[level].key} as row_key`),
    ...(owner === level ? [] : [literal(`${tables[owner].key} as owner_key`)]),
    ...plan.asked.flatMap((key) =>
      key.attribute.column ? literal(`${key.attribute.column} as ${columnName(key)}`) : [],
    ),
    ...plan.opened.map((each) => literal(`${tables[each].attributes} as ${attributesName(each)}`)),
  ];
  return join(columns, ', ');
}

interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** A page of no more rows than this comes in one message instead of being opened, read and closed. */
const rowsAtOnce = 256;

/** A page is found among the keys alone: rows that it leaves out are not read. */
function select(level: Level, plan: FindPlan, by: Query | undefined, page: Page | undefined, owner = level): Query {
  const columns = columnsOf(level, plan, owner);
  const ordered = by ? sql`order by ${by}` : literal('');
  if (!page) return sql`select ${columns} from ${plan.from} where ${plan.where} ${ordered}`;
  const key = literal(tables[level].key);
  // SQLite and PostgreSQL agree on this form only with a limit that is a number.
  const limit = page.limit > 0 ? page.limit : Number.MAX_SAFE_INTEGER;
  return sql`select ${columns} from ${plan.answerFrom} where ${key} in (
    select ${key} from ${plan.narrowFrom} where ${plan.where} ${ordered} limit ${limit} offset ${page.offset}) ${ordered}`;
}

/** All rows that match. */
export const counting = ({ narrowFrom, where }: FindPlan): Query =>
  sql`select count(*) as n from ${narrowFrom} where ${where}`;

export interface Count {
  readonly n: number;
}

interface SearchOptions<Answer> extends FurtherOptions {
  /** Makes the answer of a row of the plan; undefined where that is no match. */
  readonly answersOf: (plan: FindPlan) => (row: Row) => Answer | undefined;
  /** Whoever gets a full page is told how many answers there are in all, where rows can be counted on the way. */
  readonly counted?: boolean;
  /** A level above, of whose entities each is to be told from the others: `answersOf` finds their keys in `owner_key`. */
  readonly owner?: Level;
}

/** Answers at the level of the query itself, as many at a time as come together; returns how many there are in all, or undefined. */
export async function* search<Answer>(
  database: Database,
  level: Level,
  keys: DataSet,
  { answersOf, counted = false, owner, ...options }: SearchOptions<Answer>,
): AsyncGenerator<Iterable<Answer>, number | undefined> {
  const { signal, limit = 0, offset = 0 } = options;
  const ordering = orderingOf(level, options);
  const partialDates = await partialDatesFor(database, level, keys);
  const plan = planFind(level, keys, { ...options, partialDates }, ordering ? [ordering.attribute] : []);
  const paged = plan.exact && !options.further && (limit > 0 || offset > 0);
  const by = isSorted(level, keys, options) ? (ordering?.by ?? literal(order[level])) : undefined;
  const rows = select(level, plan, by, paged ? { limit, offset } : undefined, owner);
  const window = createWindow(answersOf(plan), { limit, offset: paged ? 0 : offset, signal });
  if (paged && limit > 0 && limit <= rowsAtOnce && !signal?.aborted) {
    if (!counted) {
      yield window.answers(await database.all(rows));
      return undefined;
    }
    const page = await database.page<Row, Count>({ page: rows, full: limit, whenFull: counting(plan) });
    yield window.answers(page.rows);
    return page.whenFull?.[0]?.n;
  }
  for await (const page of database.iterate(rows, signal ? { signal } : {})) {
    yield window.answers(page);
    if (window.isFull()) return undefined;
  }
  return undefined;
}

/** Passes over the first matches, gives those that are wanted, and takes no more then. */
function createWindow<Answer>(
  answerOf: (row: Row) => Answer | undefined,
  { limit, offset, signal }: { limit: number; offset: number; signal: AbortSignal | undefined },
) {
  let skip = offset;
  let left = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  const isFull = () => left === 0 || signal?.aborted === true;
  return {
    isFull,
    *answers(rows: readonly Row[]): Generator<Answer> {
      for (const row of rows) {
        if (isFull()) return;
        const answer = answerOf(row);
        if (answer === undefined) continue;
        if (skip > 0) {
          skip -= 1;
          continue;
        }
        left -= 1;
        yield answer;
      }
    },
  };
}
