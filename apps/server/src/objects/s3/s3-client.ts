// The way to an S3 server: limits for every wait, a few tries for what may go better the next time, its errors in this room's words.
import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { StoreError, storeError, type storeFaults } from '../object-store.ts';

export interface S3Settings {
  readonly bucket: string;
  /** Of every name; may be empty. */
  readonly prefix: string;
  /** Absent: that of the region at AWS. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** Absent: what the AWS SDK finds (environment, files, role of the machine). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** For a connection, in ms. */
  readonly connectTimeout?: number;
  /** For a request or a piece of an answer, in ms. */
  readonly requestTimeout?: number;
  /** For an object, or a part of it, to be taken, all tries together, in ms; absent: as long as the tries take. */
  readonly patience?: number;
  /** Tries of each request. */
  readonly tries?: number;
  /** Bytes of a part of a multipart upload; S3 takes no less than 5 MiB. */
  readonly partSize?: number;
}

export const addressOf = ({ bucket, prefix }: Pick<S3Settings, 'bucket' | 'prefix'>): string =>
  `s3://${bucket}${prefix && `/${prefix}`}`;

export const defaultRequestTimeout = 30_000;
const mostSockets = 100;

export function createClient(settings: S3Settings): S3Client {
  const { endpoint, region, credentials, connectTimeout = 5000, requestTimeout = defaultRequestTimeout } = settings;
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials: { ...credentials } }),
    maxAttempts: settings.tries ?? 4,
    // Checksums of the newer kind travel as trailers, which other servers than AWS store or refuse: Content-MD5 is understood by all.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeout,
      httpAgent: { maxSockets: mostSockets, keepAlive: true },
      httpsAgent: { maxSockets: mostSockets, keepAlive: true },
    },
  });
}

/** What a request that a sender waits for is given: it is ended when its time is over. */
export const inTime = (ms: number | undefined): { readonly abortSignal?: AbortSignal } =>
  ms === undefined ? {} : { abortSignal: AbortSignal.timeout(ms) };

const faultOfName: Readonly<Record<string, keyof typeof storeFaults>> = {
  NoSuchKey: 'not-there',
  NotFound: 'not-there',
  InvalidRange: 'cut-short',
  QuotaExceeded: 'full',
  XMinioStorageFull: 'full',
  InsufficientStorage: 'full',
};

/** The store's error for one of the server's, or of the way to it. */
export function s3Error(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new StoreError('failed', 'S3 gave no answer in time', error);
  if (!(error instanceof S3ServiceException)) return storeFailure(error);
  const status = error.$metadata.httpStatusCode;
  const fault = faultOfName[error.name] ?? (status === 507 ? 'full' : 'failed');
  return new StoreError(fault, `${error.name}${status === undefined ? '' : ` (${status})`}: ${error.message}`, error);
}

/** Throws StoreError in words for who sets it up: an answer to HEAD has no body, and so no reason in it. */
export async function checkBucket(client: S3Client, bucket: string): Promise<void> {
  await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const words =
      status === 404
        ? 'the server has no such bucket, and Concord makes none'
        : status === 403 || status === 401
          ? `the server refuses the access key, its secret, or their way to the bucket (${status})`
          : s3Error(error).message;
    throw new StoreError('failed', `bucket ${bucket}: ${words}`, error);
  });
}

/** Codes of the operating system mean another thing on a socket than on a disk. */
const storeFailure = (error: unknown): StoreError =>
  new StoreError('failed', storeError(error).message.replace(/^[^:]*: /, ''), error);
