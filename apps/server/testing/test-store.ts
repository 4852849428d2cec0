// The object store that a test's archive is opened over: files in the test's folder, unless a suite is run once more on another one.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Database } from '../src/database/database.ts';
import { openFileSystemStore } from '../src/objects/file-system.ts';
import { type ObjectReader, openFileReader } from '../src/objects/object-reader.ts';
import type { ObjectStore } from '../src/objects/object-store.ts';
import { createClient, type S3Settings } from '../src/objects/s3/s3-client.ts';
import { createNames } from '../src/objects/s3/s3-names.ts';
import { openS3Reader, openS3Store } from '../src/objects/s3/s3-store.ts';
import type { S3Server } from './s3-server.ts';

export interface TestStoreOptions {
  /** Of the test; each has objects of its own. */
  readonly folder: string;
  readonly reserve: number;
  readonly journal: number;
  readonly database: Database;
  readonly failed: (error: unknown) => void;
}

interface Kind {
  /** False: objects lie on no disk of ours, which has no reserve, and whose files nobody can look at. */
  readonly onDisk: boolean;
  open(options: TestStoreOptions): Promise<ObjectStore>;
  /** Keys of the objects that are there, in order. */
  keys(folder: string, store: ObjectStore): Promise<string[]>;
  /** As checks see it. */
  reader(folder: string): ObjectReader;
  /** Puts other bytes in an object's place, or nothing. */
  spoil(folder: string, key: string, bytes: Uint8Array | undefined): Promise<void>;
}

const inFiles: Kind = {
  onDisk: true,
  open: ({ folder, reserve, journal, database, failed }) =>
    openFileSystemStore({
      ...{ folder: join(folder, 'objects'), reserve, journal, segmentSize: 256 * 1024 },
      ...{ flushIndex: database.flush, failed },
    }),
  async keys(folder, store) {
    const names = await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(
      names
        .filter((entry) => entry.isFile() && entry.name.endsWith('.dcm'))
        .map(async (entry) => {
          const key = join(entry.parentPath, entry.name).slice(join(folder, 'objects').length + 1);
          return { key, size: (await store.size(key)) ?? 0 };
        }),
    );
    // Those made in advance are empty.
    return sizes.flatMap(({ key, size }) => (size > 0 ? [key] : [])).sort();
  },
  reader: (folder) => openFileReader(join(folder, 'objects')),
  spoil: (folder, key, bytes) => {
    const path = join(folder, 'objects', key);
    return bytes ? writeFile(path, bytes) : rm(path);
  },
};

let kind = inFiles;

export const openTestStore = (options: TestStoreOptions): Promise<ObjectStore> => kind.open(options);
export const keysInStore = (folder: string, store: ObjectStore): Promise<string[]> => kind.keys(folder, store);

export const readerOfStore = (folder: string): ObjectReader => kind.reader(folder);
export const spoilInStore = (folder: string, key: string, bytes?: Uint8Array): Promise<void> =>
  kind.spoil(folder, key, bytes);

/** False while a suite is run on a store that lies on no disk: tests of the disk are not made then. */
export const isStoreOnDisk = (): boolean => kind.onDisk;

/** From now on every test's objects go to this server, below a name of their own. */
export async function useStoreOnS3({ endpoint, accessKey, secretKey }: S3Server, bucket: string): Promise<void> {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const settings = { bucket, prefix: '', endpoint, region: 'us-east-1', credentials };
  const client = createClient(settings);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  process.on('exit', () => client.destroy());
  /** Names of folders that tests make are of their own in a run, and have a random part. */
  const of = (folder: string): S3Settings => ({ ...settings, prefix: folder.replace(/.*\//, '') });
  kind = {
    onDisk: false,
    open: ({ folder, database, failed }) =>
      openS3Store({ ...of(folder), database, node: 'test', now: () => new Date(), failed }),
    async keys(folder) {
      const reader = openS3Reader(of(folder), () => false);
      const listed = await Array.fromAsync(reader.list());
      await reader.close();
      return listed.map(({ key }) => key);
    },
    reader: (folder) => openS3Reader(of(folder), () => false),
    async spoil(folder, key, bytes) {
      const at = { Bucket: bucket, Key: createNames(of(folder).prefix).nameOf(key) };
      await (bytes
        ? client.send(new PutObjectCommand({ ...at, Body: bytes }))
        : client.send(new DeleteObjectCommand(at)));
    },
  };
}
