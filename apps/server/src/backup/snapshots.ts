// The snapshots in a backup folder: each is whole when its description is there, which is written last.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../objects/file-supply.ts';
import { BackupError } from './backup-error.ts';
import { type Seen, seenOf } from './durable-file.ts';

/** What a snapshot says of itself. */
export interface Snapshot {
  readonly format: 1;
  /** Of the program that made it. */
  readonly version: string;
  /** ISO 8601: the moment whose state it holds. */
  readonly takenAt: string;
  readonly index: Pick<Seen, 'size' | 'sha256'>;
  readonly manifest: Pick<Seen, 'size' | 'sha256'>;
  readonly objects: number;
  /** Of all objects, in bytes. */
  readonly bytes: number;
  /** Objects that the index has and that could not be copied as they were received. */
  readonly findings: number;
}

export const objectsFolder = 'objects';
const snapshotsFolder = 'snapshots';
const description = 'snapshot.json';
const unfinished = '.unfinished';

export const indexFile = (folder: string): string => join(folder, 'index.sqlite');
export const manifestFile = (folder: string): string => join(folder, 'manifest.jsonl');

export interface SnapshotFolders {
  /** Whole ones, the oldest first. */
  readonly whole: readonly string[];
  /** Of backups that were cut off, or are being made. */
  readonly unfinished: readonly string[];
}

/** Names in the backup folder. */
export async function listSnapshots(target: string): Promise<SnapshotFolders> {
  const names = await readdir(join(target, snapshotsFolder)).catch(() => []);
  const sorted = names.filter((name) => /^\d{4}-\d\d-\d\dT[\d.-]+Z/.test(name)).sort();
  return {
    whole: sorted.filter((name) => !name.endsWith(unfinished)),
    unfinished: sorted.filter((name) => name.endsWith(unfinished)),
  };
}

export const snapshotPath = (target: string, name: string): string => join(target, snapshotsFolder, name);

const isSeen = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger(Reflect.get(value, 'size')) &&
  typeof Reflect.get(value, 'sha256') === 'string';

const isSnapshot = (value: unknown): value is Snapshot =>
  typeof value === 'object' &&
  value !== null &&
  Reflect.get(value, 'format') === 1 &&
  ['index', 'manifest'].every((name) => isSeen(Reflect.get(value, name))) &&
  ['objects', 'bytes', 'findings'].every((name) => Number.isSafeInteger(Reflect.get(value, name))) &&
  ['version', 'takenAt'].every((name) => typeof Reflect.get(value, name) === 'string');

/** The snapshot's description, after its index and its list were compared with it. Throws BackupError. */
export async function readSnapshot(folder: string): Promise<Snapshot> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, description), 'utf8'));
  } catch (cause) {
    throw new BackupError('damaged', `${folder} has no readable ${description}`, cause);
  }
  if (!isSnapshot(value))
    throw new BackupError('damaged', `${folder} has a ${description} that this program does not know`);
  for (const [path, wanted] of [
    [indexFile(folder), value.index],
    [manifestFile(folder), value.manifest],
  ] as const) {
    const seen = await seenOf(path).catch((cause: unknown) => {
      throw new BackupError('damaged', `${path} cannot be read`, cause);
    });
    if (seen.size !== wanted.size || seen.sha256 !== wanted.sha256)
      throw new BackupError('damaged', `${path} is not what was written`);
  }
  return value;
}

/** Begins a snapshot; those that were cut off before go. */
export async function beginSnapshot(target: string, takenAt: Date): Promise<string> {
  for (const name of (await listSnapshots(target)).unfinished)
    await rm(snapshotPath(target, name), { recursive: true, force: true });
  const folder = snapshotPath(target, `${takenAt.toISOString().replaceAll(':', '-')}${unfinished}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Says that the snapshot is whole: durable when the promise resolves, with its final path. */
export async function endSnapshot(folder: string, snapshot: Snapshot): Promise<string> {
  const file = await open(join(folder, description), 'w');
  try {
    await file.writeFile(`${JSON.stringify(snapshot, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
  const whole = folder.slice(0, -unfinished.length);
  await rename(folder, whole);
  await syncFolder(join(whole, '..'));
  return whole;
}
