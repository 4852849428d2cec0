// Index and store of a data folder as checks and copies see them: opened to read, whether a server is at work or not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadDatabase, sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openPostgresReader } from '../database/postgres.ts';
import { openSqliteReader } from '../database/sqlite.ts';
import { readersByKey } from '../objects/by-key.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
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
  // Whether one of several nodes is at work, nobody can tell: what they have not finished is no finding then.
  const running = databaseUrl !== '' || isInUse(data);
  const database = databaseUrl === '' ? openSqliteReader(file) : openPostgresReader({ url: databaseUrl });
  const objects = await openObjects(configuration, database);
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

/** Objects of a data folder, and those that were moved from it. */
export function openOwnObjects(configuration: Configuration): ObjectReader {
  const files = openObjectReader(join(configuration.data, 'objects'));
  const second = secondStoreOf(configuration);
  if (!second) return files;
  // What is being copied there has a row that vouches for it.
  const moved = openS3Reader(second, () => false);
  return readersByKey(moved, files);
}

async function openObjects(configuration: Configuration, database: ReadDatabase): Promise<ObjectReader> {
  const files = openOwnObjects(configuration);
  const s3 = s3SettingsOf(configuration);
  if (!s3) return files;
  const rows = await database.all<{ first: number }>(sql`select first from object_block`);
  const open = new Set(rows.map(({ first }) => first));
  const inS3 = openS3Reader(s3, (number) => open.has(firstOfBlock(number)));
  return existsSync(join(configuration.data, 'objects')) ? readersByKey(inS3, files) : inS3;
}

/** The lock of a data folder is free where nobody gives it back at once. */
function isInUse(data: string): boolean {
  const unlock = takeLock(join(data, 'lock.sqlite'));
  unlock?.();
  return unlock === undefined;
}
