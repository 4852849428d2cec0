// Writing to PostgreSQL: batches that wait for the same moment share a commit, nodes that share the database take turns by locks in it.
import type { Client } from 'pg';
import { type BatchOptions, type Database, DatabaseError, type Query, type Row } from './database.ts';
import type { createWriterConnection } from './postgres-connections.ts';
import { databaseError, isAfterFailure, isAnswer, isTransient } from './postgres-errors.ts';
import type { SilenceWatch } from './postgres-silence.ts';
import { type createTranslator, ready } from './postgres-text.ts';

/** Of our locks in the database: 'CONC' in ASCII. A transaction has it alone, batches share it. */
const lockNumber = 0x434f4e43;
/** Batches that share one commit at most. */
const groupLimit = 256;
/** How often a group is tried that got in another node's way. */
const tries = 5;

export interface PostgresWriterParts {
  readonly connection: ReturnType<typeof createWriterConnection>;
  readonly translate: ReturnType<typeof createTranslator>;
  readonly silence: SilenceWatch;
  /** For a turn, and for each statement of a batch, in ms; undefined: any time. */
  readonly patience: number | undefined;
}

interface Waiting {
  readonly queries: readonly Query[];
  /** Nobody stands waiting for it: it goes alone, and as long as it takes. */
  readonly unhurried: boolean;
  /** By `performance.now`: from then on it is not begun. */
  readonly until: number;
  readonly resolve: (rows: readonly (readonly Row[])[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Batches that wait for the same moment share a commit; a transaction has the connection for itself. */
export function createPostgresWriter(parts: PostgresWriterParts) {
  const { connection, patience } = parts;
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
  /** What nobody hurries for goes alone: the others of a group would wait for it. */
  const nextGroup = (): readonly Waiting[] => {
    const alone = queue.findIndex(({ unhurried }) => unhurried);
    const length = alone === -1 ? groupLimit : Math.max(1, Math.min(alone, groupLimit));
    const group = queue.slice(0, length);
    queue = queue.slice(length);
    return group;
  };
  const runQueue = async () => {
    const group = nextGroup();
    if (group.length > 0) await runGroup(group, parts);
  };
  const late = (waiting: Waiting) => {
    if (!queue.includes(waiting)) return;
    queue = queue.filter((one) => one !== waiting);
    waiting.reject(tooLate());
  };
  const enqueue = (queries: readonly Query[], unhurried: boolean): Promise<readonly (readonly Row[])[]> => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly (readonly Row[])[]>();
    const hurried = patience !== undefined && !unhurried;
    const until = hurried ? performance.now() + patience : Number.POSITIVE_INFINITY;
    const waiting: Waiting = { queries, unhurried, until, resolve, reject };
    queue.push(waiting);
    void inTurn(runQueue);
    if (!hurried) return promise;
    const timer = setTimeout(late, patience, waiting);
    return promise.finally(() => clearTimeout(timer));
  };
  return {
    async batch(queries: readonly Query[], options: BatchOptions = {}): Promise<readonly (readonly Row[])[]> {
      if (closed) throw new DatabaseError('closed');
      return enqueue(queries, options.unhurried === true);
    },
    async transaction<T>(work: (database: Pick<Database, 'all'>) => Promise<T>): Promise<T> {
      if (closed) throw new DatabaseError('closed');
      return inTurn(() => runAlone(parts, work));
    },
    async close(): Promise<void> {
      closed = true;
      await turn;
      await connection.close();
    },
  };
}

const tooLate = () => new DatabaseError('busy', 'there was no turn in time');

async function runGroup(group: readonly Waiting[], parts: PostgresWriterParts): Promise<void> {
  const unhurried = group.some((one) => one.unhurried);
  try {
    const queries = group.flatMap((one) => [...one.queries]);
    const results = await again(() => runTogether(queries, { ...parts, ...(unhurried && { patience: undefined }) }));
    let at = 0;
    for (const one of group) {
      one.resolve(results.slice(at, at + one.queries.length));
      at += one.queries.length;
    }
  } catch (error) {
    // One that fails undoes only itself: each is tried alone. Where nobody answers, none is.
    const alone = group.length > 1 && error instanceof DatabaseError && isAnswer(error.cause);
    if (!alone) for (const { reject } of group) reject(error);
    else
      for (const one of group) {
        if (performance.now() > one.until) one.reject(tooLate());
        else await runGroup([one], parts);
      }
  }
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

const lock = (how: 'shared' | 'alone', patience?: number) =>
  `begin; ${patience === undefined ? '' : `set local statement_timeout = ${patience}; `}` +
  `select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(${lockNumber})`;

/** All statements in one transaction, sent without waiting for each other's answers. */
async function runTogether(queries: readonly Query[], parts: PostgresWriterParts) {
  const { connection, translate, silence, patience } = parts;
  const client = await connect(connection);
  const sent = [
    client.query(lock('shared', patience)),
    ...queries.map((query) => client.query(ready(translate(query)))),
  ];
  const settled = Promise.allSettled(sent);
  if (patience === undefined) await silence.patiently(client, settled);
  else await silence.strictly(client, sent);
  const answers = await settled;
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  const failure: unknown = failures.find((error) => !isAfterFailure(error)) ?? failures[0];
  if (failure !== undefined) {
    await undo(parts, client);
    throw databaseError(failure);
  }
  await commit(parts, client);
  return answers.slice(1).map((answer) => (answer.status === 'fulfilled' ? (answer.value.rows as readonly Row[]) : []));
}

async function runAlone<T>(
  parts: PostgresWriterParts,
  work: (database: Pick<Database, 'all'>) => Promise<T>,
): Promise<T> {
  const { connection, translate, silence } = parts;
  const client = await connect(connection);
  try {
    await silence.patiently(client, client.query(lock('alone')));
    const result = await work({
      all: async <R>(query: Query): Promise<readonly R[]> => {
        const asked = client.query(ready(translate(query)));
        const { rows } = await silence.patiently(client, asked).catch((error: unknown) => {
          throw databaseError(error);
        });
        return rows;
      },
    });
    await commit(parts, client);
    return result;
  } catch (error) {
    await undo(parts, client);
    throw error instanceof Error && 'code' in error ? databaseError(error) : error;
  }
}

const connect = (connection: PostgresWriterParts['connection']): Promise<Client> =>
  connection.get().catch((error: unknown) => {
    throw databaseError(error);
  });

async function commit({ connection, silence }: PostgresWriterParts, client: Client): Promise<void> {
  try {
    const asked = client.query('commit');
    await silence.strictly(client, [asked]);
    const { command } = await asked;
    // What a statement has ended already is rolled back by its commit, without a complaint.
    if (command !== 'COMMIT') throw new DatabaseError('failed', 'the transaction was ended before its commit');
  } catch (error) {
    connection.drop();
    throw databaseError(error, true);
  }
}

async function undo({ connection, silence }: PostgresWriterParts, client: Client): Promise<void> {
  const asked = client.query('rollback');
  await silence.strictly(client, [asked]);
  await asked.catch(connection.drop);
}
