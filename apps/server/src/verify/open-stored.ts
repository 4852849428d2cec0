// Index and store of a data folder as checks and copies see them: opened to read, whether a server is at work or not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, type ReadDatabase, sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { isPostgresInUse, openPostgresReader } from '../database/postgres.ts';
import { openSqliteReader } from '../database/sqlite.ts';
import { readersByKey } from '../objects/by-key.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import { adoptClaim, checkPlace } from '../objects/s3/claim-place.ts';
import { firstOfBlock } from '../objects/s3/s3-names.ts';
import { openS3Reader } from '../objects/s3/s3-store.ts';
import { s3SettingsOf, secondStoreOf } from '../settings/s3-settings.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError } from '../start-error.ts';

export interface Stored extends AsyncDisposable {
  readonly database: ReadDatabase;
  readonly objects: ObjectReader;
  /** A server is at work on them. */
  readonly running: boolean;
}

/** Throws StartError where there is nothing to open. */
export async function openStored(configuration: Configuration): Promise<Stored> {
  const { data, databaseUrl } = configuration;
  const file = join(data, 'index.sqlite');
  if (databaseUrl === '' && !existsSync(file)) throw new StartError('--data', `${data} holds no index`);
  const database = databaseUrl === '' ? openSqliteReader(file) : openPostgresReader({ url: databaseUrl });
  // Of several nodes each holds a lock in the database.
  const running = databaseUrl === '' ? isInUse(data) : await isPostgresInUse(database);
  const objects = await openObjects(configuration, database).catch(async (error: unknown) => {
    await database.close().catch(() => undefined);
    throw error;
  });
  return {
    database,
    objects,
    running,
    async [Symbol.asyncDispose]() {
      await objects.close();
      await database.close().catch(() => undefined);
    },
  };
}

export interface Indexes {
  /** That is made anew from the objects. */
  readonly fresh: Database;
  readonly before: ReadDatabase | undefined;
}

/** Every stored object, wherever the settings say they are. Throws StartError where S3 is not to be had, or is another archive's. */
export async function openEveryObject(configuration: Configuration, { fresh, before }: Indexes): Promise<ObjectReader> {
  for (const { flag, place } of placesOf(configuration)) {
    await checkPlace(place, before).catch(startErrorOf(flag));
    await adoptClaim(place, fresh, before).catch(startErrorOf(flag));
  }
  return openReaders(configuration, () => false);
}

async function openObjects(configuration: Configuration, database: ReadDatabase): Promise<ObjectReader> {
  const rows = await database.all<{ first: number }>(sql`select first from object_block`);
  const open = new Set(rows.map(({ first }) => first));
  for (const { flag, place } of placesOf(configuration)) await checkPlace(place, database).catch(startErrorOf(flag));
  return openReaders(configuration, (number) => open.has(firstOfBlock(number)));
}

/** On S3. */
const placesOf = (configuration: Configuration) => {
  const [first, second] = [s3SettingsOf(configuration), secondStoreOf(configuration)];
  return [
    ...(first ? [{ flag: '--store', place: first }] : []),
    ...(second ? [{ flag: '--move-to', place: second }] : []),
  ];
};

/** `isUnderWay` knows the numbers that nodes are at work on. */
function openReaders(configuration: Configuration, isUnderWay: (number: number) => boolean): ObjectReader {
  const folder = join(configuration.data, 'objects');
  const [first, second] = [s3SettingsOf(configuration), secondStoreOf(configuration)];
  if (first) {
    const inS3 = openS3Reader(first, isUnderWay);
    return existsSync(folder) ? readersByKey(inS3, openObjectReader(folder)) : inS3;
  }
  const files = openObjectReader(folder);
  // What is being copied there has a row that vouches for it.
  return second
    ? readersByKey(
        openS3Reader(second, () => false),
        files,
      )
    : files;
}

const startErrorOf = (flag: string) => (error: unknown) => {
  throw error instanceof StoreError ? new StartError(flag, error.message, error) : error;
};

/** The lock of a data folder is free where nobody gives it back at once. */
function isInUse(data: string): boolean {
  const unlock = takeLock(join(data, 'lock.sqlite'));
  unlock?.();
  return unlock === undefined;
}
