// Where a parser stands in its source, what it waits for, and how it passes over a value.
import type { ByteRange, Element } from './content.ts';
import type { Finding } from './error.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type Nesting, Report } from './report.ts';
import type { Source } from './source.ts';

/** What a parser is told before it begins. */
export interface ParseOptions {
  /** Stops before the first element of this tag or a higher one, at the outermost level. */
  readonly stopBefore?: number | undefined;
  /** Stops before the first element below this tag; what ends the File Meta Information of a damaged file. */
  readonly stopBelow?: number | undefined;
  /** Values longer than this stay where they are, by reference. Only from streams and files. Bytes. */
  readonly bulkThreshold?: number | undefined;
  /** What to do where the bytes end too soon: keep what is there and say so, or throw. */
  readonly truncated?: 'keep' | 'throw' | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Receives what was odd. */
  readonly findings?: Finding[] | undefined;
}

/** A position that moves forward. Steps answer true to go on, false where bytes are missing. */
export class Progress {
  readonly source: Source;
  /** First byte that was not parsed. */
  at: number;
  /** No more bytes will come. Set by the driver. */
  ended = false;
  /** Bytes the driver drops before it appends again: the rest of a value left by reference. */
  skip = 0;
  readonly limits: Limits;
  readonly report: Report;
  readonly bulkThreshold: number;
  private count = 0;
  /** The value left by reference last, and its element's tag. */
  private left: { readonly reference: { readonly offset: number; length: number }; readonly tag: number } | undefined;

  constructor(source: Source, at: number, options: ParseOptions, nesting: Nesting) {
    this.source = source;
    this.at = at;
    this.limits = { ...defaultLimits, ...options.limits };
    this.bulkThreshold = options.bulkThreshold ?? Number.POSITIVE_INFINITY;
    const keep = options.truncated === 'keep';
    this.report = new Report(this, nesting, options.findings ?? [], this.limits.findings, keep);
  }

  /** Where `at` stands in what was read. */
  get offset(): number {
    return this.source.base + this.at + this.source.omitted;
  }

  /** Bytes from here to an end (an offset), as far as they are in the source. */
  room(end: number): number {
    return Math.min(this.source.filled - this.at, end - this.offset);
  }

  /** Whether a header of `size` bytes may still come before an end. */
  mayCome(end: number): boolean {
    return !this.ended && end - this.offset > this.source.filled - this.at;
  }

  /** Elements that may still come. */
  get allowance(): number {
    return this.limits.elements - this.count;
  }

  /** @throws DicomError `too-many` */
  countUp(elements = 1): void {
    this.count += elements;
    if (this.count > this.limits.elements) this.report.fail('too-many');
  }

  /** Bytes up to a position must come first: false. @throws DicomError `too-long` where more would be held than is allowed */
  waitFor(position: number, tag?: number): false {
    if (position > this.limits.held) this.report.fail('too-long', tag);
    return false;
  }

  /** Leaves a value where it is. @param tag of its element */
  leave(length: number, tag: number): ByteRange {
    const reference = { offset: this.offset, length };
    this.left = { reference, tag };
    this.skip = this.source.omit(this.at, length);
    if (this.ended) this.endInside();
    return reference;
  }

  /** The bytes ended inside the value left last: it is no longer than what was there. @throws DicomError `past-end` */
  endInside(): void {
    const { skip, left } = this;
    if (skip === 0 || !left) return;
    const { reference, tag } = left;
    this.source.shorten(skip);
    reference.length -= skip;
    this.skip = 0;
    this.report.trouble('past-end', `of ${reference.length + skip} bytes ${reference.length} are there`, tag);
  }

  /** Goes to the end of an element's value of known length: kept, left by reference, cut short, or not all here yet. */
  passValue(element: Element, length: number): boolean {
    const { source } = this;
    const end = element.valueStart + length;
    if (length > this.bulkThreshold) {
      this.at = element.valueStart;
      element.reference = this.leave(length, element.tag);
    } else if (end <= source.filled) this.at = end;
    else {
      if (!this.ended) return this.waitFor(end, element.tag);
      const here = source.filled - element.valueStart;
      this.report.trouble('past-end', `of ${length} bytes ${here} are there`, element.tag);
      this.at = source.filled;
    }
    element.valueEnd = element.end = this.at;
    return true;
  }
}
