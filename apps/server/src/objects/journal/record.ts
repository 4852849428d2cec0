// A record of the object journal: one part of one object, in whole blocks, told from older ones by its sequence number.
import { crc32 } from '../crc32.ts';

/** The journal is written in whole blocks: what direct I/O needs, and what a disk writes in one piece. */
export const blockSize = 4096;
export const headerSize = 64;

/** `part`: more follows. `last`: the object is whole. `removed`: what earlier records say of the object no longer counts. */
export type RecordKind = 'part' | 'last' | 'removed';
const kinds: readonly RecordKind[] = ['part', 'last', 'removed'];

/** Marks a record, "CJR1". */
const magic = 0x31524a43;
/** Numbers are written with 48 bits. */
const numberBytes = 6;

export interface RecordHeader {
  readonly kind: RecordKind;
  /** One more than that of the record before. */
  readonly sequence: number;
  /** The object's number in the store. */
  readonly number: number;
  /** Where the payload lies in the object, in bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  readonly noteLength: number;
}

/** What a record takes on the disk, in bytes. */
export const recordSize = (length: number, noteLength: number): number =>
  Math.ceil((headerSize + noteLength + length) / blockSize) * blockSize;

/**
 * Writes header and checksum; note and payload stand behind the header already. The checksum covers the note and the first
 * block: whether all of a large payload was written is told by the object's own digest.
 */
export function sealRecord(record: Buffer, header: RecordHeader): void {
  record.writeUInt32LE(magic, 0);
  record.writeUInt32LE(kinds.indexOf(header.kind), 4);
  record.writeUIntLE(header.sequence, 8, numberBytes);
  record.writeUIntLE(header.number, 16, numberBytes);
  record.writeUIntLE(header.offset, 24, numberBytes);
  record.writeUInt32LE(header.length, 32);
  record.writeUInt32LE(header.noteLength, 36);
  record.writeUInt32LE(crc32(record.subarray(headerSize, checkedEnd(header))), 40);
  record.writeUInt32LE(crc32(record.subarray(0, 44)), 44);
  record.fill(0, 48, headerSize);
}

const checkedEnd = ({ length, noteLength }: RecordHeader): number =>
  Math.min(headerSize + noteLength + length, Math.max(blockSize, headerSize + noteLength));

/** The header at the start of these bytes; undefined where there is none, or one whose checksum fails. */
export function readHeader(bytes: Buffer): RecordHeader | undefined {
  if (bytes.length < headerSize || bytes.readUInt32LE(0) !== magic) return undefined;
  const kind = kinds[bytes.readUInt32LE(4)];
  if (kind === undefined || bytes.readUInt32LE(44) !== crc32(bytes.subarray(0, 44))) return undefined;
  return {
    kind,
    sequence: bytes.readUIntLE(8, numberBytes),
    number: bytes.readUIntLE(16, numberBytes),
    offset: bytes.readUIntLE(24, numberBytes),
    length: bytes.readUInt32LE(32),
    noteLength: bytes.readUInt32LE(36),
  };
}

/** How many bytes of the record its own checksum needs. */
export const checkedLength = (header: RecordHeader): number => checkedEnd(header);

/** Whether the note and the first block are as they were sealed. */
export const isIntact = (bytes: Buffer, header: RecordHeader): boolean =>
  bytes.readUInt32LE(40) === crc32(bytes.subarray(headerSize, checkedEnd(header)));
