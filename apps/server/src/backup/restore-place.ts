// Where a backup goes back to: any index with any store. Objects first; the index last, so that nothing counts before all is there.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Database, literal, type Query, type ReadDatabase, sql } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openSqlite, openSqliteReader } from '../database/sqlite.ts';
import { syncFolder } from '../objects/file-supply.ts';
import { whereOf } from '../objects/holding.ts';
import { openFileReader } from '../objects/object-reader.ts';
import { writeOpenBuckets } from '../objects/open-buckets.ts';
import { naming } from '../objects/s3/claim-rows.ts';
import { isS3Key, movedKeyOf } from '../objects/s3/s3-names.ts';
import type { S3PutBack } from '../objects/s3/s3-put-back.ts';
import { copyTable } from '../reindex/earlier-index.ts';
import { replaceInPostgres } from '../reindex/replace-index.ts';
import { s3SettingsOf, secondStoreOf } from '../settings/s3-settings.ts';
import type { Configuration } from '../settings/settings.ts';
import { vouchedRows } from '../verify/vouched-rows.ts';
import { BackupError, targetError } from './backup-error.ts';
import { type Seen, type WriteOptions, writeWhole } from './durable-file.ts';
import type { ManifestEntry } from './manifest.ts';
import { indexFile } from './snapshots.ts';
import { writeToS3 } from './write-to-s3.ts';

export type ObjectName = Pick<ManifestEntry, 'key' | 'number'>;

export interface RestorePlace {
  /** Copies one object, unless what was seen of it is not accepted. Throws BackupError where the place is at fault. */
  put(object: ObjectName, bytes: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<Seen>;
  /** Every object is there: they, and the index of the snapshot's folder, take their places. */
  finish(snapshot: string): Promise<void>;
  /** What was not finished goes; what is on S3 stays for the next try. */
  close(): Promise<void>;
}

/** Throws BackupError 'not-empty' where an archive is already, StartError, StoreError, DatabaseError. */
export async function openRestorePlace(configuration: Configuration): Promise<RestorePlace> {
  const { databaseUrl } = configuration;
  // Without a slash at its end: what is staged lies beside it, not in it.
  const data = resolve(configuration.data);
  const first = s3SettingsOf(configuration);
  const settings = first ?? secondStoreOf(configuration);
  const usesFolder = databaseUrl === '' || first === undefined;
  const staging = `${data}.restoring`;
  await using opened = new AsyncDisposableStack();
  opened.defer(await lockStaging(staging));
  if (usesFolder && (await readdir(data).catch(() => [])).length > 0) throw new BackupError('not-empty', data);
  if (databaseUrl !== '') await assertNoRows(databaseUrl);
  const archive = randomUUID();
  await rm(staging, { recursive: true, force: true });
  if (usesFolder) await assertReplaceable(data, staging);
  const s3 =
    settings &&
    (await openEmptyS3(settings, archive, `${await whereOf(dirname(data))}/${encodeURIComponent(basename(data))}`));
  if (s3) opened.defer(s3.close);
  opened.defer(() => rm(staging, { recursive: true, force: true }));
  await mkdir(first ? staging : join(staging, 'objects'), { recursive: true });
  /** An archive whose new objects go to S3 has all of them there. */
  const keyOf = ({ key, number }: ObjectName) => (first && !isS3Key(key) ? movedKeyOf(number) : key);
  const all = opened.move();
  return {
    async put(object, bytes, options) {
      const key = keyOf(object);
      if (s3 && isS3Key(key)) return writeToS3(s3.create(key), bytes, options);
      return writeWhole(join(staging, 'objects', key), bytes, options);
    },
    async finish(snapshot) {
      await stageIndex(snapshot, staging, { keyOf, archive: s3 ? archive : undefined });
      await s3?.claim(archive);
      if (usesFolder) await putFolder(staging, data);
      if (databaseUrl !== '')
        await putInPostgres(databaseUrl, usesFolder ? data : staging).catch(async (error: unknown) => {
          // Where the answer to its commit was lost the index may be there, and needs its files.
          const isEmpty = await assertNoRows(databaseUrl).then(
            () => true,
            () => false,
          );
          if (usesFolder && isEmpty) await rm(data, { recursive: true, force: true });
          throw error;
        });
      await s3?.end();
    },
    close: () => all.disposeAsync(),
  };
}

/** Of restores to one folder one is at work: it clears away what an earlier one left. */
async function lockStaging(staging: string): Promise<() => Promise<void>> {
  const file = `${staging}.lock`;
  await mkdir(dirname(file), { recursive: true });
  const unlock = takeLock(file);
  if (!unlock) throw new BackupError('in-use', staging);
  return async () => {
    await rm(file, { force: true });
    unlock();
  };
}

/** Asked before hours of copying: the folder with everything takes the place of an empty one, which a mounted disk does not allow. */
async function assertReplaceable(data: string, staging: string): Promise<void> {
  const moved = await rename(data, staging).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      if (error.code !== 'EBUSY' && error.code !== 'EXDEV') throw targetError(error);
      const words = `${data} is where a disk is mounted, and its place cannot be taken: restore to a folder in it`;
      throw new BackupError('not-writable', words, error);
    },
  );
  if (moved) await rename(staging, data);
}

