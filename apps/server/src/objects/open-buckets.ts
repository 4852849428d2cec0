// Which folders may hold files that no index row vouches for: written down before such a folder is used.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const openBuckets = 'open-buckets.json';

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry));

/** Undefined where nothing reliable is written: then every bucket has to be looked at. */
export async function readOpenBuckets(folder: string, name = openBuckets): Promise<readonly number[] | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    return isNumbers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Durable when the promise resolves. Written in place: a torn write reads as "unknown", which is safe. */
export async function writeOpenBuckets(folder: string, buckets: readonly number[], name = openBuckets): Promise<void> {
  const file = await open(join(folder, name), 'w');
  try {
    await file.writeFile(JSON.stringify(buckets));
    await file.sync();
  } finally {
    await file.close();
  }
}
