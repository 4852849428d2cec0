// Reading objects from files: whole, in ranges, or a run at once.
import { close as closeCallback, open as openCallback, read as readCallback } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { closeLater } from './file-writer.ts';
import { chunkSize, StoreError, storeError } from './object-store.ts';

const openAsync = promisify(openCallback);
const readAsync = promisify(readCallback);
const closeAsync = promisify(closeCallback);

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

/** In chunks of at most `chunkSize`. Throws StoreError. */
export async function* readChunks(path: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
  let descriptor: number | undefined;
  try {
    descriptor = await openAsync(path, 'r');
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    for (let position = range?.start ?? 0; position < end; ) {
      const wanted = Math.min(chunkSize, end - position);
      const { bytesRead, buffer } = await readAsync(descriptor, Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
      if (bytesRead === 0 && range) throw new StoreError('cut-short', `at byte ${position}`);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw storeError(error);
  } finally {
    if (descriptor !== undefined) closeLater(descriptor);
  }
}

/** Throws StoreError 'cut-short' where the file ends before. */
export async function readRun(path: string, start: number, length: number): Promise<Uint8Array> {
  const run = Buffer.allocUnsafeSlow(length);
  try {
    const descriptor = await openAsync(path, 'r');
    try {
      for (let done = 0; done < length; ) {
        const { bytesRead } = await readAsync(descriptor, run, done, length - done, start + done);
        if (bytesRead === 0) throw new StoreError('cut-short', `at byte ${start + done}`);
        done += bytesRead;
      }
    } finally {
      await closeAsync(descriptor);
    }
  } catch (error) {
    throw storeError(error);
  }
  return run;
}
