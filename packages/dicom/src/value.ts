// Values of an element from its bytes: text, numbers, 64-bit integers, tags. PS3.5 6.2 and 6.4.
import { type TextCodec, textCodec } from './character-set/text-codec.ts';
import type { Content, Element } from './content.ts';
import { effectiveVr } from './context-vr.ts';
import { DicomError } from './error.ts';
import { formatTag } from './tag.ts';
import { type Vr, vrTraits } from './vr.ts';

const codecs = new Map<string, TextCodec>();

/** The codec for these terms; made once for each combination seen. */
export function codecOf(terms: readonly string[]): TextCodec {
  const key = terms.join('\\');
  let codec = codecs.get(key);
  if (!codec) {
    codec = textCodec(terms);
    if (codecs.size < 200) codecs.set(key, codec);
  }
  return codec;
}

/** Specific Character Set as it holds for a data set or item: its own, else that of what encloses it. PS3.3 C.12.1.1.2, PS3.5 7.5.3. */
export function termsOf(content: Content): readonly string[] {
  for (let at: Content | undefined = content; at; at = at.parent) {
    const element = at.find(0x00080005);
    if (element?.text) return element.text;
    if (element && element.valueEnd > element.valueStart) return decodeText(codecOf([]), rawValue(element), 'CS');
  }
  return [];
}

const empty = new Uint8Array(0);

/**
 * The value field as it is encoded, without the delimitation item.
 * @throws DicomError `absent-bulk` where it was left in the file.
 */
export function rawValue(element: Element): Uint8Array {
  if (element.reference && element.reference.length > 0)
    throw new DicomError('absent-bulk', element.reference.offset, formatTag(element.tag));
  return element.source?.bytes.subarray(element.valueStart, element.valueEnd) ?? empty;
}

/** The values of a text element, decoded and without padding; [] for an empty one. */
export function textValues(element: Element, content: Content): readonly string[] {
  if (element.text) return element.text;
  const vr = effectiveVr(element, content);
  const terms = vrTraits(vr).extended ? termsOf(content) : [];
  return decodeText(codecOf(terms), rawValue(element), vr);
}

/** Value field to values: decoded, split at backslashes where the VR allows several, padding taken off. */
export function decodeText(codec: TextCodec, bytes: Uint8Array, vr: Vr): readonly string[] {
  if (bytes.length === 0) return [];
  const text = codec.decode(bytes, vr);
  if (!vrTraits(vr).multiple) return [trimValue(text, vr)];
  return text.includes('\\') ? text.split('\\').map((value) => trimValue(value, vr)) : [trimValue(text, vr)];
}

const keepsLeading: ReadonlySet<Vr> = new Set<Vr>(['ST', 'LT', 'UT', 'UC', 'UR', 'PN']);

/** Takes off the spaces (and zeros) that PS3.5 6.2 calls insignificant: trailing ones, and leading ones except in free text and names. */
export function trimValue(text: string, vr: Vr): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end -= 1;
  let start = 0;
  if (!keepsLeading.has(vr)) while (start < end && text.charCodeAt(start) === 32) start += 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
const isPadding = (code: number): boolean => code === 32 || code === 0;

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const integer = /^[+-]?\d+$/;

/** The number of a DS or IS text; undefined where it is none. PS3.5 6.2. */
export function parseNumber(text: string, vr: Vr): number | undefined {
  const trimmed = text.trim();
  return (vr === 'IS' ? integer : decimal).test(trimmed) ? Number(trimmed) : undefined;
}

type Reader = (view: DataView, at: number, littleEndian: boolean) => number;
const readers: Partial<Record<Vr, Reader>> = {
  US: (view, at, little) => view.getUint16(at, little),
  SS: (view, at, little) => view.getInt16(at, little),
  OW: (view, at, little) => view.getUint16(at, little),
  UL: (view, at, little) => view.getUint32(at, little),
  SL: (view, at, little) => view.getInt32(at, little),
  OL: (view, at, little) => view.getUint32(at, little),
  FL: (view, at, little) => view.getFloat32(at, little),
  OF: (view, at, little) => view.getFloat32(at, little),
  FD: (view, at, little) => view.getFloat64(at, little),
  OD: (view, at, little) => view.getFloat64(at, little),
  SV: (view, at, little) => Number(view.getBigInt64(at, little)),
  UV: (view, at, little) => Number(view.getBigUint64(at, little)),
  OV: (view, at, little) => Number(view.getBigUint64(at, little)),
  OB: (view, at) => view.getUint8(at),
  UN: (view, at) => view.getUint8(at),
};

/**
 * The numbers of an element; [] where it has none, or a DS or IS among them is malformed. A trailing part of a number is left out.
 * @param most of binary numbers, which may be tens of thousands, no more than this are read
 */
export function numberValues(element: Element, content: Content, most = Number.POSITIVE_INFINITY): readonly number[] {
  const vr = effectiveVr(element, content);
  const { kind, width } = vrTraits(vr);
  if (kind === 'text') {
    const numbers = textValues(element, content).map((text) => parseNumber(text, vr));
    return numbers.every((n) => n !== undefined) ? numbers : [];
  }
  const read = readers[vr];
  if (!read || width === 0) return [];
  const view = viewOf(rawValue(element));
  const { littleEndian } = element.encoding;
  // Not Array.from: that takes twice as long, and a header is asked for its numbers again and again.
  const numbers: number[] = [];
  const end = Math.min(view.byteLength - width, (most - 1) * width);
  for (let at = 0; at <= end; at += width) numbers.push(read(view, at, littleEndian));
  return numbers;
}

/** 64-bit integers without loss; other integers as bigint too. */
export function bigintValues(element: Element, content: Content): readonly bigint[] {
  const vr = effectiveVr(element, content);
  const { kind } = vrTraits(vr);
  if (kind === 'text') {
    const texts = textValues(element, content);
    return texts.every((text) => integer.test(text)) ? texts.map((text) => BigInt(text.replace(/^\+/, ''))) : [];
  }
  if (kind !== 'bigint') {
    const numbers = numberValues(element, content);
    return numbers.every(Number.isSafeInteger) ? numbers.map(BigInt) : [];
  }
  const view = viewOf(rawValue(element));
  const { littleEndian } = element.encoding;
  return Array.from({ length: view.byteLength >> 3 }, (_, at) =>
    vr === 'SV' ? view.getBigInt64(at * 8, littleEndian) : view.getBigUint64(at * 8, littleEndian),
  );
}

/** The tags of an AT element. */
export function tagValues(element: Element, content: Content): readonly number[] {
  if (effectiveVr(element, content) !== 'AT') return [];
  const view = viewOf(rawValue(element));
  const { littleEndian } = element.encoding;
  return Array.from(
    { length: view.byteLength >> 2 },
    (_, at) => view.getUint16(at * 4, littleEndian) * 0x10000 + view.getUint16(at * 4 + 2, littleEndian),
  );
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
