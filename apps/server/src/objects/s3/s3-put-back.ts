// Objects of a backup on their way back to S3: under the keys they have, into a place that is empty until all are there.
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type Hold, takeHold } from '../holding.ts';
import { type ObjectWriter, StoreError } from '../object-store.ts';
import { holderPlaceOf } from './hold-place.ts';
import { readSmall, removeSmall, writeClaim, writeSmall } from './s3-claim.ts';
import { addressOf, checkBucket, createClient, type S3Settings, s3Error } from './s3-client.ts';
import { createNames, numberOf, restoringName, smallNames } from './s3-names.ts';
import type { S3Parts } from './s3-reader.ts';
import { createS3Writer } from './s3-writer.ts';

/** Everything throws StoreError. */
export interface S3PutBack {
  /** `where`: names who restores. False: something is there that no restore has left, or somebody is at work there. */
  begin(archive: string, where: string): Promise<boolean>;
  /** Takes the place of what is there under the key. */
  create(key: string): ObjectWriter;
  /** Everything is there, and the place is from now on that of the archive. */
  claim(archive: string): Promise<void>;
  /** The index that knows it is in its place. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** Throws StoreError where the bucket is not there or may not be used. */
export async function openS3PutBack(settings: S3Settings): Promise<S3PutBack> {
  const client = createClient(settings);
  const names = createNames(settings.prefix);
  const { bucket } = settings;
  const parts = { client, settings, names };
  let hold: Hold | undefined;
  const nothing = () => undefined;
  await checkBucket(client, bucket).catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  /** An archive that has put nothing there yet may have said that the place is its own. */
  const isEmpty = async () => {
    const small = new Set(smallNames.map((name) => `${names.folder}${name}`));
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: names.folder, MaxKeys: small.size + 1 });
    const { Contents: found = [] } = await client.send(list).catch((error: unknown) => {
      throw s3Error(error);
    });
    return found.every(({ Key: name = '' }) => small.has(name));
  };
  const assertHeld = (): void => {
    if (!hold?.isHeld())
      throw new StoreError('failed', `another restore, or a server, is at work on ${addressOf(settings)}`);
  };
  return {
    async begin(archive, where) {
      if ((await readSmall(parts, restoringName)) === undefined && !(await isEmpty())) return false;
      hold = await takeHold({ place: holderPlaceOf(parts), where, lost: nothing });
      assertHeld();
      await writeSmall(parts, restoringName, `${archive}\n`);
      await abortUploads(parts);
      return true;
    },
    create(key) {
      const number = numberOf(key);
      if (number === undefined) throw new StoreError('failed', `${key} is no name of an object here`);
      const isHeld = () => !hold || hold.isHeld();
      return createS3Writer({ ...parts, key, number, isOurs: isHeld, isHeld, ended: nothing, left: nothing });
    },
    async claim(archive) {
      assertHeld();
      await writeClaim(parts, { id: archive, stamp: '' });
    },
    end: () => removeSmall(parts, restoringName),
    async close() {
      await hold?.close();
      client.destroy();
    },
  };
}

/** Parts that a restore sent before it was cut off take room, and nobody sees them. */
async function abortUploads({ client, settings: { bucket }, names }: S3Parts): Promise<void> {
  try {
    const list = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: names.folder });
    const { Uploads: uploads = [] } = await client.send(list);
    for (const { Key: name = '', UploadId: upload } of uploads)
      if (numberOf(names.keyOfName(name)) !== undefined)
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: upload }));
  } catch (error) {
    throw s3Error(error);
  }
}
