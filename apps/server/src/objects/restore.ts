// After a crash: objects that were whole in the journal are put right in their files, byte for byte.
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from './crc32.ts';
import { bucketName, bucketSize, keyOf } from './file-supply.ts';
import type { JournalNote } from './file-writer.ts';
import type { JournalFile } from './journal/journal-file.ts';
import type { JournaledObject, JournaledPart } from './journal/replay.ts';
import { chunkSize, type StoredObject } from './object-store.ts';

const isNote = (value: unknown): value is JournalNote =>
  typeof value === 'object' &&
  value !== null &&
  ['size', 'from', 'digest'].every((name) => Number.isSafeInteger(Reflect.get(value, name))) &&
  'about' in value &&
  typeof value.about === 'string';

/** Bytes of an object as the journal has them, piece by piece. */
async function* journaledBytes(file: JournalFile, parts: readonly JournaledPart[]): AsyncGenerator<Buffer> {
  for (const { length, position } of parts)
    for (let done = 0; done < length; done += chunkSize) {
      const piece = Buffer.alloc(Math.min(chunkSize, length - done));
      await file.read(piece, position + done);
      yield piece;
    }
}

/** Whether the parts follow each other from 0 to the object's end and give its digest: a torn write does not. */
async function isWhole(file: JournalFile, parts: readonly JournaledPart[], note: JournalNote): Promise<boolean> {
  let at = 0;
  for (const { offset, length } of parts) {
    if (offset !== at) return false;
    at += length;
  }
  if (at !== note.size) return false;
  let digest = 0;
  at = 0;
  for await (const piece of journaledBytes(file, parts)) {
    const skip = Math.min(piece.length, Math.max(0, note.from - at));
    digest = crc32(piece.subarray(skip), digest);
    at += piece.length;
  }
  return digest === note.digest;
}

/** Writes what differs, and nothing where the file is as it should be; durable when the promise resolves. */
async function writeObject(path: string, bytes: AsyncIterable<Buffer>, size: number): Promise<void> {
  const target = await open(path, constants.O_RDWR | constants.O_CREAT);
  try {
    let at = 0;
    for await (const piece of bytes) {
      const present = Buffer.alloc(piece.length);
      await target.read(present, 0, present.length, at);
      if (!present.equals(piece)) await target.write(piece, 0, piece.length, at);
      at += piece.length;
    }
    await target.truncate(size);
    await target.sync();
  } finally {
    await target.close();
  }
}

/** Objects the journal vouches for; their files are whole afterwards. A torn object is nobody's: no one was told of it. */
export async function restoreObjects(
  folder: string,
  file: JournalFile,
  objects: readonly JournaledObject[],
): Promise<readonly StoredObject[]> {
  const restored: StoredObject[] = [];
  for (const { number, parts, note: text } of objects) {
    const note: unknown = JSON.parse(text);
    if (!isNote(note) || !(await isWhole(file, parts, note))) continue;
    const key = keyOf(number);
    await mkdir(join(folder, bucketName(Math.floor(number / bucketSize))), { recursive: true });
    await writeObject(join(folder, key), journaledBytes(file, parts), note.size);
    restored.push({ key, number, size: note.size, about: note.about });
  }
  return restored;
}
