// The file of a container while it grows: whole blocks are appended, durable when the write returns.
import { close as closeCallback, constants, ftruncate, open as openCallback } from 'node:fs';
import { promisify } from 'node:util';
import type { BlockWriter, SentBlocks } from '../../database/blocks.ts';

const openAsync = promisify(openCallback);
const closeAsync = promisify(closeCallback);
const truncateAsync = promisify(ftruncate);

export interface ContainerFile {
  /** Whole blocks behind those before; durable when a crash can no longer lose them. After a failure every further one fails. */
  append(pieces: readonly Uint8Array[]): SentBlocks;
  /** Waits for what is being written; what a failed append has left is cut. */
  close(): Promise<void>;
}

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC;

/** Past the page cache where the file system allows that: copying half a megabyte into it costs more than writing it. */
async function openFile(path: string): Promise<number> {
  if (constants.O_DIRECT !== undefined)
    try {
      return await openAsync(path, flags | constants.O_DIRECT, 0o644);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
    }
  return openAsync(path, flags & ~constants.O_EXCL, 0o644);
}

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** A new file; its directory entry is not durable yet. Rejects where there is one of the name. */
export async function createContainerFile(path: string, blocks: BlockWriter): Promise<ContainerFile> {
  const descriptor = await openFile(path);
  /** Where the next append goes, and how far the file is whole. */
  let [position, whole] = [0, 0];
  return {
    append(pieces) {
      const sent = blocks.write({ descriptor, position, pieces });
      position += lengthOf(pieces);
      const end = position;
      sent.durable.then(
        () => {
          whole = end;
        },
        () => undefined,
      );
      return sent;
    },
    async close() {
      await blocks.release(descriptor).catch(() => undefined);
      // Where even that fails the next start cuts it.
      if (whole < position) await truncateAsync(descriptor, whole).catch(() => undefined);
      await closeAsync(descriptor);
    },
  };
}
