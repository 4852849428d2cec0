// Whose a place on S3 is: numbers come from an index, so two archives that put objects into one place would replace each other's.
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { StoreError } from '../object-store.ts';
import { inTime, s3Error } from './s3-client.ts';
import { claimName, numberOf, type smallNames } from './s3-names.ts';
import type { S3Parts } from './s3-reader.ts';

export interface Claim {
  /** The name of the archive. */
  readonly id: string;
  /** Of the state that its index had when it last put objects there; '' where it never said one. */
  readonly stamp: string;
}

type SmallName = (typeof smallNames)[number];

const placeOf = ({ settings, names }: S3Parts, name: SmallName) => ({
  Bucket: settings.bucket,
  Key: `${names.folder}${name}`,
});

/** Longer than any text of ours. */
const mostBytes = 1000;
/** On servers that put an object whatever is there: so long after the last look a claim may come, in ms, and so much later it is read. */
const claimMs = 4000;
const settleMs = 6000;

const failing = (error: unknown): never => {
  throw s3Error(error);
};

/** The text of one of the objects that are no images; undefined where it is not there. Throws StoreError. */
export async function readSmall(parts: S3Parts, name: SmallName): Promise<string | undefined> {
  const answer = await parts.client.send(new GetObjectCommand(placeOf(parts, name))).catch((error: unknown) => {
    const known = s3Error(error);
    if (known.fault === 'not-there') return undefined;
    throw known;
  });
  if (!answer) return undefined;
  if (!answer.Body) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    // A server need not say before how long it is.
    for await (const piece of answer.Body.transformToWebStream()) {
      length += piece.length;
      if (length > mostBytes) throw new StoreError('failed', `${name} is not what was put there`);
      pieces.push(piece);
    }
  } catch (error) {
    throw s3Error(error);
  }
  return Buffer.concat(pieces).toString();
}

/** Takes the place of what is there. Throws StoreError. */
export async function writeSmall(parts: S3Parts, name: SmallName, text: string): Promise<void> {
  await parts.client.send(putting(parts, name, text)).catch(failing);
}

/** Throws StoreError. */
export async function removeSmall(parts: S3Parts, name: SmallName): Promise<void> {
  await parts.client.send(new DeleteObjectCommand(placeOf(parts, name))).catch(failing);
}

function putting(parts: S3Parts, name: SmallName, text: string, more: { readonly IfNoneMatch?: '*' } = {}) {
  const body = Buffer.from(text);
  return new PutObjectCommand({ ...placeOf(parts, name), Body: body, ContentLength: body.length, ...more });
}

/** What servers say to a condition that does not hold, and what those say that know none. */
const refusals: Readonly<Record<number, 'there' | 'unknown'>> = {
  409: 'there',
  412: 'there',
  400: 'unknown',
  501: 'unknown',
};

/**
 * Puts the text where none is, of those who do so at once one alone. False: another text is there. A server that knows no condition keeps the
 * text of the last: then what is there is read when everybody has put theirs. Throws StoreError.
 */
export async function beginSmall(parts: S3Parts, name: SmallName, text: string): Promise<boolean> {
  const until = inTime(claimMs);
  const only = () =>
    parts.client.send(putting(parts, name, text, { IfNoneMatch: '*' }), until).then(
      () => 'put' as const,
      (error: unknown) => refusals[statusOf(error)] ?? failing(error),
    );
  const outcome = await only();
  // Whoever is asked twice and puts it twice has not looked.
  if (outcome === 'unknown' || (outcome === 'put' && (await only()) !== 'there')) {
    if (outcome === 'unknown') await parts.client.send(putting(parts, name, text), until).catch(failing);
    await pause(settleMs);
  }
  return (await readSmall(parts, name)) === text;
}

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;

const textOf = ({ id, stamp }: Claim): string => (stamp === '' ? `${id}\n` : `${id}\n${stamp}\n`);

/** The archive that has the place; undefined where nobody has. Throws StoreError. */
export async function readClaim(parts: S3Parts): Promise<Claim | undefined> {
  const text = await readSmall(parts, claimName);
  if (text === undefined) return undefined;
  const [id = '', stamp = ''] = text.trim().split(/\s+/);
  return { id, stamp };
}

/** False where another archive has the place. Throws StoreError. */
export const beginClaim = (parts: S3Parts, claim: Claim): Promise<boolean> =>
  beginSmall(parts, claimName, textOf(claim));

/** Throws StoreError. */
export const writeClaim = (parts: S3Parts, claim: Claim): Promise<void> => writeSmall(parts, claimName, textOf(claim));

/** Whether an archive has put objects there. Throws StoreError. */
export async function hasObjects({ client, settings, names }: S3Parts): Promise<boolean> {
  for (const prefix of [names.folder, `${names.folder}m`]) {
    const list = new ListObjectsV2Command({ Bucket: settings.bucket, Prefix: prefix });
    const { Contents: found = [] } = await client.send(list).catch(failing);
    if (found.some(({ Key: name = '' }) => numberOf(names.keyOfName(name)) !== undefined)) return true;
  }
  return false;
}

/** An object there with a number of a block from this one on; undefined where there is none. Throws StoreError. */
export async function numberFrom({ client, settings, names }: S3Parts, first: number): Promise<number | undefined> {
  const after = names.blockFolder(first);
  const list = new ListObjectsV2Command({
    Bucket: settings.bucket,
    Prefix: names.folder,
    StartAfter: after,
    MaxKeys: 1,
  });
  const { Contents: found = [] } = await client.send(list).catch(failing);
  const number = numberOf(names.keyOfName(found[0]?.Key ?? ''));
  return number !== undefined && number >= first ? number : undefined;
}
