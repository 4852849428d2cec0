// Builds the index anew from the stored files, and compares it with the one before where that can be read.

import { DicomError } from '@concord/dicom';
import type { Log } from '@concord/network';
import { createFileMetaWriter } from '../archive/file-meta.ts';
import { createInstances } from '../archive/instances.ts';
import { splitPart10 } from '../archive/part10-stream.ts';
import { createReceiver, type Receiver } from '../archive/receive.ts';
import type { Implementation } from '../archive/take-in.ts';
import { type Database, DatabaseError, type ReadDatabase, sql } from '../database/database.ts';
import type { ListedObject, ObjectReader } from '../objects/object-reader.ts';
import { lendOwn, type ObjectStore, StoreError } from '../objects/object-store.ts';
import { reserving } from '../objects/s3/blocks.ts';
import { isMovedKey, isS3Key } from '../objects/s3/s3-names.ts';
import { beginning, counted, movedTotal } from '../tiers/moving-rows.ts';
import { carryCorrections, hasCorrections } from './corrections.ts';
import { carryOver, leavingKeys, type ReceiptRow, receiptsOf } from './earlier-index.ts';
import { type Difference, indexDifferences } from './index-differences.ts';

export interface ReindexParts {
  readonly objects: ObjectReader;
  /** Empty, of the present schema. */
  readonly database: Database;
  /** The index before; absent where it is gone, damaged or not to be believed. */
  readonly before?: ReadDatabase | undefined;
  readonly implementation: Implementation;
  readonly log: Log;
}

export interface ReindexOptions {
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** A file that is no object, or cannot be read. */
  readonly skipped: (key: string, reason: string) => void;
  readonly differs: (difference: Difference) => void;
  readonly progress?: (done: { readonly objects: number; readonly bytes: number }) => void;
}

export interface ReindexSummary {
  readonly objects: number;
  readonly bytes: number;
  readonly skipped: number;
  /** Left out without a word: another copy, on its way between two stores, has the row. */
  readonly copies: number;
  /** Deleted for good, and in the store still: the next start removes them. */
  readonly deleted: number;
  /** Rejected instances that stay rejected, which only the index before can tell. */
  readonly rejected: number;
  /** Objects that made way for others under their UIDs, and stay aside: likewise. */
  readonly replaced: number;
  /** Rows that only the index before had: jobs, associations, work items and the like. */
  readonly carriedOver: number;
  readonly differences: number;
}

/** Objects whose receipts are asked for at once. */
const objectsAtOnce = 500;

/** Throws DatabaseError, StoreError where the store as a whole cannot be read, and the signal's reason. */
export async function reindex(parts: ReindexParts, options: ReindexOptions): Promise<ReindexSummary> {
  const { before, database, objects } = parts;
  const { signal, skipped, differs, progress = () => undefined } = options;
  const adopt = createAdopter(parts, options);
  const numbers = createNumbers();
  const sums = emptySums();
  for await (const batch of inBatches(objects.list(), objectsAtOnce)) {
    const asked = batch.flatMap(({ number }) => (number === undefined ? [] : [number]));
    const receipts = before && (await receiptsOf(before, asked));
    const leaving = before && (await leavingKeys(before, asked));
    for (const object of batch) {
      signal.throwIfAborted();
      const receipt = object.number === undefined ? undefined : receipts?.get(object.number);
      const isDeleted = !receipt && leaving?.has(object.key);
      const isCopy = !isDeleted && (await isOtherCopy(parts, object, receipt));
      const outcome = isDeleted ? 'deleted' : isCopy ? 'copy' : receipt?.aside || (await adopt(object, receipt));
      numbers.see(object);
      if (typeof outcome === 'string') sums[countedAs[outcome]] += 1;
      else {
        sums.skipped += 1;
        skipped(object.key, outcome.reason);
      }
      sums.bytes += object.size;
      progress(sums);
    }
  }
  if (!before) {
    await numbers.reserve(database, options.now());
    return sums;
  }
  if (await hasCorrections(before)) await carryCorrections(before, database);
  sums.carriedOver = await carryOver(before, database);
  await numbers.reserve(database, options.now());
  for await (const difference of indexDifferences(before, database)) {
    sums.differences += 1;
    differs(difference);
  }
  return sums;
}

/**
 * While an object moves between stores it is in both; a crash may leave it so. The row says which one counts. Without it the file does,
 * and the copy counts as begun: it is made anew when objects move again.
 */
async function isOtherCopy(
  { database, objects }: Pick<ReindexParts, 'database' | 'objects'>,
  { key, number, size }: ListedObject,
  receipt: ReceiptRow | undefined,
): Promise<boolean> {
  if (receipt && receipt.key !== key) return (await objects.size(receipt.key)) !== undefined;
  if (number === undefined || !isMovedKey(key)) return false;
  const [file] = await database.all<{ key: string }>(
    sql`select object_key as key from instance where instance_key = ${number}`,
  );
  if (file && !receipt) await database.batch([beginning([{ number, key: file.key, size }], () => key)]);
  return file !== undefined;
}

