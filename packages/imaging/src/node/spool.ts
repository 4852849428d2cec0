// Pieces that must wait until all of them are there: in memory up to a limit, then in a file that nobody else sees.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImagingError } from '../imaging-error.ts';

/** Takes pieces in order and gives them back in the same order. */
export interface Spool extends AsyncDisposable {
  append(piece: Uint8Array): Promise<void>;
  /** Lengths of the pieces, in bytes. */
  readonly lengths: readonly number[];
  /** From the piece of that index on, by default from the first. */
  pieces(first?: number): AsyncGenerator<Uint8Array>;
}

/** Bytes kept in memory. */
const memoryLimit = 64 << 20;

/** Pieces of these lengths, one behind the other in a file. */
async function* readBack(handle: FileHandle, lengths: readonly number[], from = 0): AsyncGenerator<Uint8Array> {
  let at = from;
  for (const length of lengths) {
    const piece = new Uint8Array(length);
    const { bytesRead } = await handle.read(piece, 0, length, at);
    if (bytesRead !== length) throw new ImagingError('internal', 'the spool file is shorter than what was written');
    at += length;
    yield piece;
  }
}

/** An empty spool. `folder` is where the file is made if one is needed; the system's folder for temporary files if absent. */
export function createSpool(folder = tmpdir(), limit = memoryLimit): Spool {
  const lengths: number[] = [];
  const kept: Uint8Array[] = [];
  let bytes = 0;
  let file: { readonly handle: FileHandle; readonly folder: string } | undefined;
  let written = 0;
  const toFile = async (): Promise<FileHandle> => {
    if (file) return file.handle;
    const own = await mkdtemp(join(folder, 'concord-spool-'));
    file = { handle: await open(join(own, 'pieces'), 'wx+', 0o600), folder: own };
    return file.handle;
  };
  return {
    lengths,
    append: async (piece) => {
      lengths.push(piece.length);
      bytes += piece.length;
      if (bytes <= limit) {
        kept.push(piece);
        return;
      }
      const handle = await toFile();
      await handle.write(piece, 0, piece.length, written);
      written += piece.length;
    },
    pieces: async function* (first = 0) {
      yield* kept.slice(first);
      if (!file) return;
      const skipped = lengths.slice(kept.length, first);
      const from = skipped.reduce((sum, length) => sum + length, 0);
      yield* readBack(file.handle, lengths.slice(Math.max(first, kept.length)), from);
    },
    [Symbol.asyncDispose]: async () => {
      kept.length = 0;
      if (!file) return;
      await file.handle.close();
      await rm(file.folder, { recursive: true, force: true });
    },
  };
}
