// SQLite behind the Database door: one thread writes, one reads; WAL, so that neither waits for the other.
import type { BlockWriter, SentBlocks } from './blocks.ts';
import {
  type Database,
  DatabaseError,
  type IterateOptions,
  literal,
  type PageQuery,
  type Query,
  type ReadDatabase,
  type Row,
  type Table,
} from './database.ts';
import { migrate } from './migrate.ts';
import { createLookUp } from './sqlite-look-up.ts';
import type { Piece, Reply, Request, Rows, WorkerOptions } from './sqlite-messages.ts';
import { createNumbering, toObjects } from './sqlite-statements.ts';
import { freshThreads, type ThreadSupply } from './sqlite-threads.ts';

type Unnumbered<T> = T extends Request ? Omit<T, 'id'> : never;

interface Waiter {
  readonly id: number;
  readonly resolve: (reply: Extract<Reply, { results: unknown }>) => void;
  readonly reject: (error: DatabaseError) => void;
}

/** A worker thread that answers requests in order; when it dies, everything that waits fails. */
function startThread(options: WorkerOptions, threads: ThreadSupply) {
  const worker = threads.take(options);
  /** Whoever asked first is answered first. A map would leave a trail of tables that keep all of this alive until they are collected. */
  const waiting: Waiter[] = [];
  let lastId = 0;
  let ended: DatabaseError | undefined;
  const failAll = (error: DatabaseError) => {
    ended = error;
    for (const waiter of waiting.splice(0)) waiter.reject(error);
  };
  const settle = (reply: Reply) => {
    const waiter = waiting[0];
    if (waiter?.id !== reply.id) {
      failAll(new DatabaseError('failed', `answer ${reply.id} came in place of answer ${waiter?.id ?? 'none'}`));
      return;
    }
    waiting.shift();
    if (waiting.length === 0) worker.unref();
    if ('fault' in reply)
      waiter.reject(new DatabaseError(reply.fault, reply.message, reply.code === undefined ? undefined : reply));
    else waiter.resolve(reply);
  };
  const listeners = {
    message: (replies: readonly Reply[]) => replies.forEach(settle),
    error: (error: Error) => failAll(new DatabaseError('failed', error.message, error)),
    exit: () => failAll(new DatabaseError('closed')),
  };
  for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
  worker.unref();
  /** What is asked for in one turn goes in one message. */
  let outbox: Request[] = [];
  const send = () => {
    worker.postMessage(outbox);
    outbox = [];
  };
  /** The number of the request, by which others may refer to it, and its answer. */
  const start = (request: Unnumbered<Request>) => {
    lastId += 1;
    const id = lastId;
    const answer = new Promise<Extract<Reply, { results: unknown }>>((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      waiting.push({ id, resolve, reject });
      if (waiting.length === 1) worker.ref();
      if (outbox.length === 0) process.nextTick(send);
      outbox.push({ ...request, id });
    });
    return { id, answer };
  };
  const ask = (request: Unnumbered<Request>) => start(request).answer;
  /** A thread that ends before its answer is read has closed all the same. */
  const close = async () => {
    await ask({ kind: 'close' }).catch((error: unknown) => {
      if (!(error instanceof DatabaseError && error.fault === 'closed')) throw error;
    });
    if (ended) return;
    failAll(new DatabaseError('closed'));
    for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
    threads.giveBack(worker);
  };
  return { start, ask, close, statementOf: createNumbering() };
}

type Thread = ReturnType<typeof startThread>;
type Answered = Awaited<ReturnType<Thread['ask']>>;

/**
 * First page small, so that the first answers come at once; later ones larger, so that many rows cost few messages. While one is
 * being used the next is fetched.
 */
const pageSizes = { first: 16, growth: 16, last: 256 };

async function* iterate<R>(
  { ask, statementOf }: Thread,
  cursor: number,
  query: Query,
  signal?: AbortSignal,
): AsyncGenerator<readonly R[]> {
  if (signal?.aborted) return;
  let rows: number = pageSizes.first;
  let ended = false;
  let coming: Promise<Answered> | undefined = ask({ kind: 'open', cursor, statement: statementOf(query), rows });
  try {
    while (coming) {
      const reply: Answered = await coming;
      coming = undefined;
      ended = reply.ended === true;
      if (!ended && !signal?.aborted) {
        rows = Math.min(rows * pageSizes.growth, pageSizes.last);
        coming = ask({ kind: 'page', cursor, rows });
        coming.catch(() => undefined); // thrown when its turn comes
      }
      const [page] = reply.results;
      if (page && page.values.length > 0) yield toObjects<R>(page);
      if (signal?.aborted) return;
    }
  } finally {
    // A page that failed has closed its query.
    if (coming)
      ended = await coming.then(
        (reply) => reply.ended === true,
        () => true,
      );
    if (!ended) await ask({ kind: 'leave', cursor });
  }
}

export interface SqliteOptions {
  /** How long to wait for another process's lock, in ms. */
  readonly busyTimeout?: number;
  readonly statements?: number;
  /** Where its threads come from; each is its own unless given. */
  readonly threads?: ThreadSupply;
}

