// Objects of a backup on their way back to S3: under the keys they have, into a place that is empty until all are there.
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type ObjectWriter, StoreError } from '../object-store.ts';
import { writeClaim } from './s3-claim.ts';
import { checkBucket, createClient, type S3Settings, s3Error } from './s3-client.ts';
import { claimName, createNames, numberOf } from './s3-names.ts';
import { createS3Writer } from './s3-writer.ts';

/** There while a restore is under way, or was cut off: what lies beside it counts for nothing. */
const marker = 'restoring';

/** Everything throws StoreError. */
export interface S3PutBack {
  /** False: something is there that no restore has left. */
  begin(): Promise<boolean>;
  /** Takes the place of what is there under the key. */
  create(key: string): ObjectWriter;
  /** Everything is there, and the place is from now on that of the archive. */
  claim(archive: string): Promise<void>;
  /** The index that knows it is in its place. */
  end(): Promise<void>;
  close(): void;
}

/** Throws StoreError where the bucket is not there or may not be used. */
export async function openS3PutBack(settings: S3Settings): Promise<S3PutBack> {
  const client = createClient(settings);
  const names = createNames(settings.prefix);
  const { bucket } = settings;
  const parts = { client, settings, names };
  const at = { Bucket: bucket, Key: `${names.folder}${marker}` };
  const nothing = () => undefined;
  const failing = (error: unknown): never => {
    throw s3Error(error);
  };
  await checkBucket(client, bucket).catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  const isMarked = () =>
    client.send(new HeadObjectCommand(at)).then(
      () => true,
      (error: unknown) => (s3Error(error).fault === 'not-there' ? false : failing(error)),
    );
  return {
    async begin() {
      const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: names.folder, MaxKeys: 2 });
      const { Contents: found = [] } = await client.send(list).catch(failing);
      // An archive that has put nothing there yet may have said that the place is its own.
      const has = found.some(({ Key: name }) => name !== `${names.folder}${claimName}`);
      if (has && !(await isMarked())) return false;
      await client.send(new PutObjectCommand({ ...at, Body: Buffer.alloc(0), ContentLength: 0 })).catch(failing);
      return true;
    },
    create(key) {
      const number = numberOf(key);
      if (number === undefined) throw new StoreError('failed', `${key} is no name of an object here`);
      return createS3Writer({ ...parts, key, number, isOurs: () => true, ended: nothing, left: nothing });
    },
    claim: (archive) => writeClaim(parts, archive),
    async end() {
      await client.send(new DeleteObjectCommand(at)).catch(failing);
    },
    close: () => client.destroy(),
  };
}
