// Media that come over the web, file by file or as a ZIP archive, kept in a temporary folder until they are closed.
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Medium } from '@concord/media';
import type { MediaLimits } from './limits.ts';
import { MediaRefusal } from './media-refusal.ts';
import { entryBytes, readZipEntries } from './zip-entries.ts';

export interface UploadParts {
  /** Below it each upload has a folder of its own. */
  readonly folder: string;
  /** Of one upload, packed or not. */
  readonly bytes: number;
  readonly limits: MediaLimits;
}

/** A medium whose files came over the web. */
export interface Upload {
  readonly folder: string;
  /** What was left out and why. */
  readonly notes: readonly string[];
  readonly files: number;
  /** Throws MediaRefusal and what the disk throws. */
  addFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Unpacks an archive; entries that cannot be taken are told of, and the rest goes on. */
  addZip(bytes: AsyncIterable<Uint8Array>): Promise<void>;
  medium(): Medium;
  /** Deletes its files. */
  remove(): Promise<void>;
}

/** The path of a file on its medium. Throws MediaRefusal: nothing that could lead out of it, or be no name, is taken. */
export function checkedPath(path: string, { pathLength, depth }: Pick<MediaLimits, 'pathLength' | 'depth'>): string {
  const parts = path.split('/');
  const isBad = (part: string) => part === '' || part === '.' || part === '..' || /[\p{Cc}\\]/u.test(part);
  if (path.length > pathLength || parts.length > depth || parts.some(isBad) || /^[a-z]:/iu.test(path))
    throw new MediaRefusal('bad-name', JSON.stringify(path.slice(0, 80)));
  return path;
}

interface Kept {
  readonly file: string;
  readonly size: number;
}

/** Begins an upload. Throws what the disk throws. */
export async function createUpload({ folder, bytes: most, limits }: UploadParts): Promise<Upload> {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, Kept>();
  const notes: string[] = [];
  const note = (text: string) => {
    if (notes.length < limits.notes) notes.push(text);
  };
  let [numbered, held] = [0, 0];

  /** Counts bytes as they go by: those of one file, and of all files together. */
  async function* counted(bytes: AsyncIterable<Uint8Array>, own: { size: number }): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      own.size += chunk.length;
      held += chunk.length;
      if (held > most) throw new MediaRefusal('too-large', `${most / 1_000_000} MB`);
      yield chunk;
    }
  }
  /** Under a number of ours: what the sender calls it never becomes a name on the disk. */
  const keep = async (bytes: AsyncIterable<Uint8Array>): Promise<Kept> => {
    numbered += 1;
    const file = join(folder, String(numbered));
    const own = { size: 0 };
    try {
      await pipeline(Readable.from(counted(bytes, own)), createWriteStream(file, { flags: 'wx' }));
    } catch (error) {
      await rm(file, { force: true });
      held -= own.size;
      throw error;
    }
    return { file, size: own.size };
  };
  const add = async (path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    const name = checkedPath(path, limits);
    if (files.size >= limits.files) throw new MediaRefusal('too-many', `${limits.files} files`);
    const kept = await keep(bytes);
    const replaced = files.get(name);
    files.set(name, kept);
    if (!replaced) return;
    held -= replaced.size;
    await rm(replaced.file, { force: true });
  };
  return {
    folder,
    notes,
    get files() {
      return files.size;
    },
    addFile: add,
    async addZip(bytes) {
      const packed = await keep(bytes);
      await using archive = await open(packed.file);
      for (const entry of await readZipEntries(archive, limits.files - files.size)) {
        try {
          await add(entry.name, entryBytes(archive, entry));
        } catch (error) {
          // What is too much for the upload ends it; what is wrong with one file does not.
          if (!(error instanceof MediaRefusal) || error.fault === 'too-large' || error.fault === 'too-many')
            throw error;
          note(`${JSON.stringify(entry.name.slice(0, 80))} of the ZIP archive is left out: ${error.message}`);
        }
      }
      held -= packed.size;
      await rm(packed.file, { force: true });
    },
    medium: () => keptMedium(files),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Files wherever they lie, under the names of their medium. */
function keptMedium(files: ReadonlyMap<string, Kept>): Medium {
  return {
    paths: [...files.keys()],
    async read(path, offset, length) {
      const kept = files.get(path);
      if (!kept) return new Uint8Array(0);
      await using file = await open(kept.file);
      const buffer = new Uint8Array(Math.max(0, Math.min(length, kept.size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}
