// The value of an element as a line of text, cut where it is long.
import type { Content, Element } from './content.ts';
import { effectiveVr } from './context-vr.ts';
import { formatTag } from './tag.ts';
import { describeUid } from './uid/uid.ts';
import { bigintValues, numberValues, rawValue, tagValues, textValues } from './value.ts';
import { vrTraits } from './vr.ts';

/** Values of a long binary element that are looked at. */
const shown = 64;

/** The text of a value and how many values there are. */
export function textValuesOf(
  element: Element,
  content: Content,
  width: number,
): { readonly text: string; readonly count: number } {
  if (element.items) return { text: `(${plural(element.items.length, 'item')})`, count: element.items.length };
  if (element.fragments) return { text: `(${plural(element.fragments.length, 'fragment')})`, count: 1 };
  if (element.reference)
    return { text: `(${element.reference.length} bytes at ${element.reference.offset})`, count: 1 };
  const { values, count, isCut } = valuesOf(element, content);
  if (count === 0) return { text: '(no value)', count };
  const text = values.join('\\');
  return {
    text: text.length > width || isCut ? `${text.slice(0, Math.max(0, width - 3))}...` : text,
    count,
  };
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Values as text, how many there are, and whether some are left out. */
interface Shown {
  readonly values: readonly string[];
  readonly count: number;
  readonly isCut: boolean;
}

function valuesOf(element: Element, content: Content): Shown {
  const vr = effectiveVr(element, content);
  const { kind, width } = vrTraits(vr);
  if (kind === 'text') {
    const texts = textValues(element, content).map(printable);
    if (vr === 'UI') return all(texts.map((uid) => describeUid(uid)?.keyword.replace(/^/, '=') ?? `[${uid}]`));
    return { values: texts.length > 0 ? [`[${texts.join('\\')}]`] : [], count: texts.length, isCut: false };
  }
  if (kind === 'tag') return all(tagValues(element, content).map(formatTag));
  const raw = rawValue(element);
  const size = Math.max(1, width);
  const count = kind === 'bytes' ? (raw.length > 0 ? 1 : 0) : Math.floor(raw.length / size);
  const isCut = raw.length > shown * size;
  const front = isCut ? cut(element, shown * size) : element;
  if (kind === 'bytes') return { values: [hex(raw.subarray(0, shown))], count, isCut };
  if (kind === 'bigint') return { values: bigintValues(front, content).map(String), count, isCut };
  return { values: numberValues(front, content).map(String), count, isCut };
}

const all = (values: readonly string[]): Shown => ({ values, count: values.length, isCut: false });

/** The same element with no more than its first bytes. */
function cut(element: Element, size: number): Element {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(element)), element);
  copy.valueEnd = element.valueStart + size;
  return copy;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('\\');

/** Control characters and undecodable bytes made visible, so that a dump is lines whatever the value holds. */
export const printable = (text: string): string =>
  text.toWellFormed().replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
