// What a data set or item holds: its elements in the order they came, each with the span of bytes it was read from.
import type { Encoding, Source } from './source.ts';
import type { Vr } from './vr.ts';

/** The length field that says "until the delimitation item". PS3.5 7.1.1. */
export const undefinedLength = 0xffffffff;

/** A range of bytes in what was read. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** One element. Immutable for callers; a change of a data set puts another one in its place. */
export class Element {
  readonly tag: number;
  /** As declared in the bytes, or by the dictionary where those do not say (Implicit VR). */
  readonly vr: Vr;
  /** The length field in bytes; 0xffffffff where it is undefined; the bytes at hand where the element was never read. */
  readonly length: number;
  /** @internal How header and value are encoded. */
  readonly encoding: Encoding;
  /** @internal Undefined for text and items that were set. */
  source: Source | undefined;
  /** @internal First byte of the header; -1 for a value that was set. */
  start = -1;
  /** @internal */
  valueStart = 0;
  /** @internal End of the value that is here, without a delimitation item. */
  valueEnd = 0;
  /** @internal First byte of whatever follows. */
  end = 0;
  /** @internal The items of a sequence. */
  items: Content[] | undefined = undefined;
  /** @internal Text that was set: one entry per value. */
  text: readonly string[] | undefined = undefined;
  /** The value fields of the items of encapsulated pixel data, the offset table first. Offsets count from the start of what was read. PS3.5 A.4 */
  fragments: ByteRange[] | undefined = undefined;
  /** Where the value stands in what was read, when it was left there. */
  reference: ByteRange | undefined = undefined;

  constructor(tag: number, vr: Vr, length: number, encoding: Encoding, source?: Source) {
    this.tag = tag;
    this.vr = vr;
    this.length = length;
    this.encoding = encoding;
    this.source = source;
  }

  /** Where the element begins in what was read, in bytes; -1 for one that was set. */
  get offset(): number {
    return this.start < 0 || !this.source ? -1 : this.source.offsetAt(this.start);
  }
}

/** The elements of a data set or an item. */
export class Content {
  /** In the order of the bytes; in ascending order where `sorted`. */
  readonly elements: Element[] = [];
  sorted = true;
  /** The data set whose item this is. */
  parent: Content | undefined;
  source: Source | undefined = undefined;
  /** First byte of the item's header, or of the data set; -1 for one that was made here. */
  start = -1;
  /** First byte after the header. */
  bodyStart = 0;
  /** First byte after the last element, without a delimitation item. */
  bodyEnd = 0;
  /** First byte of whatever follows. */
  end = 0;
  /** Whether the item's length field said "undefined". */
  undefinedLength = false;
  encoding: Encoding | undefined = undefined;
  /** Whether an element was put in or taken out since it was read. */
  changed = false;
  /** The transfer syntax it was read as, whatever its encoding turned out to be. */
  readAs: string | undefined = undefined;
  /** The deflated bytes this data set came from. PS3.5 A.5 */
  deflated: Uint8Array | undefined = undefined;
  /** What a caller sees of this; made when first asked for. */
  facade: object | undefined = undefined;

  constructor(parent?: Content) {
    this.parent = parent;
  }

  /** The element of a tag; the first where it occurs twice. */
  find(tag: number): Element | undefined {
    const at = this.indexOf(tag);
    return at < 0 ? undefined : this.elements[at];
  }

  /** Index of a tag; where absent, -1 - (the index it would be inserted at). */
  indexOf(tag: number): number {
    const { elements } = this;
    if (!this.sorted) return this.scan(tag);
    let low = 0;
    let high = elements.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = elements[middle]?.tag ?? 0;
      if (found === tag) return middle;
      if (found < tag) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  /** For the rare data set whose tags do not ascend: before the first larger one. */
  private scan(tag: number): number {
    const at = this.elements.findIndex((element) => element.tag === tag);
    if (at >= 0) return at;
    const larger = this.elements.findIndex((element) => element.tag > tag);
    return -1 - (larger < 0 ? this.elements.length : larger);
  }

  /** Puts an element in its place, instead of the one of that tag if there is one. */
  put(element: Element): void {
    const at = this.indexOf(element.tag);
    if (at >= 0) this.elements[at] = element;
    else if (-1 - at === this.elements.length) this.elements.push(element);
    else this.elements.splice(-1 - at, 0, element);
    this.changed = true;
  }

  /** Takes an element out; false where there was none. */
  remove(tag: number): boolean {
    const at = this.indexOf(tag);
    if (at < 0) return false;
    this.elements.splice(at, 1);
    this.changed = true;
    return true;
  }
}
