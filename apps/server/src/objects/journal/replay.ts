// Reads a journal that a crash left behind: which objects are whole in it, and where their parts lie.
import type { JournalFile } from './journal-file.ts';
import { blockSize, checkedLength, headerSize, isIntact, type RecordHeader, readHeader, recordSize } from './record.ts';

/** A run of an object's bytes in the journal. */
export interface JournaledPart {
  /** In the object, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Of the bytes in the journal file. */
  readonly position: number;
}

/** An object whose last part is there. */
export interface JournaledObject {
  readonly number: number;
  readonly parts: readonly JournaledPart[];
  readonly note: string;
}

export interface Replay {
  readonly objects: readonly JournaledObject[];
  /** 0 where the journal is empty. */
  readonly lastSequence: number;
}

interface FoundRecord {
  readonly header: RecordHeader;
  readonly note: string;
  /** Of the payload in the journal file. */
  readonly position: number;
}

/** Header, note and first block of a record: notes are short. */
const longestChecked = 131_072;

/** Records of one segment, up to the first that is torn or older. A released segment begins with zeros. */
async function readSegment(file: JournalFile, start: number, size: number): Promise<FoundRecord[]> {
  const found: FoundRecord[] = [];
  const block = Buffer.alloc(longestChecked);
  for (let at = start; at + blockSize <= start + size; ) {
    await file.read(block.subarray(0, Math.min(block.length, start + size - at)), at);
    const header = readHeader(block);
    const previous = found.at(-1)?.header.sequence;
    if (!header || (previous !== undefined && header.sequence !== previous + 1)) break;
    if (checkedLength(header) > block.length || !isIntact(block, header)) break;
    const note = block.toString('utf8', headerSize, headerSize + header.noteLength);
    found.push({ header, note, position: at + headerSize + header.noteLength });
    at += recordSize(header.length, header.noteLength);
  }
  return found;
}

/** What the records say in the order they were written. A whole object is one whose last part was begun; its digest decides. */
export async function replay(file: JournalFile, segmentSize: number): Promise<Replay> {
  const segments: FoundRecord[][] = [];
  for (let index = 0; index < file.segments; index += 1)
    segments.push(await readSegment(file, index * segmentSize, segmentSize));
  const records = segments
    .filter((found) => found.length > 0)
    .sort((a, b) => (a[0]?.header.sequence ?? 0) - (b[0]?.header.sequence ?? 0))
    .flat();
  const parts = new Map<number, JournaledPart[]>();
  const objects = new Map<number, JournaledObject>();
  for (const { header, note, position } of records) {
    const { kind, number, offset, length } = header;
    if (kind === 'removed') {
      parts.delete(number);
      objects.delete(number);
      continue;
    }
    const own = [...(parts.get(number) ?? []), { offset, length, position }];
    parts.set(number, own);
    if (kind === 'last') objects.set(number, { number, parts: own, note });
  }
  return { objects: [...objects.values()], lastSequence: records.at(-1)?.header.sequence ?? 0 };
}
