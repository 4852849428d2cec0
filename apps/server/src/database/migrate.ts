// Brings the schema up to date: numbered files in migrations/, each run once, all in one transaction.
import { readdir, readFile } from 'node:fs/promises';
import { type Database, DatabaseError, literal, sql } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** Runs what is missing. Throws DatabaseError when the database is newer than this program. */
export async function migrate(transaction: Database['transaction']): Promise<void> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  const migrations = await Promise.all(
    files.map(async (name) => ({
      version: Number.parseInt(name, 10),
      text: await readFile(new URL(name, folder), 'utf8'),
    })),
  );
  const known = new Set(migrations.map(({ version }) => version));
  await transaction(async (database) => {
    await database.all(sql`create table if not exists schema_version (version integer not null)`);
    const rows = await database.all<{ version: number }>(sql`select version from schema_version`);
    const present = new Set(rows.map(({ version }) => version));
    for (const version of present)
      if (!known.has(version)) throw new DatabaseError('failed', `schema ${version} is newer than this program`);
    for (const { version, text } of migrations) {
      if (present.has(version)) continue;
      for (const statement of statementsOf(text)) await database.all(literal(statement));
      await database.all(sql`insert into schema_version (version) values (${version})`);
    }
  });
}

/** Our own files: comments on lines of their own, no semicolon but the one that ends a statement. */
const statementsOf = (text: string): string[] =>
  text
    .replace(/^\s*--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