/** What the stores' own rows say of numbers, from the numbers seen: none is given twice, and what was moved is known to be moved. */
function createNumbers() {
  let last: number | undefined;
  let objects = 0;
  let bytes = 0;
  return {
    see({ key, number, size }: ListedObject): void {
      if (number === undefined || !isS3Key(key)) return;
      if (isMovedKey(key)) {
        objects += 1;
        bytes += size;
      } else last = Math.max(last ?? 0, number);
    },
    async reserve(database: Database, now: Date): Promise<void> {
      if (last !== undefined) await database.batch([reserving(last)]);
      const known = await movedTotal(database);
      if (objects > known.objects)
        await database.batch([counted(objects - known.objects, Math.max(0, bytes - known.bytes), now.toISOString())]);
    },
  };
}

const countedAs = {
  copy: 'copies',
  deleted: 'deleted',
  rejected: 'rejected',
  replaced: 'replaced',
  adopted: 'objects',
} as const;

const emptySums = () => ({
  objects: 0,
  bytes: 0,
  skipped: 0,
  copies: 0,
  deleted: 0,
  rejected: 0,
  replaced: 0,
  carriedOver: 0,
  differences: 0,
});

type Adopted = 'adopted' | { readonly reason: string };

function createAdopter({ database, objects, implementation, log }: ReindexParts, { now }: ReindexOptions) {
  // Nothing of the new index counts before it takes its place: it is made durable then, as a whole.
  const unsynced: Database = { ...database, batch: (queries) => database.batch(queries, { durable: false }) };
  const parts = {
    database: unsynced,
    store: readOnly(objects),
    instances: createInstances(unsynced),
    implementation,
    writeMeta: createFileMetaWriter(),
    changed: () => undefined,
    now,
    log,
  };
  const kept = createReceiver({ ...parts, duplicates: 'keep' });
  // The same object gets the same UID again.
  const renamed = createReceiver({ ...parts, duplicates: 'rename' });
  return async (object: ListedObject, receipt: ReceiptRow | undefined): Promise<Adopted> => {
    const { key, number, size } = object;
    if (number === undefined) return { reason: 'no server gave it this name' };
    if (size === 0) return { reason: 'it is empty' };
    try {
      const about = await aboutOf(objects, key, receipt, now);
      if (about === undefined) return { reason: 'it is no DICOM Part 10 file' };
      const { adopt } = receipt?.renamed ? renamed : kept;
      return (await adoptWhole(adopt, { key, number, size, about })) ?? 'adopted';
    } catch (error) {
      if (error instanceof DatabaseError || !(error instanceof DicomError || error instanceof StoreError)) throw error;
      return { reason: error.message };
    }
  };
}

const adoptWhole = async (adopt: Receiver['adopt'], object: Parameters<Receiver['adopt']>[0]) =>
  (await adopt(object)) ? undefined : { reason: 'it lacks an identifier, or ends too early' };

/** What is known of an object's receipt: from the index before, else from its File Meta Information. PS3.10 7.1. */
async function aboutOf(
  objects: ObjectReader,
  key: string,
  receipt: ReceiptRow | undefined,
  now: () => Date,
): Promise<string | undefined> {
  const file = await splitPart10(objects.read(key));
  const transferSyntaxUid = file?.meta.string('TransferSyntaxUID');
  if (file) for await (const _first of file.dataSet) break;
  if (!file || transferSyntaxUid === undefined) return undefined;
  if (receipt) {
    const origin = { ...JSON.parse(receipt.receivedBy), associationId: receipt.associationId };
    return JSON.stringify({ transferSyntaxUid, origin, receivedAt: receipt.receivedAt });
  }
  const callingAeTitle = file.meta.string('SourceApplicationEntityTitle') ?? '';
  return JSON.stringify({
    transferSyntaxUid,
    origin: { via: 'import', callingAeTitle },
    receivedAt: now().toISOString(),
  });
}

/** A store in which nothing is made and nothing goes. */
const readOnly = (objects: ObjectReader): ObjectStore => ({
  create: async () => {
    throw new StoreError('closed', 'the index is being rebuilt');
  },
  read: (key, run) => objects.read(key, run),
  lend: lendOwn(objects.read),
  async readRun(key, start, length) {
    const run = Buffer.concat(await Array.fromAsync(objects.read(key, { start, end: start + length })));
    if (run.length < length) throw new StoreError('cut-short', key);
    return run;
  },
  size: objects.size,
  remove: async () => false,
  // biome-ignore lint/correctness/useYield: there is nothing to give
  unsettled: async function* () {
    return;
  },
  settle: async () => undefined,
  close: async () => undefined,
});

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