async function openEmptyS3(
  settings: NonNullable<ReturnType<typeof s3SettingsOf>>,
  archive: string,
  where: string,
): Promise<S3PutBack> {
  const { openS3PutBack } = await import('../objects/s3/s3-put-back.ts');
  const s3 = await openS3PutBack(settings);
  const begun = await s3.begin(archive, where).catch(async (error: unknown) => {
    await s3.close();
    throw error;
  });
  if (begun) return s3;
  await s3.close();
  throw new BackupError('not-empty', `s3://${settings.bucket}/${settings.prefix}`);
}

const noRows = async (database: Pick<ReadDatabase, 'all'>): Promise<void> => {
  const [row] = await database.all(sql`select 1 from instance limit 1`);
  if (row) throw new BackupError('not-empty', 'the database has an index with objects in it');
};

/** Before anything is copied; asked again when the index is put in place. */
async function assertNoRows(url: string): Promise<void> {
  const { openPostgresReader } = await import('../database/postgres.ts');
  const database = openPostgresReader({ url });
  try {
    if ((await database.tables()).some(({ name }) => name === 'instance')) await noRows(database);
  } finally {
    await database.close();
  }
}

interface Staged {
  readonly keyOf: (object: ObjectName) => string;
  /** It is another archive than the one that was backed up, which may go on: its name where it has a place on S3. */
  readonly archive: string | undefined;
}

/** The snapshot's index, with what its objects are called here; nobody is at work on them. */
async function stageIndex(snapshot: string, staging: string, { keyOf, archive }: Staged): Promise<void> {
  const file = indexFile(staging);
  await writeWhole(file, openFileReader(snapshot).read('index.sqlite'));
  const index = await openSqlite(file);
  try {
    await index.batch([sql`delete from object_block`, sql`delete from moving`, sql`delete from removing`]);
    await index.batch([sql`delete from claim_stamp`, sql`delete from node_holder`]);
    await index.batch([sql`delete from archive_claim`, ...(archive === undefined ? [] : [naming(archive, 1)])]);
    await giveNames(index, keyOf);
    await index.flush();
  } finally {
    await index.close();
  }
  const written = await open(file, 'r+');
  await written.sync().finally(() => written.close());
}

/** Kinds of rows in the order of `vouchedRows`: where each keeps the key of its object. */
const tables = [
  { table: 'instance', number: 'instance_key' },
  { table: 'rejected', number: 'instance_key' },
  { table: 'conflict', number: 'conflict_key' },
] as const;
/** Rows changed in one commit. */
const rowsAtOnce = 500;

async function giveNames(index: Database, keyOf: (object: ObjectName) => string): Promise<void> {
  let changes: Query[] = [];
  for await (const { source, number, key } of vouchedRows(index, {})) {
    const { table, number: column } = tables[source] ?? tables[0];
    const name = keyOf({ key, number });
    if (name === key) continue;
    const row = sql`${literal(column)} = ${number} and object_key = ${key}`;
    changes.push(sql`update ${literal(table)} set object_key = ${name} where ${row}`);
    if (changes.length < rowsAtOnce) continue;
    await index.batch(changes, { durable: false });
    changes = [];
  }
  if (changes.length > 0) await index.batch(changes, { durable: false });
}

/** The staged folder becomes the data folder; durable when the promise resolves. */
async function putFolder(staging: string, data: string): Promise<void> {
  const objects = join(staging, 'objects');
  // Every object has its row: the first start has nothing to look after.
  const folders = await readdir(objects, { withFileTypes: true }).catch(() => undefined);
  if (folders) await writeOpenBuckets(objects, []);
  for (const folder of folders ?? []) if (folder.isDirectory()) await syncFolder(join(objects, folder.name));
  if (folders) await syncFolder(objects);
  await syncFolder(staging);
  await rmdir(data).catch(() => undefined);
  await rename(staging, data);
  await syncFolder(dirname(data));
}

/** From the index that was staged, which goes. */
async function putInPostgres(url: string, folder: string): Promise<void> {
  const file = indexFile(folder);
  const staged = openSqliteReader(file);
  try {
    await replaceInPostgres(url, async (fresh, before) => {
      if (before) await noRows(before);
      for (const table of await staged.tables())
        if (table.name !== 'schema_version') await copyTable(staged, fresh, table);
      return true;
    });
  } finally {
    await staged.close();
  }
  for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
}
