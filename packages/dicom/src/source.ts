// The bytes a data set was read from, or those of them that were kept: what lets an untouched element be written as it came.

import { DicomError } from './error.ts';

/** A value that was left where it is: `length` bytes at `offset` of what was read, missing at position `at` of what was kept. */
export interface Gap {
  readonly at: number;
  readonly offset: number;
  readonly length: number;
  /** Bytes left out up to and with this gap. */
  readonly total: number;
}

/** How the elements of a data set are encoded; always one of the four values below, so that `===` compares. PS3.5 7.1. */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}
export const implicitLittle: Encoding = { explicitVr: false, littleEndian: true };
export const explicitLittle: Encoding = { explicitVr: true, littleEndian: true };
export const explicitBig: Encoding = { explicitVr: true, littleEndian: false };
export const implicitBig: Encoding = { explicitVr: false, littleEndian: false };

/** The one of the four values that fits. */
export function encodingOf(explicitVr: boolean, littleEndian: boolean): Encoding {
  if (littleEndian) return explicitVr ? explicitLittle : implicitLittle;
  return explicitVr ? explicitBig : implicitBig;
}

/** What is taken first for bytes that come in small pieces. */
const smallest = 4096;

/** Bytes read, in one piece. From memory: the caller's own array, never copied. From a stream: a copy of what is kept, without the gaps. */
export class Source {
  bytes: Uint8Array;
  /** Valid bytes at the front of `bytes`. */
  filled: number;
  /** Where `bytes[0]` stands in what was read. */
  readonly base: number;
  readonly gaps: Gap[] = [];
  /** Bytes left out so far. */
  omitted = 0;
  /** Most bytes that are kept. */
  private held = Number.POSITIVE_INFINITY;

  constructor(bytes: Uint8Array, base = 0) {
    this.bytes = bytes;
    this.filled = bytes.length;
    this.base = base;
  }

  /** An empty one that grows with what is appended, up to `held` bytes. */
  static growing(base: number, held: number): Source {
    const source = new Source(new Uint8Array(0), base);
    source.held = held;
    return source;
  }

  /** Copies bytes in behind the others. @throws DicomError `too-long` beyond the limit */
  append(chunk: Uint8Array): void {
    const wanted = this.filled + chunk.length;
    if (wanted > this.held) throw new DicomError('too-long', this.base + this.filled + this.omitted);
    if (wanted > this.bytes.length) {
      const larger = new Uint8Array(Math.max(wanted, this.bytes.length * 2, smallest));
      larger.set(this.bytes.subarray(0, this.filled));
      this.bytes = larger;
    }
    this.bytes.set(chunk, this.filled);
    this.filled = wanted;
  }

  /**
   * Leaves out `length` bytes at position `at`: those that are here already are dropped.
   * @returns how many of them have not come yet.
   */
  omit(at: number, length: number): number {
    const here = Math.min(length, this.filled - at);
    const offset = this.offsetAt(at);
    this.bytes.copyWithin(at, at + here, this.filled);
    this.filled -= here;
    this.omitted += length;
    this.gaps.push({ at, offset, length, total: this.omitted });
    return length - here;
  }

  /** The value left out last is shorter: what was read ended inside it. */
  shorten(missing: number): void {
    const gap = this.gaps.pop();
    if (!gap) return;
    this.gaps.push({ ...gap, length: gap.length - missing, total: gap.total - missing });
    this.omitted -= missing;
  }

  /**
   * The bytes at an offset of what was read; a view.
   * @throws DicomError `absent-bulk` where some of them were left out, `past-end` where they never were there
   */
  view(offset: number, length: number): Uint8Array {
    let before = 0;
    for (const gap of this.gaps) {
      if (gap.offset >= offset + length) break;
      if (gap.offset + gap.length > offset) throw new DicomError('absent-bulk', offset);
      before = gap.total;
    }
    const at = offset - this.base - before;
    if (at < 0 || at + length > this.filled) throw new DicomError('past-end', offset);
    return this.bytes.subarray(at, at + length);
  }

  /** Where a position of `bytes` stands in what was read. */
  offsetAt(at: number): number {
    if (this.gaps.length === 0) return this.base + at;
    return this.base + at + (this.gaps[this.gapsBefore(at) - 1]?.total ?? 0);
  }

  /** The gaps within a span, at its edges included at the end only: those that belong to the value that ends there. */
  gapsWithin(start: number, end: number): readonly Gap[] {
    if (this.gaps.length === 0) return this.gaps;
    return this.gaps.slice(this.gapsBefore(start), this.gapsBefore(end));
  }

  /** How many gaps lie at or before a position. */
  private gapsBefore(at: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.gaps[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
