// The file that leads back from de-identified objects to patients: one JSON object per line, readable by its owner only.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { ReidentificationMap } from '@concord/dicom/deidentify';
import { CliError } from './cli-error.ts';

const ownerOnly = 0o600;
const heading = JSON.stringify({ format: 'concord re-identification map', version: 1 });

/** Where entries are kept. */
export interface MapFile {
  /** Resolves when the entry is on the disk. Entries that come while others are written go in one write. */
  append(entry: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a map to add to it; makes it where there is none. @throws CliError `usage` for a file that is something else */
export async function openMap(path: string): Promise<MapFile> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, ownerOnly);
  try {
    await file.chmod(ownerOnly);
    await startMap(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
  let waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    const lines = waiting;
    [waiting, next] = [[], undefined];
    await file.appendFile(lines.join(''));
    await file.datasync();
  };
  return {
    append(entry) {
      waiting.push(`${entry}\n`);
      next ??= writing.catch(() => {}).then(write);
      writing = next;
      return next;
    },
    close: async () => {
      await writing.catch(() => {});
      await file.close();
    },
  };
}

/** A new file gets its heading, and its name is made to last; an old one must have it. */
async function startMap(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) {
    await file.appendFile(`${heading}\n`);
    await file.sync();
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
    return;
  }
  const first = Buffer.alloc(heading.length + 1);
  await file.read(first, 0, first.length, 0);
  if (first.toString() !== `${heading}\n`) throw new CliError('usage', `${path}: not a re-identification map`);
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  // A line that a crash cut off must not run into the next.
  if (last.toString() !== '\n') await file.appendFile('\n');
}

/** Entries by the new SOP Instance UID, left in the file until they are asked for. */
export interface MapIndex {
  find(sopInstanceUid: string): Promise<ReidentificationMap | undefined>;
}

/** Reads where the entries are. @throws CliError `usage` for a file that is no map */
export async function readMap(path: string): Promise<MapIndex> {
  const places = new Map<string, readonly [number, number]>();
  await using file = await open(path, 'r');
  let at = 0;
  for await (const line of createInterface({
    input: file.createReadStream({ autoClose: false }),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (at === 0 && line !== heading) throw new CliError('usage', `${path}: not a re-identification map`);
    const length = Buffer.byteLength(line);
    const [, uid] = /^\{"sopInstanceUid":"([0-9.]{1,64})"/.exec(line) ?? [];
    if (uid !== undefined && line.endsWith('}')) places.set(uid, [at, length]);
    at += length + 1;
  }
  if (at === 0) throw new CliError('usage', `${path}: not a re-identification map`);
  return {
    async find(uid) {
      const place = places.get(uid);
      if (!place) return undefined;
      const [offset, length] = place;
      const line = Buffer.alloc(length);
      await using again = await open(path, 'r');
      await again.read(line, 0, length, offset);
      return entryOf(line.toString(), path);
    },
  };
}

/** An entry, checked: the file may have been edited. */
function entryOf(line: string, path: string): ReidentificationMap {
  const entry: unknown = JSON.parse(line);
  if (!isEntry(entry)) throw new CliError('failed', `${path}: a damaged entry`);
  return entry;
}

function isEntry(entry: unknown): entry is ReidentificationMap {
  if (typeof entry !== 'object' || entry === null) return false;
  const texts = ['sopInstanceUid', 'original', 'digest', 'transferSyntaxUid'];
  const record = new Map<string, unknown>(Object.entries(entry));
  const added = record.get('added');
  return (
    texts.every((name) => typeof record.get(name) === 'string') &&
    typeof record.get('uids') === 'object' &&
    Array.isArray(added) &&
    added.every((tag) => typeof tag === 'number')
  );
}
