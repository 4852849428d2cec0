// The file of a container while it grows: whole blocks are appended, durable when the write returns.
import { close as closeCallback, constants, ftruncate, open as openCallback, write as writeCallback } from 'node:fs';
import { promisify } from 'node:util';
import { alignment } from './tar-member.ts';

const openAsync = promisify(openCallback);
const writeAsync = promisify(writeCallback);
const closeAsync = promisify(closeCallback);
const truncateAsync = promisify(ftruncate);

export interface ContainerFile {
  /** Whole blocks behind those before; resolves when a crash can no longer lose them. */
  append(blocks: Buffer): Promise<void>;
  /** What a failed append has left is cut. */
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

/** A new file; its directory entry is not durable yet. Rejects where there is one of the name. */
export async function createContainerFile(path: string): Promise<ContainerFile> {
  const descriptor = await openFile(path);
  let position = 0;
  let torn = false;
  return {
    async append(blocks) {
      torn = true;
      for (let done = 0; done < blocks.length; ) {
        const left = blocks.length - done;
        const { bytesWritten } = await writeAsync(descriptor, blocks, done, left, position + done);
        if (bytesWritten === 0 || bytesWritten % alignment !== 0)
          throw new Error(`wrote ${bytesWritten} of ${left} bytes`);
        done += bytesWritten;
      }
      position += blocks.length;
      torn = false;
    },
    async close() {
      // Where even that fails the next start cuts it.
      if (torn) await truncateAsync(descriptor, position).catch(() => undefined);
      await closeAsync(descriptor);
    },
  };
}
