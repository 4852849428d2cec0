// Every row of the index that vouches for a file, page by page: no page holds a read open, so a running server is not held up.
import { kindsWithFile } from '../archive/conflicts.ts';
import { join, literal, type Query, type ReadDatabase, sql } from '../database/database.ts';

/** A row and what it promises of its file. */
export interface VouchedRow {
  /** Which kind of row: its place in the order of reading. */
  readonly source: number;
  /** The store's number of the object. */
  readonly number: number;
  readonly key: string;
  readonly size: number;
  /** Where the data set begins, in bytes; null where the row does not say. */
  readonly dataSetOffset: number | null;
  /** CRC-32 of the data set in hexadecimal; null where the row does not say. */
  readonly digest: string | null;
  readonly studyInstanceUid: string;
  readonly sopInstanceUid: string;
}

export interface RowFilter {
  readonly studyInstanceUid?: string | undefined;
  /** ISO 8601: only what was received then or later. */
  readonly since?: string | undefined;
}

/** Rows of one read. */
const pageSize = 500;

const instances = literal(`
  select i.instance_key as number, i.object_key as key, i.size as size, i.data_set_offset as "dataSetOffset",
    i.digest as digest, s.study_instance_uid as "studyInstanceUid", i.sop_instance_uid as "sopInstanceUid", i.received_at
  from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key`);
const rejected = literal(`
  select instance_key as number, object_key as key, size, null as "dataSetOffset", null as digest,
    study_instance_uid as "studyInstanceUid", sop_instance_uid as "sopInstanceUid", received_at
  from rejected`);
const putAside = sql`
  select conflict_key as number, object_key as key, size, null as "dataSetOffset", null as digest,
    study_instance_uid as "studyInstanceUid", sop_instance_uid as "sopInstanceUid", received_at
  from conflict where kind in ${kindsWithFile}`;

/** One after the other: what was taken in, what was rejected since, what was put aside as a contradiction. */
const sources = [
  {
    rows: instances,
    number: 'i.instance_key',
    study: 's.study_instance_uid',
    received: 'i.received_at',
    word: 'where',
  },
  { rows: rejected, number: 'instance_key', study: 'study_instance_uid', received: 'received_at', word: 'where' },
  { rows: putAside, number: 'conflict_key', study: 'study_instance_uid', received: 'received_at', word: 'and' },
] as const;

const pageOf = (source: (typeof sources)[number], { studyInstanceUid, since }: RowFilter, after: number): Query => sql`
  ${source.rows} ${literal(source.word)} ${literal(source.number)} > ${after}
  ${studyInstanceUid === undefined ? sql`` : sql`and ${literal(source.study)} = ${studyInstanceUid}`}
  ${since === undefined ? sql`` : sql`and ${literal(source.received)} >= ${since}`}
  order by ${literal(source.number)} limit ${pageSize}`;

/** In the order of their numbers within each kind. */
export async function* vouchedRows(database: Pick<ReadDatabase, 'all'>, filter: RowFilter): AsyncGenerator<VouchedRow> {
  for (const [index, source] of sources.entries())
    for (let after = -1; ; ) {
      const rows = await database.all<Omit<VouchedRow, 'source'>>(pageOf(source, filter, after));
      for (const row of rows) yield { ...row, source: index };
      after = rows.at(-1)?.number ?? after;
      if (rows.length < pageSize) break;
    }
}

/** The keys that rows vouch for among objects with these numbers, some hundreds; while one moves, both its keys; while one is removed, still. */
export async function vouchedKeys(
  database: Pick<ReadDatabase, 'all'>,
  numbers: readonly number[],
): Promise<ReadonlySet<string>> {
  if (numbers.length === 0) return new Set();
  const list = join(
    numbers.map((number) => sql`${number}`),
    ', ',
  );
  const rows = await database.all<{ key: string }>(sql`
    select object_key as key from instance where instance_key in (${list})
    union all select object_key from rejected where instance_key in (${list})
    union all select from_key from moving where number in (${list})
    union all select to_key from moving where number in (${list})
    union all select object_key from removing where number in (${list})
    union all select object_key from conflict where conflict_key in (${list}) and kind in ${kindsWithFile}`);
  return new Set(rows.map(({ key }) => key));
}

/** Where the object with the number lies by now; undefined where no row has it any more. */
export async function keyNow(database: Pick<ReadDatabase, 'all'>, number: number): Promise<string | undefined> {
  const [row] = await database.all<{ key: string }>(sql`
    select object_key as key from instance where instance_key = ${number}
    union all select object_key from rejected where instance_key = ${number}
    union all select object_key from conflict where conflict_key = ${number} and kind in ${kindsWithFile}`);
  return row?.key;
}

/** How many rows there are to look at, for those who wait; exact at the moment of asking. */
export async function countRows(database: Pick<ReadDatabase, 'all'>, { studyInstanceUid }: RowFilter): Promise<number> {
  const study = studyInstanceUid === undefined ? sql`` : sql`where study_instance_uid = ${studyInstanceUid}`;
  const [row] = await database.all<{ rows: number }>(
    sql`select coalesce(sum(instance_count), 0) as rows from study ${study}`,
  );
  return row?.rows ?? 0;
}
