// The parser's core: data elements, sequences and fragments of any encoding, from bytes that may still be coming. PS3.5 chapter 7 and A.4.
import { type Content as Body, Content, Element, undefinedLength } from './content.ts';
import { DicomError, type Fault, type Finding, faults } from './error.ts';
import { type Header, looksImplicit, readHeader, readTag, readUint32 } from './header.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { formatPath } from './path.ts';
import { type Encoding, encodingOf, type Source } from './source.ts';
import { itemDelimitationTag, itemTag, sequenceDelimitationTag } from './tag.ts';

/** A delimiter that closes nothing was passed over. */
const stray = Symbol('stray');

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

/** An open data set or item (`content`), or an open sequence or run of fragments (`element`). */
interface Frame {
  readonly content: Body | undefined;
  readonly element: Element | undefined;
  /** Where it ends, as an offset in what was read; Infinity where a delimitation item ends it. */
  readonly end: number;
  encoding: Encoding;
}

/**
 * Never waits and never reads: parses what the source holds, then says what it needs. A driver appends bytes and calls `run` again;
 * from memory, with `ended` set, one call does it all. Nesting is a stack of its own, so that no depth is deep for JavaScript.
 */
export class Parser {
  readonly content: Body;
  /** No more bytes will come. Set by the driver. */
  ended = false;
  /** Nothing is left to parse, or the tag to stop before was reached. */
  done = false;
  /** First byte that was not parsed. */
  at: number;
  /** Bytes the driver drops before it appends again: a value left by reference. */
  skip = 0;
  /** Bytes that must be in the source before `run` can go on. */
  needed = 0;
  readonly limits: Limits;
  private readonly source: Source;
  private readonly stack: Frame[];
  private readonly stopBefore: number;
  private readonly stopBelow: number;
  private readonly bulkThreshold: number;
  private readonly keep: boolean;
  private readonly findings: Finding[];
  private count = 0;

  constructor(source: Source, at: number, encoding: Encoding, options: ParseOptions = {}) {
    this.source = source;
    this.at = at;
    this.limits = { ...defaultLimits, ...options.limits };
    this.stopBefore = options.stopBefore ?? Number.POSITIVE_INFINITY;
    this.stopBelow = options.stopBelow ?? 0;
    this.bulkThreshold = options.bulkThreshold ?? Number.POSITIVE_INFINITY;
    this.keep = options.truncated === 'keep';
    this.findings = options.findings ?? [];
    this.content = new Content();
    this.content.source = source;
    this.content.encoding = encoding;
    this.content.start = at;
    this.content.bodyStart = at;
    this.stack = [{ content: this.content, element: undefined, end: Number.POSITIVE_INFINITY, encoding }];
  }

  /** Parses as far as the bytes go. @throws DicomError */
  run(): void {
    if (this.ended && this.skip > 0) {
      this.trouble('past-end', `${this.skip} bytes of a value are missing`);
      this.skip = 0;
    }
    while (!this.done && this.skip === 0) {
      const frame = this.stack[this.stack.length - 1];
      if (!frame) return;
      const more = frame.content
        ? this.elements(frame, frame.content)
        : frame.element?.fragments
          ? this.fragment(frame, frame.element, frame.element.fragments)
          : this.item(frame, frame.element);
      if (!more) return;
    }
  }

  /** Where `at` stands in what was read. */
  get offset(): number {
    return this.source.base + this.at + this.source.omitted;
  }

  /** Elements of one data set or item until it ends, a sequence opens in it, or bytes are missing. */
  private elements(frame: Frame, content: Body): boolean {
    const { source } = this;
    for (;;) {
      if (this.offset >= frame.end) return this.closeItem(frame, content, 0);
      const header = this.header(frame, content);
      if (header === stray) continue;
      if (!header) return !this.done && this.stack[this.stack.length - 1] !== frame;
      this.countOne();
      const element = new Element(header.tag, header.vr, header.length, header.encoding, source);
      element.start = this.at;
      element.valueStart = this.at + header.size;
      if (header.length === undefinedLength) return this.openUndefined(frame, content, element);
      const valueOffset = this.offset + header.size;
      let end = valueOffset + header.length;
      if (end > frame.end) {
        this.trouble(
          'past-end',
          `${header.length} bytes do not fit in the ${frame.end - valueOffset} left of the item`,
          element,
        );
        end = frame.end;
      }
      if (header.vr === 'SQ') return this.openSequence(content, element, end, header.encoding);
      if (!this.value(content, element, end - valueOffset)) return false;
    }
  }

