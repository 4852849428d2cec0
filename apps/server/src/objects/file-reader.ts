// Reading objects from files: whole, in ranges, or a run at once; in memory of their own or in lent memory.
import { read as readCallback, readv as readvCallback } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { LentBytes } from '@concord/network';
import type { BufferPool } from './buffer-pool.ts';
import { type ByteRun, chunkSize, StoreError, storeError } from './object-store.ts';
import type { OpenFiles } from './open-files.ts';

const readAsync = promisify(readCallback);
const readvAsync = promisify(readvCallback);

/** Lent chunks that one call to the operating system fills. */
const chunksAtOnce = 4;
/** Shorter runs are not worth lending, and must not be: see `LentChunks`. */
const shortestLent = 64 * 1024;

/** In bytes; undefined where there is no such file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    const known = storeError(error);
    if (known.fault === 'not-there') return undefined;
    throw known;
  }
}

export interface ReaderParts {
  readonly files: OpenFiles;
  /** Buffers of `chunkSize` bytes. */
  readonly buffers: BufferPool;
}

/** Where an object's bytes lie: in a file of its own, or in one with others. */
export interface Place {
  readonly path: string;
  /** Of the file, in bytes. */
  readonly start: number;
  /** Undefined: where the file ends. */
  readonly end: number | undefined;
}

/** Chunks that were read at once. */
interface Run {
  readonly chunks: readonly Buffer[];
  readonly length: number;
  readonly giveBack: () => void;
}

/** In chunks of at most `chunkSize`. Throws StoreError. */
export async function* readPlace(
  { files }: Pick<ReaderParts, 'files'>,
  { path, start, end }: Place,
): AsyncGenerator<Uint8Array> {
  try {
    for (let position = start; position < (end ?? Number.POSITIVE_INFINITY); ) {
      const wanted = Math.min(chunkSize, (end ?? Number.POSITIVE_INFINITY) - position);
      const chunk = Buffer.allocUnsafeSlow(wanted);
      const { bytesRead } = await files.use(path, (descriptor) => readAsync(descriptor, chunk, 0, wanted, position));
      if (bytesRead === 0 && end !== undefined) throw new StoreError('cut-short', `at byte ${position}`);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } catch (error) {
    throw storeError(error);
  }
}

/** The same in memory that is used again. */
export const lendPlace = (parts: ReaderParts, place: Place & ByteRun): LentBytes => ({
  length: place.end - place.start,
  chunks: () => lentChunks(parts, place),
});

/** While one run is being used the next is read. */
async function* lentChunks(parts: ReaderParts, { path, start, end }: Place & ByteRun): AsyncGenerator<Uint8Array> {
  const begin = (position: number) => {
    const run = position < end ? readRunOf(parts, path, { position, end }) : undefined;
    run?.catch(() => undefined);
    return run;
  };
  let position = start;
  let next = begin(position);
  try {
    while (next) {
      const run: Run = await next;
      position += run.length;
      next = begin(position);
      yield* run.chunks;
      run.giveBack();
    }
  } catch (error) {
    throw storeError(error);
  } finally {
    void next?.then(({ giveBack }) => giveBack()).catch(() => undefined);
  }
}

async function readRunOf({ files, buffers }: ReaderParts, path: string, at: { position: number; end: number }) {
  const wanted = Math.min(chunksAtOnce * chunkSize, at.end - at.position);
  const { chunks, giveBack } = memoryFor(wanted, buffers);
  await files.use(path, async (descriptor) => {
    for (let done = 0; done < wanted; ) {
      const { bytesRead } = await readvAsync(descriptor, from(chunks, done), at.position + done);
      if (bytesRead === 0) throw new StoreError('cut-short', `at byte ${at.position + done}`);
      done += bytesRead;
    }
  });
  return { chunks, length: wanted, giveBack };
}

/** Chunks of `length` bytes together; a short last one is memory of its own. */
function memoryFor(length: number, buffers: BufferPool): Omit<Run, 'length'> {
  const lent: Buffer[] = [];
  const chunks: Buffer[] = [];
  for (let left = length; left > 0; left -= chunkSize) {
    const size = Math.min(left, chunkSize);
    if (size < shortestLent) chunks.push(Buffer.allocUnsafe(size));
    else {
      const buffer = buffers.take();
      lent.push(buffer);
      chunks.push(buffer.subarray(0, size));
    }
  }
  return { chunks, giveBack: () => lent.splice(0).forEach(buffers.give) };
}

/** What is left of the chunks behind their first `done` bytes. */
function from(chunks: readonly Buffer[], done: number): readonly Buffer[] {
  let skip = done;
  return chunks.flatMap((chunk) => {
    const left = chunk.subarray(Math.min(skip, chunk.length));
    skip = Math.max(0, skip - chunk.length);
    return left.length > 0 ? [left] : [];
  });
}

/** One read where the file gives it all at once. Throws StoreError 'cut-short' where the file ends before. */
export async function readRun(
  { files }: ReaderParts,
  path: string,
  { start, length, into }: { start: number; length: number; into: Uint8Array | undefined },
): Promise<Uint8Array> {
  const run = into ?? (length < shortestLent ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length));
  try {
    await files.use(path, async (descriptor) => {
      for (let done = 0; done < length; ) {
        const { bytesRead } = await readAsync(descriptor, run, done, length - done, start + done);
        if (bytesRead === 0) throw new StoreError('cut-short', `at byte ${start + done}`);
        done += bytesRead;
      }
    });
  } catch (error) {
    throw storeError(error);
  }
  return run;
}
