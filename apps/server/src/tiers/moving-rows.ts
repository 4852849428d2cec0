// What the index knows of objects on their way to the second store: each step is a row before it is done.
import { type Database, join, literal, type Query, sql } from '../database/database.ts';

/** An instance whose object lies in a file or a container, and is old enough. */
export interface Movable {
  readonly number: number;
  readonly key: string;
  readonly size: number;
  readonly dataSetOffset: number;
  /** CRC-32 of the data set, in hexadecimal. */
  readonly digest: string;
  readonly receivedAt: string;
}

/** Where the last page ended. */
export type After = Pick<Movable, 'receivedAt' | 'number'>;

export interface Moving {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly size: number;
}

/** Of keys in the second store. */
const scheme = 's3/';

const inFiles = sql`substr(object_key, 1, 3) <> 's3/'`;

const among = (numbers: readonly number[]): Query =>
  sql`number in (${join(
    numbers.map((number) => sql`${number}`),
    ', ',
  )})`;

/** Only an archive that moves objects pays for this index. */
export const prepare = (database: Pick<Database, 'batch'>): Promise<unknown> =>
  database.batch(
    [sql`create index if not exists instance_in_files on instance (received_at, instance_key) where ${inFiles}`],
    { unhurried: true },
  );

/** In the order they came. */
export const movable = (
  database: Pick<Database, 'all'>,
  before: string,
  { receivedAt, number }: After,
  limit: number,
): Promise<readonly Movable[]> =>
  database.all<Movable>(sql`
    select instance_key as number, object_key as key, size, data_set_offset as "dataSetOffset", digest,
      received_at as "receivedAt"
    from instance where ${inFiles} and received_at < ${before} and (received_at, instance_key) > (${receivedAt}, ${number})
    order by received_at, instance_key limit ${limit}`);

export const beginning = (
  objects: readonly Pick<Movable, 'number' | 'key' | 'size'>[],
  keyOf: (number: number) => string,
): Query => sql`
  insert into moving (number, from_key, to_key, size, moved_at)
  values ${join(
    objects.map(({ number, key, size }) => sql`(${number}, ${key}, ${keyOf(number)}, ${size}, '')`),
    ', ',
  )}
  on conflict (number) do update set from_key = excluded.from_key, to_key = excluded.to_key, size = excluded.size, moved_at = ''`;

/** The instance is in the second store from now on, unless it was removed or its file was changed meanwhile. */
export const arriving = ({ number, key }: Movable, to: string, movedAt: string): readonly Query[] => [
  sql`update instance set object_key = ${to} where instance_key = ${number} and object_key = ${key}`,
  sql`update moving set moved_at = ${movedAt} where number = ${number}
    and exists (select 1 from instance where instance_key = ${number} and object_key = ${to})`,
];

/** Those of these that have arrived with this batch, at that moment. */
export const countedArrivals = (numbers: readonly number[], at: string): Query => sql`
  insert into moved_total (place, objects, bytes, last_at)
  select ${scheme}, count(*), coalesce(sum(size), 0), ${at} from moving where moved_at = ${at} and ${among(numbers)}
  on conflict (place) do update set objects = moved_total.objects + excluded.objects,
    bytes = moved_total.bytes + excluded.bytes, last_at = excluded.last_at`;

/** What an index that is made anew has found there. */
export const counted = (objects: number, bytes: number, at: string): Query => sql`
  insert into moved_total (place, objects, bytes, last_at) values (${scheme}, ${objects}, ${bytes}, ${at})
  on conflict (place) do update set objects = moved_total.objects + ${objects}, bytes = moved_total.bytes + ${bytes},
    last_at = ${at}`;

const columns = sql`number, from_key as "from", to_key as "to", size`;

/** Copies that were begun: nothing refers to them yet. */
export const begun = (database: Pick<Database, 'all'>, limit: number): Promise<readonly Moving[]> =>
  database.all<Moving>(sql`select ${columns} from moving where moved_at = '' order by number limit ${limit}`);

/** Objects whose files nobody needs, by number. */
export const moved = (database: Pick<Database, 'all'>, after: number, limit: number): Promise<readonly Moving[]> =>
  database.all<Moving>(sql`
    select ${columns} from moving where moved_at <> '' and number > ${after} order by number limit ${limit}`);

/** Whether a row needs the file after all: one that was put back, or made anew from files. */
export async function isWanted(database: Pick<Database, 'all'>, { number, from }: Moving): Promise<boolean> {
  const rows = await database.all(sql`
    select 1 as wanted from instance where instance_key = ${number} and object_key = ${from}
    union all select 1 from rejected where instance_key = ${number} and object_key = ${from}
    union all select 1 from conflict where conflict_key = ${number} and object_key = ${from}`);
  return rows.length > 0;
}

/** Tables whose rows name an object, and their numbers of it. */
const naming = [
  ['instance', 'instance_key'],
  ['rejected', 'instance_key'],
  ['conflict', 'conflict_key'],
] as const;

/** Whether a row needs the copy. */
export async function isInSecond(database: Pick<Database, 'all'>, { number, to }: Moving): Promise<boolean> {
  const asked = naming.map(
    ([table, column]) =>
      sql`select 1 as wanted from ${literal(table)} where ${literal(column)} = ${number} and object_key = ${to}`,
  );
  return (await database.all(join(asked, ' union all '))).length > 0;
}

/** The object lies in its file again: the copy was lost before that went. */
export const movedBack = ({ number, from, to, size }: Moving): readonly Query[] => [
  sql`update moved_total set objects = objects - 1, bytes = bytes - ${size} where place = ${scheme}
    and exists (select 1 from moving where number = ${number} and moved_at > '')`,
  ...naming.map(
    ([table, column]) =>
      sql`update ${literal(table)} set object_key = ${from} where ${literal(column)} = ${number} and object_key = ${to}`,
  ),
  over([number]),
];

export const over = (numbers: readonly number[]): Query => sql`
  delete from moving where ${among(numbers)}`;

export interface MovedTotal {
  readonly objects: number;
  readonly bytes: number;
  /** ISO 8601; '' for never. */
  readonly lastAt: string;
}

/** What was moved so far. */
export async function movedTotal(database: Pick<Database, 'all'>): Promise<MovedTotal> {
  const [row] = await database.all<MovedTotal>(sql`
    select objects, bytes, last_at as "lastAt" from moved_total where place = ${scheme}`);
  return row ?? { objects: 0, bytes: 0, lastAt: '' };
}
