// One object's bytes on their way to S3: small ones in one request, large ones part by part; there only when S3 says it is whole.
import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type ObjectWriter, type Seal, StoreError } from '../object-store.ts';
import { inTime, s3Error } from './s3-client.ts';
import { objectSize, type S3Parts } from './s3-reader.ts';

/** S3 takes no smaller part but the last. */
const smallestPart = 5 * 1024 * 1024;
const defaultPart = 8 * 1024 * 1024;
/** S3 takes so many parts: those of very large objects grow. */
const partsBeforeGrowth = 1000;
/** For what is left of an object that was refused, in ms: its sender waits for the answer. What stays is found at the next start. */
const removalPatience = 3000;

export interface S3WriterParts extends S3Parts {
  readonly key: string;
  readonly number: number;
  /** Whether the number is still ours: another node may have taken it over from one that stood still. */
  readonly isOurs: () => boolean;
  /** False: another server may have put an object of its own under this name. */
  readonly isHeld: () => boolean;
  /** Kept for good, or gone. */
  readonly ended: () => void;
  /** Left to the next start. */
  readonly left: () => void;
}

type InTime = ReturnType<typeof inTime>;

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');

const ignoreUnknownUpload = (error: unknown): void => {
  if (!(error instanceof Error && error.name === 'NoSuchUpload')) throw error;
};

/** Throws StoreError. */
export function assertHeld(isHeld: () => boolean): void {
  if (!isHeld()) throw new StoreError('failed', 'another server may be at work here with a copy of this one’s index');
}

class S3Writer implements ObjectWriter {
  readonly key: string;
  readonly number: number;
  readonly #parts: S3WriterParts;
  #collected: Uint8Array[] = [];
  #waiting = 0;
  #size = 0;
  #upload: string | undefined;
  readonly #done: CompletedPart[] = [];
  #sending: Promise<void> | undefined;
  #failed: StoreError | undefined;
  #state: 'open' | 'stored' | 'ended' = 'open';

  constructor(parts: S3WriterParts) {
    this.#parts = parts;
    this.key = parts.key;
    this.number = parts.number;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failed) throw this.#failed;
    // Copied: senders use their memory again.
    this.#collected.push(Uint8Array.from(chunk));
    this.#waiting += chunk.length;
    this.#size += chunk.length;
    return this.#waiting >= this.#partSize ? this.#sendPart() : undefined;
  }

  async commit(_seal: Seal): Promise<'synced'> {
    try {
      await this.#sending;
      if (this.#failed) throw this.#failed;
      assertHeld(this.#parts.isHeld);
      const until = this.#inTime();
      if (this.#upload === undefined) await this.#putWhole(until);
      else await this.#complete(this.#upload, until);
      this.#state = 'stored';
      await this.#check(until);
      return 'synced';
    } catch (error) {
      await this.abandon();
      throw s3Error(error);
    }
  }

  settle(): void {
    if (this.#state !== 'stored') return;
    this.#state = 'ended';
    this.#parts.ended();
  }

  leave(): void {
    this.#state = 'ended';
    this.#parts.left();
  }

  async abandon(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#collected = [];
    await this.#sending;
    const gone = await this.#remove().then(
      () => true,
      () => false,
    );
    // What cannot be removed now has no row: the next start finds it by its number.
    if (gone) this.#parts.ended();
    else this.#parts.left();
  }

  get #partSize(): number {
    const wanted = Math.max(smallestPart, this.#parts.settings.partSize ?? defaultPart);
    return wanted * Math.max(1, Math.ceil(this.#done.length / partsBeforeGrowth));
  }

  get #place() {
    const { settings, names, key } = this.#parts;
    return { Bucket: settings.bucket, Key: names.nameOf(key) };
  }

  #inTime = (): InTime => inTime(this.#parts.settings.patience);

  #take(): Buffer {
    const body = Buffer.concat(this.#collected, this.#waiting);
    this.#collected = [];
    this.#waiting = 0;
    return body;
  }

  /** One part on its way while the next is collected: the sender waits where it is faster. */
  async #sendPart(): Promise<void> {
    await this.#sending;
    if (this.#failed) throw this.#failed;
    const body = this.#take();
    this.#sending = this.#uploadPart(body, this.#inTime()).catch((error: unknown) => {
      this.#failed = s3Error(error);
    });
  }

  async #uploadPart(body: Buffer, until: InTime): Promise<void> {
    const { client } = this.#parts;
    this.#upload ??= (await client.send(new CreateMultipartUploadCommand(this.#place), until)).UploadId;
    if (this.#upload === undefined) throw new StoreError('failed', 'an upload was begun without a name');
    const number = this.#done.length + 1;
    const { ETag: tag } = await client.send(
      new UploadPartCommand({
        ...this.#place,
        UploadId: this.#upload,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ContentMD5: md5(body),
      }),
      until,
    );
    if (tag === undefined) throw new StoreError('failed', `part ${number} was answered without its tag`);
    this.#done.push({ PartNumber: number, ETag: tag });
  }

  async #putWhole(until: InTime): Promise<void> {
    const body = this.#take();
    await this.#parts.client.send(
      new PutObjectCommand({ ...this.#place, Body: body, ContentLength: body.length, ContentMD5: md5(body) }),
      until,
    );
  }

  async #complete(upload: string, until: InTime): Promise<void> {
    if (this.#waiting > 0) await this.#uploadPart(this.#take(), until);
    const { client } = this.#parts;
    await client.send(
      new CompleteMultipartUploadCommand({
        ...this.#place,
        UploadId: upload,
        MultipartUpload: { Parts: this.#done },
      }),
      until,
    );
    this.#upload = undefined;
  }

  /** Said to be whole is not enough: it must be there, and as long as it was sent. */
  async #check(until: InTime): Promise<void> {
    const size = await objectSize(this.#parts, this.key, until);
    if (size !== this.#size)
      throw new StoreError('failed', `${this.#size} bytes were sent, ${size ?? 'none'} are there`);
    if (!this.#parts.isOurs()) throw new StoreError('failed', 'this node stood still too long');
  }

  async #remove(): Promise<void> {
    const { client, settings, isHeld } = this.#parts;
    const upload = this.#upload;
    const until = inTime(settings.patience && Math.min(settings.patience, removalPatience));
    const abort = new AbortMultipartUploadCommand({ ...this.#place, UploadId: upload });
    // It may have been completed although the answer was lost.
    if (upload !== undefined) await client.send(abort, until).catch(ignoreUnknownUpload);
    assertHeld(isHeld);
    // A request whose answer was lost may have been carried out.
    await client.send(new DeleteObjectCommand(this.#place), until);
  }
}

export const createS3Writer = (parts: S3WriterParts): ObjectWriter => new S3Writer(parts);
