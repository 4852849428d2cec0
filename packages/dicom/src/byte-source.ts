// Bytes at offsets: a file, a Blob, an object in a store. What reads and writes them is the caller's; this package opens nothing.
import type { ByteRange } from './content.ts';
import { DicomError } from './error.ts';
import { defaultLimits } from './limits.ts';
import { FileReader, type Part10File, type ReadOptions } from './part10.ts';
import { feed } from './read-stream.ts';
import { Source } from './source.ts';

/** Bytes that can be read anywhere, at once. */
export interface ByteSourceSync {
  /** Bytes from an offset: as many as asked for, fewer only at the end, none beyond it. They may be overwritten by the next call. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes that can be read anywhere, with a wait. */
export interface ByteSource {
  /** As `ByteSourceSync.read`. */
  read(offset: number, length: number): Uint8Array | PromiseLike<Uint8Array>;
}

/** Bytes of the first reading: enough for the header of most images. */
const firstBlock = 16384;
const largestBlock = 262144;
/** After a value that was passed over, little is wanted before the next one. */
const afterSkip = 4096;

/** Values up to this are read with the header: tables and overlays, not pixel data. */
const defaultBulkThreshold = 1 << 20;

/** What a reader of a source wants next; undefined once it has enough. */
class Reading {
  readonly reader: FileReader;
  private offset = 0;
  private block = firstBlock;
  /** Where the source ends, once it was found to end inside a value passed over: bytes before `low` are there, none from `high` on. */
  private end: { low: number; high: number } | undefined;

  constructor(options: ReadOptions) {
    const held = options.limits?.held ?? defaultLimits.held;
    this.reader = new FileReader(Source.growing(0, held), { bulkThreshold: defaultBulkThreshold, ...options });
  }

  next(): ByteRange | undefined {
    const { reader, offset, end } = this;
    if (reader.done || reader.ended) return undefined;
    if (end) return { offset: middleOf(end), length: 1 };
    // With the last byte of the value passed over: it shows that the source does not end before.
    if (reader.skip > 0) return { offset: offset + reader.skip - 1, length: 1 + afterSkip };
    return { offset, length: this.block };
  }

  take(bytes: Uint8Array): void {
    const { reader } = this;
    if (this.end) this.narrow(this.end, bytes.length > 0);
    else if (reader.skip > 0) this.pass(reader.skip, bytes);
    else if (bytes.length > 0) this.feed(bytes);
    else this.finish();
  }

  private feed(bytes: Uint8Array): void {
    this.offset += bytes.length;
    this.block = Math.min(2 * this.block, largestBlock);
    feed(this.reader, bytes);
  }

  /** @param bytes from the last one of the value on */
  private pass(skip: number, bytes: Uint8Array): void {
    if (bytes.length === 0) {
      this.end = { low: this.offset, high: this.offset + skip - 1 };
      if (skip === 1) this.finish();
      return;
    }
    this.offset += skip;
    this.reader.dropped(skip);
    this.block = afterSkip;
    if (bytes.length > 1) this.feed(bytes.subarray(1));
  }

  private narrow(end: { low: number; high: number }, isThere: boolean): void {
    if (isThere) end.low = middleOf(end) + 1;
    else end.high = middleOf(end);
    if (end.low < end.high) return;
    this.reader.dropped(end.low - this.offset);
    this.finish();
  }

  private finish(): void {
    this.reader.ended = true;
    this.reader.run();
  }
}

const middleOf = ({ low, high }: { readonly low: number; readonly high: number }): number =>
  Math.floor((low + high) / 2);

/**
 * Reads a file from a source, no more of it than is wanted: values longer than `bulkThreshold` (default 1 MiB) are left by reference.
 * @throws DicomError as `readPart10`; what the source throws
 */
export function readSourceSync(source: ByteSourceSync, options: ReadOptions = {}): Part10File {
  const reading = new Reading(options);
  for (let want = reading.next(); want; want = reading.next()) reading.take(source.read(want.offset, want.length));
  return reading.reader.result();
}

/** The same from a source that waits. */
export async function readSource(source: ByteSource, options: ReadOptions = {}): Promise<Part10File> {
  const reading = new Reading(options);
  for (let want = reading.next(); want; want = reading.next())
    reading.take(await source.read(want.offset, want.length));
  return reading.reader.result();
}

/** A part of a source that must be there. @throws DicomError `past-end` */
export function whole(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (bytes.length < length)
    throw new DicomError('past-end', offset + bytes.length, '', 'the source is shorter than it was');
  return bytes;
}
