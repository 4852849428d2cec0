// The parser's core: elements, items and fragments of any encoding, from bytes that may still be coming. PS3.5 chapter 7 and A.4.
import { Content, Element, undefinedLength } from './content.ts';
import { type Fault, faults } from './error.ts';
import { passFragment } from './fragments.ts';
import { type Header, type HeaderPlace, looksImplicit, readHeader, readTag, readUint32 } from './header.ts';
import { deepest } from './limits.ts';
import { takePlain } from './plain.ts';
import { type ParseOptions, Progress } from './progress.ts';
import { type Encoding, encodingOf, explicitLittle, type Source } from './source.ts';
import { itemDelimitationTag, itemTag, sequenceDelimitationTag } from './tag.ts';

/** An open data set or item (`content`), or an open sequence or run of fragments (`element`). */
interface Frame {
  readonly content: Content | undefined;
  readonly element: Element | undefined;
  /** Where it ends, as an offset in what was read; Infinity where a delimitation item ends it. */
  readonly end: number;
  encoding: Encoding;
}

/** How a step ended: true to go on; false where bytes are missing, or the end is reached. */
type Going = boolean;

/**
 * Never waits and never reads: parses what the source holds and stops where bytes are missing. A driver appends bytes and calls `run`
 * again; from memory, with `ended` set, one call does it all. Nesting is a stack of its own: no depth is deep for JavaScript.
 */
export class Parser {
  readonly content: Content;
  readonly progress: Progress;
  /** Nothing is left to parse, or the tag to stop before was reached. */
  done = false;
  private readonly stack: Frame[];
  private readonly stopBefore: number;
  private readonly stopBelow: number;
  /** Offset of the header that was last looked at. */
  private looked = -1;

  constructor(source: Source, at: number, encoding: Encoding, options: ParseOptions = {}) {
    this.progress = new Progress(source, at, options, () =>
      this.stack.flatMap(({ element }) => (element ? [element] : [])),
    );
    this.stopBefore = options.stopBefore ?? Number.POSITIVE_INFINITY;
    this.stopBelow = options.stopBelow ?? 0;
    this.content = new Content();
    this.content.source = source;
    this.content.encoding = encoding;
    this.content.start = this.content.bodyStart = at;
    this.stack = [{ content: this.content, element: undefined, end: Number.POSITIVE_INFINITY, encoding }];
  }

  /** Parses as far as the bytes go. @param ended no more will come @throws DicomError */
  run(ended: boolean): void {
    const { progress } = this;
    progress.ended = ended;
    if (ended) progress.endInside();
    while (!this.done && progress.skip === 0) {
      const frame = this.stack[this.stack.length - 1];
      if (!frame || !this.step(frame)) return;
    }
  }

  private step(frame: Frame): Going {
    const { content, element } = frame;
    if (content) return this.elements(frame, content);
    if (!element) return false;
    return element.fragments ? this.fragments(frame, element) : this.item(frame, element);
  }

  /** Elements of one data set or item until it ends, a sequence opens in it, or bytes are missing. */
  private elements(frame: Frame, content: Content): Going {
    do {
      if (frame.encoding === explicitLittle) this.takePlain(frame, content);
      if (this.progress.offset >= frame.end) return this.closeItem(frame, content, 0);
      if (!this.oneElement(frame, content)) return false;
    } while (this.stack[this.stack.length - 1] === frame && this.progress.skip === 0);
    return true;
  }

  private takePlain(frame: Frame, content: Content): void {
    const { progress } = this;
    const outermost = this.stack.length === 1;
    const before = content.elements.length;
    if (before === 0 && outermost && this.stopBelow > 0) return;
    progress.at = takePlain(progress.source, content, {
      at: progress.at,
      end: progress.at + progress.room(frame.end),
      stopBefore: outermost ? this.stopBefore : Number.POSITIVE_INFINITY,
      bulkThreshold: progress.bulkThreshold,
      most: progress.allowance,
    });
    progress.countUp(content.elements.length - before);
  }

  /** One element, with care. */
  private oneElement(frame: Frame, content: Content): Going {
    const { source, at, offset } = this.progress;
    const place = { bytes: source.bytes, at, here: this.progress.room(frame.end), room: frame.end - offset };
    const header = place.here < 8 ? undefined : readHeader(place, frame.encoding);
    if (!header) return this.starved(frame, content);
    if (header.tag >>> 16 === 0xfffe) return this.delimiter(frame, content, header.tag);
    if (this.stack.length === 1 && this.endsBefore(content, header.tag)) return this.finish(content);
    return this.open(frame, content, this.look(frame, content, header, place));
  }

