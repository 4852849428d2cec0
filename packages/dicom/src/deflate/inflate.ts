// Inflating raw deflate streams, as Deflated Explicit VR needs them: in pieces, bounded, with no help from a platform. RFC 1951, PS3.5 A.5.
import { DicomError } from '../error.ts';
import {
  buildCode,
  type Code,
  codeLengthOrder,
  distanceBase,
  distanceExtra,
  fast,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthBase,
  lengthExtra,
} from './huffman.ts';

const fixedLiterals = buildCode(fixedLiteralLengths);
const fixedDistances = buildCode(fixedDistanceLengths);

/** Bytes that the header of a dynamic block, and one length and distance, take at most. */
const headerBytes = 330;
const pairBytes = 8;
const windowSize = 32768;

/** Limits of one inflation. */
export interface InflateLimits {
  /** Bytes that may come out. */
  readonly inflated: number;
  /** Times the input that may come out; the first 64 KiB are free. */
  readonly inflateRatio: number;
}

/**
 * Inflates as input comes. What `push` returns is valid until the next call.
 * @throws DicomError `bad-deflate`, `too-much-inflated`; 'past-end' from `finish` where the stream is cut short
 */
export class Inflater {
  /** The last block has ended; bytes after it are left alone. */
  done = false;
  /** Bytes of input that belong to the stream, once done. */
  consumed = 0;
  private readonly limits: InflateLimits;
  private input: Uint8Array = new Uint8Array(0);
  private at = 0;
  private bits = 0;
  private bitCount = 0;
  private ended = false;
  private received = 0;
  private produced = 0;
  private output = new Uint8Array(4 * windowSize);
  /** End of what is written in `output`; the 32 KiB before it are the window. */
  private outAt = 0;
  private stored = 0;
  private literals: Code | undefined;
  private distances: Code = fixedDistances;
  private last = false;

  constructor(limits: InflateLimits) {
    this.limits = limits;
  }

  /** Takes a chunk; hands each piece of output to `out`, valid only during the call. */
  push(chunk: Uint8Array, out: (piece: Uint8Array) => void): void {
    if (this.done) return;
    this.received += chunk.length;
    if (this.at === this.input.length) this.input = chunk;
    else {
      const joined = new Uint8Array(this.input.length - this.at + chunk.length);
      joined.set(this.input.subarray(this.at));
      joined.set(chunk, this.input.length - this.at);
      this.input = joined;
    }
    this.at = 0;
    this.run(out);
  }

  /** No more input will come. @throws DicomError 'past-end' where the stream has not ended */
  finish(out: (piece: Uint8Array) => void): void {
    this.ended = true;
    if (!this.done) this.run(out);
    if (!this.done) throw new DicomError('past-end', this.received, '', 'the deflated bytes end too soon');
  }

  private run(out: (piece: Uint8Array) => void): void {
    let from = this.outAt;
    while (!this.done && this.step()) {
      if (this.outAt < this.output.length - windowSize) continue;
      this.deliver(from, out);
      this.output.copyWithin(0, this.outAt - windowSize, this.outAt);
      this.outAt = windowSize;
      from = windowSize;
    }
    this.deliver(from, out);
    if (this.done) this.consumed = this.received - (this.input.length - this.at) - (this.bitCount >> 3);
  }

  private deliver(from: number, out: (piece: Uint8Array) => void): void {
    if (this.outAt === from) return;
    this.produced += this.outAt - from;
    const { inflated, inflateRatio } = this.limits;
    if (this.produced > inflated || this.produced > 65536 + this.received * inflateRatio)
      throw new DicomError('too-much-inflated', this.received);
    out(this.output.subarray(from, this.outAt));
  }

  /** One block header, one stretch of a block; false where input is missing. */
  private step(): boolean {
    if (this.stored > 0) return this.copyStored();
    if (this.literals) return this.inflateBlock(this.literals, this.distances);
    if (this.last) {
      this.done = true;
      return false;
    }
    return this.openBlock();
  }

  private openBlock(): boolean {
    if (!this.ended && this.input.length - this.at < headerBytes) return false;
    if (this.ended && this.at === this.input.length && this.bitCount < 3) return false;
    this.last = this.take(1) === 1;
    const type = this.take(2);
    if (type === 0) this.openStored();
    else if (type === 1) {
      this.literals = fixedLiterals;
      this.distances = fixedDistances;
    } else if (type === 2) this.openDynamic();
    else throw new DicomError('bad-deflate', this.received - this.input.length + this.at);
    return true;
  }

