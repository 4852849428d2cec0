// The fast way through what most data sets are made of: elements of Explicit VR Little Endian with a known VR and length, in order. PS3.5 7.1.2.
import { type Content, Element } from './content.ts';
import { explicitLittle, type Source } from './source.ts';
import { vrOfCode } from './vr.ts';

/** A stretch of bytes in which nothing is asked that a plain element has to answer. */
export interface Stretch {
  /** Where to begin. */
  readonly at: number;
  /** Where the bytes, or the item around them, end. */
  readonly end: number;
  /** The first tag that is not plain. */
  readonly stopBefore: number;
  /** Values longer than this are not plain. */
  readonly bulkThreshold: number;
  /** Elements at most. */
  readonly most: number;
}

/**
 * Takes elements as long as they are plain and adds them to the content. What it leaves, the parser looks at with care.
 * @returns where it stopped: at the header of the first element that is not plain
 */
export function takePlain(source: Source, content: Content, stretch: Stretch): number {
  const { bytes } = source;
  const { elements } = content;
  const { end, stopBefore, bulkThreshold } = stretch;
  let last = elements[elements.length - 1]?.tag ?? -1;
  let { at, most } = stretch;
  for (; at + 12 <= end && most > 0; most -= 1) {
    const group = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const tag = group * 0x10000 + ((bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8));
    const traits = vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)];
    if (!traits || traits.kind === 'sequence' || tag <= last || tag >= stopBefore || group === 0xfffe) return at;
    let value = at + 8;
    let length = (bytes[at + 6] ?? 0) | ((bytes[at + 7] ?? 0) << 8);
    if (traits.long) {
      length =
        ((bytes[at + 8] ?? 0) | ((bytes[at + 9] ?? 0) << 8) | ((bytes[at + 10] ?? 0) << 16)) +
        (bytes[at + 11] ?? 0) * 0x1000000;
      value = at + 12;
    }
    const next = value + length;
    if (next > end || length > bulkThreshold || length % 2 === 1) return at;
    const element = new Element(tag, traits.vr, length, explicitLittle, source);
    element.start = at;
    element.valueStart = value;
    element.valueEnd = element.end = next;
    elements.push(element);
    last = tag;
    at = next;
  }
  return at;
}
