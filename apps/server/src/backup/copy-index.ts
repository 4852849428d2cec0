// The index as it is at one moment, as a new SQLite file, whatever it is kept in.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { withPostgresSnapshot } from '../database/postgres.ts';
import { openSqlite } from '../database/sqlite.ts';
import { copyTable } from '../reindex/earlier-index.ts';
import type { Configuration } from '../settings/settings.ts';
import { copySqlite } from './copy-sqlite.ts';

/** Durable when the promise resolves. Throws BackupError, DatabaseError. */
export async function copyIndex({ data, databaseUrl }: Configuration, to: string): Promise<void> {
  if (databaseUrl === '') await copySqlite(join(data, 'index.sqlite'), to);
  else await copyPostgres(databaseUrl, to);
}

/** Made by the same migrations: its tables and columns are those of the other. */
async function copyPostgres(url: string, to: string): Promise<void> {
  const copy = await openSqlite(to);
  try {
    await withPostgresSnapshot({ url }, async (from) => {
      for (const { name, columns } of await from.tables())
        if (name !== 'schema_version') await copyTable(from, copy, { name, columns });
    });
    await copy.flush();
  } finally {
    await copy.close();
  }
  const file = await open(to, 'r+');
  await file.sync().finally(() => file.close());
}
