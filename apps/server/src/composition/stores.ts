// Opens index and object store where the settings say they are, and makes sure that nobody else has them who must not.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@concord/network';
import { type Database, sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openSharedClock } from '../database/shared-clock.ts';
import { openSqlite } from '../database/sqlite.ts';
import { freshThreads, type ThreadSupply } from '../database/sqlite-threads.ts';
import { storesByKey } from '../objects/by-key.ts';
import { openContainerStore } from '../objects/containers/container-store.ts';
import { givenNumbers } from '../objects/given-numbers.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { keepsOnS3 } from '../objects/s3/claim-rows.ts';
import { type TieredStore, tieredStore } from '../objects/tiered.ts';
import { s3SettingsOf, secondStoreOf } from '../settings/s3-settings.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError, startErrorOf } from '../start-error.ts';
import { movedTotal } from '../tiers/moving-rows.ts';
import { hold } from './hold.ts';

export interface Stores {
  readonly database: Database;
  readonly store: ObjectStore;
  /** The same store, where old objects move on from it. */
  readonly tiered: TieredStore | undefined;
  /** No other node works on them: what an earlier run held is free. */
  readonly alone: boolean;
  /** Name of this node: the same after a restart, and of no other. */
  readonly node: string;
  /** Time of day; of nodes that share a database, its time. */
  readonly now: () => Date;
}

const mebibyte = 1024 * 1024;

/** What is opened is closed by the stack. Throws StartError for what the settings can mend, and whatever the stores throw. */
export async function openStores(
  configuration: Configuration,
  { opened, threads = freshThreads }: { opened: AsyncDisposableStack; threads?: ThreadSupply | undefined },
  log: Log,
): Promise<Stores> {
  const { data, databaseUrl } = configuration;
  await mkdir(data, { recursive: true }).catch((error: unknown) => {
    throw new StartError('--data', `${data} cannot be made: ${error instanceof Error ? error.message : error}`, error);
  });
  // Of several nodes each has a data folder of its own.
  const unlock = takeLock(join(data, 'lock.sqlite'));
  if (!unlock) throw new StartError('--data', `${data} is in use by another server`);
  opened.defer(unlock);
  const database =
    databaseUrl === '' ? await openSqlite(join(data, 'index.sqlite'), { threads }) : await openDatabase(configuration);
  opened.defer(database.close);
  const node = await nodeOf(data);
  const now = await openClock(database, opened);
  const isHeld = await hold(configuration, { database, node, opened, log });
  const { store, tiered } = await openObjects(configuration, { database, node, now, isHeld }, log);
  opened.defer(store.close);
  // Files of a data folder are one server's, and so is the index that knows them.
  const alone = databaseUrl === '' || s3SettingsOf(configuration) === undefined;
  return { database, store, tiered, alone, node, now };
}

/** What speaks to PostgreSQL, and to S3, takes memory: only servers that use it load it. */
async function openDatabase({ databaseUrl: url, databaseTimeout }: Configuration): Promise<Database> {
  const { openPostgres } = await import('../database/postgres.ts');
  return openPostgres({ url, patience: databaseTimeout * 1000 }).catch((error: unknown) => {
    throw new StartError('--database-url', error instanceof Error ? error.message : String(error), error);
  });
}

/** Leases and quiet times of several nodes are compared with each other: one clock says what time it is. */
async function openClock(database: Database, opened: AsyncDisposableStack): Promise<() => Date> {
  if (!database.time) return () => new Date();
  const clock = await openSharedClock({ ask: database.time });
  opened.defer(clock.close);
  return clock.now;
}

/** A name that stays with the data folder: no two servers have it at a time, since they lock the folder. */
async function nodeOf(data: string): Promise<string> {
  const file = join(data, 'node-id');
  if (!existsSync(file)) await writeFile(file, `${randomUUID()}\n`);
  return (await readFile(file, 'utf8')).trim();
}

async function openObjects(
  configuration: Configuration,
  { database, node, now, isHeld }: Pick<Stores, 'database' | 'node' | 'now'> & { readonly isHeld: () => boolean },
  log: Log,
): Promise<Pick<Stores, 'store' | 'tiered'>> {
  const s3 = s3SettingsOf(configuration);
  const folder = join(configuration.data, 'objects');
  if (!s3) {
    if (configuration.databaseUrl !== '') await claimFiles(database, node);
    return withSecondStore(configuration, { database, isHeld }, await openFiles(configuration, database, folder, log));
  }
  if (configuration.moveTo !== '')
    throw new StartError('--move-to', 'new objects go to S3 already, and are not moved: leave it out');
  const failed = (error: unknown) => log.error({ err: error }, 'the object store has trouble with its numbers');
  const { openS3Store } = await import('../objects/s3/s3-store.ts');
  const store = await openS3Store({ ...s3, database, node, now, isHeld, failed }).catch(startErrorOf('--store'));
  if (!existsSync(folder)) return { store, tiered: undefined };
  return { store: storesByKey(store, await openFiles(configuration, database, folder, log)), tiered: undefined };
}

/** The files alone, or with where old objects go. */
async function withSecondStore(
  configuration: Configuration,
  { database, isHeld }: Pick<Stores, 'database'> & { readonly isHeld: () => boolean },
  files: ObjectStore,
): Promise<Pick<Stores, 'store' | 'tiered'>> {
  const place = secondStoreOf(configuration);
  if (place) {
    const { openS3Tier } = await import('../objects/s3/s3-tier.ts');
    const second = await openS3Tier(place, isHeld).catch(async (error: unknown) => {
      await files.close();
      return startErrorOf('--move-to')(error);
    });
    const tiered = tieredStore(files, second);
    return { store: tiered, tiered };
  }
  // A restored folder has them as files.
  if (existsSync(join(configuration.data, 'objects', 's3'))) return { store: files, tiered: undefined };
  const moved = (await movedTotal(database)).objects > 0;
  if (!moved && !(await keepsOnS3(database))) return { store: files, tiered: undefined };
  await files.close();
  const how = moved ? 'were moved to S3' : 'lie on S3';
  throw new StartError(moved ? '--move-to' : '--store', `objects of this archive ${how}: say where they are`);
}

const openFiles = async (
  configuration: Configuration,
  database: Database,
  folder: string,
  log: Log,
): Promise<ObjectStore> => {
  const { storeLayout, diskReserve, journalSize } = configuration;
  return openContainerStore({
    layout: storeLayout,
    folder,
    given: await givenNumbers(database),
    reserve: diskReserve * mebibyte,
    journal: storeLayout === 'files' ? journalSize * mebibyte : 0,
    flushIndex: database.flush,
    blocks: database.blocks,
    failed: (error) => log.error({ err: error }, 'the object store has trouble; objects are synced one by one'),
  });
};

/** Files of one node are named by its own numbers: an index knows those of one node only. */
async function claimFiles(database: Database, node: string): Promise<void> {
  const claim = -1;
  await database.batch([
    sql`insert into object_block (first, node, leased_until) values (${claim}, ${node}, '9999')
      on conflict (first) do nothing`,
  ]);
  const [row] = await database.all<{ node: string }>(sql`select node from object_block where first = ${claim}`);
  if (row?.node !== node)
    throw new StartError(
      '--store',
      'another server keeps objects of this index in its data folder; servers that share an index share an S3 store',
    );
}
