// Brings the schema up to date: numbered files in migrations/, each run once, all in one transaction.
import { readdir, readFile } from 'node:fs/promises';
import { type Database, DatabaseError, literal, sql } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** Runs what is missing. Throws DatabaseError when the database is newer than this program. */
export async function migrate(transaction: Database['transaction']): Promise<void> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  await transaction(async (database) => {
    await database.all(sql`create table if not exists schema_version (version integer not null)`);
    const [row] = await database.all<{ version: number | null }>(
      sql`select max(version) as version from schema_version`,
    );
    const present = row?.version ?? 0;
    if (present > files.length) throw new DatabaseError('failed', `schema ${present} is newer than this program`);
    for (const [index, text] of texts.entries()) {
      if (index < present) continue;
      for (const statement of statementsOf(text)) await database.all(literal(statement));
      await database.all(sql`insert into schema_version (version) values (${index + 1})`);
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