/** Opens or creates the database file and brings its schema up to date. Throws DatabaseError. */
export async function openSqlite(file: string, options: SqliteOptions = {}): Promise<Database> {
  const { busyTimeout = 5000, statements = 200, threads = freshThreads } = options;
  const write = startThread({ file, readOnly: false, busyTimeout, statements }, threads);
  const writer = createWriter(write);
  try {
    await migrate(writer.transaction);
  } catch (error) {
    await write.close();
    throw error;
  }
  const reader = openSqliteReader(file, options);
  const here = createLookUp(file, reader.all);
  return {
    ...reader,
    ...writer,
    lookUp: here.lookUp,
    blocks: createBlockWriter(write),
    close: async () => {
      here.close();
      await reader.close();
      await write.close();
    },
  };
}

const none: Rows = { columns: [], values: [] };

interface TableColumn {
  readonly name: string;
  readonly column: string;
}

/** Migrations make a table before those that refer to it. */
const tablesOf = (columns: readonly TableColumn[]): Table[] =>
  [...Map.groupBy(columns, ({ name }) => name)].map(([name, own]) => ({
    name,
    columns: own.map(({ column }) => column),
  }));

/** Reads a database that another process may be writing; makes nothing, changes nothing. What is wrong shows at the first read. */
export function openSqliteReader(file: string, options: SqliteOptions = {}): ReadDatabase {
  const { busyTimeout = 5000, statements = 200, threads = freshThreads } = options;
  const read = startThread({ file, readOnly: true, busyTimeout, statements }, threads);
  let cursors = 0;
  return {
    all: async <R>(query: Query) => {
      const { results } = await read.ask({ kind: 'statement', statement: read.statementOf(query) });
      return results.flatMap((rows) => toObjects<R>(rows));
    },
    page: async <R = Row, F = Row>({ page, full, whenFull }: PageQuery) => {
      const [statement, more] = [read.statementOf(page), read.statementOf(whenFull)];
      const { results } = await read.ask({ kind: 'page-and-more', statement, full, whenFull: more });
      const [rows = none, counted] = results;
      return { rows: toObjects<R>(rows), whenFull: counted && toObjects<F>(counted) };
    },
    iterate: <R>(query: Query, { signal }: IterateOptions = {}) => {
      cursors += 1;
      return iterate<R>(read, cursors, query, signal);
    },
    async tables() {
      const columns =
        literal(`select t.name as name, c.name as "column" from sqlite_master t, pragma_table_info(t.name) c
        where t.type = 'table' and t.name not like 'sqlite_%' order by t.rowid, c.cid`);
      const { results } = await read.ask({ kind: 'statement', statement: read.statementOf(columns) });
      return tablesOf(results.flatMap((rows) => toObjects<TableColumn>(rows)));
    },
    close: read.close,
  };
}

/** Batches pass straight through and share commits; a transaction has the writer for itself until it ends. */
function createWriter({ ask, statementOf }: Thread): Pick<Database, 'batch' | 'flush' | 'transaction'> {
  let turn: Promise<void> | undefined;
  const all = async <R>(query: Query) => {
    const { results } = await ask({ kind: 'statement', statement: statementOf(query) });
    return results.flatMap((rows) => toObjects<R>(rows));
  };
  const command = (text: string) => all(literal(text));
  return {
    async batch(queries, { durable = true, after } = {}) {
      while (turn) await turn;
      const { results } = await ask({ kind: 'batch', durable, after, statements: queries.map(statementOf) });
      return results.map((rows) => toObjects(rows));
    },
    async flush() {
      while (turn) await turn;
      await ask({ kind: 'flush' });
    },
    async transaction(work) {
      while (turn) await turn;
      const { promise, resolve } = Promise.withResolvers<void>();
      turn = promise;
      try {
        await command('begin immediate');
        const result = await work({ all });
        await command('commit');
        return result;
      } catch (error) {
        await command('rollback').catch(() => undefined);
        throw error;
      } finally {
        turn = undefined;
        resolve();
      }
    },
  };
}

/** Blocks go the way of the batches, and so before the rows that are sent behind them. */
function createBlockWriter({ start, ask }: Thread): BlockWriter {
  const numbers = new WeakMap<SharedArrayBuffer, number>();
  let memories = 0;
  const pieceOf = ({ buffer, byteOffset, length }: Uint8Array): Piece => {
    if (!(buffer instanceof SharedArrayBuffer)) throw new DatabaseError('blocks', 'they are not in shared memory');
    const known = numbers.get(buffer);
    if (known !== undefined) return [undefined, known, byteOffset, length];
    memories += 1;
    numbers.set(buffer, memories);
    return [buffer, memories, byteOffset, length];
  };
  return {
    write({ descriptor, position, pieces }): SentBlocks {
      const { id, answer } = start({ kind: 'blocks', descriptor, position, pieces: pieces.map(pieceOf) });
      return { ticket: id, durable: answer.then(() => undefined, throwSystemError) };
    },
    release: async (descriptor) => void (await ask({ kind: 'release', descriptor })),
  };
}

const throwSystemError = (error: unknown): never => {
  const code = error instanceof DatabaseError && isFault(error.cause) ? error.cause.code : undefined;
  throw code === undefined ? error : Object.assign(new Error(String(error)), { code });
};

const isFault = (cause: unknown): cause is { readonly code: string } =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string';