  /** The next header; undefined where bytes are missing or the item or data set ends here. */
  private header(frame: Frame, content: Body): Header | typeof stray | undefined {
    const { bytes, filled } = this.source;
    const room = Math.min(filled - this.at, frame.end - this.offset);
    if (room < 8) {
      this.starved(frame, content, 8);
      return undefined;
    }
    const header = readHeader(bytes, this.at, room, frame.encoding);
    if (!header) {
      this.starved(frame, content, 12);
      return undefined;
    }
    const { tag } = header;
    if (tag >= 0xfffe0000 && tag <= 0xfffeffff) {
      return this.delimiter(frame, content, tag);
    }
    if (this.stack.length === 1 && (tag >= this.stopBefore || tag < this.stopBelow)) {
      this.finish(content);
      return undefined;
    }
    const last = content.elements[content.elements.length - 1];
    if (last === undefined) return this.firstHeader(frame, header, room);
    if (tag <= last.tag && !this.disorder(content, last, header)) return undefined;
    if (header.fault) this.find(header.fault, 'warning', header.text, tag);
    return header;
  }

  /** In an item of an explicit data set some writers go on in Implicit VR; the first header shows it. */
  private firstHeader(frame: Frame, header: Header, room: number): Header | undefined {
    if (header.fault !== 'bad-vr' || !looksImplicit(this.source.bytes, this.at, room, frame.encoding)) return header;
    frame.encoding = encodingOf(false, frame.encoding.littleEndian);
    if (frame.content) frame.content.encoding = frame.encoding;
    this.find('implicit-inside', 'warning', 'read as Implicit VR', header.tag);
    return readHeader(this.source.bytes, this.at, room, frame.encoding);
  }

  /** A tag that is not above the one before it. False where the data set ends here: zeros that fill a file up. */
  private disorder(content: Body, last: Element, header: Header): boolean {
    if (this.stack.length === 1 && header.tag === 0 && last.tag > 0xffff) {
      if (this.ended) this.finish(content);
      else this.needed = Number.POSITIVE_INFINITY;
      return false;
    }
    if (content.sorted) {
      content.sorted = false;
      const fault = header.tag === last.tag ? 'duplicate-tag' : 'bad-order';
      this.find(fault, 'warning', faults[fault], header.tag);
    }
    return true;
  }

  /** A value of known length: kept, left by reference, cut, or not all here yet (false). */
  private value(content: Body, element: Element, length: number): boolean {
    const { source } = this;
    if (element.valueStart + length <= source.filled && length <= this.bulkThreshold) {
      element.valueEnd = element.end = this.at = element.valueStart + length;
      content.elements.push(element);
      return true;
    }
    if (length > this.bulkThreshold) {
      element.reference = { offset: source.offsetAt(element.start) + element.valueStart - element.start, length };
      element.valueEnd = element.end = this.at = element.valueStart;
      this.skip = source.omit(this.at, length);
      content.elements.push(element);
      return this.skip === 0;
    }
    if (!this.ended) {
      if (element.valueStart + length > this.limits.held) this.fail('too-long', element);
      this.count -= 1;
      this.needed = element.valueStart + length;
      return false;
    }
    this.trouble('past-end', `${length} bytes are promised, ${source.filled - element.valueStart} are there`, element);
    element.valueEnd = element.end = this.at = source.filled;
    content.elements.push(element);
    return true;
  }

  private openSequence(content: Body, element: Element, end: number, encoding: Encoding): boolean {
    if (this.stack.length >= 2 * this.limits.depth || this.stack.length >= 2000) this.fail('too-deep', element);
    element.items = [];
    content.elements.push(element);
    this.at = element.valueStart;
    this.stack.push({ content: undefined, element, end, encoding });
    return true;
  }

