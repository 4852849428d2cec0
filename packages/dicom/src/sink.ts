// What a writer has put together: views on bytes that stay as they are, new bytes, and places of bytes to be fetched.
import type { ByteRange } from './content.ts';
import type { Source } from './source.ts';

/** A stretch of output. `swap` is the width of numbers whose bytes are to be reversed on the way; 1 for none. */
export type Piece =
  | { readonly bytes: Uint8Array; readonly reference?: undefined; readonly swap: number }
  | { readonly bytes?: undefined; readonly reference: ByteRange; readonly swap: number };

const blockSize = 16384;
/** Most data sets that are made rather than read, such as the answers to a query, fit into this. Bytes. */
const firstBlockSize = 1024;
/** Values up to this are copied next to their headers; longer ones stay views. Bytes. */
const copied = 512;

/** Collects pieces. New bytes go to blocks; spans of one source that follow each other become one piece. */
export class Sink {
  readonly pieces: Piece[] = [];
  /** Bytes so far. */
  size = 0;
  private block = new Uint8Array(firstBlockSize);
  private view = new DataView(this.block.buffer);
  private from = 0;
  private at = 0;
  private span: { source: Source; start: number; end: number } | undefined;

  /** Bytes as they were read, values left by reference included. */
  copy(source: Source, start: number, end: number): void {
    if (end <= start) return;
    if (this.span?.source === source && this.span.end === start) this.span.end = end;
    else {
      this.flush();
      this.span = { source, start, end };
    }
    this.size += end - start;
    for (const gap of source.gapsWithin(start, end)) this.size += gap.length;
  }

  /** A value field. */
  bytes(bytes: Uint8Array, swap = 1): void {
    if (bytes.length === 0) return;
    if (bytes.length <= copied && swap === 1) {
      const at = this.room(bytes.length);
      this.block.set(bytes, at);
      return;
    }
    this.flush();
    this.pieces.push({ bytes, swap });
    this.size += bytes.length;
  }

  /** Text of one byte each, at most 512 characters, and what fills it up to an even length. */
  characters(text: string, padding: number): void {
    const { length } = text;
    const at = this.room(length + (length & 1));
    const { block } = this;
    for (let index = 0; index < length; index += 1) block[at + index] = text.charCodeAt(index);
    if (length & 1) block[at + length] = padding;
  }

  /** A value that is fetched when it is written. */
  reference(reference: ByteRange, swap = 1): void {
    this.flush();
    this.pieces.push({ reference, swap });
    this.size += reference.length;
  }

  uint16(value: number, littleEndian: boolean): void {
    const at = this.room(2);
    this.view.setUint16(at, value, littleEndian);
  }

  /** Writes a 32-bit number; the function returned writes another one over it. */
  uint32(value: number, littleEndian: boolean): (later: number) => void {
    const at = this.room(4);
    const { view } = this;
    view.setUint32(at, value, littleEndian);
    return (later) => view.setUint32(at, later, littleEndian);
  }

  tag(tag: number, littleEndian: boolean): void {
    this.uint16(tag >>> 16, littleEndian);
    this.uint16(tag & 0xffff, littleEndian);
  }

  /** All pieces; nothing may be added afterwards. */
  finish(): readonly Piece[] {
    this.flush();
    return this.pieces;
  }

  /** Room for so many new bytes, at most `copied`. */
  private room(count: number): number {
    if (this.span) this.flush();
    if (this.at + count > this.block.length) {
      this.flush();
      this.block = new Uint8Array(blockSize);
      this.view = new DataView(this.block.buffer);
      this.from = this.at = 0;
    }
    const at = this.at;
    this.at += count;
    this.size += count;
    return at;
  }

  private flush(): void {
    if (this.at > this.from) this.pieces.push({ bytes: this.block.subarray(this.from, this.at), swap: 1 });
    this.from = this.at;
    const { span } = this;
    this.span = undefined;
    if (!span) return;
    let start = span.start;
    for (const gap of span.source.gapsWithin(span.start, span.end)) {
      this.pieces.push({ bytes: span.source.bytes.subarray(start, gap.at), swap: 1 }, { reference: gap, swap: 1 });
      start = gap.at;
    }
    if (start < span.end) this.pieces.push({ bytes: span.source.bytes.subarray(start, span.end), swap: 1 });
  }
}
