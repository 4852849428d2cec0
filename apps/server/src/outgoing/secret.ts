// The secret that pseudonyms are derived from: made once, kept in the index, so that a person has one pseudonym whichever server of it is asked.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Database, sql } from '../database/database.ts';
import { StartError } from '../start-error.ts';

const length = 32; // bytes
const name = 'pseudonyms';

/**
 * Takes over the key of the file, where there is one and the index has none.
 * Throws StartError where the file has another key than the index, or none at all; DatabaseError; and what `node:fs` throws.
 */
export async function openSecret(database: Pick<Database, 'all' | 'batch'>, file: string): Promise<Uint8Array> {
  const earlier = await read(file);
  const kept = await inIndex(database);
  if (!kept)
    await database.batch([
      sql`insert into pseudonym_key (name, value) values (${name}, ${earlier ?? randomBytes(length)})
        on conflict (name) do nothing`,
    ]);
  // Another server may have been first.
  const secret = kept ?? (await inIndex(database));
  if (!secret) throw new Error('the key of the pseudonyms was not kept');
  if (earlier && !Buffer.from(earlier).equals(secret))
    throw new StartError(
      '--data',
      `${file} is another key than the servers of this index have: a patient would get two pseudonyms. Move the file away to use theirs`,
    );
  return secret;
}

async function inIndex(database: Pick<Database, 'all'>): Promise<Uint8Array | undefined> {
  const [row] = await database.all<{ value: Uint8Array }>(sql`select value from pseudonym_key where name = ${name}`);
  return row?.value;
}

/** Where earlier versions kept it; undefined where nothing is there. */
async function read(file: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes && bytes.length < length)
    throw new StartError('--data', `${file} is no key of pseudonyms: it has ${bytes.length} bytes`);
  return bytes;
}
