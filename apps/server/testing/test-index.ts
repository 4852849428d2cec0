// The index that a test's archive is opened over: SQLite in the test's folder, unless a suite is run once more on another back end.
import { existsSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { openSqlite } from '../src/database/sqlite.ts';
import { createKeptThreads } from '../src/database/sqlite-threads.ts';
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

/** From now on every test's index is a schema of its own on this server. */
export function useIndexOnPostgres(url: string): void {
  const schemas = new Map<string, string>();
  open = (folder) => {
    const schema = schemas.get(folder) ?? `index_${schemas.size}`;
    schemas.set(folder, schema);
    return openPostgres({ url, schema, readers: 3 });
  };
}
