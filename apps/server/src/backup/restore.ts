// A backup put back: everything is compared with its digest while it is copied, and takes its place only when all of it is right.
import { join } from 'node:path';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import { createPace, sideBySide } from '../verify/pace.ts';
import { BackupError, targetError } from './backup-error.ts';
import { seenOf } from './durable-file.ts';
import { type ManifestEntry, readManifest } from './manifest.ts';
import { openRestorePlace } from './restore-place.ts';
import { listSnapshots, manifestFile, objectsFolder, readSnapshot, type Snapshot, snapshotPath } from './snapshots.ts';

export interface RestoreOptions {
  /** Folder of the backup. */
  readonly source: string;
  /** Name of a snapshot, or the beginning of one; absent: the newest. */
  readonly snapshot?: string | undefined;
  readonly parallel: number;
  /** 0: no limit. */
  readonly bytesPerSecond: number;
  readonly signal: AbortSignal;
  /** An object of the backup that is not what was written: with one of these nothing is put in place. */
  readonly damaged: (key: string, detail: string) => void;
  readonly progress?: (done: { readonly objects: number; readonly of: number; readonly bytes: number }) => void;
}

export interface RestoreSummary extends Snapshot {
  readonly folder: string;
  readonly damaged: number;
  /** Backups that were cut off: they do not count. */
  readonly cutOff: readonly string[];
}

/** The snapshot that is meant. Throws BackupError. */
async function choose({ source, snapshot }: Pick<RestoreOptions, 'source' | 'snapshot'>) {
  const { whole, unfinished: cutOff } = await listSnapshots(source);
  const name = whole.findLast((each) => snapshot === undefined || each.startsWith(snapshot));
  if (name === undefined) {
    const cut = cutOff.length > 0 ? `; ${cutOff.length} was cut off before its end` : '';
    const which = snapshot === undefined ? source : `"${snapshot}" in ${source}`;
    throw new BackupError('no-backup', `${which}${cut}${whole.length > 0 ? `; there is ${whole.join(', ')}` : ''}`);
  }
  const folder = snapshotPath(source, name);
  return { folder, cutOff, described: await readSnapshot(folder) };
}

/** Looks at every byte of a backup, and puts nothing anywhere. Throws BackupError and the signal's reason. */
export async function checkBackup(options: RestoreOptions): Promise<RestoreSummary> {
  const chosen = await choose(options);
  const pace = createPace(options.bytesPerSecond, options.signal);
  const damaged = await eachObject(chosen, options, async ({ key, size, sha256 }) => {
    const seen = await seenOf(join(options.source, objectsFolder, key), 0, pace.take);
    return seen.size === size && seen.sha256 === sha256 ? undefined : 'its bytes are not those that were written';
  });
  return { ...chosen.described, folder: chosen.folder, cutOff: chosen.cutOff, damaged };
}

/**
 * Makes index and objects anew from a backup, where the settings say they are. Nothing may be there; everything is, whole, when the
 * promise resolves with nothing damaged, and no index otherwise. Throws BackupError, StartError, DatabaseError, the signal's reason.
 */
export async function restore(configuration: Configuration, options: RestoreOptions): Promise<RestoreSummary> {
  const chosen = await choose(options);
  const pace = createPace(options.bytesPerSecond, options.signal);
  const objects = openObjectReader(join(options.source, objectsFolder));
  const place = await openRestorePlace(configuration);
  try {
    const damaged = await eachObject(chosen, options, async (entry) => {
      const accept = (seen: { size: number; sha256: string }) =>
        seen.size === entry.size && seen.sha256 === entry.sha256;
      const seen = await place.put(entry, objects.read(entry.key), { before: pace.take, accept });
      return accept(seen) ? undefined : 'its bytes are not those that were written';
    });
    if (damaged === 0) await place.finish(chosen.folder);
    return { ...chosen.described, folder: chosen.folder, cutOff: chosen.cutOff, damaged };
  } catch (error) {
    throw targetError(error);
  } finally {
    await place.close();
  }
}

/** Does the work for each object of the list; how many were damaged. */
async function eachObject(
  { folder, described }: Awaited<ReturnType<typeof choose>>,
  { parallel, signal, damaged, progress = () => undefined }: RestoreOptions,
  work: (entry: ManifestEntry) => Promise<string | undefined>,
): Promise<number> {
  let wrong = 0;
  const done = { objects: 0, bytes: 0 };
  await sideBySide(readManifest(manifestFile(folder)), parallel, async (entry) => {
    signal.throwIfAborted();
    const detail = await work(entry).catch(sourceTrouble);
    if (detail !== undefined) {
      wrong += 1;
      damaged(entry.key, detail);
    }
    done.objects += 1;
    done.bytes += entry.size;
    progress({ ...done, of: described.objects });
  });
  return wrong;
}

/** What is wrong with one object of the backup ends nothing; what is wrong with the place it goes to does. */
const sourceTrouble = (error: unknown): string => {
  if (error instanceof StoreError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'it is not there';
  throw error;
};
