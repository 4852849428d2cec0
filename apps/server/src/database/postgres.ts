// PostgreSQL behind the Database door: one connection writes, several read; nodes that share the database take turns by locks in it.
import type { Client } from 'pg';
import {
  type BatchOptions,
  type Database,
  DatabaseError,
  type IterateOptions,
  literal,
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
} from './postgres-connections.ts';
import { databaseError, isAfterFailure, isAnswer, isTransient } from './postgres-errors.ts';
import { createTranslator, type PostgresQuery } from './postgres-text.ts';

type Translate = ReturnType<typeof createTranslator>;

/** Of our locks in the database: 'CONC' in ASCII. A transaction has it alone, batches share it. */
const lockNumber = 0x434f4e43;
/** Batches that share one commit at most. */
const groupLimit = 256;
/** How often a group is tried that got in another node's way. */
const tries = 5;

/** Connects, and brings the schema up to date. Throws DatabaseError. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const translate = createTranslator();
  const writer = createWriter(createWriterConnection(options), translate);
  try {
    await migrate(writer.transaction);
  } catch (error) {
    await writer.close();
    throw databaseError(error);
  }
  const reader = openPostgresReader(options, translate);
  return {
    ...reader,
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
export function openPostgresReader(options: PostgresOptions, translate = createTranslator()): ReadDatabase {
  const readers = createReaders(options);
  const all = async <R>(query: Query): Promise<readonly R[]> => {
    const { client, release } = await lent(readers);
    let broken = true;
    try {
      const { rows } = await client.query(ready(translate(query)));
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
    iterate: <R>(query: Query, { signal }: IterateOptions = {}) => iterate<R>(readers, translate(query), signal),
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
  const readers = createReaders({ ...options, readers: 1 });
  const { client, release } = await lent(readers);
  try {
    await client.query('begin isolation level repeatable read read only');
    await work({
      iterate: <R>(query: Query) => pages<R>(client, translate(query)),
      tables: async () => tablesOf((await client.query(ready(translate(everyColumn)))).rows),
    });
  } catch (error) {
    throw error instanceof Error && 'code' in error ? databaseError(error) : error;
  } finally {
    release(true);
    await readers.end();
  }
}

/** Without a value nothing is prepared: the planner sees the statement as it is. */
const ready = ({ name, text, values }: PostgresQuery) => ({
  text,
  values: [...values],
  ...(name !== undefined && { name }),
});

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

async function* iterate<R>(readers: Readers, query: PostgresQuery, signal?: AbortSignal): AsyncGenerator<readonly R[]> {
  const { client, release } = await lent(readers);
  try {
    await client.query('begin read only');
    yield* pages<R>(client, query, signal);
  } catch (error) {
    throw databaseError(error);
  } finally {
    const ended = await client.query('rollback').then(
      () => true,
      () => false,
    );
    release(!ended);
  }
}

/** Within a transaction that is open. */
async function* pages<R>(
  client: Pick<Client, 'query'>,
  query: PostgresQuery,
  signal?: AbortSignal,
): AsyncGenerator<readonly R[]> {
  await client.query({ text: `declare answers no scroll cursor for ${query.text}`, values: [...query.values] });
  for (let rows = pageSizes.first; !signal?.aborted; rows = Math.min(rows * pageSizes.growth, pageSizes.last)) {
    const page = await client.query(`fetch ${rows} from answers`);
    if (page.rows.length > 0) yield page.rows;
    if (page.rows.length < rows) break;
  }
  await client.query('close answers');
}

interface Waiting {
  readonly queries: readonly Query[];
  readonly resolve: (rows: readonly (readonly Row[])[]) => void;
  readonly reject: (error: unknown) => void;
}

type Connection = ReturnType<typeof createWriterConnection>;

/** Batches that wait for the same moment share a commit; a transaction has the connection for itself. */
function createWriter(connection: Connection, translate: Translate) {
  let queue: Waiting[] = [];
  let turn: Promise<void> = Promise.resolve();
  let closed = false;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
  const runQueue = async () => {
    const group = queue.slice(0, groupLimit);
    queue = queue.slice(groupLimit);
    if (group.length > 0) await runGroup(group);
  };
  const runGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const results = await again(() =>
        runTogether(
          connection,
          translate,
          group.flatMap(({ queries }) => [...queries]),
        ),
      );
      let at = 0;
      for (const { queries, resolve } of group) {
        resolve(results.slice(at, at + queries.length));
        at += queries.length;
      }
    } catch (error) {
      // One that fails undoes only itself: each is tried alone. Where nobody answers, none is.
      const alone = group.length > 1 && error instanceof DatabaseError && isAnswer(error.cause);
      if (alone) for (const one of group) await runGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  };
  return {
    batch(queries: readonly Query[], _options?: BatchOptions): Promise<readonly (readonly Row[])[]> {
      if (closed) return Promise.reject(new DatabaseError('closed'));
      return new Promise((resolve, reject) => {
        queue.push({ queries, resolve, reject });
        void inTurn(runQueue);
      });
    },
    async transaction<T>(work: (database: Pick<Database, 'all'>) => Promise<T>): Promise<T> {
      if (closed) throw new DatabaseError('closed');
      return inTurn(() => runAlone(connection, translate, work));
    },
    async close(): Promise<void> {
      closed = true;
      await turn;
      await connection.close();
    },
  };
}

/** Another node's transaction may have been in the way: after a moment the same may go well. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 1 || !(error instanceof DatabaseError) || !isTransient(error.cause)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * (tries - left + 1)));
    }
  }
}

const lock = (how: 'shared' | 'alone') =>
  `begin; select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(${lockNumber})`;

/** All statements in one transaction, sent without waiting for each other's answers. */
async function runTogether(connection: Connection, translate: Translate, queries: readonly Query[]) {
  const client = await connect(connection);
  const sent = [client.query(lock('shared')), ...queries.map((query) => client.query(ready(translate(query))))];
  const answers = await Promise.allSettled(sent);
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  const failure: unknown = failures.find((error) => !isAfterFailure(error)) ?? failures[0];
  if (failure !== undefined) {
    await undo(connection, client);
    throw databaseError(failure);
  }
  await commit(connection, client);
  return answers.slice(1).map((answer) => (answer.status === 'fulfilled' ? (answer.value.rows as readonly Row[]) : []));
}

async function runAlone<T>(
  connection: Connection,
  translate: Translate,
  work: (database: Pick<Database, 'all'>) => Promise<T>,
): Promise<T> {
  const client = await connect(connection);
  try {
    await client.query(lock('alone'));
    const result = await work({
      all: async <R>(query: Query): Promise<readonly R[]> => {
        const { rows } = await client.query(ready(translate(query))).catch((error: unknown) => {
          throw databaseError(error);
        });
        return rows;
      },
    });
    await commit(connection, client);
    return result;
  } catch (error) {
    await undo(connection, client);
    throw error instanceof Error && 'code' in error ? databaseError(error) : error;
  }
}

const connect = (connection: Connection): Promise<Client> =>
  connection.get().catch((error: unknown) => {
    throw databaseError(error);
  });

async function commit(connection: Connection, client: Client): Promise<void> {
  try {
    const { command } = await client.query('commit');
    // What a statement has ended already is rolled back by its commit, without a complaint.
    if (command !== 'COMMIT') throw new DatabaseError('failed', 'the transaction was ended before its commit');
  } catch (error) {
    connection.drop();
    throw databaseError(error, true);
  }
}

async function undo(connection: Connection, client: Client): Promise<void> {
  await client.query('rollback').catch(connection.drop);
}
