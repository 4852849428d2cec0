// A new index built beside the present one in PostgreSQL, and put in its place in one transaction; the old one stays in a schema of its own.
import { Client } from 'pg';
import { type Database, DatabaseError, type ReadDatabase } from './database.ts';
import { openPostgres, openPostgresReader } from './postgres.ts';
import { type PostgresOptions, presenceOfSchema } from './postgres-connections.ts';
import { databaseError } from './postgres-errors.ts';

const building = 'concord_building';

export interface ReplacedIndex {
  /** Schema in which the index before is kept; absent where there was none, or nothing was replaced. */
  readonly kept?: string;
}

/**
 * Gives the work a new, empty index and, where it can be read, the present one; true from the work puts the new one in its place.
 * Throws DatabaseError 'busy' while a server is at work, and what the work throws: then everything is as it was.
 */
export async function replacePostgresIndex(
  options: Pick<PostgresOptions, 'url'>,
  now: () => Date,
  work: (fresh: Database, before: ReadDatabase | undefined) => Promise<boolean>,
): Promise<ReplacedIndex> {
  const client = new Client({ connectionString: options.url, connectionTimeoutMillis: 5000, keepAlive: true });
  // Without the connection nothing is put in place: the next statement says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await takeAlone(client);
    await client.query(`drop schema if exists ${building} cascade`);
    try {
      const tables = await build(options.url, client, work);
      return tables === undefined ? {} : await putInPlace(client, tables, now);
    } finally {
      await client.query(`drop schema if exists ${building} cascade`);
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error ? databaseError(error) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takeAlone(client: Client): Promise<void> {
  const { rows } = await client.query(`select pg_try_advisory_lock(${presenceOfSchema}) as alone`);
  if (rows[0]?.alone !== true) throw new DatabaseError('busy', 'a server is at work on this index: stop it first');
}

/** Names of the new index's tables; undefined where it is not wanted. */
async function build(
  url: string,
  client: Client,
  work: (fresh: Database, before: ReadDatabase | undefined) => Promise<boolean>,
): Promise<readonly string[] | undefined> {
  const before = (await isReadable(client)) ? openPostgresReader({ url }) : undefined;
  try {
    const fresh = await openPostgres({ url, schema: building, synchronous: false });
    try {
      const wanted = await work(fresh, before);
      return wanted ? (await fresh.tables()).map(({ name }) => name) : undefined;
    } finally {
      await fresh.close();
    }
  } finally {
    await before?.close();
  }
}

const isReadable = (client: Client): Promise<boolean> =>
  client.query('select count(*) from instance').then(
    () => true,
    () => false,
  );

/** All tables at once: there is one index under the usual name at every moment. */
async function putInPlace(client: Client, tables: readonly string[], now: () => Date): Promise<ReplacedIndex> {
  const kept = `concord_before_${now().toISOString().replaceAll(/\D/g, '')}`;
  await client.query('begin');
  try {
    const { rows } = await client.query(
      `select current_schema() as own, array(select relname::text from pg_class
        where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname = any($1)) as present`,
      [tables],
    );
    const { own, present }: { own: string; present: string[] } = rows[0];
    const quoted = `"${own.replaceAll('"', '""')}"`;
    if (present.length > 0) await client.query(`create schema ${kept}`);
    for (const table of present) await client.query(`alter table ${quoted}.${table} set schema ${kept}`);
    for (const table of tables) await client.query(`alter table ${building}.${table} set schema ${quoted}`);
    await client.query('commit');
    return present.length > 0 ? { kept } : {};
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
