// Files made in advance, a few at a time, so that an object neither waits for its file nor for its directory entry.
import { open as openCallback } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { closeLater, type OpenFile } from './file-writer.ts';
import { StoreError } from './object-store.ts';
import { writeOpenBuckets } from './open-buckets.ts';

const openAsync = promisify(openCallback);

/** Files per folder: small enough for any tool that lists one. */
export const bucketSize = 1000;
/** Files made at once, behind one sync of their folder. */
const batchSize = 16;

export const bucketName = (bucket: number): string => String(bucket).padStart(6, '0');

/** Bucket and counter are numbers of ours: nothing that came over the wire is ever part of a name. */
export const keyOf = (number: number): string =>
  `${bucketName(Math.floor(number / bucketSize))}/${String(number).padStart(9, '0')}.dcm`;

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface SupplyOptions {
  readonly folder: string;
  /** The first number to give out; begins a bucket. */
  readonly first: number;
  /** Buckets that stay open although nothing is added to them. */
  readonly unsettled: () => readonly number[];
}

export function createFileSupply({ folder, first, unsettled }: SupplyOptions) {
  const ready: OpenFile[] = [];
  /** For each bucket in use, how many of its files are made and neither settled nor given up. */
  const unfinished = new Map<number, number>();
  let next = first;
  let making: Promise<void> | undefined;
  let closed = false;

  const openBucket = async (bucket: number) => {
    for (const [used, count] of unfinished) if (count === 0) unfinished.delete(used);
    await writeOpenBuckets(folder, [...unsettled(), ...unfinished.keys(), bucket]);
    await mkdir(join(folder, bucketName(bucket)), { recursive: true });
    await syncFolder(folder);
    unfinished.set(bucket, 0);
  };
  const make = async () => {
    const bucket = Math.floor(next / bucketSize);
    if (next % bucketSize === 0 && !unfinished.has(bucket)) await openBucket(bucket);
    const end = Math.min(next + batchSize, (bucket + 1) * bucketSize);
    const made: OpenFile[] = [];
    try {
      for (; next < end; next += 1) {
        const key = keyOf(next);
        made.push({ key, number: next, descriptor: await openAsync(join(folder, key), 'wx') });
      }
      await syncFolder(join(folder, bucketName(bucket)));
    } finally {
      ready.push(...made);
      unfinished.set(bucket, (unfinished.get(bucket) ?? 0) + made.length);
    }
  };
  const start = (): Promise<void> => {
    making ??= make().finally(() => {
      making = undefined;
    });
    return making;
  };
  const finished = ({ number }: OpenFile) => {
    const bucket = Math.floor(number / bucketSize);
    unfinished.set(bucket, (unfinished.get(bucket) ?? 1) - 1);
  };
  return {
    async take(): Promise<OpenFile> {
      if (closed) throw new StoreError('closed');
      while (ready.length === 0) await start();
      const file = ready.shift();
      if (!file) throw new StoreError('failed', 'no file was made');
      if (ready.length <= batchSize / 2) start().catch(() => undefined);
      return file;
    },
    finished,
    /** Removes what was made in advance. True when every file that was given out has ended. */
    async close(): Promise<boolean> {
      closed = true;
      await making?.catch(() => undefined);
      for (const file of ready.splice(0)) {
        closeLater(file.descriptor);
        await rm(join(folder, file.key), { force: true });
        finished(file);
      }
      return [...unfinished.values()].every((count) => count === 0);
    },
  };
}
