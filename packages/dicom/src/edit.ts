// Changes to a data set: items made on the way, elements replaced, copies. What is not named stays as it was read.
import { Content, Element } from './content.ts';
import { effectiveVr } from './context-vr.ts';
import { bytesElement, type Scalar, valueElement } from './encode-value.ts';
import { DicomError } from './error.ts';
import { formatPath, type Step } from './path.ts';
import { explicitLittle } from './source.ts';
import { codecOf, rawValue, termsOf, textValues } from './value.ts';
import { type Vr, vrTraits } from './vr.ts';

/** An element for what a caller gave. @throws DicomError `bad-value` */
export function elementFor(
  tag: number,
  vr: Vr,
  value: Scalar | Uint8Array | readonly Scalar[] | null,
  content: Content,
): Element {
  if (value instanceof Uint8Array) return bytesElement(tag, vr, value);
  const values = value === null ? [] : typeof value === 'object' ? value : [value];
  if (vr === 'SQ' && values.length === 0) return itemsElement(content, tag, []);
  return valueElement(tag, vr, values, content);
}

/** Text to bytes in the character set that holds here. @throws DicomError `not-encodable` */
export function encodeText(values: readonly string[], vr: Vr, content: Content): Uint8Array {
  const terms = vrTraits(vr).extended ? termsOf(content) : [];
  return codecOf(terms).encode(values.join('\\'), vr);
}

/** Filled up to an even length, as the VR asks. PS3.5 6.2. */
export function padded(bytes: Uint8Array, vr: Vr): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = vrTraits(vr).padding;
  return even;
}

/** A sequence of these items. Those that belong elsewhere are copied; the form of the length is that of the element replaced. */
export function itemsElement(content: Content, tag: number, items: readonly Content[]): Element {
  const before = content.find(tag);
  const element = new Element(tag, 'SQ', before?.items ? before.length : 0, explicitLittle);
  element.items = items.map((item) => adopt(item, content));
  return element;
}

/** Makes a content an item of another: itself where it is free or there already, else a copy. */
function adopt(item: Content, parent: Content): Content {
  if (item.parent === parent) return item;
  const free = item.parent === undefined && !isWithin(parent, item);
  const before = termsOf(item);
  const adopted = free ? item : cloneContent(item, parent);
  const own = item.find(0x00080005) !== undefined;
  adopted.parent = parent;
  if (!own && before.join('\\') !== termsOf(parent).join('\\')) fixText(adopted, before);
  return adopted;
}

function isWithin(content: Content, other: Content): boolean {
  for (let at: Content | undefined = content; at; at = at.parent) if (at === other) return true;
  return false;
}

/** Decodes text that came under other terms, so that it is written in those that hold now. */
function fixText(content: Content, terms: readonly string[]): void {
  for (const [at, element] of content.elements.entries()) {
    for (const item of element.items ?? []) if (!item.find(0x00080005)) fixText(item, terms);
    if (element.text || element.reference || !vrTraits(effectiveVr(element, content)).extended) continue;
    const raw = rawValue(element);
    if (raw.every((byte) => byte < 0x80 && byte !== 0x1b)) continue;
    const under = new Content();
    under.put(valueElement(0x00080005, 'CS', terms, under));
    content.elements[at] = valueElement(
      element.tag,
      effectiveVr(element, content),
      [textValues(element, under).join('\\')],
      content,
    );
    content.changed = true;
  }
}

/** A copy whose items are its own; elements and bytes are shared, since neither ever changes. */
export function cloneContent(content: Content, parent: Content | undefined): Content {
  const copy = new Content(parent);
  const { sorted, source, start, bodyStart, bodyEnd, end, undefinedLength, encoding, changed, deflated, readAs } =
    content;
  Object.assign(copy, {
    sorted,
    source,
    start,
    bodyStart,
    bodyEnd,
    end,
    undefinedLength,
    encoding,
    changed,
    deflated,
    readAs,
  });
  for (const element of content.elements) copy.elements.push(element.items ? cloneSequence(element, copy) : element);
  return copy;
}

function cloneSequence(element: Element, parent: Content): Element {
  const copy = new Element(element.tag, element.vr, element.length, element.encoding, element.source);
  const { start, valueStart, valueEnd, end, reference, fragments } = element;
  Object.assign(copy, { start, valueStart, valueEnd, end, reference, fragments });
  copy.items = element.items?.map((item) => cloneContent(item, parent));
  return copy;
}

/**
 * Goes into the items of a path, making what is missing: the sequence, and the item right after its last.
 * @throws DicomError `bad-path` where an item in between is missing, or the element is no sequence
 */
export function stepInto(content: Content, steps: readonly Step[]): Content {
  let at = content;
  for (const [depth, step] of steps.entries()) {
    const element = at.find(step.tag);
    const items = element?.items ?? [];
    const wrong = (element && !element.items && rawValue(element).length > 0) || step.item > items.length;
    if (wrong) throw new DicomError('bad-path', -1, formatPath(steps.slice(0, depth + 1)));
    let inside = items[step.item];
    if (!inside) {
      inside = new Content(at);
      at.put(itemsElement(at, step.tag, [...items, inside]));
    }
    at = inside;
  }
  return at;
}
