// Writing a file-set into a folder: the instances as they are behind File Meta Information of ours, the directory last. PS3.10 7, 8
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileMetaInformation } from '@concord/dicom';
import { MediaError } from './error.ts';
import { directoryName } from './medium.ts';
import type { PlannedFile } from './new-records.ts';
import type { FileSetPlan } from './plan-file-set.ts';
import type { Writer } from './write-directory.ts';

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** What was written. */
export interface WrittenFileSet {
  /** SHA-256 of each file, by its path: of what was to be written, not of what was read back. */
  readonly digests: ReadonlyMap<string, string>;
  readonly bytes: number;
}

/** Bytes that are held of an instance. */
const block = 1 << 20;

/** The bytes of a file: meta of ours, and the data set as it lies in the source. */
async function* fileBytes(file: PlannedFile, writer: Writer, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { source, dataSetOffset, sopClassUid, sopInstanceUid, transferSyntaxUid } = file;
  yield fileMetaInformation({ ...writer, sopClassUid, sopInstanceUid, transferSyntaxUid });
  for (let at = dataSetOffset; at < source.size; ) {
    signal?.throwIfAborted();
    const bytes = await source.read(at, Math.min(block, source.size - at));
    if (bytes.length === 0) throw new MediaError('unreadable-file', source.name, `it ends at byte ${at}`);
    yield bytes;
    at += bytes.length;
  }
}

/** A new file, complete and on the disk when the promise resolves. */
async function writeNew(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  await using file = await open(path, 'wx');
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    await file.writeFile(chunk);
  }
  await file.sync();
  return { digest: hash.digest('hex'), bytes };
}

/** Makes the folder; one that is there must be empty: a set is written whole, never into another. */
async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new MediaError('not-empty', folder);
}

async function writeAll({ files, directory, writer }: FileSetPlan, folder: string, options: WriteOptions) {
  const digests = new Map<string, string>();
  let sum = 0;
  const keep = (path: string, { digest, bytes }: { readonly digest: string; readonly bytes: number }): void => {
    digests.set(path, digest);
    sum += bytes;
    options.progress?.(digests.size, files.length + 1);
  };
  for (const file of files)
    keep(file.fileId.join('/'), await writeNew(join(folder, ...file.fileId), fileBytes(file, writer, options.signal)));
  // Last: as long as there is no directory, nobody takes the folder for a file-set.
  keep(directoryName, await writeNew(join(folder, directoryName), [directory]));
  return { digests, bytes: sum };
}

/**
 * Writes a planned set into a folder that is empty or not there. What fails, or is stopped, leaves the folder empty.
 * @throws MediaError `not-empty`, `unreadable-file`; what the file system and `options.signal` give
 */
export async function writeFileSet(
  plan: FileSetPlan,
  folder: string,
  options: WriteOptions = {},
): Promise<WrittenFileSet> {
  await prepare(folder);
  try {
    return await writeAll(plan, folder, options);
  } catch (error) {
    for (const name of new Set([directoryName, ...plan.files.map(({ fileId }) => fileId[0] ?? directoryName)]))
      await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}
