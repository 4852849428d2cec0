// Bytes at offsets: a file, a Blob, an object in a store. What reads and writes them is the caller's; this package opens nothing.
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

  constructor(options: ReadOptions) {
    const held = options.limits?.held ?? defaultLimits.held;
    this.reader = new FileReader(Source.growing(0, held), { bulkThreshold: defaultBulkThreshold, ...options });
  }

  next(): { readonly offset: number; readonly length: number } | undefined {
    const { reader } = this;
    if (reader.done || reader.ended) return undefined;
    if (reader.skip > 0) {
      this.offset += reader.skip;
      reader.dropped(reader.skip);
      this.block = afterSkip;
    }
    return { offset: this.offset, length: this.block };
  }

  take(bytes: Uint8Array): void {
    const { reader } = this;
    this.offset += bytes.length;
    this.block = Math.min(2 * this.block, largestBlock);
    if (bytes.length > 0) feed(reader, bytes);
    else {
      reader.ended = true;
      reader.run();
    }
  }
}

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
