// Folders of this machine that may be opened as media: those that the settings name, and what lies below them.
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { MediaRefusal } from './media-refusal.ts';

/** Folders that one listing shows. */
const mostFolders = 1000;

export interface Folder {
  readonly path: string;
  readonly name: string;
  /** It has a DICOMDIR. */
  readonly isMedium: boolean;
}

const isWithin = (path: string, root: string): boolean => {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
};

/** The folder as the disk has it, links followed. Throws MediaRefusal where it lies outside of what is allowed. */
export async function allowedFolder(path: string, roots: readonly string[]): Promise<string> {
  // Before the disk is asked: what lies elsewhere is not even said to be there.
  const asked = resolve(path);
  if (!roots.some((root) => isWithin(asked, resolve(root)))) throw new MediaRefusal('not-allowed', path);
  const real = await realOf(asked);
  for (const root of roots) {
    const realRoot = await realOf(resolve(root)).catch(() => undefined);
    if (realRoot !== undefined && isWithin(real, realRoot)) return real;
  }
  throw new MediaRefusal('not-allowed', path);
}

const realOf = (path: string): Promise<string> =>
  realpath(path).catch((error: unknown) => {
    throw new MediaRefusal('no-such-folder', path, error);
  });

/** DICOMDIR as discs and the systems that show them write it. PS3.10 8.6. */
export const isDirectoryName = (name: string): boolean => /^dicomdir\.?(?:;\d+)?$/iu.test(name);

/** The folders within one, by name. Throws MediaRefusal. */
export async function foldersIn(path: string, roots: readonly string[]): Promise<readonly Folder[]> {
  const real = await allowedFolder(path, roots);
  const entries = await entriesOf(real);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names
      .sort()
      .slice(0, mostFolders)
      .map((name) => described(join(path, name), name)),
  );
}

const entriesOf = (path: string) =>
  readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw new MediaRefusal('no-such-folder', path, error);
  });

/** What is seen of a folder from outside. */
export async function described(path: string, name: string): Promise<Folder> {
  const inside = await readdir(path).catch(() => []);
  return { path, name, isMedium: inside.some(isDirectoryName) };
}
