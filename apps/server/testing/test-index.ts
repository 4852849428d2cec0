// The index that a test's archive is opened over: SQLite in the test's folder, unless a suite is run once more on another back end.
import { join } from 'node:path';
import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { openSqlite } from '../src/database/sqlite.ts';
import { recording, type StatementRecord } from './statement-record.ts';

type OpenIndex = (folder: string) => Promise<Database>;

const onSqlite: OpenIndex = (folder) => openSqlite(join(folder, 'index.sqlite'), { busyTimeout: 200 });

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
