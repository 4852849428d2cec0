// An archive keeps its objects in a place on S3 that is its own, and finds them only there: both are asked before anything is put or looked for.
import { randomUUID } from 'node:crypto';
import { type Database, type ReadDatabase, sql } from '../../database/database.ts';
import { StoreError } from '../object-store.ts';
import { hasOnS3, naming, type Own, ownOf, stamping } from './claim-rows.ts';
import { beginClaim, type Claim, hasObjects, readClaim, readSmall, removeSmall } from './s3-claim.ts';
import { addressOf, checkBucket, createClient, type S3Settings } from './s3-client.ts';
import { claimName, createNames, restoringName } from './s3-names.ts';
import type { S3Parts } from './s3-reader.ts';

async function withPlace<T>(settings: S3Settings, work: (parts: S3Parts) => Promise<T>): Promise<T> {
  const client = createClient(settings);
  try {
    await checkBucket(client, settings.bucket);
    return await work({ client, settings, names: createNames(settings.prefix) });
  } finally {
    client.destroy();
  }
}

const anothers = (settings: S3Settings): StoreError =>
  new StoreError(
    'failed',
    `${addressOf(settings)} is the place of another archive, and each needs its own (where the index of this one was lost: concord reindex, or restore)`,
  );

const notHere = (settings: S3Settings, { id }: Own): StoreError =>
  new StoreError(
    'failed',
    `objects of this archive lie on S3, and ${addressOf(settings)} does not say that it is their place: look at the address (where what lay there was lost, put an object ${claimName} with the text ${id} there first)`,
  );

/** What a restore has put there counts only when its index is in place. That it is can have been left unsaid. Throws StoreError. */
async function passRestore(parts: S3Parts, own: string | undefined): Promise<void> {
  const restoring = (await readSmall(parts, restoringName))?.trim();
  if (restoring === undefined) return;
  if (own === undefined || (restoring !== '' && restoring !== own))
    throw new StoreError(
      'failed',
      `a restore to ${addressOf(parts.settings)} is under way, or was cut off: begin it again, and let it end`,
    );
  await removeSmall(parts, restoringName);
}

/** Before anything is put there. Throws StoreError where it is another archive's, or not where this one has its objects; DatabaseError. */
export async function claimPlace(settings: S3Settings, database: Pick<Database, 'all' | 'batch'>): Promise<void> {
  await withPlace(settings, async (parts) => {
    const found = (await readClaim(parts))?.id;
    const has = await hasOnS3(database);
    const before = await ownOf(database);
    await passRestore(parts, before?.id);
    if (found !== undefined && found === before?.id) return;
    if (found !== undefined) throw anothers(settings);
    if (has && before?.stands) throw notHere(settings, before);
    // Of an archive that is older than claims the objects are its own.
    if (!has && (await hasObjects(parts))) throw anothers(settings);
    await database.batch([naming(randomUUID(), 0)]);
    const own = await ownOf(database);
    if (!own) return;
    // Of archives that come at once one is the first.
    if (!(await beginClaim(parts, { id: own.id, stamp: '' }))) throw anothers(settings);
    await database.batch([sql`update archive_claim set stands = 1 where name = 'archive'`]);
  });
}

/** Before objects are looked for there: elsewhere all of them would look lost. Throws StoreError, DatabaseError. */
export async function checkPlace(
  settings: S3Settings,
  database: Pick<ReadDatabase, 'all' | 'tables'> | undefined,
): Promise<void> {
  await withPlace(settings, async (parts) => {
    const found = (await readClaim(parts))?.id;
    // An index that no server has opened since there are claims has none.
    const own = (await database?.tables())?.some(({ name }) => name === 'archive_claim')
      ? database && (await ownOf(database))
      : undefined;
    if (found !== undefined && own && found !== own.id) throw anothers(settings);
    if (found === undefined && own?.stands) throw notHere(settings, own);
  });
}

/**
 * For an index that is made anew from what lies there, before it is listed: it knows all of it. Where the index before is gone, it is the same
 * archive. Throws StoreError, DatabaseError.
 */
export async function adoptClaim(settings: S3Settings, fresh: Pick<Database, 'batch'>, before: unknown): Promise<void> {
  const found: Claim | undefined = await withPlace(settings, readClaim);
  if (found === undefined) return;
  if (found.stamp !== '') await fresh.batch([stamping({ stamp: found.stamp, before: '' })]);
  if (before === undefined) await fresh.batch([naming(found.id, 1)]);
}