  /** Whether the outermost data set ends before a tag. Zeros that fill a file up are no elements. */
  private endsBefore(content: Content, tag: number): boolean {
    if (tag >= this.stopBefore || tag < this.stopBelow) return true;
    const last = content.elements[content.elements.length - 1];
    return tag === 0 && last !== undefined && last.tag > 0xffff;
  }

  /** Says what is odd about a header, once; in an item that goes on in Implicit VR, reads it again. */
  private look(frame: Frame, content: Content, read: Header, place: HeaderPlace): Header {
    const header = this.reconsidered(frame, content, read, place);
    const { offset, report } = this.progress;
    // An element that waits for its value is looked at again.
    if (offset === this.looked) return header;
    this.looked = offset;
    const { tag, length } = header;
    const last = content.elements[content.elements.length - 1];
    if (header.fault) report.find(header.fault, header.text, tag);
    if (length % 2 === 1 && length !== undefinedLength) report.find('odd-length', `${length} bytes`, tag);
    if (last && tag <= last.tag && content.sorted) {
      content.sorted = false;
      const fault: Fault = tag === last.tag ? 'duplicate-tag' : 'bad-order';
      report.find(fault, faults[fault], tag);
    }
    const left = frame.end - offset - header.size;
    if (length > left && length !== undefinedLength)
      report.trouble('past-end', `${length} bytes do not fit in the ${left} left`, tag);
    return header;
  }

  /** The first header of an item or data set that has no VR where one would be: as Implicit VR, if it can be. */
  private reconsidered(frame: Frame, content: Content, header: Header, place: HeaderPlace): Header {
    if (content.elements.length > 0 || header.fault !== 'bad-vr' || !looksImplicit(place, frame.encoding))
      return header;
    frame.encoding = encodingOf(false, frame.encoding.littleEndian);
    content.encoding = frame.encoding;
    this.progress.report.find('implicit-inside', faults['implicit-inside'], header.tag);
    return readHeader(place, frame.encoding) ?? header;
  }

  private open(frame: Frame, content: Content, header: Header): Going {
    const { progress } = this;
    const { tag, vr, length, encoding, size } = header;
    const element = new Element(tag, vr, length, encoding, progress.source);
    element.start = progress.at;
    element.valueStart = progress.at + size;
    if (length === undefinedLength) return this.openUndefined(frame, content, element);
    const valueOffset = progress.offset + size;
    const end = Math.max(valueOffset, Math.min(valueOffset + length, frame.end));
    if (vr === 'SQ') return this.openSequence(content, element, end, encoding);
    if (!progress.passValue(element, end - valueOffset)) return false;
    progress.countUp();
    content.elements.push(element);
    return true;
  }

  private openSequence(content: Content, element: Element, end: number, encoding: Encoding): Going {
    const { progress } = this;
    if (this.stack.length > 2 * Math.min(progress.limits.depth, deepest)) progress.report.fail('too-deep', element.tag);
    progress.countUp();
    element.items = [];
    content.elements.push(element);
    progress.at = element.valueStart;
    this.stack.push({ content: undefined, element, end, encoding });
    return true;
  }

  /** Undefined length: a sequence, or fragments of pixel data. PS3.5 7.5, A.4; UN holds Implicit VR Little Endian, 6.2.2. */
  private openUndefined(frame: Frame, content: Content, element: Element): Going {
    const { vr, tag, encoding } = element;
    const isSequence = vr !== 'OB' && vr !== 'OW' && tag !== 0x7fe00010;
    if (isSequence && vr !== 'SQ' && vr !== 'UN')
      this.progress.report.find('bad-length', `${vr} of undefined length`, tag);
    const inside = isSequence && vr === 'UN' && encoding.explicitVr ? encodingOf(false, true) : encoding;
    this.openSequence(content, element, frame.end, inside);
    if (isSequence) return true;
    element.items = undefined;
    element.fragments = [];
    return true;
  }

  /** The next item of a sequence, or its end. */
  private item(frame: Frame, element: Element): Going {
    const { progress } = this;
    const { bytes } = progress.source;
    if (progress.offset >= frame.end) return this.closeSequence(element, 0);
    if (progress.room(frame.end) < 8) return this.starvedSequence(frame, element);
    const tag = readTag(bytes, progress.at, frame.encoding.littleEndian);
    if (tag === sequenceDelimitationTag) return this.closeSequence(element, 8);
    if (tag !== itemTag) return this.stray(frame, element, tag);
    return this.openItem(frame, element, readUint32(bytes, progress.at + 4, frame.encoding.littleEndian));
  }

