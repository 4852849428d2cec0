// A ZIP archive written as its members come: data descriptors, ZIP64 where sizes ask for it. PKWARE APPNOTE 4.3, 4.5.3.
import { type AnyChunks, kept } from '@concord/network';
import { crc32 } from '../objects/crc32.ts';

export interface ZipMember {
  /** Printable ASCII, made by us. */
  readonly name: string;
  /** Bytes as far as known beforehand; only decides whether ZIP64 is needed. */
  readonly expectedLength: number;
  readonly body: AnyChunks;
}

interface Written {
  readonly name: Buffer;
  readonly crc: number;
  readonly length: bigint;
  readonly compressed: bigint;
  readonly offset: bigint;
  readonly large: boolean;
}

const max32 = 0xffffffff;
const max16 = 0xffff;
/** Above this a member is written with 64-bit lengths from the start. */
const largeLength = 0xf0000000;
const version = 45;
/** Bit 3: lengths follow the data. PKWARE APPNOTE 4.4.4. */
const descriptorFlag = 8;
const deflated = 8;
/** 1980-01-01, the earliest a ZIP can say: when a file was written says nothing here. */
const date = 0x21;

const little = (fields: readonly (readonly [bytes: 2 | 4 | 8, value: number | bigint])[]): Buffer => {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(Number(value), at, bytes);
    at += bytes;
  }
  return buffer;
};

/**
 * Members are "deflated" in stored blocks (RFC 1951 3.2.4): nothing is compressed, but readers that work through a
 * stream can tell where a member ends, which they cannot with stored members of unknown length.
 */
export async function* writeZip(members: AsyncIterable<ZipMember>): AsyncGenerator<Uint8Array, void> {
  const written: Written[] = [];
  let offset = 0n;
  const counted = (bytes: Uint8Array): Uint8Array => {
    offset += BigInt(bytes.length);
    return bytes;
  };
  for await (const member of members) {
    const name = Buffer.from(member.name, 'latin1');
    const large = member.expectedLength > largeLength;
    const start = offset;
    yield counted(localHeader(name, large));
    const dataStart = offset;
    let crc = 0;
    let length = 0n;
    const blocksOf = (chunk: Uint8Array): Uint8Array => {
      crc = crc32(chunk, crc);
      length += BigInt(chunk.length);
      return storedBlocks(chunk);
    };
    for await (const blocks of kept(member.body, blocksOf)) yield counted(blocks);
    yield counted(lastBlock);
    const entry = { name, crc, length, compressed: offset - dataStart, offset: start, large };
    written.push(entry);
    yield counted(descriptor(entry));
  }
  const directory = offset;
  for (const entry of written) yield counted(directoryEntry(entry));
  yield* ending(BigInt(written.length), offset - directory, directory);
}

/** Bytes in front of each block. */
const blockHead = 5;
const lastBlock = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** The chunk as blocks of up to 64 KiB, in memory of their own: one write for all of them, and the chunk may be used again. */
const storedBlocks = (chunk: Uint8Array): Uint8Array => {
  const blocks = Buffer.allocUnsafe(chunk.length + Math.ceil(chunk.length / max16) * blockHead);
  let to = 0;
  for (let at = 0; at < chunk.length; at += max16) {
    const block = chunk.subarray(at, at + max16);
    blocks[to] = 0;
    blocks.writeUInt16LE(block.length, to + 1);
    blocks.writeUInt16LE(~block.length & max16, to + 3);
    blocks.set(block, to + blockHead);
    to += blockHead + block.length;
  }
  return blocks;
};

const zip64Tag = 1;

/** PKWARE APPNOTE 4.3.7; the lengths come in the descriptor. */
const localHeader = (name: Buffer, large: boolean): Buffer => {
  const extra = large
    ? little([
        [2, zip64Tag],
        [2, 16],
        [8, 0],
        [8, 0],
      ])
    : Buffer.alloc(0);
  const lengths = large ? max32 : 0;
  return Buffer.concat([
    little([
      [4, 0x04034b50],
      [2, version],
      [2, descriptorFlag],
      [2, deflated],
      [2, 0],
      [2, date],
    ]),
    little([
      [4, 0],
      [4, lengths],
      [4, lengths],
      [2, name.length],
      [2, extra.length],
    ]),
    name,
    extra,
  ]);
};

/** PKWARE APPNOTE 4.3.9. */
const descriptor = ({ crc, compressed, length, large }: Written): Buffer => {
  const bytes = large ? 8 : 4;
  return little([
    [4, 0x08074b50],
    [4, crc],
    [bytes, compressed],
    [bytes, length],
  ]);
};

/** PKWARE APPNOTE 4.3.12, with the ZIP64 field for whatever does not fit. */
const directoryEntry = ({ name, crc, compressed, length, offset }: Written): Buffer => {
  const tooLong = [length, compressed, offset].filter((value) => value >= BigInt(max32));
  const fields = tooLong.map((value) => [8, value] as const);
  const extra = fields.length === 0 ? Buffer.alloc(0) : little([[2, zip64Tag], [2, fields.length * 8], ...fields]);
  const short = (value: bigint): bigint => (value >= BigInt(max32) ? BigInt(max32) : value);
  return Buffer.concat([
    little([
      [4, 0x02014b50],
      [2, version],
      [2, version],
      [2, descriptorFlag],
      [2, deflated],
      [2, 0],
      [2, date],
      [4, crc],
    ]),
    little([
      [4, short(compressed)],
      [4, short(length)],
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
    ]),
    little([
      [4, 0],
      [4, short(offset)],
    ]),
    name,
    extra,
  ]);
};

/** PKWARE APPNOTE 4.3.14 to 4.3.16: the 64-bit end first, where one is needed. */
function* ending(count: bigint, size: bigint, offset: bigint): Generator<Uint8Array, void> {
  const fits = count < BigInt(max16) && size < BigInt(max32) && offset < BigInt(max32);
  if (!fits) {
    yield little([
      [4, 0x06064b50],
      [8, 44],
      [2, version],
      [2, version],
      [4, 0],
      [4, 0],
      [8, count],
      [8, count],
      [8, size],
      [8, offset],
    ]);
    yield little([
      [4, 0x07064b50],
      [4, 0],
      [8, offset + size],
      [4, 1],
    ]);
  }
  const entries = fits ? count : BigInt(max16);
  const [shortSize, shortOffset] = fits ? [size, offset] : [max32, max32];
  yield little([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries],
    [2, entries],
    [4, shortSize],
    [4, shortOffset],
    [2, 0],
  ]);
}