  /** Undefined length: a sequence, or fragments of pixel data. PS3.5 7.5, A.4; UN holds Implicit VR Little Endian, 6.2.2. */
  private openUndefined(frame: Frame, content: Body, element: Element): boolean {
    const { vr } = element;
    const pixels = vr === 'OB' || vr === 'OW' || element.tag === 0x7fe00010;
    if (!pixels) {
      const encoding = vr === 'UN' && element.encoding.explicitVr ? encodingOf(false, true) : element.encoding;
      return this.openSequence(content, element, frame.end, encoding);
    }
    element.fragments = [];
    content.elements.push(element);
    this.at = element.valueStart;
    this.stack.push({ content: undefined, element, end: frame.end, encoding: element.encoding });
    return true;
  }

  /** The next item of a sequence, or its end. */
  private item(frame: Frame, element: Element | undefined): boolean {
    if (!element) return false;
    if (this.offset >= frame.end) return this.closeSequence(element, 0);
    const room = Math.min(this.source.filled - this.at, frame.end - this.offset);
    if (room < 8) return this.starvedSequence(frame, element);
    const tag = readTag(this.source.bytes, this.at, frame.encoding.littleEndian);
    const length = readUint32(this.source.bytes, this.at + 4, frame.encoding.littleEndian);
    if (tag === sequenceDelimitationTag) return this.closeSequence(element, 8);
    if (tag !== itemTag) return this.strayInSequence(frame, element, tag);
    this.countOne();
    const content = new Content(this.stack[this.stack.length - 2]?.content);
    content.source = this.source;
    content.start = this.at;
    content.bodyStart = this.at + 8;
    content.undefinedLength = length === undefinedLength;
    content.encoding = frame.encoding;
    element.items?.push(content);
    let end = content.undefinedLength ? frame.end : this.offset + 8 + length;
    if (end > frame.end) {
      this.trouble('past-end', 'the item is longer than its sequence', element);
      end = frame.end;
    }
    this.at += 8;
    this.stack.push({ content, element: undefined, end, encoding: frame.encoding });
    return true;
  }

  /** The next fragment of encapsulated pixel data, or its end. PS3.5 A.4. */
  private fragment(frame: Frame, element: Element, fragments: { offset: number; length: number }[]): boolean {
    const { source } = this;
    const room = Math.min(source.filled - this.at, frame.end - this.offset);
    if (room < 8) return this.starvedSequence(frame, element);
    const tag = readTag(source.bytes, this.at, frame.encoding.littleEndian);
    const length = readUint32(source.bytes, this.at + 4, frame.encoding.littleEndian);
    if (tag === sequenceDelimitationTag) return this.closeSequence(element, 8);
    if (tag !== itemTag || length === undefinedLength) return this.strayInSequence(frame, element, tag);
    const offset = this.offset + 8;
    const next = this.at + 8 + length;
    if (length > this.bulkThreshold) {
      this.countOne();
      fragments.push({ offset, length });
      this.at += 8;
      this.skip = source.omit(this.at, length);
      return this.skip === 0;
    }
    if (next > source.filled || offset + length > frame.end) {
      if (!this.ended && offset + length <= frame.end) {
        if (next > this.limits.held) this.fail('too-long', element);
        this.needed = next;
        return false;
      }
      this.trouble('bad-fragment', `fragment ${fragments.length} is cut short`, element);
      const here = Math.min(source.filled - this.at - 8, frame.end - offset);
      fragments.push({ offset, length: here });
      this.at += 8 + here;
      return this.closeSequence(element, 0);
    }
    this.countOne();
    fragments.push({ offset, length });
    this.at = next;
    return true;
  }

