// A new index built beside the old one, and put in its place in one step; the old one stays under another name.
import { existsSync, mkdirSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Database, DatabaseError, type ReadDatabase } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openSqlite, openSqliteReader } from '../database/sqlite.ts';
import { syncFolder } from '../objects/file-supply.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError } from '../start-error.ts';

const files = (data: string) => ({
  index: join(data, 'index.sqlite'),
  building: join(data, 'index.building.sqlite'),
});

const removeDatabase = async (file: string) => {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
};

export type Work = (fresh: Database, before: ReadDatabase | undefined) => Promise<boolean>;

export interface Replaced {
  /** Where the index before is kept, in words; absent where there was none, or nothing was replaced. */
  readonly kept?: string;
}

/**
 * Gives the work a new, empty index and, where it can be read, the present one; true from the work puts the new one in its place.
 * No server may be at work. Throws StartError, and what the work throws: then everything is as it was.
 */
export async function replaceIndex(configuration: Configuration, useBefore: boolean, work: Work): Promise<Replaced> {
  const { data, databaseUrl, store } = configuration;
  if (store === '' && !existsSync(join(data, 'objects')))
    throw new StartError('--data', `${data} holds no stored objects`);
  // A node that only has its name there may have no folder here.
  const unlock = databaseUrl === '' || existsSync(data) ? takeFolder(data) : undefined;
  try {
    if (databaseUrl === '') return await inSqlite(data, useBefore, work);
    return await replaceInPostgres(databaseUrl, (fresh, before) => work(fresh, useBefore ? before : undefined));
  } finally {
    unlock?.();
  }
}

function takeFolder(data: string): () => void {
  mkdirSync(data, { recursive: true });
  const unlock = takeLock(join(data, 'lock.sqlite'));
  if (!unlock) throw new StartError('--data', `${data} is in use by a server: stop it first`);
  return unlock;
}

/** The same for an index in PostgreSQL. Throws StartError while a server is at work, DatabaseError, and what the work throws. */
export async function replaceInPostgres(url: string, work: Work): Promise<Replaced> {
  const { replacePostgresIndex } = await import('../database/replace-postgres.ts');
  try {
    const { kept } = await replacePostgresIndex({ url }, () => new Date(), work);
    return kept === undefined ? {} : { kept: `schema ${kept} of the database` };
  } catch (error) {
    if (error instanceof DatabaseError && error.fault === 'busy')
      throw new StartError('--database-url', error.message, error);
    throw error;
  }
}

async function inSqlite(data: string, useBefore: boolean, work: Work): Promise<Replaced> {
  const { index, building } = files(data);
  try {
    await removeDatabase(building);
    const before = useBefore ? await openBefore(index) : undefined;
    const fresh = await openSqlite(building);
    let replace = false;
    try {
      replace = await work(fresh, before);
      await fresh.flush();
    } finally {
      await fresh.close();
      await before?.close();
    }
    return replace ? await putInPlace(data) : {};
  } finally {
    await removeDatabase(building);
  }
}

/** Undefined where there is none, or where it cannot be read from end to end. */
async function openBefore(file: string): Promise<ReadDatabase | undefined> {
  if (!existsSync(file) || !isSound(file)) return undefined;
  return openSqliteReader(file);
}

function isSound(file: string): boolean {
  try {
    const connection = new DatabaseSync(file);
    try {
      connection.exec('pragma wal_checkpoint(truncate)');
      const { quick_check: found } = connection.prepare('pragma quick_check(1)').get() ?? {};
      return found === 'ok' && connection.prepare('select count(*) from instance').get() !== undefined;
    } finally {
      connection.close();
    }
  } catch {
    return false;
  }
}

/** There is an index under the usual name at every moment: the old one, then the new one. */
async function putInPlace(data: string): Promise<Replaced> {
  const { index, building } = files(data);
  const file = await open(building, 'r+');
  await file.sync().finally(() => file.close());
  const kept = join(data, `index.before-${new Date().toISOString().replaceAll(':', '-')}.sqlite`);
  const had = existsSync(index);
  if (had) await link(index, kept);
  // What an old index had not yet taken in from its log must never be taken into the new one.
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(`${index}${suffix}`)) await rename(`${index}${suffix}`, `${kept}${suffix}`);
  await rename(building, index);
  await syncFolder(data);
  return had ? { kept } : {};
}
