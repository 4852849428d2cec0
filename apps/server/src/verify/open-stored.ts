// Index and store of a data folder as checks and copies see them: opened to read, whether a server is at work or not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadDatabase, sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { isPostgresInUse, openPostgresReader } from '../database/postgres.ts';
import { openSqliteReader } from '../database/sqlite.ts';
import { readersByKey } from '../objects/by-key.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import { checkPlace } from '../objects/s3/s3-client.ts';
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

/** Every stored object, wherever the settings say they are; asks no index. Throws StartError where S3 is not to be had. */
export const openEveryObject = (configuration: Configuration): Promise<ObjectReader> =>
  openReaders(configuration, () => false);

async function openObjects(configuration: Configuration, database: ReadDatabase): Promise<ObjectReader> {
  const rows = await database.all<{ first: number }>(sql`select first from object_block`);
  const open = new Set(rows.map(({ first }) => first));
  return openReaders(configuration, (number) => open.has(firstOfBlock(number)));
}

/** `isUnderWay` knows the numbers that nodes are at work on. */
async function openReaders(
  configuration: Configuration,
  isUnderWay: (number: number) => boolean,
): Promise<ObjectReader> {
  const folder = join(configuration.data, 'objects');
  const [first, second] = [s3SettingsOf(configuration), secondStoreOf(configuration)];
  if (first) await checkPlace(first).catch(startErrorOf('--store'));
  if (second) await checkPlace(second).catch(startErrorOf('--move-to'));
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
