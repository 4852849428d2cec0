// A folder as a medium: a mounted disc, a stick, or a copy of one. PS3.10 8
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from './error.ts';
import type { Medium } from './medium.ts';
import type { MediaSource } from './subject.ts';

/** No medium holds more files, or nests them deeper than twice what PS3.10 8.2 allows. */
const [mostFiles, deepest] = [200_000, 16];

interface Listing {
  readonly root: string;
  readonly found: string[];
  readonly signal: AbortSignal | undefined;
}

/** Links are not followed; folders below the root that cannot be read are as if they were empty. */
async function list({ root, found, signal }: Listing, below: readonly string[]): Promise<void> {
  signal?.throwIfAborted();
  const entries = await readdir(join(root, ...below), { withFileTypes: true }).catch((cause: unknown) => {
    if (below.length === 0) throw new MediaError('unreadable', root, words(cause), { cause });
    return [];
  });
  for (const entry of entries) {
    if (found.length >= mostFiles) throw new MediaError('too-many', root, `more than ${mostFiles} files`);
    const parts = [...below, entry.name];
    if (entry.isFile()) found.push(parts.join('/'));
    else if (entry.isDirectory() && parts.length < deepest) await list({ root, found, signal }, parts);
  }
}

const words = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { size } = await handle.stat();
  const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * The files below a folder.
 * @throws MediaError `unreadable` where the folder cannot be read, `too-many` beyond 200,000 files
 */
export async function folderMedium(root: string, signal?: AbortSignal): Promise<Medium> {
  const found: string[] = [];
  await list({ root, found, signal }, []);
  return {
    paths: found.sort(),
    async read(path, offset, length) {
      await using handle = await open(join(root, ...path.split('/')));
      return await readAt(handle, offset, length);
    },
  };
}

/** A file of this machine to be written to a medium; opened for each reading: sets have more files than a process may hold open. */
export const fileSource = (path: string, size: number): MediaSource => ({
  name: path,
  size,
  async read(offset, length) {
    await using handle = await open(path);
    return await readAt(handle, offset, length);
  },
});