  private openItem(frame: Frame, element: Element, length: number): Going {
    const { progress } = this;
    progress.countUp();
    const content = new Content(this.stack[this.stack.length - 2]?.content);
    content.source = progress.source;
    content.start = progress.at;
    content.bodyStart = progress.at + 8;
    content.undefinedLength = length === undefinedLength;
    content.encoding = frame.encoding;
    element.items?.push(content);
    let end = content.undefinedLength ? frame.end : progress.offset + 8 + length;
    if (end > frame.end) {
      progress.report.trouble('past-end', 'the item is longer than its sequence', element.tag);
      end = frame.end;
    }
    progress.at += 8;
    this.stack.push({ content, element: undefined, end, encoding: frame.encoding });
    return true;
  }

  /** Fragments up to the end of the value or of the bytes. */
  private fragments(frame: Frame, element: Element): Going {
    const { progress } = this;
    const fragments = element.fragments ?? [];
    for (;;) {
      const step = passFragment(progress, frame.end, frame.encoding.littleEndian, element.tag, fragments);
      if (step === 'wait') return false;
      if (step === 'end') return this.closeSequence(element, 8);
      if (step === 'stray') return this.stray(frame, element, itemTag);
      if (step === 'starved') return this.starvedSequence(frame, element);
      if (step === 'fragment') continue;
      progress.report.trouble('bad-fragment', `fragment ${fragments.length - 1} is cut short`, element.tag);
      return this.closeSequence(element, 0);
    }
  }

  /** Something other than an item where only items can be. What is left of a defined length is passed over; else the sequence ends. */
  private stray(frame: Frame, element: Element, tag: number): Going {
    const { progress } = this;
    const left = frame.end - progress.offset;
    const bounded = left !== Number.POSITIVE_INFINITY && tag !== itemDelimitationTag;
    if (bounded && progress.mayCome(frame.end)) return progress.waitFor(progress.at + left, element.tag);
    progress.report.trouble(element.fragments ? 'bad-fragment' : 'unexpected-tag', 'an item was expected', element.tag);
    return this.closeSequence(element, bounded ? progress.room(frame.end) : 0);
  }

  /** A delimitation item among elements: the item ends; among those of the outermost data set it is passed over. */
  private delimiter(frame: Frame, content: Content, tag: number): Going {
    const { progress } = this;
    if (this.stack.length > 1) {
      const proper = tag === itemDelimitationTag && content.undefinedLength;
      if (!proper) progress.report.find('unexpected-tag', 'the item ends by another delimiter than its own');
      return this.closeItem(frame, content, tag === itemDelimitationTag ? 8 : 0);
    }
    progress.report.find('unexpected-tag', 'a delimitation item without a sequence');
    progress.countUp();
    progress.at += 8;
    this.stretchLast(content);
    return true;
  }

  /** Bytes that are no element belong to the one before them, so that they are written with it. */
  private stretchLast(content: Content): void {
    const last = content.elements[content.elements.length - 1];
    if (last) last.end = this.progress.at;
    else content.bodyStart = this.progress.at;
  }

  private closeItem(frame: Frame, content: Content, delimiter: number): Going {
    content.bodyEnd = this.progress.at;
    this.progress.at += delimiter;
    content.end = this.progress.at;
    content.encoding = frame.encoding;
    this.stack.pop();
    return true;
  }

  private closeSequence(element: Element, rest: number): Going {
    element.valueEnd = this.progress.at;
    this.progress.at += rest;
    element.end = this.progress.at;
    this.stack.pop();
    return true;
  }

  /** The outermost data set ends here; what follows is padding, or what the caller did not want. */
  private finish(content: Content): false {
    content.bodyEnd = content.end = this.progress.at;
    this.done = true;
    return false;
  }

  /** Fewer bytes than a header among elements: wait, or end here. */
  private starved(frame: Frame, content: Content): Going {
    const { progress } = this;
    if (progress.mayCome(frame.end)) return false;
    if (this.stack.length === 1) return this.finish(content);
    progress.report.trouble('past-end', 'an item ends inside an element header');
    progress.at += progress.room(frame.end);
    this.stretchLast(content);
    return this.closeItem(frame, content, 0);
  }

  /** Fewer bytes than an item header in a sequence. */
  private starvedSequence(frame: Frame, element: Element): Going {
    const { progress } = this;
    if (progress.mayCome(frame.end)) return false;
    progress.report.trouble(element.fragments ? 'bad-fragment' : 'past-end', 'the sequence has no end', element.tag);
    return this.closeSequence(element, progress.room(frame.end));
  }
}