  /** Something other than an item where only items can be. What is left of a defined length is passed over; else the sequence ends. */
  private strayInSequence(frame: Frame, element: Element, tag: number): boolean {
    this.trouble(element.fragments ? 'bad-fragment' : 'unexpected-tag', 'an item was expected', element);
    if (frame.end === Number.POSITIVE_INFINITY || tag === itemDelimitationTag) return this.closeSequence(element, 0);
    if (this.source.filled - this.at < frame.end - this.offset && !this.ended) {
      this.needed = this.at + frame.end - this.offset;
      return false;
    }
    return this.closeSequence(element, Math.min(this.source.filled - this.at, frame.end - this.offset));
  }

  /** A delimitation item among elements: the item ends, or nothing does (`stray`). */
  private delimiter(frame: Frame, content: Body, tag: number): typeof stray | undefined {
    if (this.stack.length > 1) {
      const proper = tag === itemDelimitationTag && content.undefinedLength;
      if (!proper) this.find('unexpected-tag', 'warning', 'the item ends by another delimiter than its own');
      this.closeItem(frame, content, tag === itemDelimitationTag ? 8 : 0);
      return undefined;
    }
    this.find('unexpected-tag', 'warning', 'a delimitation item without a sequence');
    const last = content.elements[content.elements.length - 1];
    this.at += 8;
    if (last) last.end = this.at;
    else content.bodyStart = this.at;
    this.countOne();
    return stray;
  }

  private closeItem(frame: Frame, content: Body, delimiter: number): boolean {
    if (this.stack.length === 1) return this.finish(content);
    content.bodyEnd = this.at;
    this.at += delimiter;
    content.end = this.at;
    content.encoding = frame.encoding;
    this.stack.pop();
    return true;
  }

  private closeSequence(element: Element, delimiter: number): boolean {
    element.valueEnd = this.at;
    this.at += delimiter;
    element.end = this.at;
    this.stack.pop();
    return true;
  }

  private finish(content: Body): false {
    content.bodyEnd = this.at;
    content.end = this.at;
    this.done = true;
    return false;
  }

  /** Fewer bytes than a header among elements: wait, or end here. */
  private starved(frame: Frame, content: Body, wanted: number): void {
    const left = this.source.filled - this.at;
    const short = frame.end - this.offset <= left;
    if (!short && !this.ended) {
      this.needed = this.at + wanted;
      return;
    }
    const rest = short ? frame.end - this.offset : left;
    if (this.stack.length === 1) {
      this.finish(content);
      return;
    }
    if (rest > 0 || !short) this.trouble('past-end', 'an item ends inside an element header');
    const last = content.elements[content.elements.length - 1];
    this.at += rest;
    if (last) last.end = this.at;
    this.closeItem(frame, content, 0);
  }

  private starvedSequence(frame: Frame, element: Element): boolean {
    const left = this.source.filled - this.at;
    const room = frame.end - this.offset;
    if (room > left && !this.ended) {
      this.needed = this.at + 8;
      return false;
    }
    this.trouble(element.fragments ? 'bad-fragment' : 'past-end', 'the sequence has no end', element);
    return this.closeSequence(element, Math.min(left, room));
  }

  private countOne(): void {
    this.count += 1;
    if (this.count > this.limits.elements) this.fail('too-many');
  }

  private path(tag?: number): string {
    const open = this.stack.flatMap(({ element }) => (element ? [element] : []));
    const inside = open[open.length - 1]?.tag === tag ? open.slice(0, -1) : open;
    return formatPath(
      inside.map((e) => ({ tag: e.tag, item: (e.items?.length ?? 0) - 1 })),
      tag,
    );
  }

  private fail(fault: Fault, element?: Element, detail = ''): never {
    throw new DicomError(fault, this.offset, this.path(element?.tag), detail);
  }

  /** Bytes that are not there: an error, or a finding where what is there is wanted. */
  private trouble(fault: Fault, text: string, element?: Element): void {
    if (!this.keep) this.fail(fault, element, text);
    this.find(fault, 'error', text, element?.tag);
  }

  private find(fault: Fault, severity: Finding['severity'], text: string, tag?: number): void {
    if (this.findings.length >= this.limits.findings) return;
    this.findings.push({ fault, severity, offset: this.offset, path: this.path(tag), text });
  }
}