  private openStored(): void {
    this.take(this.bitCount & 7);
    const length = this.take(16);
    const check = this.take(16);
    if ((length ^ check) !== 0xffff) throw new DicomError('bad-deflate', this.received - this.input.length + this.at);
    while (this.bitCount > 0) {
      this.at -= 1;
      this.bitCount -= 8;
    }
    this.bits = 0;
    this.stored = length;
  }

  private copyStored(): boolean {
    const count = Math.min(this.stored, this.input.length - this.at, this.output.length - this.outAt);
    this.output.set(this.input.subarray(this.at, this.at + count), this.outAt);
    this.at += count;
    this.outAt += count;
    this.stored -= count;
    return count > 0;
  }

  private openDynamic(): void {
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const codeCount = this.take(4) + 4;
    if (literalCount > 286 || distanceCount > 30) throw new DicomError('bad-deflate');
    const lengths = new Uint8Array(19);
    for (let at = 0; at < codeCount; at += 1) lengths[codeLengthOrder[at] ?? 0] = this.take(3);
    const code = buildCode(lengths);
    const all = new Uint8Array(literalCount + distanceCount);
    for (let at = 0; at < all.length; ) {
      const symbol = this.decode(code);
      if (symbol < 16) {
        all[at] = symbol;
        at += 1;
        continue;
      }
      if (symbol === 16 && at === 0) throw new DicomError('bad-deflate');
      const repeated = symbol === 16 ? (all[at - 1] ?? 0) : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (at + times > all.length) throw new DicomError('bad-deflate');
      all.fill(repeated, at, at + times);
      at += times;
    }
    this.literals = buildCode(all.subarray(0, literalCount));
    this.distances = buildCode(all.subarray(literalCount));
  }

  /** Literals and matches until the block, the room or the input ends. */
  private inflateBlock(literals: Code, distances: Code): boolean {
    const before = this.outAt;
    const room = this.output.length - 258;
    while (this.outAt <= room) {
      if (!this.ended && this.input.length - this.at < pairBytes) return this.outAt > before;
      const symbol = this.decode(literals);
      if (symbol < 256) {
        this.output[this.outAt] = symbol;
        this.outAt += 1;
      } else if (symbol === 256) {
        this.literals = undefined;
        return true;
      } else this.copyMatch(symbol - 257, distances);
    }
    return true;
  }

  private copyMatch(code: number, distances: Code): void {
    if (code > 28) throw new DicomError('bad-deflate');
    const length = (lengthBase[code] ?? 0) + this.take(lengthExtra[code] ?? 0);
    const far = this.decode(distances);
    if (far > 29) throw new DicomError('bad-deflate');
    const distance = (distanceBase[far] ?? 0) + this.take(distanceExtra[far] ?? 0);
    if (distance > this.outAt) throw new DicomError('bad-deflate', this.received);
    const { output } = this;
    let at = this.outAt;
    if (distance >= length) output.copyWithin(at, at - distance, at - distance + length);
    else for (const end = at + length; at < end; at += 1) output[at] = output[at - distance] ?? 0;
    this.outAt += length;
  }

  private decode({ table, count, symbol }: Code): number {
    this.fill();
    const found = table[this.bits & ((1 << fast) - 1)] ?? 0;
    if (found > 0) {
      const length = found & 15;
      if (length > this.bitCount) throw this.cut();
      this.bits >>>= length;
      this.bitCount -= length;
      return found >> 4;
    }
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= 15; length += 1) {
      code |= this.take(1);
      const here = count[length] ?? 0;
      if (code - here < first) return symbol[index + code - first] ?? 0;
      index += here;
      first = (first + here) << 1;
      code <<= 1;
    }
    throw new DicomError('bad-deflate', this.received);
  }

  /** At most 24 bits are kept, so that 32-bit arithmetic suffices. */
  private fill(): void {
    while (this.bitCount <= 16 && this.at < this.input.length) {
      this.bits |= (this.input[this.at] ?? 0) << this.bitCount;
      this.at += 1;
      this.bitCount += 8;
    }
  }

  private take(count: number): number {
    this.fill();
    if (count > this.bitCount) throw this.cut();
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.bitCount -= count;
    return value;
  }

  private cut(): DicomError {
    return new DicomError('past-end', this.received, '', 'the deflated bytes end too soon');
  }
}

/**
 * Inflates what is all here.
 * @returns the bytes, and how many of the input belong to the stream
 */
export function inflate(
  bytes: Uint8Array,
  limits: InflateLimits,
): { readonly bytes: Uint8Array; readonly consumed: number } {
  const inflater = new Inflater(limits);
  const pieces: Uint8Array[] = [];
  const keep = (piece: Uint8Array) => pieces.push(piece.slice());
  inflater.push(bytes, keep);
  inflater.finish(keep);
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return { bytes: joined, consumed: inflater.consumed };
}
