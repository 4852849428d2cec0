// One object's bytes on their way into a file: collected into large writes, then made durable.
import { close, fdatasync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { type ObjectWriter, storeError } from './object-store.ts';

const writevAsync = promisify(writev);
const fdatasyncAsync = promisify(fdatasync);

/** Collected before a write is started. */
const flushSize = 256 * 1024;
/** So little that copying it into the page cache here costs less than waking a thread for it. */
const smallSize = 64 * 1024;

/** A file made in advance: its directory entry is durable already. */
export interface OpenFile {
  readonly key: string;
  readonly number: number;
  readonly descriptor: number;
}

interface Events {
  /** Bytes handed to the file system. */
  readonly written: (bytes: number) => void;
  /** The file is kept for good. */
  readonly settled: (file: OpenFile) => void;
  /** The file must go. */
  readonly givenUp: (file: OpenFile) => Promise<void>;
}

export function createFileWriter(file: OpenFile, events: Events): ObjectWriter {
  let collected: Uint8Array[] = [];
  let size = 0;
  let writing: Promise<void> | undefined;
  let failed: unknown;
  let state: 'open' | 'committed' | 'ended' = 'open';

  const writeAll = async (chunks: Uint8Array[], length: number): Promise<void> => {
    let left = chunks;
    for (let missing = length; missing > 0; ) {
      const { bytesWritten } = await writevAsync(file.descriptor, left);
      missing -= bytesWritten;
      if (missing > 0) left = after(left, bytesWritten);
    }
    events.written(length);
  };
  const flush = (): Promise<void> => {
    const chunks = collected;
    const length = size;
    collected = [];
    size = 0;
    return writeAll(chunks, length);
  };
  const flushSmall = () => {
    const written = writevSync(file.descriptor, collected);
    events.written(written);
    collected = after(collected, written);
    size -= written;
  };
  const fail = (error: unknown) => {
    failed ??= error;
  };
  /** One write at a time; a second buffer fills meanwhile. */
  const startFlush = () => {
    writing = flush()
      .catch(fail)
      .finally(() => {
        writing = undefined;
      });
  };
  const abandon = async () => {
    if (state === 'ended') return;
    const open = state === 'open';
    state = 'ended';
    await writing;
    if (open) closeLater(file.descriptor);
    await events.givenUp(file);
  };
  return {
    key: file.key,
    number: file.number,
    write(chunk) {
      if (failed) throw storeError(failed);
      collected.push(chunk);
      size += chunk.length;
      if (size < flushSize) return undefined;
      if (writing) return writing.then(startFlush);
      startFlush();
      return undefined;
    },
    async commit() {
      try {
        if (writing) await writing;
        if (failed) throw failed;
        if (size > 0 && size <= smallSize) flushSmall();
        if (size > 0) await flush();
        await fdatasyncAsync(file.descriptor);
      } catch (error) {
        await abandon();
        throw storeError(error);
      }
      state = 'committed';
      closeLater(file.descriptor);
    },
    settle() {
      if (state !== 'committed') return;
      state = 'ended';
      events.settled(file);
    },
    abandon,
  };
}

/** What is left of the chunks when their first `count` bytes are done. */
function after(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const taken = Math.min(skip, chunk.length);
    skip -= taken;
    return taken === chunk.length ? [] : [chunk.subarray(taken)];
  });
}

/** Closes without making the caller wait; what a failing close could lose was synced before. */
export const closeLater = (descriptor: number): void => close(descriptor, () => undefined);
