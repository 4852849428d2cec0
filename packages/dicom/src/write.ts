// Writing data sets: what was not touched as it came, the rest encoded anew. PS3.5 chapter 7.
import { type Content, type Element, undefinedLength } from './content.ts';
import { contextVr } from './context-vr.ts';
import { contentOf, type DataSet } from './data-set.ts';
import { deflate } from './deflate/deflate.ts';
import { encodeText, padded, swapInPlace } from './edit.ts';
import { DicomError } from './error.ts';
import { formatPath } from './path.ts';
import { type Piece, Sink } from './sink.ts';
import { type Encoding, encodingOf, implicitLittle } from './source.ts';
import { isGroupLength, itemDelimitationTag, itemTag, sequenceDelimitationTag } from './tag.ts';
import { type TransferSyntax, transferSyntax } from './uid/transfer-syntax.ts';
import { rawValue } from './value.ts';
import { type Vr, vrTraits } from './vr.ts';

/** Bytes of one chunk, about. */
const chunkSize = 65536;

/** How one data set is written. */
class Writer {
  readonly sink = new Sink();
  private readonly untouched = new Map<Content, boolean>();

  /** Whether nothing in it, at any depth, was changed since it was read. */
  isUntouched(content: Content): boolean {
    let known = this.untouched.get(content);
    if (known === undefined) {
      known = !content.changed && content.start >= 0 && content.elements.every((element) => this.isAsRead(element));
      this.untouched.set(content, known);
    }
    return known;
  }

  private isAsRead(element: Element): boolean {
    return element.start >= 0 && (element.items?.every((item) => this.isUntouched(item)) ?? true);
  }

  dataSet(content: Content, encoding: Encoding): void {
    if (content.source && content.encoding === encoding && this.isUntouched(content)) {
      this.sink.copy(content.source, content.start, content.end);
      return;
    }
    this.elements(content, encoding);
    const { source, bodyEnd, end } = content;
    if (source && content.encoding === encoding) this.sink.copy(source, bodyEnd, end);
  }

  private elements(content: Content, encoding: Encoding): void {
    let group: { readonly number: number; readonly fix: (length: number) => void; readonly from: number } | undefined;
    const closeGroup = () => group?.fix(this.sink.size - group.from);
    for (const [at, element] of content.elements.entries()) {
      const number = element.tag >>> 16;
      if (group && group.number !== number) {
        closeGroup();
        group = undefined;
      }
      if (isGroupLength(element.tag) && !this.groupAsRead(content, at, encoding)) {
        const fix = this.groupLength(element, encoding);
        group = { number, fix, from: this.sink.size };
      } else this.element(element, content, encoding);
    }
    closeGroup();
  }

  /** Whether a group length still says what it said: its group is as it was read, with nothing put in or taken out. PS3.5 7.2. */
  private groupAsRead(content: Content, first: number, encoding: Encoding): boolean {
    const { elements } = content;
    const number = (elements[first]?.tag ?? 0) >>> 16;
    for (let at = first; ; at += 1) {
      const element = elements[at];
      if (!element || !this.isAsRead(element) || element.encoding !== encoding) return false;
      const next = elements[at + 1];
      if ((next?.start ?? content.bodyEnd) !== element.end) return false;
      if (!next || next.tag >>> 16 !== number) return true;
    }
  }

  private groupLength(element: Element, encoding: Encoding): (length: number) => void {
    this.header(element.tag, 'UL', 4, encoding);
    return this.sink.uint32(0, encoding.littleEndian);
  }

  private element(element: Element, content: Content, encoding: Encoding): void {
    const { sink } = this;
    if (element.source && element.encoding === encoding && this.isAsRead(element)) {
      sink.copy(element.source, element.start, element.end);
      return;
    }
    if (element.items) this.sequence(element, element.items, encoding);
    else if (element.fragments) this.fragments(element, encoding);
    else this.value(element, content, encoding);
  }

