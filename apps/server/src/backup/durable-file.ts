// Files that are whole or not there: written beside their place, synced, then put into it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from '../objects/crc32.ts';
import { chunkSize } from '../objects/object-store.ts';

/** What was seen of bytes that went by. */
export interface Seen {
  readonly size: number;
  /** Of all bytes, in hexadecimal. */
  readonly sha256: string;
  /** CRC-32 of the bytes from an offset on, as rows of the index keep it. */
  readonly crc: string;
}

/** Passes bytes on, and says afterwards what they were. */
export function createWatcher(crcFrom: number) {
  const hash = createHash('sha256');
  let size = 0;
  let crc = 0;
  return {
    see(chunk: Uint8Array) {
      hash.update(chunk);
      crc = crc32(chunk.subarray(Math.min(chunk.length, Math.max(0, crcFrom - size))), crc);
      size += chunk.length;
    },
    /** Once, at the end. */
    seen: (): Seen => ({ size, sha256: hash.digest('hex'), crc: crc.toString(16).padStart(8, '0') }),
  };
}

export interface WriteOptions {
  readonly crcFrom?: number;
  /** Before each chunk is written. */
  readonly before?: (bytes: number) => Promise<void>;
  /** Looks at what was written before it takes its place; false: the file goes again. */
  readonly accept?: (seen: Seen) => boolean;
}

/** Synced and in its place when the promise resolves; its folder's entry is not synced yet. Throws what source and disk throw. */
export async function writeWhole(path: string, bytes: AsyncIterable<Uint8Array>, options: WriteOptions = {}) {
  const { crcFrom = 0, before, accept = () => true } = options;
  const part = `${path}.part`;
  const watcher = createWatcher(crcFrom);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(part, 'w');
  try {
    for await (const chunk of bytes) {
      await before?.(chunk.length);
      watcher.see(chunk);
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
    }
    await file.sync();
    await file.close();
    const seen = watcher.seen();
    if (accept(seen)) await rename(part, path);
    else await rm(part);
    return seen;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

/** What a file holds. Throws what the operating system throws. */
export const seenOf = (path: string, crcFrom = 0, before?: WriteOptions['before']): Promise<Seen> =>
  seenIn(createReadStream(path, { highWaterMark: chunkSize }), crcFrom, before);

/** What is in bytes that are read to their end. Throws what their source throws. */
export async function seenIn(
  bytes: AsyncIterable<Uint8Array>,
  crcFrom: number,
  before?: WriteOptions['before'],
): Promise<Seen> {
  const watcher = createWatcher(crcFrom);
  for await (const chunk of bytes) {
    await before?.(chunk.length);
    watcher.see(chunk);
  }
  return watcher.seen();
}
