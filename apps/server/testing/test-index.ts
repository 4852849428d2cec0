// The index that a test's archive is opened over: SQLite in the test's folder, unless a suite is run once more on another back end.
import { existsSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { openSqlite } from '../src/database/sqlite.ts';
import { createKeptThreads } from '../src/database/sqlite-threads.ts';
import { inPostgres, type PostgresServer } from './postgres.ts';
import { recording, type StatementRecord } from './statement-record.ts';

type OpenIndex = (folder: string) => Promise<Database>;

/** What one test's index leaves, the next one's takes: a test spends more on the start of threads than on anything else. */
export const testThreads = createKeptThreads(4);

const onSqlite: OpenIndex = async (folder) => {
  const file = join(folder, 'index.sqlite');
  if (!existsSync(file)) await copyFile(await emptyIndex(), file);
  return openSqlite(file, { busyTimeout: 200, threads: testThreads });
};

let made: Promise<string> | undefined;

/** An index of today's schema with nothing in it, made once for all tests of a process: that servers make theirs is tested with them. */
export const emptyIndex = (): Promise<string> => (made ??= makeEmpty());

async function makeEmpty(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'concord-index-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'empty.sqlite');
  await (await openSqlite(file, { threads: testThreads })).close();
  return file;
}

let open = onSqlite;

/** The index that belongs to the folder: the same one for the same folder. */
export const openTestIndex: OpenIndex = async (folder) => {
  const database = await open(folder);
  return record ? recording(database, record) : database;
};

let record: StatementRecord | undefined;

/** From now on what every test's index is asked is noted. */
export function recordStatements(): StatementRecord {
  record ??= new Map();
  return record;
}

/** Databases that are kept after they were closed: a test may open its own again. */
const keptClosed = 10;

/** From now on every test's index is a database of its own on this server. */
export function useIndexOnPostgres(server: Pick<PostgresServer, 'url' | 'emptyIndex'>): void {
  const made = new Map<string, { readonly name: string; readonly url: Promise<string> }>();
  const closed = new Set<string>();
  let count = 0;
  const makeFor = (folder: string) => {
    count += 1;
    const name = `index_${count}`;
    const index = { name, url: server.emptyIndex(name) };
    made.set(folder, index);
    return index;
  };
  const removeOldest = async () => {
    const [folder] = closed;
    const oldest = made.get(folder ?? '');
    if (closed.size <= keptClosed || folder === undefined || !oldest) return;
    closed.delete(folder);
    made.delete(folder);
    await inPostgres(server.url, `drop database ${oldest.name}`);
  };
  open = async (folder) => {
    const { url } = made.get(folder) ?? makeFor(folder);
    closed.delete(folder);
    const database = await openPostgres({ url: await url, readers: 3 });
    const close = async () => {
      await database.close();
      closed.add(folder);
      await removeOldest();
    };
    return { ...database, close };
  };
}
