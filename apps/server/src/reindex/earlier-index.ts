// What only the index before knew, carried over: when and from whom objects came, what was rejected, and every table beside the archive's.
import { kindsWithFile, saysRenamed } from '../archive/conflicts.ts';
import {
  type Database,
  join,
  literal,
  type Query,
  type ReadDatabase,
  type Row,
  sql,
  type Table,
  type Value,
} from '../database/database.ts';

/** Tables that files alone fill again, what says how much of them is known, and who was at work. */
const fromFiles = new Set([
  ...['patient', 'study', 'series', 'instance', 'conflict', 'schema_version'],
  ...['claim_stamp', 'node_holder'],
]);
/** Rows that refer to a patient: who has no object any more has none. */
const ofPatients = 'patient_alias';

/** What the row of an object said of its receipt. `aside`: it was rejected, or made way for another, and is not found. */
export interface ReceiptRow {
  readonly number: number;
  /** Where the object lay. */
  readonly key: string;
  readonly transferSyntaxUid: string;
  readonly receivedAt: string;
  readonly receivedBy: string;
  readonly associationId: string;
  readonly aside: 'rejected' | 'replaced' | '';
  /** 1 where its own UID belonged to another object, and it got one of its own. */
  readonly renamed: number;
}

/** Of objects with these numbers, some hundreds, by number. */
export async function receiptsOf(
  before: Pick<ReadDatabase, 'all'>,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, ReceiptRow>> {
  if (numbers.length === 0) return new Map();
  const list = join(
    numbers.map((number) => sql`${number}`),
    ', ',
  );
  const columns = literal(`object_key as key, transfer_syntax_uid as "transferSyntaxUid", received_at as "receivedAt",
    received_by as "receivedBy", association_id as "associationId"`);
  const rows = await before.all<ReceiptRow>(sql`
    select instance_key as number, ${columns}, '' as aside,
      case when exists (select 1 from conflict c where c.conflict_key = instance.instance_key and ${saysRenamed})
        then 1 else 0 end as renamed
    from instance
    where instance_key in (${list})
    union all
    select instance_key as number, ${columns}, 'rejected' as aside, 0 as renamed from rejected
    where instance_key in (${list})
    union all
    select conflict_key as number, object_key as key, '' as "transferSyntaxUid", received_at as "receivedAt", received_by as "receivedBy",
      association_id as "associationId", case when kind = 'replaced' then kind else '' end as aside, 0 as renamed
    from conflict where conflict_key in (${list}) and kind in ${kindsWithFile}`);
  return new Map(rows.map((row) => [row.number, row]));
}

/**
 * Keys of objects with these numbers that are on their way out: deleted for good, copies that were begun, files whose objects have moved. Where no
 * row of the index before names such an object, it does not come back; the next start removes it.
 */
export async function leavingKeys(before: ReadDatabase, numbers: readonly number[]): Promise<ReadonlySet<string>> {
  const known = new Set((await before.tables()).map(({ name }) => name));
  if (numbers.length === 0) return new Set();
  const list = join(
    numbers.map((number) => sql`${number}`),
    ', ',
  );
  const kinds = [
    ...(known.has('removing') ? [sql`select object_key as key from removing where number in (${list})`] : []),
    ...(known.has('moving')
      ? [
          sql`select to_key as key from moving where number in (${list})`,
          sql`select from_key as key from moving where number in (${list})`,
        ]
      : []),
  ];
  if (kinds.length === 0) return new Set();
  const rows = await before.all<{ key: string }>(join(kinds, ' union all '));
  return new Set(rows.map(({ key }) => key));
}

/** Copies the rows of every table that files say nothing of, as far as both know it. How many. */
export async function carryOver(before: ReadDatabase, after: Database): Promise<number> {
  const known = new Map((await before.tables()).map(({ name, columns }) => [name, new Set(columns)]));
  let rows = 0;
  for (const { name, columns } of await after.tables()) {
    const shared = columns.filter((column) => known.get(name)?.has(column));
    if (fromFiles.has(name) || shared.length === 0) continue;
    if (name === ofPatients) rows += await copyAliases(before, after);
    else rows += await copyTable(before, after, { name, columns: shared });
  }
  // Files cannot tell that they made way for another; and of a lost one there is none.
  const columns = (await after.tables())
    .flatMap((table) => (table.name === 'conflict' ? table.columns : []))
    .filter((column) => known.get('conflict')?.has(column));
  const gaveWay = sql`where kind in ('replaced', 'lost')`;
  if (columns.length > 0) rows += await copyTable(before, after, { name: 'conflict', columns }, gaveWay);
  await after.batch([closeDecided], { durable: false });
  return rows;
}

/** What followed from studies that were complete has followed: it does not once more because their rows are new. */
const closeDecided = sql`
  update study set is_open = 0 where exists (
    select 1 from completion c where c.study_instance_uid = study.study_instance_uid and c.series_instance_uid = ''
      and c.instance_count = study.instance_count)`;

/** Copies one table's rows, or some, as they are; its columns are there on both sides. How many. */
export async function copyTable(
  from: Pick<ReadDatabase, 'iterate'>,
  to: Pick<Database, 'batch'>,
  { name, columns }: Table,
  which: Query = sql``,
): Promise<number> {
  const list = literal(columns.join(', '));
  let copied = 0;
  for await (const page of from.iterate<Row>(sql`select ${list} from ${literal(name)} ${which}`)) {
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

/** IDs that lead to patients who are there. How many. */
async function copyAliases(from: Pick<ReadDatabase, 'iterate'>, to: Pick<Database, 'batch'>): Promise<number> {
  let copied = 0;
  for await (const page of from.iterate<Row>(sql`select patient_id, issuer, patient_key from patient_alias`)) {
    const results = await to.batch(
      page.map(
        (row) => sql`
          insert into patient_alias (patient_id, issuer, patient_key)
          select ${cellOf(row, 'patient_id')}, ${cellOf(row, 'issuer')}, patient_key from patient
          where patient_key = ${cellOf(row, 'patient_key')} returning patient_key`,
      ),
      { durable: false },
    );
    copied += results.flat().length;
  }
  return copied;
}

const cellOf = (row: Row, column: string): Value => row[column] ?? null;
