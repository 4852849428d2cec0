// What a ZIP archive on the disk holds, and the bytes of each entry, checked. PKWARE APPNOTE 4.3, 4.5.3.
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { MediaRefusal } from './media-refusal.ts';

/** A file in the archive; folders are left out. */
export interface ZipEntry {
  /** As the archive has it: not to be used as a path. */
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressed: number;
  readonly size: number;
  readonly crc: number;
  /** Of its local header. */
  readonly offset: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const longestComment = 0xffff;
/** Of the central directory, in bytes: some 100 for each of the most entries, and their names. */
const largestDirectory = 64 << 20;
const max16 = 0xffff;
const max32 = 0xffffffff;

const bad = (detail: string) => new MediaRefusal('bad-zip', detail);

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead < length) throw bad('it ends too soon');
  return buffer;
}

interface Directory {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

const number64 = (bytes: Buffer, at: number): number => {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw bad('a length is beyond all bounds');
  return Number(value);
};

/** Where the central directory lies: its end record stands last, behind at most a comment. */
async function findDirectory(file: FileHandle, size: number): Promise<Directory> {
  const length = Math.min(size, endLength + longestComment);
  const tail = await readAt(file, size - length, length);
  for (let at = length - endLength; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const entries = tail.readUInt16LE(at + 10);
    const [bytes, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    const isLarge = entries === max16 || bytes === max32 || offset === max32;
    return isLarge ? findLargeDirectory(file, size - length + at) : { entries, size: bytes, offset };
  }
  throw bad('it has no directory');
}

async function findLargeDirectory(file: FileHandle, end: number): Promise<Directory> {
  const locator = await readAt(file, Math.max(0, end - 20), 20);
  if (locator.readUInt32LE(0) !== locator64Signature) throw bad('its 64-bit directory is missing');
  const record = await readAt(file, number64(locator, 8), 56);
  if (record.readUInt32LE(0) !== end64Signature) throw bad('its 64-bit directory is missing');
  return { entries: number64(record, 32), size: number64(record, 40), offset: number64(record, 48) };
}

/** Lengths that did not fit into 32 bits stand in the extra field, in this order. */
function widen(extra: Buffer, narrow: readonly number[]): readonly number[] {
  let field: Buffer | undefined;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let next = 0;
  return narrow.map((value) => {
    if (value !== max32) return value;
    if (!field || field.length < next + 8) throw bad('a 64-bit length is missing');
    next += 8;
    return number64(field, next - 8);
  });
}

/** All files of the archive. Throws MediaRefusal: it is none, is damaged, or has more than `most`. */
export async function readZipEntries(file: FileHandle, most: number): Promise<readonly ZipEntry[]> {
  const { size: whole } = await file.stat();
  if (whole < endLength) throw bad('it is too short');
  const { entries: count, size, offset } = await findDirectory(file, whole);
  if (count > most) throw new MediaRefusal('too-many', `the archive holds ${count} files, ${most} may be`);
  if (size > largestDirectory || offset + size > whole) throw bad('its directory lies outside');
  const bytes = await readAt(file, offset, size);
  const entries: ZipEntry[] = [];
  for (let at = 0, seen = 0; seen < count; seen += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== centralSignature) throw bad('its directory is damaged');
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)];
    const next = at + 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw bad('its directory is damaged');
    const entry = readEntry(bytes, at, { nameLength, extraLength });
    if (!entry.name.endsWith('/')) entries.push(entry);
    at = next;
  }
  return entries;
}

function readEntry(bytes: Buffer, at: number, lengths: { nameLength: number; extraLength: number }): ZipEntry {
  const flags = bytes.readUInt16LE(at + 8);
  const nameEnd = at + 46 + lengths.nameLength;
  const [size = 0, compressed = 0, offset = 0] = widen(bytes.subarray(nameEnd, nameEnd + lengths.extraLength), [
    bytes.readUInt32LE(at + 24),
    bytes.readUInt32LE(at + 20),
    bytes.readUInt32LE(at + 42),
  ]);
  return {
    // Bit 11: the name is in UTF-8; older programs write ASCII in practice.
    name: bytes.toString(flags & 0x800 ? 'utf8' : 'latin1', at + 46, nameEnd),
    method: bytes.readUInt16LE(at + 10),
    isEncrypted: (flags & 1) === 1,
    crc: bytes.readUInt32LE(at + 16),
    ...{ compressed, size, offset },
  };
}

/** The bytes of one entry, never more than its directory says. Throws MediaRefusal, at the latest behind the last of them. */
export async function* entryBytes(file: FileHandle, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted) throw bad('it is encrypted');
  if (entry.method !== 0 && entry.method !== 8) throw bad(`it is compressed by method ${entry.method}`);
  const header = await readAt(file, entry.offset, 30);
  if (header.readUInt32LE(0) !== localSignature) throw bad('it is not where the directory says');
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  let [left, crc] = [entry.size, 0];
  for await (const chunk of inflated(file, entry, start)) {
    left -= chunk.length;
    if (left < 0) throw bad('it is longer than the directory says');
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (left > 0 || crc !== entry.crc) throw bad('its bytes are not those that were packed');
}

async function* inflated(file: FileHandle, entry: ZipEntry, start: number): AsyncGenerator<Uint8Array> {
  if (entry.compressed === 0) return;
  const source = file.createReadStream({ start, end: start + entry.compressed - 1, autoClose: false });
  if (entry.method === 0) {
    yield* source;
    return;
  }
  const inflate = createInflateRaw();
  // What goes wrong is thrown where `inflate` is read.
  pipeline(source, inflate, () => undefined);
  try {
    yield* inflate;
  } catch (error) {
    throw new MediaRefusal('bad-zip', error instanceof Error ? error.message : '', error);
  }
}
