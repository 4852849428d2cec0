// Connections to PostgreSQL: made when they are needed, made anew after they broke, each wait with an end.
import { Client, type ClientConfig, Pool, type PoolClient, types } from 'pg';
import { isAnswer } from './postgres-errors.ts';
import { createSilenceWatch, type Pulse, type SilenceWatch } from './postgres-silence.ts';
import { createTurns } from './turns.ts';

export interface PostgresOptions {
  /** postgresql://user:password@host:port/database, or with ?host=/folder for a socket. */
  readonly url: string;
  /** Another than the user's own, of small letters, digits and underscores; made where it is missing. */
  readonly schema?: string;
  /** Reads side by side. */
  readonly readers?: number;
  /** For a connection, in ms. */
  readonly connectTimeout?: number;
  /** For a lock of another transaction, in ms. */
  readonly lockTimeout?: number;
  /** For one statement, in ms. */
  readonly statementTimeout?: number;
  /**
   * Where senders wait, in ms: for an answer, after which a database that answers nobody is given up, and what is to be written has
   * failed. Absent: as long as a statement may take.
   */
  readonly patience?: number;
  /** False: commits are not waited for, for what counts only once a later commit that is waited for says so. Default true. */
  readonly synchronous?: boolean;
}

/** Of our locks in the database that say that a server is at work on an index: 'CONA' in ASCII. The second number is the schema's. */
const presence = 0x434f4e41;
/** What takes part in the index of this schema: servers share the lock, who makes the index anew has it alone. */
export const presenceOfSchema = `${presence}, hashtext(current_schema())`;

const int8 = 20;
const numeric = 1700;

/** Whole numbers and sums of them come as numbers: all of ours are below 2^53. */
const getTypeParser: ClientConfig['types'] = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 || oid === numeric ? Number : types.getTypeParser(oid, format === 'binary' ? 'text' : format),
};

const connectTimeoutOf = ({ connectTimeout = 5000, patience = connectTimeout }: PostgresOptions): number =>
  Math.min(connectTimeout, patience);

const configOf = (options: PostgresOptions): ClientConfig => {
  const { url, schema, lockTimeout = 10_000, statementTimeout = 300_000 } = options;
  const commits = options.synchronous === false ? 'off' : 'on';
  return {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutOf(options),
    lock_timeout: lockTimeout,
    statement_timeout: statementTimeout,
    // A server that is gone without a word is noticed all the same.
    query_timeout: statementTimeout + 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    application_name: 'concord',
    types: getTypeParser,
    // A commit is on the disk when it is answered, whatever the server's own default.
    options: `-c synchronous_commit=${commits} -c client_min_messages=warning${schema === undefined ? '' : ` -c search_path=${schema}`}`,
  };
};

/** Our connections, and whether the database works for them. */
const workOfConnections = 'select pid, state from pg_stat_activity where usename = current_user';

/** What is worked on, asked on a connection of its own; whoever asks meanwhile hears the same. Undefined: no answer. */
function createPulse(options: PostgresOptions): (client: Client) => Promise<Pulse> {
  const ask = async (): Promise<ReadonlyMap<number, string | null> | undefined> => {
    const client = new Client({ ...configOf(options), query_timeout: connectTimeoutOf(options) });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number; state: string | null }>(workOfConnections);
      return new Map(rows.map(({ pid, state }) => [pid, state]));
    } catch (error) {
      return isAnswer(error) ? new Map() : undefined;
    } finally {
      client.connection.stream.destroy();
    }
  };
  let asking: ReturnType<typeof ask> | undefined;
  return async (client) => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const states = await asking;
    if (!states) return 'silent';
    // Behind a pooler the number is not the database's own: then nothing is known but that it answers.
    const state = states.get(Number(Reflect.get(client, 'processID')));
    return state?.startsWith('idle') ? 'idle' : 'working';
  };
}

/** What ends connections to a database that has gone silent. */
export const silenceWatchOf = (options: PostgresOptions): SilenceWatch =>
  createSilenceWatch({ patience: options.patience, pulseOf: createPulse(options) });

/** For the end of a connection in good order, in ms: a database that is silent never says that it has heard. */
const farewell = 2000;

async function endInTime(ending: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, farewell);
  await Promise.race([ending.catch(() => undefined), late.promise]).finally(() => clearTimeout(timer));
}

/** The one connection that writes: whoever needs it gets a live one. */
export function createWriterConnection(options: PostgresOptions, silence = silenceWatchOf(options)) {
  let current: Promise<Client> | undefined;
  const connect = async (): Promise<Client> => {
    const client = new Client({ ...configOf(options), pipeline: true });
    // The end of one that broke is heard late: by then another may have taken its place.
    const gone = () => {
      if (client === newest) current = undefined;
    };
    newest = client;
    client.on('error', gone);
    client.on('end', gone);
    await client.connect();
    try {
      const { schema } = options;
      if (schema !== undefined) await silence.patiently(client, client.query(`create schema if not exists ${schema}`));
      // Held as long as the connection. Whoever makes the index anew is waited for, as long as for any lock.
      await silence.patiently(client, client.query(`select pg_advisory_lock_shared(${presenceOfSchema})`));
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  };
  /** Of `current`, connected or not. */
  let newest: Client | undefined;
  const drop = () => {
    const dropped = current;
    current = undefined;
    dropped?.then((client) => client.end()).catch(() => undefined);
  };
  return {
    get(): Promise<Client> {
      if (!current) {
        const made = connect();
        current = made;
        // The next one who asks tries again.
        made.catch(() => {
          if (current === made) current = undefined;
        });
      }
      return current;
    },
    /** It cannot be used any more. */
    drop,
    async close(): Promise<void> {
      const last = await current?.catch(() => undefined);
      current = undefined;
      if (!last) return;
      await endInTime(last.end());
      last.connection.stream.destroy();
    },
  };
}

const usualReaders = 8;
/** How long a read waits for others to be done, in ms: the time-out of connecting is no part of it. */
const readerPatience = 60_000;

/** A connection for one reader; given back with `release`, or thrown away where it is broken. */
export interface Lent {
  readonly client: PoolClient;
  release(broken?: boolean): void;
}

export interface Readers {
  /** Throws what pg throws. */
  lend(): Promise<Lent>;
  end(): Promise<void>;
}

/** Connections that only read. However many ask at once, each has its turn: the pool itself would count the wait as connecting. */
export function createReaders(options: PostgresOptions): Readers {
  const max = options.readers ?? usualReaders;
  const pool = new Pool({ ...configOf(options), max, idleTimeoutMillis: 60_000 });
  // A connection that breaks while nobody uses it: the next read gets another one.
  pool.on('error', () => undefined);
  const turns = createTurns(max, readerPatience);
  return {
    async lend() {
      const leave = await turns.enter();
      try {
        const client = await pool.connect();
        // Whoever asks on it hears of its end; the pool listens only while it is not lent.
        const gone = () => undefined;
        client.on('error', gone);
        return {
          client,
          release: (broken = false) => {
            client.release(broken);
            client.off('error', gone);
            leave();
          },
        };
      } catch (error) {
        leave();
        throw error;
      }
    },
    end: () => endInTime(pool.end()),
  };
}
