// Files below what a command line names: files as they are, folders with everything in them.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CliError } from './cli-error.ts';

export interface NamedFile {
  readonly path: string;
  /** From the folder that was named down to the file; the name of a file that was named itself. */
  readonly relative: string;
  readonly size: number;
  /** Named itself, not found in a folder: what cannot be read is then a failure, not something to pass by. */
  readonly explicit: boolean;
}

/**
 * Every regular file, folders in the order of names. Links to folders are not followed: they may lead in circles.
 * @throws CliError `usage` when a path does not exist.
 */
export async function* filesBelow(paths: readonly string[]): AsyncGenerator<NamedFile> {
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new CliError('usage', `${path}: ${error.code === 'ENOENT' ? 'no such file or folder' : error.message}`);
    });
    if (found.isDirectory()) yield* inFolder(path, '');
    else if (found.isFile()) yield { path, relative: basename(path), size: found.size, explicit: true };
    else throw new CliError('usage', `${path}: neither a file nor a folder`);
  }
}

async function* inFolder(folder: string, inside: string): AsyncGenerator<NamedFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort(byName)) {
    const path = join(folder, entry.name);
    const relative = join(inside, entry.name);
    if (entry.isDirectory()) yield* inFolder(path, relative);
    else if (entry.isFile()) yield { path, relative, size: (await stat(path)).size, explicit: false };
  }
}

const byName = (a: Dirent, b: Dirent) => a.name.localeCompare(b.name, 'en', { numeric: true });
