// Encoding data sets: what was not touched as it came, the rest anew. PS3.5 chapter 7.
import { type Content, type Element, undefinedLength } from './content.ts';
import { contextVr } from './context-vr.ts';
import { encodeText, padded } from './edit.ts';
import { oneByteEach } from './encode-value.ts';
import { DicomError } from './error.ts';
import { formatPath } from './path.ts';
import { Sink } from './sink.ts';
import { type Encoding, implicitLittle } from './source.ts';
import { isGroupLength, itemDelimitationTag, itemTag, sequenceDelimitationTag } from './tag.ts';
import { rawValue } from './value.ts';
import { type Vr, vrTraits } from './vr.ts';

/** Text up to this is written next to its header without a copy in between. Characters. */
const shortText = 256;

/** Encodes one data set into pieces. */
export class Encoder {
  readonly sink = new Sink();
  private readonly untouched = new Map<Content, boolean>();
  private readonly anew: boolean;

  /** @param anew nothing is copied: headers, lengths and padding come out as the standard wants them */
  constructor(anew: boolean) {
    this.anew = anew;
  }

  /** Whether nothing in it, at any depth, was changed since it was read. */
  isUntouched(content: Content): boolean {
    let known = this.untouched.get(content);
    if (known === undefined) {
      known =
        !this.anew &&
        !content.changed &&
        content.start >= 0 &&
        content.elements.every((element) => this.isAsRead(element));
      this.untouched.set(content, known);
    }
    return known;
  }

  private isAsRead(element: Element): boolean {
    return !this.anew && element.start >= 0 && (element.items?.every((item) => this.isUntouched(item)) ?? true);
  }

  dataSet(content: Content, encoding: Encoding): void {
    if (content.source && content.encoding === encoding && this.isUntouched(content)) {
      this.sink.copy(content.source, content.start, content.end);
      return;
    }
    this.elements(content, encoding);
    const { source, bodyEnd, end } = content;
    if (source && content.encoding === encoding && !this.anew) this.sink.copy(source, bodyEnd, end);
  }

  private elements(content: Content, encoding: Encoding): void {
    let group: { readonly number: number; readonly fix: (length: number) => void; readonly from: number } | undefined;
    const closeGroup = () => group?.fix(this.sink.size - group.from);
    const ordered = this.anew && !content.sorted ? inOrder(content.elements) : content.elements;
    for (const [at, element] of ordered.entries()) {
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
    const [short = ''] = element.text ?? [];
    if (element.text?.length === 1 && short.length <= shortText && oneByteEach.test(short)) {
      this.header(element.tag, vr, short.length + (short.length & 1), encoding);
      this.sink.characters(short, vrTraits(vr).padding);
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

/** By tag, the first of each. */
const inOrder = (elements: readonly Element[]): readonly Element[] =>
  [...elements].sort((a, b) => a.tag - b.tag).filter((element, at, all) => element.tag !== all[at - 1]?.tag);

/** The VR for an explicit header: the one read, or where none was read what dictionary and data set say. */
function writtenVr(element: Element, content: Content): Vr {
  if (element.encoding.explicitVr) return element.vr;
  return contextVr(content, element.tag) ?? element.vr;
}
