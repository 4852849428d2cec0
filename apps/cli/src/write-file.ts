// A file that is there whole, or not at all.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes beside the place and renames: an older file is replaced only by one that is complete and on the disk. */
export async function writeWhole(
  path: string,
  content: AsyncIterable<Uint8Array> | Uint8Array | string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), `.${basename(path)}.part`);
  try {
    await using file = await open(unfinished, 'w');
    await file.writeFile(content);
    await file.sync();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
