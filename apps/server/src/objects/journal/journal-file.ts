// The journal's file: a ring of segments, made before they are used, written past the page cache where that is possible.
import {
  close as closeCallback,
  constants,
  fdatasync as fdatasyncCallback,
  open as openCallback,
  read as readCallback,
  write as writeCallback,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { blockSize } from './record.ts';

const openAsync = promisify(openCallback);
const closeAsync = promisify(closeCallback);
const readAsync = promisify(readCallback);
const writeAsync = promisify(writeCallback);
const fdatasyncAsync = promisify(fdatasyncCallback);

/** Memory of WebAssembly begins at a page: the one kind of memory here that direct I/O takes. */
const wasmPage = 65_536;
export const alignedBuffer = (size: number): Buffer =>
  Buffer.from(new WebAssembly.Memory({ initial: Math.ceil(size / wasmPage) }).buffer, 0, size);

export interface JournalFile {
  /** Segments that are made: the first so many of the ring. */
  readonly segments: number;
  /** Makes the next segment: its blocks belong to the file from then on, and a write needs no new ones. */
  grow(): Promise<void>;
  /** Writes whole blocks; `durable`: resolves when they, and all written before, are on the disk. */
  write(blocks: Buffer, position: number, durable: boolean): Promise<void>;
  /** Fills the target; what lies beyond the end is zeros. */
  read(target: Buffer, position: number): Promise<void>;
  close(): Promise<void>;
}

/** O_DIRECT is refused by some file systems, and unknown to some operating systems. */
const openDirect = async (path: string, flags: number): Promise<number> => {
  if (constants.O_DIRECT !== undefined)
    try {
      return await openAsync(path, flags | constants.O_DIRECT, 0o644);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
    }
  return openAsync(path, flags, 0o644);
};

export async function openJournalFile(path: string, segmentSize: number): Promise<JournalFile> {
  const plain = await openDirect(path, constants.O_RDWR | constants.O_CREAT);
  const synced = await openDirect(path, constants.O_RDWR | constants.O_DSYNC);
  const reader = await openAsync(path, 'r');
  let segments = Math.floor((await stat(path)).size / segmentSize);
  let unsynced = false;
  const writeAll = async (descriptor: number, blocks: Buffer, position: number) => {
    for (let done = 0; done < blocks.length; ) {
      const left = blocks.length - done;
      const { bytesWritten } = await writeAsync(descriptor, blocks, done, left, position + done);
      if (bytesWritten % blockSize !== 0 || bytesWritten === 0)
        throw new Error(`wrote ${bytesWritten} of ${left} bytes`);
      done += bytesWritten;
    }
  };
  return {
    get segments() {
      return segments;
    },
    async grow() {
      const zeros = alignedBuffer(1024 * 1024);
      const start = segments * segmentSize;
      for (let at = 0; at < segmentSize; at += zeros.length)
        await writeAll(plain, zeros.subarray(0, Math.min(zeros.length, segmentSize - at)), start + at);
      await fdatasyncAsync(plain);
      segments += 1;
    },
    async write(blocks, position, durable) {
      // A synced write vouches for itself only: what went before unsynced needs the whole file to be synced.
      await writeAll(durable && !unsynced ? synced : plain, blocks, position);
      if (durable && unsynced) await fdatasyncAsync(plain);
      unsynced = !durable;
    },
    async read(target, position) {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await readAsync(reader, target, done, target.length - done, position + done);
        if (bytesRead === 0) target.fill(0, done);
        done += bytesRead || target.length;
      }
    },
    async close() {
      await closeAsync(reader);
      await closeAsync(synced);
      await closeAsync(plain);
    },
  };
}

/** Makes every segment read as released. Durable when the promise resolves. */
export async function eraseSegments(file: JournalFile, segmentSize: number): Promise<void> {
  const zeros = alignedBuffer(blockSize);
  for (let index = 0; index < file.segments; index += 1)
    await file.write(zeros, index * segmentSize, index === file.segments - 1);
}
