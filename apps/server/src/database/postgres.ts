// PostgreSQL behind the Database door: one connection writes (postgres-writer.ts), several read.
import type { Client } from 'pg';
import {
  type Database,
  type IterateOptions,
  literal,
  type PageQuery,
  type Query,
  type ReadDatabase,
  type Row,
  type Table,
} from './database.ts';
import { migrate } from './migrate.ts';
import {
  createReaders,
  createWriterConnection,
  type PostgresOptions,
  presenceOfSchema,
  type Readers,
  silenceWatchOf,
} from './postgres-connections.ts';
import { databaseError } from './postgres-errors.ts';
import type { SilenceWatch } from './postgres-silence.ts';
import { createTranslator, type PostgresQuery, ready } from './postgres-text.ts';
import { createPostgresWriter } from './postgres-writer.ts';

/** Connects, and brings the schema up to date. Throws DatabaseError. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const translate = createTranslator();
  const silence = silenceWatchOf(options);
  const connection = createWriterConnection(options, silence);
  const writer = createPostgresWriter({ connection, translate, silence, patience: options.patience });
  try {
    await migrate(writer.transaction);
  } catch (error) {
    await writer.close();
    throw databaseError(error);
  }
  const reader = openPostgresReader(options, translate, silence);
  return {
    ...reader,
    lookUp: reader.all,
    batch: writer.batch,
    transaction: writer.transaction,
    // Every commit is on the disk when it is answered: a crash of the database must not take back what was confirmed either.
    flush: async () => undefined,
    async time() {
      const [row] = await reader.all<{ ms: number }>(
        literal('select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms'),
      );
      return row?.ms ?? Number.NaN;
    },
    async close() {
      await reader.close();
      await writer.close();
    },
  };
}

const lent = (readers: Readers) =>
  readers.lend().catch((error: unknown) => {
    throw databaseError(error);
  });

/** Reads a database that servers may be writing; makes nothing, changes nothing. What is wrong shows at the first read. */
export function openPostgresReader(
  options: PostgresOptions,
  translate = createTranslator(),
  silence = silenceWatchOf(options),
): ReadDatabase {
  const readers = createReaders(options);
  const all = async <R>(query: Query): Promise<readonly R[]> => {
    const { client, release } = await lent(readers);
    let broken = true;
    try {
      const { rows } = await silence.patiently(client, client.query(ready(translate(query))));
      broken = false;
      return rows;
    } catch (error) {
      throw databaseError(error);
    } finally {
      release(broken);
    }
  };
  return {
    all,
    async page<R = Row, F = Row>({ page, full, whenFull }: PageQuery) {
      const rows = await all<R>(page);
      return { rows, whenFull: rows.length < full ? undefined : await all<F>(whenFull) };
    },
    iterate: <R>(query: Query, { signal }: IterateOptions = {}) =>
      iterate<R>({ readers, silence }, translate(query), signal),
    tables: async () => tablesOf(await all(everyColumn)),
    close: () => readers.end().catch(() => undefined),
  };
}

/** True while a server is at work on the index. Throws DatabaseError. */
export async function isPostgresInUse(database: Pick<ReadDatabase, 'all'>): Promise<boolean> {
  const [row] = await database.all<{ free: boolean }>(
    literal(`select pg_try_advisory_xact_lock(${presenceOfSchema}) as free`),
  );
  return row?.free !== true;
}

/** Every read of the work sees the database as it is at one moment. Throws DatabaseError, and what the work throws. */
export async function withPostgresSnapshot(
  options: PostgresOptions,
  work: (database: Pick<ReadDatabase, 'iterate' | 'tables'>) => Promise<void>,
): Promise<void> {
  const translate = createTranslator();
  const silence = silenceWatchOf(options);
  const readers = createReaders({ ...options, readers: 1 });
  const { client, release } = await lent(readers);
  try {
    await client.query('begin isolation level repeatable read read only');
    await work({
      iterate: <R>(query: Query) => pages<R>(client, translate(query), { silence }),
      tables: async () => tablesOf((await client.query(ready(translate(everyColumn)))).rows),
    });
  } catch (error) {
    throw error instanceof Error && 'code' in error ? databaseError(error) : error;
  } finally {
    release(true);
    await readers.end();
  }
}

const everyColumn = literal(`
  select c.relname as name, a.attname as "column" from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped
  order by c.oid, a.attnum`);

const tablesOf = (columns: readonly { readonly name: string; readonly column: string }[]): Table[] =>
  [...Map.groupBy(columns, ({ name }) => name)].map(([name, own]) => ({
    name,
    columns: own.map(({ column }) => column),
  }));

/** First page small, so that the first answers come at once; later ones larger. */
const pageSizes = { first: 16, growth: 4, last: 256 };

async function* iterate<R>(
  { readers, silence }: { readonly readers: Readers; readonly silence: SilenceWatch },
  query: PostgresQuery,
  signal?: AbortSignal,
): AsyncGenerator<readonly R[]> {
  const { client, release } = await lent(readers);
  try {
    await silence.patiently(client, client.query('begin read only'));
    yield* pages<R>(client, query, { silence, signal });
  } catch (error) {
    throw databaseError(error);
  } finally {
    const ended = await silence.patiently(client, client.query('rollback')).then(
      () => true,
      () => false,
    );
    release(!ended);
  }
}

/** Within a transaction that is open. */
async function* pages<R>(
  client: Client,
  query: PostgresQuery,
  { silence, signal }: { readonly silence: SilenceWatch; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<readonly R[]> {
  const ask = (text: string, values: PostgresQuery['values'] = []) =>
    silence.patiently(client, client.query({ text, values: [...values] }));
  await ask(`declare answers no scroll cursor for ${query.text}`, query.values);
  for (let rows = pageSizes.first; !signal?.aborted; rows = Math.min(rows * pageSizes.growth, pageSizes.last)) {
    const page = await ask(`fetch ${rows} from answers`);
    if (page.rows.length > 0) yield page.rows;
    if (page.rows.length < rows) break;
  }
  await ask('close answers');
}
