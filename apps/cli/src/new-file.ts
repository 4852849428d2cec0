// A new file that never takes the place of another, unless that was asked for; complete and on the disk before it has its name.

import { randomBytes } from 'node:crypto';
import { link, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from './cli-error.ts';

/** A file that is complete but has not its name yet. */
export interface Unnamed {
  readonly part: string;
  readonly path: string;
}

/** Writes beside the place. */
export async function writeUnnamed(path: string, chunks: readonly Uint8Array[]): Promise<Unnamed> {
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  try {
    await using file = await open(part, 'wx');
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
    return { part, path };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Files that must stay as they are, by their real paths. */
export type Inputs = ReadonlySet<string>;

/** @throws CliError `failed` where a file is there already and may not be replaced, or is one of the inputs */
export async function giveName({ part, path }: Unnamed, inputs: Inputs, overwrite: boolean): Promise<void> {
  try {
    const there = await realpath(path).catch(() => undefined);
    if (there !== undefined && inputs.has(there))
      throw new CliError('failed', `${path} is one of the files that were given`);
    if (overwrite) await rename(part, path);
    else await nameOnce(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Two names of one file, then one: unlike a rename this fails where the name is taken, whoever took it. */
async function nameOnce(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!taken) throw error;
    throw new CliError('failed', `${path} is there already (--overwrite replaces it)`, { cause: error });
  }
}
