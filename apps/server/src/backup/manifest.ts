// The list of a backup's objects: a line of JSON for each, in the order the index gives them, so that two lists are read side by side.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BackupError } from './backup-error.ts';
import { createWatcher, type Seen } from './durable-file.ts';

export interface ManifestEntry {
  /** Kind of row and number of the object: the order of the list. */
  readonly source: number;
  readonly number: number;
  readonly key: string;
  readonly size: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** Whose object it is, and its digest in the index, where that has one; both absent in lists of before. */
  readonly sopInstanceUid?: string;
  readonly digest?: string | null;
}

const isEntry = (value: unknown): value is ManifestEntry =>
  typeof value === 'object' &&
  value !== null &&
  ['source', 'number', 'size'].every((name) => Number.isSafeInteger(Reflect.get(value, name))) &&
  ['key', 'sha256'].every((name) => typeof Reflect.get(value, name) === 'string') &&
  isKey(String(Reflect.get(value, 'key')));

/** A name below the folder it is used in. */
const isKey = (key: string): boolean => /^[\w.-]+(\/[\w.-]+)*$/.test(key) && !key.split('/').includes('..');

/** Entry by entry. Throws BackupError 'damaged' for a line that is none. */
export async function* readManifest(path: string): AsyncGenerator<ManifestEntry> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) yield parseEntry(path, line);
  } finally {
    lines.close();
  }
}

function parseEntry(path: string, line: string): ManifestEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (!isEntry(value)) throw new BackupError('damaged', `${path} has a line that is no entry`);
  return value;
}

/** Writes a list; `end` makes it durable and says what it holds. */
export async function createManifest(path: string) {
  const file = await open(path, 'w');
  const watcher = createWatcher(0);
  return {
    async add(entries: readonly ManifestEntry[]): Promise<void> {
      const lines = entries.map(({ source, number, key, size, sha256, sopInstanceUid, digest }) =>
        JSON.stringify({ source, number, key, size, sha256, sopInstanceUid, digest }),
      );
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      watcher.see(bytes);
      await file.appendFile(bytes);
    },
    async end(): Promise<Seen> {
      await file.sync();
      await file.close();
      return watcher.seen();
    },
    abandon: () => file.close().catch(() => undefined),
  };
}

const isBefore = (one: ManifestEntry, source: number, number: number) =>
  one.source < source || (one.source === source && one.number < number);

/** An earlier list, asked in order: each question goes forward in it. */
export function followManifest(entries: AsyncGenerator<ManifestEntry>) {
  let next: ManifestEntry | undefined;
  let ended = false;
  return {
    /** The entry of that number, if there is one; questions must come in the order of the list. */
    async find(source: number, number: number): Promise<ManifestEntry | undefined> {
      while (!ended && (next === undefined || isBefore(next, source, number))) {
        const read = await entries.next();
        if (read.done) ended = true;
        next = read.done ? undefined : read.value;
      }
      return next?.source === source && next.number === number ? next : undefined;
    },
    end: () => entries.return(undefined),
  };
}
