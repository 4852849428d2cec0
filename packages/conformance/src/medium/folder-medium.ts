// A medium that is mounted as a folder: its files by name, and their beginnings. PS3.10 8
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MediumDrive } from '../execute/run-context.ts';
import type { Medium } from './check-medium.ts';

/** No medium holds more files, or nests them deeper. PS3.10 8.2 */
const [mostFiles, deepest] = [200_000, 8];

async function listed(root: string, below: readonly string[], found: string[]): Promise<void> {
  for (const entry of await readdir(join(root, ...below), { withFileTypes: true })) {
    const parts = [...below, entry.name];
    if (found.length > mostFiles) throw new RangeError(`more than ${mostFiles} files`);
    if (entry.isDirectory()) {
      if (parts.length <= deepest) await listed(root, parts, found);
    } else if (entry.isFile()) found.push(parts.join('/'));
  }
}

/** Links are not followed: nothing outside the folder is read. Rejects where the folder cannot be read. */
export async function folderMedium(root: string): Promise<Medium> {
  const files: string[] = [];
  await listed(root, [], files);
  return {
    files: files.sort(),
    head: async (file, bytes) => {
      const handle = await open(join(root, ...file.split('/')));
      try {
        const { size } = await handle.stat();
        const length = Math.min(size, bytes);
        const buffer = Buffer.alloc(length);
        const { bytesRead } = await handle.read(buffer, 0, length, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

/** A folder that media of a system under test are read from and written to; what is there under the same name is replaced. */
export const folderDrive = (root: string): MediumDrive => ({
  where: root,
  read: () => folderMedium(root),
  write: async (path, bytes) => {
    const file = join(root, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  },
});
