// S3 as the place where objects of a data folder go when they are old: under the numbers they have.
import { AbortMultipartUploadCommand, DeleteObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { lendOwn, type ObjectStore, type ObjectWriter } from '../object-store.ts';
import { checkBucket, createClient, type S3Settings, s3Error } from './s3-client.ts';
import { createNames, movedKeyOf } from './s3-names.ts';
import { objectSize, readerOf, readObjectRun, type S3Parts } from './s3-reader.ts';
import { assertHeld, createS3Writer } from './s3-writer.ts';

/** Where objects go that have a number already. Everything throws StoreError. */
export interface SecondStore extends Pick<ObjectStore, 'read' | 'lend' | 'readRun' | 'size' | 'remove' | 'close'> {
  /** Its name here, now or once it is moved. */
  keyOf(number: number): string;
  /** Takes the place of what is there under the number. */
  create(number: number): ObjectWriter;
  /** Removes what an interrupted copy may have left, parts of it too. */
  discard(key: string): Promise<void>;
}

/** `isHeld`: false where another server may be at work there. Throws StoreError where the bucket is not there or may not be used. */
export async function openS3Tier(settings: S3Settings, isHeld: () => boolean): Promise<SecondStore> {
  const parts: S3Parts = { client: createClient(settings), settings, names: createNames(settings.prefix) };
  const { client, names } = parts;
  const { bucket } = settings;
  await checkBucket(client, bucket).catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  const nothing = () => undefined;
  const withOwnErrors = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw s3Error(error);
    });
  return {
    keyOf: movedKeyOf,
    create: (number) =>
      createS3Writer({
        ...parts,
        key: movedKeyOf(number),
        number,
        isOurs: isHeld,
        isHeld,
        ended: nothing,
        left: nothing,
      }),
    read: readerOf(parts),
    lend: lendOwn(readerOf(parts)),
    readRun: (key, start, length) => readObjectRun(parts, key, start, length),
    size: (key) => objectSize(parts, key),
    async remove(key) {
      assertHeld(isHeld);
      if ((await objectSize(parts, key)) === undefined) return false;
      await withOwnErrors(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: names.nameOf(key) })));
      return true;
    },
    async discard(key) {
      assertHeld(isHeld);
      const name = names.nameOf(key);
      const begun = await withOwnErrors(client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: name })));
      for (const { UploadId: upload } of begun.Uploads ?? [])
        await withOwnErrors(
          client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: upload })),
        );
      await withOwnErrors(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: name })));
    },
    close: async () => client.destroy(),
  };
}