  private sequence(element: Element, items: readonly Content[], encoding: Encoding): void {
    const { sink } = this;
    const { littleEndian } = encoding;
    const unknown = element.vr === 'UN' && encoding.explicitVr;
    const open = element.length === undefinedLength || unknown;
    const fix = this.header(element.tag, unknown ? 'UN' : 'SQ', open ? undefinedLength : 0, encoding);
    const from = sink.size;
    for (const item of items) this.item(item, unknown ? implicitLittle : encoding);
    if (!open) fix(sink.size - from);
    else {
      sink.tag(sequenceDelimitationTag, littleEndian);
      sink.uint32(0, littleEndian);
    }
  }

  private item(content: Content, encoding: Encoding): void {
    const { sink } = this;
    const { littleEndian } = encoding;
    const isItem = content.bodyStart - content.start === 8;
    if (content.source && isItem && content.encoding === encoding && this.isUntouched(content)) {
      sink.copy(content.source, content.start, content.end);
      return;
    }
    sink.tag(itemTag, littleEndian);
    const fix = sink.uint32(content.undefinedLength ? undefinedLength : 0, littleEndian);
    const from = sink.size;
    this.elements(content, encoding);
    if (!content.undefinedLength) fix(sink.size - from);
    else {
      sink.tag(itemDelimitationTag, littleEndian);
      sink.uint32(0, littleEndian);
    }
  }

  /** Fragments are copied: which syntaxes may have them is the caller's to know. */
  private fragments(element: Element, encoding: Encoding): void {
    const { littleEndian } = encoding;
    this.header(element.tag, element.vr === 'OW' ? 'OW' : 'OB', undefinedLength, encoding);
    if (element.source) this.sink.copy(element.source, element.valueStart, element.valueEnd);
    this.sink.tag(sequenceDelimitationTag, littleEndian);
    this.sink.uint32(0, littleEndian);
  }

  private value(element: Element, content: Content, encoding: Encoding): void {
    const vr = writtenVr(element, content);
    const swap = element.encoding.littleEndian === encoding.littleEndian || element.text ? 1 : vrTraits(vr).width || 1;
    if (element.reference) {
      this.header(element.tag, vr, element.reference.length, encoding);
      this.sink.reference(element.reference, swap);
      return;
    }
    const value = element.text ? this.text(element, element.text, content) : rawValue(element);
    const even = padded(value, vr);
    this.header(element.tag, vr, even.length, encoding);
    this.sink.bytes(even, swap);
  }

  private text(element: Element, values: readonly string[], content: Content): Uint8Array {
    try {
      return encodeText(values, element.vr, content);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      throw new DicomError(error.fault, -1, formatPath([], element.tag), error.message);
    }
  }

  /** @returns what writes the length once it is known */
  private header(tag: number, vr: Vr, length: number, encoding: Encoding): (length: number) => void {
    const { sink } = this;
    const { explicitVr, littleEndian } = encoding;
    sink.tag(tag, littleEndian);
    if (!explicitVr) return sink.uint32(length, littleEndian);
    const { long } = vrTraits(vr);
    // PS3.5 6.2.2: a value too long for its VR's 16-bit length field is written as UN.
    const name = long || length < 0x10000 ? vr : 'UN';
    sink.uint16((name.charCodeAt(0) << 8) | name.charCodeAt(1), false);
    if (name === vr && !long) {
      sink.uint16(length, littleEndian);
      return () => {};
    }
    sink.uint16(0, littleEndian);
    return sink.uint32(length, littleEndian);
  }
}

/** The VR for an explicit header: the one read, or where none was read what dictionary and data set say. */
function writtenVr(element: Element, content: Content): Vr {
  if (element.encoding.explicitVr) return element.vr;
  return contextVr(content, element.tag) ?? element.vr;
}

/**
 * The pieces of a data set in a transfer syntax, for a writer that fetches referenced values itself.
 * @throws DicomError `unknown-transfer-syntax`, `not-encodable`, `needs-transcoding`
 */
