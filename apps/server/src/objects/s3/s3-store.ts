// The object store on S3: each object one S3 object, named by its number; shared by any number of nodes.
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Database } from '../../database/database.ts';
import type { ListedObject, ObjectReader } from '../object-reader.ts';
import { lendOwn, type ObjectStore, StoreError, type UnsettledBucket } from '../object-store.ts';
import { nextNumber, openBlocks } from './blocks.ts';
import { numberFrom } from './s3-claim.ts';
import { addressOf, checkBucket, createClient, type S3Settings, s3Error } from './s3-client.ts';
import { blockSize, createNames, keyOf, numberOf, smallNames } from './s3-names.ts';
import { objectSize, readerOf, readObjectRun, type S3Parts } from './s3-reader.ts';
import { assertHeld, createS3Writer } from './s3-writer.ts';

export interface S3StoreOptions extends S3Settings {
  /** Keeps the numbers. */
  readonly database: Pick<Database, 'all' | 'batch'>;
  /** Name of this node: the same after a restart, and of no other node. */
  readonly node: string;
  readonly now: () => Date;
  /** Milliseconds that go on whatever is done to the clock. Default `performance.now`. */
  readonly steady?: () => number;
  /** False: another server may be at work with this one's numbers. Default: always true. */
  readonly isHeld?: () => boolean;
  /** Hears of trouble that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

const partsOf = (settings: S3Settings): S3Parts => ({
  client: createClient(settings),
  settings,
  names: createNames(settings.prefix),
});

/** Throws StoreError where the bucket is not there or may not be used, DatabaseError. */
export async function openS3Store(options: S3StoreOptions): Promise<ObjectStore> {
  const parts = partsOf(options);
  const { isHeld = () => true } = options;
  await checkBucket(parts.client, options.bucket);
  await assertNotOlder(parts, options.database);
  const blocks = await openBlocks(options);
  let closed = false;
  return {
    async create() {
      if (closed) throw new StoreError('closed');
      assertHeld(isHeld);
      const { number, ...block } = await blocks.take();
      const isOurs = () => isHeld() && block.isOurs();
      return createS3Writer({ ...parts, key: keyOf(number), number, ...block, isOurs, isHeld });
    },
    read: readerOf(parts),
    lend: lendOwn(readerOf(parts)),
    readRun: (key, start, length) => readObjectRun(parts, key, start, length),
    isFar: () => true,
    size: (key) => objectSize(parts, key),
    async remove(key) {
      assertHeld(isHeld);
      if ((await objectSize(parts, key)) === undefined) return false;
      try {
        await parts.client.send(new DeleteObjectCommand({ Bucket: options.bucket, Key: parts.names.nameOf(key) }));
        return true;
      } catch (error) {
        throw s3Error(error);
      }
    },
    unsettled: () => listUnsettled(parts, blocks.left()),
    async settle() {
      for (const first of blocks.left()) await abortUploads(parts, parts.names.blockFolder(first));
      await blocks.settle();
    },
    takeOver: blocks.takeOver,
    async close() {
      if (closed) return;
      closed = true;
      await blocks.close();
      parts.client.destroy();
    },
  };
}

/** Numbers that objects have are not given again. Throws StoreError where the index would. */
async function assertNotOlder(parts: S3Parts, database: S3StoreOptions['database']): Promise<void> {
  const found = await numberFrom(parts, await nextNumber(database));
  // Another server may have been given more since.
  if (found === undefined || found < (await nextNumber(database))) return;
  throw new StoreError(
    'failed',
    `objects lie on ${addressOf(parts.settings)} under numbers that the index has not given yet: it was put back to an earlier state. concord reindex takes in what it does not know`,
  );
}

/** For checks and copies, which take no numbers. `isUnsettled` knows the blocks that nodes are at work on. */
export function openS3Reader(settings: S3Settings, isUnsettled: (number: number) => boolean): ObjectReader {
  const parts = partsOf(settings);
  return {
    read: readerOf(parts),
    size: (key) => objectSize(parts, key),
    async *list() {
      for await (const { key, size } of listAll(parts)) {
        const number = numberOf(key);
        const listed: ListedObject = { key, size, unsettled: number !== undefined && isUnsettled(number) };
        yield number === undefined ? listed : { ...listed, number };
      }
    },
    close: async () => parts.client.destroy(),
  };
}

async function* listUnsettled(parts: S3Parts, firsts: readonly number[]): AsyncGenerator<UnsettledBucket> {
  for (const first of firsts) {
    const objects: { key: string; number: number; size: number }[] = [];
    for await (const { key, size } of listBelow(parts, parts.names.blockFolder(first))) {
      const number = numberOf(key);
      if (number !== undefined) objects.push({ key, number, size });
    }
    yield { first, end: first + blockSize, objects };
  }
}

/** Parts that were sent before a crash take room, and nobody sees them. */
async function abortUploads({ client, settings: { bucket } }: S3Parts, folder: string): Promise<void> {
  try {
    const { Uploads: uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: folder }),
    );
    for (const { Key: name, UploadId: upload } of uploads)
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: upload }));
  } catch (error) {
    throw s3Error(error);
  }
}

/** Objects that were moved here have the lower numbers, and names behind those of the others: they come first. */
async function* listAll(parts: S3Parts) {
  const { folder } = parts.names;
  const moved = `${folder}m`;
  yield* listBelow(parts, moved);
  for await (const found of listBelow(parts, folder)) {
    if (parts.names.nameOf(found.key) >= moved) break;
    yield found;
  }
  yield* listBelow(parts, folder, `${moved}\u{10ffff}`);
}

/** In the order of their names, which is that of their numbers. */
async function* listBelow({ client, settings, names }: S3Parts, folder: string, behind?: string) {
  const small = new Set(smallNames.map((name) => `${names.folder}${name}`));
  for (let token: string | undefined, more = true; more; ) {
    const answer = await client
      .send(
        new ListObjectsV2Command({
          Bucket: settings.bucket,
          Prefix: folder,
          ...(behind !== undefined && { StartAfter: behind }),
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      )
      .catch((error: unknown) => {
        throw s3Error(error);
      });
    for (const { Key: name, Size: size } of answer.Contents ?? [])
      if (name !== undefined && size !== undefined && !small.has(name)) yield { key: names.keyOfName(name), size };
    token = answer.NextContinuationToken;
    more = token !== undefined;
  }
}
