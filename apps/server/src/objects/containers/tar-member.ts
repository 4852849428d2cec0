// An object as a member of a tar file: a pax header whose comment says what a later start needs, then the file itself. POSIX.1 pax.

/** Tar counts in blocks of 512 bytes. */
export const tarBlock = 512;
/** Members begin and end at multiples of this: what direct I/O needs, and what a disk writes in one piece. */
export const alignment = 4096;
/** A longer comment than this is none of ours. */
const longestComment = 65_536;

/** What the comment of a member says. */
export interface MemberNote {
  readonly number: number;
  /** CRC-32 of the object's bytes from `from` to its end. */
  readonly digest: number;
  readonly from: number;
  readonly about: string;
}

export interface MemberLayout {
  /** Of the pax records, in bytes. */
  readonly records: number;
  /** Where the object's bytes begin in the member. */
  readonly dataOffset: number;
  /** Of the whole member. */
  readonly length: number;
}

/** Of a member that is to be written. */
export interface NewLayout extends MemberLayout {
  /** The note as it stands in the comment. */
  readonly comment: string;
}

const roundUp = (length: number, unit: number): number => Math.ceil(length / unit) * unit;

/** The comment is filled up with blanks until the member has a whole number of `alignment` bytes. */
export function layoutOf(size: number, note: MemberNote): NewLayout {
  const comment = JSON.stringify(note);
  let records = roundUp(Buffer.byteLength(comment) + ' comment=\n'.length + 6, tarBlock);
  while ((2 * tarBlock + records + roundUp(size, tarBlock)) % alignment !== 0) records += tarBlock;
  const dataOffset = 2 * tarBlock + records;
  return { comment, records, dataOffset, length: dataOffset + roundUp(size, tarBlock) };
}

const nameOf = (number: number): string => `${number}.dcm`;
/** The object is deleted: its bytes are zeros. */
const deletedName = (number: number): string => `deleted/${number}`;

interface Header {
  readonly name: string;
  readonly size: number;
  /** `x`: pax records of the member that follows; `0`: a file. */
  readonly type: 'x' | '0';
  /** Seconds since 1970. */
  readonly time: number;
}

/** ustar, POSIX.1 pax 10.1. */
function writeHeader(block: Buffer, { name, size, type, time }: Header): void {
  block.fill(0, 0, tarBlock);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  block.write(name, 0, 'latin1');
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(time, 136, 11);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(sumOf(block), 148, 6);
  block.write('\x00 ', 154, 'latin1');
}

function sumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < tarBlock; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum;
}

function readHeader(block: Buffer): { name: string; size: number; type: string } | undefined {
  if (block.length < tarBlock || block.toString('latin1', 257, 262) !== 'ustar') return undefined;
  const octal = (at: number, length: number) => Number.parseInt(block.toString('latin1', at, at + length), 8);
  const size = octal(124, 11);
  if (octal(148, 6) !== sumOf(block.subarray(0, tarBlock)) || !Number.isSafeInteger(size)) return undefined;
  const name = block.toString('latin1', 0, 100).replace(/\0.*$/s, '');
  return { name, size, type: block.toString('latin1', 156, 157) };
}

export interface MemberFacts {
  /** Of the object, in bytes. */
  readonly size: number;
  readonly note: MemberNote;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Writes all but the object's bytes into `member`, which has the layout's length. */
export function writeMember(
  member: Buffer,
  { size, note, time }: MemberFacts,
  { comment, records, dataOffset, length }: NewLayout,
): void {
  writeHeader(member, { name: `PaxHeaders/${note.number}`, size: records, type: 'x', time });
  const head = `${records} comment=${comment}`;
  const written = member.write(head, tarBlock, 'utf8');
  member.fill(' ', tarBlock + written, tarBlock + records - 1);
  member.write('\n', tarBlock + records - 1, 'latin1');
  writeHeader(member.subarray(dataOffset - tarBlock), { name: nameOf(note.number), size, type: '0', time });
  member.fill(0, dataOffset + size, length);
}

/** The header that takes the place of a deleted object's own; it stands directly before the bytes. */
export function deletedHeader(number: number, size: number): Buffer {
  const block = Buffer.alloc(tarBlock);
  writeHeader(block, { name: deletedName(number), size, type: '0', time: 0 });
  return block;
}

export interface FoundMember {
  readonly note: MemberNote;
  readonly size: number;
  readonly deleted: boolean;
  readonly layout: MemberLayout;
}

/** How many bytes the headers of the member take that begins here; undefined where none of ours begins. */
export function headLength(block: Buffer): number | undefined {
  const pax = readHeader(block);
  if (pax?.type !== 'x' || pax.size > longestComment || pax.size % tarBlock !== 0) return undefined;
  return 2 * tarBlock + pax.size;
}

/** The member whose headers these are; undefined where they are damaged. */
export function readMember(head: Buffer): FoundMember | undefined {
  const records = head.length - 2 * tarBlock;
  const file = readHeader(head.subarray(head.length - tarBlock));
  const note = readNote(head.toString('utf8', tarBlock, tarBlock + records));
  if (!file || !note || file.type !== '0') return undefined;
  const deleted = file.name === deletedName(note.number);
  if (!deleted && file.name !== nameOf(note.number)) return undefined;
  const length = head.length + roundUp(file.size, tarBlock);
  return { note, size: file.size, deleted, layout: { records, dataOffset: head.length, length } };
}

function readNote(records: string): MemberNote | undefined {
  const text = /^\d+ comment=(.*)\n$/s.exec(records)?.[1];
  try {
    const note: unknown = JSON.parse(text ?? '');
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

const isNote = (value: unknown): value is MemberNote =>
  typeof value === 'object' &&
  value !== null &&
  ['number', 'digest', 'from'].every((name) => Number.isSafeInteger(Reflect.get(value, name))) &&
  'about' in value &&
  typeof value.about === 'string';
