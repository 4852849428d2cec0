// Whose a place on S3 is: numbers come from an index, so two archives that put objects into one place would replace each other's.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { StoreError } from '../object-store.ts';
import { s3Error } from './s3-client.ts';
import { claimName, numberOf } from './s3-names.ts';
import type { S3Parts } from './s3-reader.ts';

const placeOf = ({ settings, names }: S3Parts) => ({ Bucket: settings.bucket, Key: `${names.folder}${claimName}` });

/** Longer than any name of ours. */
const mostBytes = 200;

const failing = (error: unknown): never => {
  throw s3Error(error);
};

/** The archive that has the place; undefined where nobody has. Throws StoreError. */
export async function readClaim(parts: S3Parts): Promise<string | undefined> {
  const answer = await parts.client.send(new GetObjectCommand(placeOf(parts))).catch((error: unknown) => {
    const known = s3Error(error);
    if (known.fault === 'not-there') return undefined;
    throw known;
  });
  if (!answer) return undefined;
  if ((answer.ContentLength ?? 0) > mostBytes) throw new StoreError('failed', `${claimName} is not what was put there`);
  return ((await answer.Body?.transformToString().catch(failing)) ?? '').trim();
}

/** Throws StoreError. */
export async function writeClaim(parts: S3Parts, archive: string): Promise<void> {
  const body = Buffer.from(`${archive}\n`);
  const put = new PutObjectCommand({ ...placeOf(parts), Body: body, ContentLength: body.length });
  await parts.client.send(put).catch(failing);
}

/** Whether an archive has put objects there. Throws StoreError. */
export async function hasObjects({ client, settings, names }: S3Parts): Promise<boolean> {
  for (const prefix of [names.folder, `${names.folder}m`]) {
    const list = new ListObjectsV2Command({ Bucket: settings.bucket, Prefix: prefix });
    const { Contents: found = [] } = await client.send(list).catch(failing);
    if (found.some(({ Key: name = '' }) => numberOf(names.keyOfName(name)) !== undefined)) return true;
  }
  return false;
}
