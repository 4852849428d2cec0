// Deflating, for Deflated Explicit VR: hash chains and dynamic Huffman codes, with no help from a platform. RFC 1951, PS3.5 A.5.
import { codeLengths } from './code-lengths.ts';
import { codeLengthOrder, distanceBase, distanceExtra, lengthBase, lengthExtra, reverse } from './huffman.ts';

/** Literals and matches of one block. */
const blockTokens = 32768;
const windowSize = 32768;
const hashSize = 1 << 15;
/** Earlier places that are tried for a match. */
const chain = 32;
const endOfBlock = 256;

/** Bits, the lowest first. */
class BitWriter {
  private bytes: Uint8Array;
  private at = 0;
  private bits = 0;
  private count = 0;

  constructor(expected: number) {
    this.bytes = new Uint8Array(expected);
  }

  /** At most 16 bits. */
  put(value: number, count: number): void {
    this.bits |= value << this.count;
    this.count += count;
    while (this.count >= 8) this.flushByte();
  }

  private flushByte(): void {
    if (this.at === this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length + 64);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.at] = this.bits & 255;
    this.at += 1;
    this.bits >>>= 8;
    this.count -= 8;
  }

  /** All bytes, filled up to an even number with zero. PS3.5 A.5 */
  finish(): Uint8Array {
    if (this.count > 0) {
      this.count = 8;
      this.flushByte();
    }
    const even = new Uint8Array(this.at + (this.at & 1));
    even.set(this.bytes.subarray(0, this.at));
    return even;
  }
}

/** A literal byte, or a match as 0x1000000 x length + distance. */
type Token = number;
const matchUnit = 0x1000000;

/** The bytes as a raw deflate stream, padded to an even length. */
export function deflate(bytes: Uint8Array): Uint8Array {
  const out = new BitWriter(Math.ceil(bytes.length / 2) + 64);
  const finder = new MatchFinder(bytes);
  for (let at = 0, last = false; !last; ) {
    const tokens: Token[] = [];
    while (at < bytes.length && tokens.length < blockTokens) {
      const { length, distance } = finder.longest(at);
      tokens.push(length === 0 ? (bytes[at] ?? 0) : length * matchUnit + distance);
      finder.enter(at, Math.max(1, length));
      at += Math.max(1, length);
    }
    last = at >= bytes.length;
    writeBlock(out, tokens, last);
  }
  return out.finish();
}

/** Earlier places of the same three bytes, by hash. */
class MatchFinder {
  private readonly bytes: Uint8Array;
  private readonly head = new Int32Array(hashSize).fill(-1);
  private readonly previous = new Int32Array(windowSize);

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  private hash(at: number): number {
    const { bytes } = this;
    return (((bytes[at] ?? 0) << 10) ^ ((bytes[at + 1] ?? 0) << 5) ^ (bytes[at + 2] ?? 0)) & (hashSize - 1);
  }

  /** The longest earlier run of the bytes that begin here; length 0 where none has three. */
  longest(at: number): { readonly length: number; readonly distance: number } {
    const { bytes } = this;
    const most = Math.min(258, bytes.length - at);
    let length = 2;
    let distance = 0;
    if (most < 3) return { length: 0, distance };
    let place = this.head[this.hash(at)] ?? -1;
    for (let tries = chain; place >= 0 && at - place <= windowSize && tries > 0; tries -= 1) {
      if (bytes[place + length] === bytes[at + length]) {
        let same = 0;
        while (same < most && bytes[place + same] === bytes[at + same]) same += 1;
        if (same > length) {
          length = same;
          distance = at - place;
          if (same === most) break;
        }
      }
      const before = this.previous[place % windowSize] ?? -1;
      if (before >= place) break;
      place = before;
    }
    return distance > 0 ? { length, distance } : { length: 0, distance };
  }

  /** Remembers places from here on. */
  enter(at: number, count: number): void {
    const end = Math.min(at + count, this.bytes.length - 2);
    for (let place = at; place < end; place += 1) {
      const hash = this.hash(place);
      this.previous[place % windowSize] = this.head[hash] ?? -1;
      this.head[hash] = place;
    }
  }
}

/** The largest index whose base is not above a value. */
function indexOf(bases: readonly number[], value: number): number {
  let at = bases.length - 1;
  while (at > 0 && (bases[at] ?? 0) > value) at -= 1;
  return at;
}
const lengthIndex = Uint8Array.from({ length: 259 }, (_, length) => indexOf(lengthBase, length));
const distanceIndex = (distance: number): number => indexOf(distanceBase, distance);

function writeBlock(out: BitWriter, tokens: readonly Token[], last: boolean): void {
  const literalCounts = new Uint32Array(286);
  const distanceCounts = new Uint32Array(30);
  literalCounts[endOfBlock] = 1;
  for (const token of tokens) {
    const symbol = token < matchUnit ? token : 257 + (lengthIndex[Math.floor(token / matchUnit)] ?? 0);
    literalCounts[symbol] = (literalCounts[symbol] ?? 0) + 1;
    if (token < matchUnit) continue;
    const far = distanceIndex(token % matchUnit);
    distanceCounts[far] = (distanceCounts[far] ?? 0) + 1;
  }
  const literals = codeLengths(literalCounts, 15);
  const distances = codeLengths(distanceCounts, 15);
  if (distances.every((length) => length === 0)) distances[0] = 1;
  out.put(last ? 1 : 0, 1);
  out.put(2, 2);
  writeCodes(out, literals, distances);
  writeTokens(out, tokens, codesOf(literals), codesOf(distances));
}

/** Codes by symbol, reversed for writing. */
interface Codes {
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

function codesOf(lengths: Uint8Array): Codes {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    for (const [symbol, has] of lengths.entries()) {
      if (has !== length) continue;
      codes[symbol] = reverse(code, length);
      code += 1;
    }
    code <<= 1;
  }
  return { codes, lengths };
}

const putSymbol = (out: BitWriter, { codes, lengths }: Codes, symbol: number): void =>
  out.put(codes[symbol] ?? 0, lengths[symbol] ?? 0);

/** The two codes' lengths, themselves in a code; runs are not shortened, blocks are long. RFC 1951 3.2.7. */
function writeCodes(out: BitWriter, literals: Uint8Array, distances: Uint8Array): void {
  const all = [...literals, ...distances];
  const counts = new Uint32Array(19);
  for (const length of all) counts[length] = (counts[length] ?? 0) + 1;
  const lengths = codeLengths(counts, 7);
  out.put(literals.length - 257, 5);
  out.put(distances.length - 1, 5);
  out.put(codeLengthOrder.length - 4, 4);
  for (const symbol of codeLengthOrder) out.put(lengths[symbol] ?? 0, 3);
  const codes = codesOf(lengths);
  for (const length of all) putSymbol(out, codes, length);
}

function writeTokens(out: BitWriter, tokens: readonly Token[], literals: Codes, distances: Codes): void {
  for (const token of tokens) {
    if (token < matchUnit) {
      putSymbol(out, literals, token);
      continue;
    }
    const length = Math.floor(token / matchUnit);
    const near = lengthIndex[length] ?? 0;
    putSymbol(out, literals, 257 + near);
    out.put(length - (lengthBase[near] ?? 0), lengthExtra[near] ?? 0);
    const distance = token % matchUnit;
    const far = distanceIndex(distance);
    putSymbol(out, distances, far);
    out.put(distance - (distanceBase[far] ?? 0), distanceExtra[far] ?? 0);
  }
  putSymbol(out, literals, endOfBlock);
}
