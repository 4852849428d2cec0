// Bytes of a data set that are no element of it, and elements that are there twice: neither is seen by who goes through the elements.

import { type Content, Element } from '../content.ts';
import { contentOf, type DataSet } from '../data-set.ts';

/** Drops duplicates of tags, and whatever was read between and behind the elements, so that it is not written again. */
export function scrub(dataSet: DataSet): void {
  scrubContent(contentOf(dataSet));
}

function scrubContent(content: Content): void {
  const seen = new Set<number>();
  const kept = content.elements.filter(({ tag }) => !seen.has(tag) && seen.add(tag)).map(withoutSlack);
  content.elements.splice(0, content.elements.length, ...kept);
  for (const element of kept) for (const item of element.items ?? []) scrubContent(item);
  content.end = content.bodyEnd;
  content.deflated = undefined;
  // So that sequences are put together of their items, not copied with what stood beside those.
  content.changed = true;
}

const delimiter = 8;

/** The element, to be written from its value alone where more bytes than that were counted to it. */
function withoutSlack(element: Element): Element {
  if (element.start < 0 || element.items) return element;
  const proper = element.valueEnd + (element.fragments ? delimiter : 0);
  if (element.end === proper && element.tag >>> 16 !== 0) return element;
  const { tag, vr, length, encoding, source, valueStart, valueEnd, reference, fragments } = element;
  const copy = new Element(tag, vr, length, encoding, source);
  return Object.assign(copy, { valueStart, valueEnd, end: proper, reference, fragments, text: element.text });
}
