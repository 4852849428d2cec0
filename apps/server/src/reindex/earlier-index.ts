// What only the index before knew, carried over: when and from whom objects came, what was rejected, and every table beside the archive's.
import { type Database, join, literal, type ReadDatabase, type Row, sql, type Value } from '../database/database.ts';

/** Tables that files alone fill again. */
const fromFiles = new Set(['patient', 'study', 'series', 'instance', 'conflict', 'schema_version']);

/** What the row of an object said of its receipt. */
export interface ReceiptRow {
  readonly number: number;
  readonly transferSyntaxUid: string;
  readonly receivedAt: string;
  readonly receivedBy: string;
  readonly associationId: string;
  readonly rejected: number;
}

/** Of objects with these numbers, by number. */
export async function receiptsOf(
  before: Pick<ReadDatabase, 'all'>,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, ReceiptRow>> {
  const columns = literal(`transfer_syntax_uid as "transferSyntaxUid", received_at as "receivedAt",
    received_by as "receivedBy", association_id as "associationId"`);
  const rows = await before.all<ReceiptRow>(sql`
    select instance_key as number, ${columns}, 0 as rejected from instance
    where instance_key >= ${first} and instance_key <= ${last}
    union all
    select instance_key as number, ${columns}, 1 as rejected from rejected
    where instance_key >= ${first} and instance_key <= ${last}
    union all
    select conflict_key as number, '' as "transferSyntaxUid", received_at as "receivedAt", received_by as "receivedBy",
      association_id as "associationId", 0 as rejected
    from conflict where conflict_key >= ${first} and conflict_key <= ${last} and kind = 'other content'`);
  return new Map(rows.map((row) => [row.number, row]));
}

/** Copies the rows of every table that files say nothing of, as far as both know it. How many. */
export async function carryOver(before: ReadDatabase, after: Database): Promise<number> {
  const known = new Map((await before.tables()).map(({ name, columns }) => [name, new Set(columns)]));
  let rows = 0;
  for (const { name, columns } of await after.tables()) {
    const shared = columns.filter((column) => known.get(name)?.has(column));
    if (fromFiles.has(name) || shared.length === 0) continue;
    rows += await copyTable(before, after, name, shared);
  }
  return rows;
}

/** Copies one table's rows as they are; its columns are there on both sides. How many. */
export async function copyTable(
  from: Pick<ReadDatabase, 'iterate'>,
  to: Pick<Database, 'batch'>,
  name: string,
  columns: readonly string[],
): Promise<number> {
  const list = literal(columns.join(', '));
  let copied = 0;
  for await (const page of from.iterate<Row>(sql`select ${list} from ${literal(name)}`)) {
    const rows = page.map(
      (row) =>
        sql`(${join(
          columns.map((column) => sql`${cellOf(row, column)}`),
          ', ',
        )})`,
    );
    await to.batch([sql`insert into ${literal(name)} (${list}) values ${join(rows, ', ')}`], { durable: false });
    copied += page.length;
  }
  return copied;
}

const cellOf = (row: Row, column: string): Value => row[column] ?? null;
