// Index and store of a data folder as checks and copies see them: opened to read, whether a server is at work or not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadDatabase } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openSqliteReader } from '../database/sqlite.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError } from '../start-error.ts';

export interface Stored extends AsyncDisposable {
  readonly database: ReadDatabase;
  readonly objects: ObjectReader;
  /** A server is at work on them. */
  readonly running: boolean;
}

/** Throws StartError where there is nothing to open. */
export async function openStored({ data }: Pick<Configuration, 'data'>): Promise<Stored> {
  const file = join(data, 'index.sqlite');
  if (!existsSync(file)) throw new StartError('--data', `${data} holds no index`);
  const running = isInUse(data);
  const database = openSqliteReader(file);
  const objects = openObjectReader(join(data, 'objects'));
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

/** The lock of a data folder is free where nobody gives it back at once. */
function isInUse(data: string): boolean {
  const unlock = takeLock(join(data, 'lock.sqlite'));
  unlock?.();
  return unlock === undefined;
}
