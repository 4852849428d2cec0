// Values given by a caller to the value field of an element. PS3.5 6.2.
import { type Content, Element } from './content.ts';
import { DicomError } from './error.ts';
import { explicitLittle, Source } from './source.ts';
import { parseTag } from './tag.ts';
import { codecOf, termsOf } from './value.ts';
import { type Vr, vrTraits } from './vr.ts';

/** What a caller may give for one value. */
export type Scalar = string | number | bigint;

/** An element that holds these bytes, in little endian order, as its value field. */
export function bytesElement(tag: number, vr: Vr, bytes: Uint8Array): Element {
  const element = new Element(tag, vr, bytes.length, explicitLittle, new Source(bytes));
  element.valueEnd = element.end = bytes.length;
  return element;
}

/**
 * An element of any VR but SQ from values.
 * @throws DicomError `bad-value` where a value does not fit the VR
 */
export function valueElement(tag: number, vr: Vr, values: readonly Scalar[], content: Content): Element {
  const { kind } = vrTraits(vr);
  if (kind === 'text') return textElement(tag, vr, values, content);
  if (kind === 'sequence') throw refusal(vr, values[0] ?? '');
  return bytesElement(tag, vr, binary(vr, values));
}

function textElement(tag: number, vr: Vr, values: readonly Scalar[], content: Content): Element {
  const texts = textsOf(values, vr);
  const element = new Element(tag, vr, lengthOf(texts, vr, content, vrTraits(vr).extended), explicitLittle);
  element.text = texts;
  return element;
}

/** @internal What a caller gave as the values of a text VR; [] for none. @throws DicomError `bad-value` */
export function textsOf(values: readonly Scalar[], vr: Vr): readonly string[] {
  const { multiple } = vrTraits(vr);
  const texts =
    values.length === 1
      ? splitText(values[0] ?? '', vr, multiple)
      : values.flatMap((value) => splitText(value, vr, multiple));
  return texts.length === 1 && texts[0] === '' ? [] : texts;
}

function splitText(value: Scalar, vr: Vr, multiple: boolean): string[] {
  const text = textOf(value, vr);
  return multiple && text.includes('\\') ? text.split('\\') : [text];
}

/** Text of characters that are one byte each, the same in every character set. */
export const oneByteEach = /^[ !-[\]-}]*$/;

/** Bytes the text takes, padded, in the character set of the data set; in UTF-8 where that does not have it. */
function lengthOf(texts: readonly string[], vr: Vr, content: Content, extended: boolean): number {
  const text = texts.length === 1 ? (texts[0] ?? '') : texts.join('\\');
  const length = oneByteEach.test(text) ? text.length : encodedLength(text, vr, extended ? termsOf(content) : []);
  return length + (length & 1);
}

function encodedLength(text: string, vr: Vr, terms: readonly string[]): number {
  const codec = codecOf(terms);
  const used = codec.unencodable(text, vr).length === 0 ? codec : codecOf(['ISO_IR 192']);
  return used.encode(text, vr).length;
}

function textOf(value: Scalar, vr: Vr): string {
  if (typeof value === 'string') return value;
  if (vr === 'DS') return decimalString(Number(value));
  if (vr === 'IS' && Number.isInteger(Number(value))) return String(value);
  if (vr === 'IS' || vr === 'UI' || vr === 'PN') throw refusal(vr, value);
  return String(value);
}

/**
 * A number in at most 16 characters, as exact as they allow. PS3.5 6.2, DS.
 * @throws DicomError `bad-value` for NaN and infinite numbers
 */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) throw refusal('DS', value);
  const exact = String(value);
  if (exact.length <= 16) return exact;
  for (let digits = 16; digits > 0; digits -= 1) {
    const shorter = String(Number(value.toPrecision(digits)));
    if (shorter.length <= 16) return shorter;
  }
  return value.toExponential(8);
}

type Writer = (view: DataView, at: number, value: number) => void;
const within =
  (vr: Vr, low: number, high: number, write: Writer): Writer =>
  (view, at, value) => {
    if (!Number.isInteger(value) || value < low || value > high) throw refusal(vr, value);
    write(view, at, value);
  };
const writers: Partial<Record<Vr, Writer>> = {
  US: within('US', 0, 0xffff, (view, at, value) => view.setUint16(at, value, true)),
  OW: within('OW', 0, 0xffff, (view, at, value) => view.setUint16(at, value, true)),
  SS: within('SS', -0x8000, 0x7fff, (view, at, value) => view.setInt16(at, value, true)),
  UL: within('UL', 0, 0xffffffff, (view, at, value) => view.setUint32(at, value, true)),
  OL: within('OL', 0, 0xffffffff, (view, at, value) => view.setUint32(at, value, true)),
  SL: within('SL', -0x80000000, 0x7fffffff, (view, at, value) => view.setInt32(at, value, true)),
  FL: (view, at, value) => view.setFloat32(at, value, true),
  OF: (view, at, value) => view.setFloat32(at, value, true),
  FD: (view, at, value) => view.setFloat64(at, value, true),
  OD: (view, at, value) => view.setFloat64(at, value, true),
  OB: within('OB', 0, 0xff, (view, at, value) => view.setUint8(at, value)),
  UN: within('UN', 0, 0xff, (view, at, value) => view.setUint8(at, value)),
};

function binary(vr: Vr, values: readonly Scalar[]): Uint8Array {
  const { kind, width } = vrTraits(vr);
  const size = kind === 'tag' ? 4 : width;
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    if (kind === 'tag') writeTag(view, at * 4, value);
    else if (kind === 'bigint') writeBigint(view, at * 8, value, vr);
    else writeNumber(view, at * size, value, vr);
  });
  return bytes;
}

function writeNumber(view: DataView, at: number, value: Scalar, vr: Vr): void {
  const number = Number(value);
  if (typeof value === 'string' && (value.trim() === '' || Number.isNaN(number))) throw refusal(vr, value);
  const write = writers[vr];
  if (!write) throw refusal(vr, value);
  write(view, at, number);
}

function writeTag(view: DataView, at: number, value: Scalar): void {
  const tag = typeof value === 'string' ? parseTag(value) : Number(value);
  if (tag === undefined || !Number.isInteger(tag) || tag < 0 || tag > 0xffffffff) throw refusal('AT', value);
  view.setUint16(at, tag >>> 16, true);
  view.setUint16(at + 2, tag & 0xffff, true);
}

function writeBigint(view: DataView, at: number, value: Scalar, vr: Vr): void {
  let big: bigint;
  try {
    big = BigInt(value);
  } catch {
    throw refusal(vr, value);
  }
  const [low, high] = vr === 'SV' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  if (big < low || big > high) throw refusal(vr, value);
  if (vr === 'SV') view.setBigInt64(at, big, true);
  else view.setBigUint64(at, big, true);
}

const refusal = (vr: Vr, value: Scalar): DicomError => new DicomError('bad-value', -1, '', `${value}, ${vr}`);
