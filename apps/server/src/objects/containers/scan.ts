// Reads which objects a container holds, from its members' headers; damaged stretches are stepped over.
import { read as readCallback } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from '../crc32.ts';
import { chunkSize } from '../object-store.ts';
import { alignment, type FoundMember, headLength, readMember } from './tar-member.ts';

const readAsync = promisify(readCallback);

/** A member whose headers are in order. */
export interface ScannedMember extends FoundMember {
  /** Of the member in the container, in bytes. */
  readonly start: number;
  readonly end: number;
}

/** Bytes at a place, fewer where the file ends. */
async function readAt(descriptor: number, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await readAsync(descriptor, bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function memberAt(descriptor: number, start: number): Promise<ScannedMember | undefined> {
  const block = await readAt(descriptor, start, alignment);
  const length = headLength(block);
  if (length === undefined) return undefined;
  const head = length <= block.length ? block.subarray(0, length) : await readAt(descriptor, start, length);
  const found = head.length === length ? readMember(head) : undefined;
  return found && { ...found, start, end: start + found.layout.length };
}

/**
 * Members in the order they lie, those that would reach beyond the file's end left out. A stretch without a member's headers is
 * stepped over block by block: what was written behind a damaged one is still found.
 * @param owns whether a number may be that of a member: what lies inside a damaged object is none
 */
export async function* scanContainer(path: string, owns: (number: number) => boolean): AsyncGenerator<ScannedMember> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let last = -1;
    for (let at = 0; at < size; ) {
      const member = await memberAt(file.fd, at);
      if (!member || member.end > size || !owns(member.note.number) || member.note.number <= last) {
        at += alignment;
        continue;
      }
      yield member;
      last = member.note.number;
      at = member.end;
    }
  } finally {
    await file.close();
  }
}

/** Whether all of the object's bytes are as they were when it was sealed. */
export async function isIntact(path: string, { start, layout, size, note }: ScannedMember): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    let digest = 0;
    for (let at = note.from; at < size; at += chunkSize) {
      const wanted = Math.min(chunkSize, size - at);
      const bytes = await readAt(file.fd, start + layout.dataOffset + at, wanted);
      if (bytes.length < wanted) return false;
      digest = crc32(bytes, digest);
    }
    return digest === note.digest;
  } finally {
    await file.close();
  }
}
