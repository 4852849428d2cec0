// Reading objects from S3: whole, in ranges, or a run at once; an answer that breaks off or stands still is asked for again from there.
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ObjectStore, StoreError } from '../object-store.ts';
import { defaultRequestTimeout, type S3Settings, s3Error } from './s3-client.ts';
import type { Names } from './s3-names.ts';

export interface S3Parts {
  readonly client: S3Client;
  readonly settings: S3Settings;
  readonly names: Names;
}

/** An answer that broke off is taken up again so often without a byte in between. */
const resumptions = 3;

interface Wanted {
  readonly start: number;
  /** Exclusive; undefined: to the end of the object. */
  readonly end: number | undefined;
}

/** In chunks as they come. Throws StoreError. */
async function* readObject(parts: S3Parts, key: string, { start, end }: Wanted): AsyncGenerator<Uint8Array> {
  let at = start;
  /** Of the object, as the first answer said. */
  let last = end;
  for (let left = resumptions; last === undefined || at < last; ) {
    try {
      const answer = await open(parts, key, at, last);
      last ??= answer.end;
      for await (const chunk of answer.chunks) {
        const piece = chunk.subarray(0, last - at);
        at += piece.length;
        left = resumptions;
        if (piece.length > 0) yield piece;
      }
      if (at < last) throw new StoreError('failed', `the answer ended at byte ${at} of ${last}`);
    } catch (error) {
      const known = s3Error(error);
      if (known.fault !== 'failed' || left === 0) throw known;
      left -= 1;
    }
  }
}

async function open({ client, settings, names }: S3Parts, key: string, start: number, end: number | undefined) {
  const range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
  const whole = start === 0 && end === undefined;
  const answer = await client
    .send(new GetObjectCommand({ Bucket: settings.bucket, Key: names.nameOf(key), ...(!whole && { Range: range }) }))
    .catch((error: unknown) => {
      throw s3Error(error);
    });
  const { Body: body, ContentLength: length, ContentRange: said } = answer;
  if (!body || length === undefined) throw new StoreError('failed', 'an answer without a body or a length');
  if (!whole && said === undefined) throw new StoreError('failed', 'the server ignores ranges');
  if (end !== undefined && start + length < end) {
    body
      .transformToWebStream()
      .cancel()
      .catch(() => undefined);
    throw new StoreError('cut-short', `at byte ${start + length}`);
  }
  const chunks = within(settings.requestTimeout ?? defaultRequestTimeout, body.transformToWebStream());
  return { end: start + length, chunks };
}

/** Each piece within so many ms; leaving early, or an error, closes the connection. */
async function* within(timeout: number, stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    while (!ended) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new StoreError('failed', 'the answer stands still')), timeout);
      const next = await Promise.race([reader.read(), late.promise]).finally(() => clearTimeout(timer));
      ended = next.done;
      if (!next.done) yield next.value;
    }
  } finally {
    if (!ended) reader.cancel().catch(() => undefined);
  }
}

export const readerOf =
  (parts: S3Parts): ObjectStore['read'] =>
  (key, run) =>
    readObject(parts, key, { start: run?.start ?? 0, end: run?.end });

/** Throws StoreError 'cut-short' where the object ends before. */
export async function readObjectRun(parts: S3Parts, key: string, start: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  return Buffer.concat(await Array.fromAsync(readObject(parts, key, { start, end: start + length })));
}

/** In bytes; undefined where there is no such object. */
export async function objectSize(
  { client, settings, names }: S3Parts,
  key: string,
  until: { readonly abortSignal?: AbortSignal } = {},
): Promise<number | undefined> {
  try {
    const { ContentLength: size } = await client.send(
      new HeadObjectCommand({ Bucket: settings.bucket, Key: names.nameOf(key) }),
      until,
    );
    return size;
  } catch (error) {
    const known = s3Error(error);
    if (known.fault === 'not-there') return undefined;
    throw known;
  }
}
