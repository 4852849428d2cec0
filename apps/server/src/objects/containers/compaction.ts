// Gives back the space of deleted objects: their container is written anew with holes where they lay, and takes the old one's name.
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../file-supply.ts';
import { type ScannedMember, scanContainer } from './scan.ts';
import { alignment } from './tar-member.ts';

/** A stretch of a container that nothing needs, in whole blocks. */
interface Hole {
  readonly start: number;
  readonly end: number;
}

/** What a container becomes while it is written anew: a start removes what it finds of it. */
export const compactedSuffix = '.compacted';

/** Bytes copied at once. */
const pieceSize = 1024 * 1024;
/** A container is written anew for so many bytes at least, and for this part of what would stay. */
const worthwhile = { bytes: 1024 * 1024, part: 0.25 };
/** Of a block of `stat`. */
const statBlock = 512;

const roundUp = (position: number): number => Math.ceil(position / alignment) * alignment;

/** The member's headers stay, so that tar still finds the next one. */
const holeIn = ({ start, end, layout }: ScannedMember): Hole => ({ start: roundUp(start + layout.dataOffset), end });

async function holesOf(path: string, owns: (number: number) => boolean): Promise<readonly Hole[]> {
  const holes: Hole[] = [];
  for await (const member of scanContainer(path, owns)) {
    const hole = holeIn(member);
    if (member.deleted && hole.end > hole.start) holes.push(hole);
  }
  return holes;
}

export interface CompactOptions {
  /** Whether a number may be that of a member of the container. */
  readonly owns: (number: number) => boolean;
  /** Whether the disk takes so many bytes more for a while. */
  readonly hasRoom: (bytes: number) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/**
 * Nothing may be appended to the container or deleted from it meanwhile. Every object keeps its place and its bytes, damaged ones
 * too; whoever has the old file open reads on in it. Resolves with the bytes that were given back, when a crash can no longer
 * undo it; 0 where it is not worth while or has no room. Rejects with the signal's reason, and with what the file system says.
 */
export async function compact(path: string, { owns, hasRoom, signal }: CompactOptions): Promise<number> {
  const holes = await holesOf(path, owns);
  const { size, blocks } = await stat(path);
  const needed = size - holes.reduce((sum, { start, end }) => sum + end - start, 0);
  const spare = blocks * statBlock - needed;
  if (spare < Math.max(worthwhile.bytes, needed * worthwhile.part) || !(await hasRoom(needed))) return 0;
  const made = `${path}${compactedSuffix}`;
  try {
    await copyBetween(path, made, { holes, size, signal });
    await rename(made, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
  return spare;
}

interface Copying {
  readonly holes: readonly Hole[];
  readonly size: number;
  readonly signal: AbortSignal;
}

/** Durable when the promise resolves. */
async function copyBetween(from: string, to: string, { holes, size, signal }: Copying): Promise<void> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'w');
  const piece = Buffer.alloc(pieceSize);
  await target.truncate(size);
  let at = 0;
  for (const { start, end } of [...holes, { start: size, end: size }]) {
    while (at < start) {
      signal.throwIfAborted();
      const { bytesRead } = await source.read(piece, 0, Math.min(pieceSize, start - at), at);
      if (bytesRead === 0) throw new Error(`${from} ends at byte ${at} of ${size}`);
      for (let done = 0; done < bytesRead; )
        done += (await target.write(piece, done, bytesRead - done, at + done)).bytesWritten;
      at += bytesRead;
    }
    at = end;
  }
  await target.datasync();
}