export function composeDataSet(
  dataSet: DataSet,
  transferSyntaxUid: string,
): { readonly pieces: readonly Piece[]; readonly size: number } {
  const syntax = transferSyntax(transferSyntaxUid);
  if (!syntax) throw new DicomError('unknown-transfer-syntax', -1, '', transferSyntaxUid);
  const content = contentOf(dataSet);
  const writer = new Writer();
  if (syntax.deflated && content.deflated && writer.isUntouched(content)) {
    return { pieces: [{ bytes: content.deflated, swap: 1 }], size: content.deflated.length };
  }
  checkPixelData(content, syntax);
  const read = content.readAs === transferSyntaxUid ? content.encoding : undefined;
  writer.dataSet(content, read ?? encodingOf(syntax.explicitVr, syntax.littleEndian));
  const pieces = writer.sink.finish();
  if (!syntax.deflated) return { pieces, size: writer.sink.size };
  const deflated = deflate(join(pieces, writer.sink.size));
  return { pieces: [{ bytes: deflated, swap: 1 }], size: deflated.length };
}

/** Fragments only where the syntax has them, and nothing else where it does. PS3.5 A.4. */
function checkPixelData(content: Content, syntax: TransferSyntax): void {
  const pixelData = content.find(0x7fe00010);
  if (!pixelData) return;
  const length = pixelData.reference?.length ?? pixelData.valueEnd - pixelData.valueStart;
  const native = pixelData.fragments === undefined && length > 0;
  if (syntax.encapsulated ? native : pixelData.fragments)
    throw new DicomError('needs-transcoding', -1, 'PixelData', syntax.name);
}

/**
 * A data set in a transfer syntax. What was not touched and is in that encoding already comes out as it came in.
 * @throws DicomError `unknown-transfer-syntax`, `not-encodable`, `needs-transcoding`, `absent-bulk`
 */
export function writeDataSet(dataSet: DataSet, transferSyntaxUid: string): Uint8Array {
  const { pieces, size } = composeDataSet(dataSet, transferSyntaxUid);
  return join(pieces, size);
}

/** The same in chunks of about 64 KiB; long values are views, not copies. @throws DicomError as `writeDataSet` */
export function* writeDataSetChunks(dataSet: DataSet, transferSyntaxUid: string): Generator<Uint8Array, void> {
  yield* chunksOf(composeDataSet(dataSet, transferSyntaxUid).pieces);
}

/** Pieces in one array. @throws DicomError `absent-bulk` */
export function join(pieces: readonly Piece[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    const bytes = present(piece);
    joined.set(bytes, at);
    if (piece.swap > 1) swapInPlace(joined.subarray(at, at + bytes.length), piece.swap);
    at += bytes.length;
  }
  return joined;
}

/** Pieces in chunks: short ones together, long ones on their own. @throws DicomError `absent-bulk` */
export function* chunksOf(pieces: readonly Piece[]): Generator<Uint8Array, void> {
  let chunk = new Uint8Array(chunkSize);
  let at = 0;
  for (const piece of pieces) {
    const bytes = present(piece);
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + chunkSize);
      from += part.length;
      if (at + part.length > chunkSize) {
        yield chunk.subarray(0, at);
        chunk = new Uint8Array(chunkSize);
        at = 0;
      }
      if (piece.swap === 1 && part.length > chunkSize / 4) {
        if (at > 0) yield chunk.subarray(0, at);
        if (at > 0) chunk = new Uint8Array(chunkSize);
        at = 0;
        yield part;
        continue;
      }
      chunk.set(part, at);
      if (piece.swap > 1) swapInPlace(chunk.subarray(at, at + part.length), piece.swap);
      at += part.length;
    }
  }
  if (at > 0) yield chunk.subarray(0, at);
}

function present(piece: Piece): Uint8Array {
  if (piece.bytes) return piece.bytes;
  throw new DicomError('absent-bulk', piece.reference.offset);
}
