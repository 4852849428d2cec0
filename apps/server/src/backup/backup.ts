// A consistent copy of a running system: first the index as it is at one moment, then every object that it knows.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadDatabase } from '../database/database.ts';
import { takeLock } from '../database/lock.ts';
import { openSqliteReader } from '../database/sqlite.ts';
import { syncFolder } from '../objects/file-supply.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import type { Finding } from '../verify/finding.ts';
import { createPace } from '../verify/pace.ts';
import { countRows, keyNow, vouchedKeys, vouchedRows } from '../verify/vouched-rows.ts';
import { version } from '../version.ts';
import { BackupError, targetError } from './backup-error.ts';
import { copyObjects } from './copy-objects.ts';
import { seenOf } from './durable-file.ts';
import { createManifest, followManifest, type ManifestEntry, readManifest } from './manifest.ts';
import {
  beginSnapshot,
  endSnapshot,
  indexFile,
  listSnapshots,
  manifestFile,
  objectsFolder,
  readSnapshot,
  type Snapshot,
  snapshotPath,
} from './snapshots.ts';

export interface BackupParts {
  /** The index as it changes. */
  readonly database: Pick<ReadDatabase, 'all'>;
  readonly objects: ObjectReader;
  /** Writes the index as it is at one moment into a new SQLite file. */
  readonly copyIndex: (file: string) => Promise<void>;
}

export interface BackupOptions {
  /** Folder of the backup; made where it is missing. */
  readonly target: string;
  readonly parallel: number;
  /** 0: no limit. */
  readonly bytesPerSecond: number;
  readonly recheck: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly found: (finding: Finding) => void;
  readonly progress?: (done: { readonly rows: number; readonly of: number; readonly bytes: number }) => void;
}

export interface BackupSummary extends Snapshot {
  /** Its folder. */
  readonly folder: string;
  /** Objects that had to be copied, and their bytes. */
  readonly copied: number;
  readonly copiedBytes: number;
  /** Earlier backups that were cut off: they do not count. */
  readonly cutOff: readonly string[];
}

/** How often the index is copied anew because objects were deleted for good while they were to be copied. */
const passes = 3;

/** Throws BackupError, DatabaseError, and the signal's reason; what was copied stays for the next backup. */
export async function backup(parts: BackupParts, options: BackupOptions): Promise<BackupSummary> {
  const { target } = options;
  try {
    await mkdir(join(target, objectsFolder), { recursive: true });
    await syncFolder(target);
    const unlock = takeTargetLock(target);
    try {
      const { unfinished: cutOff } = await listSnapshots(target);
      for (let pass = 1; pass <= passes; pass += 1) {
        const done = await copyOnce(parts, options);
        if (done) return { ...done, cutOff };
      }
      throw new BackupError('changing', `${passes} times`);
    } finally {
      unlock();
    }
  } catch (error) {
    throw targetError(error);
  }
}

function takeTargetLock(target: string): () => void {
  let unlock: (() => void) | undefined;
  try {
    unlock = takeLock(join(target, 'lock.sqlite'));
  } catch (cause) {
    throw new BackupError('not-writable', target, cause);
  }
  if (!unlock) throw new BackupError('in-use', target);
  return unlock;
}

/** The list that the newest whole snapshot has; a damaged one is not trusted. */
async function openEarlier(target: string) {
  for (const name of (await listSnapshots(target)).whole.toReversed()) {
    const folder = snapshotPath(target, name);
    if (await readSnapshot(folder).catch(() => undefined)) return followManifest(readManifest(manifestFile(folder)));
  }
  return undefined;
}

/** Undefined where objects that this copy of the index has are gone for good by now. */
async function copyOnce(parts: BackupParts, options: BackupOptions) {
  const { target } = options;
  const takenAt = options.now();
  const earlier = await openEarlier(target);
  const folder = await beginSnapshot(target, takenAt);
  await parts.copyIndex(indexFile(folder));
  const frozen = openSqliteReader(indexFile(folder));
  const manifest = await createManifest(manifestFile(folder));
  try {
    const sums = await copyAll({ ...parts, frozen, manifest, earlier }, options);
    if (!sums) return undefined;
    await syncFolder(join(target, objectsFolder));
    const list = await manifest.end();
    const index = await seenOf(indexFile(folder));
    const { objects, bytes, findings } = sums;
    const snapshot: Snapshot = {
      format: 1,
      version,
      takenAt: takenAt.toISOString(),
      index: { size: index.size, sha256: index.sha256 },
      manifest: { size: list.size, sha256: list.sha256 },
      objects,
      bytes,
      findings,
    };
    return { ...snapshot, ...sums, folder: await endSnapshot(folder, snapshot) };
  } finally {
    await manifest.abandon();
    await earlier?.end();
    await frozen.close();
  }
}

interface CopyAllParts extends BackupParts {
  /** The index at the moment of the backup. */
  readonly frozen: Pick<ReadDatabase, 'all'>;
  readonly manifest: Awaited<ReturnType<typeof createManifest>>;
  readonly earlier: Awaited<ReturnType<typeof openEarlier>>;
}

async function copyAll({ database, objects, frozen, manifest, earlier }: CopyAllParts, options: BackupOptions) {
  const { target, parallel, recheck, signal, progress = () => undefined } = options;
  const sums = { objects: 0, bytes: 0, findings: 0, copied: 0, copiedBytes: 0 };
  const of = await countRows(frozen, {});
  const batches = copyObjects(vouchedRows(frozen, {}), {
    objects,
    folder: join(target, objectsFolder),
    keyNow: (number) => keyNow(database, number),
    earlier: async ({ source, number }) => earlier?.find(source, number),
    parallel,
    recheck,
    pace: createPace(options.bytesPerSecond, signal),
  });
  for await (const batch of batches) {
    signal.throwIfAborted();
    const entries: ManifestEntry[] = [];
    for (const each of batch) {
      if (each.kind === 'not copied') {
        const { number, key } = each.row;
        if (!(await vouchedKeys(database, [number])).has(key)) return undefined;
        sums.findings += 1;
        options.found(each.finding);
        continue;
      }
      entries.push(each.entry);
      sums.objects += 1;
      sums.bytes += each.entry.size;
      if (each.kind === 'copied') sums.copied += 1;
      if (each.kind === 'copied') sums.copiedBytes += each.entry.size;
    }
    await manifest.add(entries);
    progress({ rows: sums.objects, of: Math.max(of, sums.objects), bytes: sums.copiedBytes });
  }
  return sums;
}
