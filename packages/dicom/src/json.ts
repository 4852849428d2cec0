// The DICOM JSON model. PS3.18 Annex F.
import { fromBase64, toBase64 } from './base64.ts';
import { Content, type Element } from './content.ts';
import { effectiveVr } from './context-vr.ts';
import { contentOf, DataSet } from './data-set.ts';
import { itemsElement } from './edit.ts';
import { bytesElement, type Scalar, valueElement } from './encode-value.ts';
import { DicomError } from './error.ts';
import { littleEndianValue } from './little-endian.ts';
import { formatPath, type Step } from './path.ts';
import { isGroupLength } from './tag.ts';
import { bigintValues, numberValues, tagValues, textValues } from './value.ts';
import { isVr, type Vr, vrTraits } from './vr.ts';

/** A person name by its groups. PS3.18 F.2.2. */
export interface JsonPersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** One value; null for an empty one among others. */
export type JsonValue = string | number | null | JsonPersonName | DicomJson;

/** One attribute. PS3.18 F.2.2. */
export interface JsonAttribute {
  readonly vr: Vr;
  readonly Value?: readonly JsonValue[];
  readonly BulkDataURI?: string;
  readonly InlineBinary?: string;
}

/** A data set: attributes by tag, eight upper-case hexadecimal digits. */
export interface DicomJson {
  readonly [tag: string]: JsonAttribute;
}

/** How a data set becomes JSON. */
export interface ToJsonOptions {
  /**
   * The URI of a bulk value, or undefined to put it inline. Asked for every value of OB, OD, OF, OL, OV, OW and UN, for long text
   * left by reference, and for encapsulated pixel data; `path` is such as `WaveformSequence[0].WaveformData`.
   */
  readonly bulkDataUri?: (path: string, element: Element) => string | undefined;
}

/** How JSON becomes a data set. */
export interface FromJsonOptions {
  /** The bytes of a BulkDataURI, in little endian order; undefined to leave the element empty. Without it a URI is an error. */
  readonly bulkData?: (uri: string, path: string) => Uint8Array | undefined;
  /** Nested sequences. Default 128. */
  readonly depth?: number;
}

/**
 * A data set as a DICOM JSON model object. Group lengths are left out.
 * @throws DicomError `absent-bulk` where a value was left in the file and `bulkDataUri` names none; `needs-transcoding` for inline fragments
 */
export function toJson(dataSet: DataSet, options: ToJsonOptions = {}): DicomJson {
  return contentJson(contentOf(dataSet), options, []);
}

/** @internal A tag as the model names it. */
export const tagKey = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');

function contentJson(content: Content, options: ToJsonOptions, steps: readonly Step[]): DicomJson {
  const json: Record<string, JsonAttribute> = {};
  const elements = content.sorted ? content.elements : [...content.elements].sort((a, b) => a.tag - b.tag);
  for (const element of elements) {
    if (isGroupLength(element.tag)) continue;
    json[tagKey(element.tag)] ??= attributeJson(element, content, options, steps);
  }
  return json;
}

/** @internal One attribute of the model. `steps`: where it stands. */
export function attributeJson(
  element: Element,
  content: Content,
  options: ToJsonOptions,
  steps: readonly Step[],
): JsonAttribute {
  const { tag, items } = element;
  if (items) {
    const Value = items.map((item, at) => contentJson(item, options, [...steps, { tag, item: at }]));
    return Value.length > 0 ? { vr: 'SQ', Value } : { vr: 'SQ' };
  }
  const vr = effectiveVr(element, content);
  const isBulk = element.fragments || element.reference || bulkVrs.has(vr);
  const BulkDataURI = isBulk ? options.bulkDataUri?.(formatPath(steps, tag), element) : undefined;
  if (BulkDataURI !== undefined) return { vr, BulkDataURI };
  if (element.fragments) throw new DicomError('needs-transcoding', element.offset, formatPath(steps, tag));
  if (bulkVrs.has(vr)) {
    const InlineBinary = toBase64(littleEndianValue(element));
    return InlineBinary ? { vr, InlineBinary } : { vr };
  }
  const Value = valuesJson(element, content, vr);
  return Value.length > 0 ? { vr, Value } : { vr };
}

const bulkVrs: ReadonlySet<Vr> = new Set<Vr>(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** The values of an attribute that are written as such. */
function valuesJson(element: Element, content: Content, vr: Vr): readonly JsonValue[] {
  switch (vrTraits(vr).kind) {
    case 'number':
      return numberValues(element, content).map(jsonNumber);
    case 'bigint':
      return bigintValues(element, content).map(jsonBigint);
    case 'tag':
      return tagValues(element, content).map(tagKey);
    default:
      return textJson(textValues(element, content), vr);
  }
}

function textJson(values: readonly string[], vr: Vr): readonly JsonValue[] {
  if (values.every((value) => value === '')) return [];
  if (vr === 'PN') return values.map((value) => (value === '' ? null : personNameJson(value)));
  if (vr === 'DS' || vr === 'IS') return values.map((value) => (value === '' ? null : numberText(value)));
  return values.map((value) => (value === '' ? null : value.toWellFormed()));
}

/** @internal PS3.18 F.2.3 allows DS and IS as string or number: a number only where its text comes back the same. */
export function numberText(value: string): string | number {
  const number = Number(value);
  return String(number) === value ? number : value;
}

/** @internal A name that is not empty. */
export function personNameJson(value: string): JsonPersonName {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = value.toWellFormed().split('=');
  return { ...(Alphabetic && { Alphabetic }), ...(Ideographic && { Ideographic }), ...(Phonetic && { Phonetic }) };
}

/** JSON has no infinity and no NaN: PS3.18 F.2.3.1 writes them as text. */
function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
}

const jsonBigint = (value: bigint): number | string =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);

/**
 * A data set from a DICOM JSON model object; text is written in UTF-8 unless (0008,0005) says otherwise.
 * @throws DicomError `bad-json` with the path; `absent-bulk` for a BulkDataURI without `options.bulkData`
 */
export function fromJson(json: unknown, options: FromJsonOptions = {}): DataSet {
  const content = new Content();
  fill(content, json, options, []);
  return new DataSet(content);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fill(content: Content, json: unknown, options: FromJsonOptions, steps: readonly Step[]): void {
  if (!isObject(json)) throw new DicomError('bad-json', -1, formatPath(steps), 'not an object');
  if (steps.length > (options.depth ?? 128)) throw new DicomError('too-deep', -1, formatPath(steps.slice(0, 4)));
  for (const key of Object.keys(json).sort()) {
    if (!/^[0-9A-Fa-f]{8}$/.test(key))
      throw new DicomError('bad-json', -1, formatPath(steps), `${key.slice(0, 40)} is no tag`);
    const tag = Number.parseInt(key, 16);
    content.put(attribute(tag, json[key], content, options, steps));
  }
}

function attribute(
  tag: number,
  json: unknown,
  content: Content,
  options: FromJsonOptions,
  steps: readonly Step[],
): Element {
  const bad = (detail: string) => new DicomError('bad-json', -1, formatPath(steps, tag), detail);
  if (!isObject(json)) throw bad('not an object');
  const { vr, Value, BulkDataURI, InlineBinary } = json;
  if (typeof vr !== 'string' || !isVr(vr)) throw bad('vr is missing or unknown');
  if (Value !== undefined && !Array.isArray(Value)) throw bad('Value is no array');
  if (vr === 'SQ') return sequence(tag, Value ?? [], content, options, steps);
  if (typeof InlineBinary === 'string') {
    const bytes = fromBase64(InlineBinary);
    if (!bytes) throw bad('InlineBinary is not Base64');
    return bytesElement(tag, vr, bytes);
  }
  if (typeof BulkDataURI === 'string') return bulk(tag, vr, BulkDataURI, options, formatPath(steps, tag));
  try {
    return valueElement(
      tag,
      vr,
      (Value ?? []).map((value) => scalar(value, vr, bad)),
      content,
    );
  } catch (error) {
    if (error instanceof DicomError && error.fault === 'bad-value') throw bad(error.message);
    throw error;
  }
}

function sequence(
  tag: number,
  items: readonly unknown[],
  content: Content,
  options: FromJsonOptions,
  steps: readonly Step[],
): Element {
  const contents = items.map((json, at) => {
    const item = new Content(content);
    fill(item, json ?? {}, options, [...steps, { tag, item: at }]);
    return item;
  });
  return itemsElement(content, tag, contents);
}

function bulk(tag: number, vr: Vr, uri: string, { bulkData }: FromJsonOptions, path: string): Element {
  if (!bulkData) throw new DicomError('absent-bulk', -1, path, uri);
  return bytesElement(tag, vr, bulkData(uri, path) ?? new Uint8Array(0));
}

const written: ReadonlyMap<unknown, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
]);

function scalar(value: unknown, vr: Vr, bad: (detail: string) => DicomError): Scalar {
  if (value === null || value === undefined) return '';
  if (vr === 'PN') return personNameText(value, bad);
  const { kind } = vrTraits(vr);
  const special = kind === 'number' ? written.get(value) : undefined;
  if (special !== undefined) return special;
  if (typeof value === 'number' && kind === 'text' && vr !== 'DS' && vr !== 'IS') throw bad('a number for text');
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw bad('a value of the wrong type');
}

function personNameText(value: unknown, bad: (detail: string) => DicomError): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) throw bad('a person name of the wrong type');
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) => {
    const text = value[group] ?? '';
    if (typeof text !== 'string') throw bad(`${group} is no text`);
    return text;
  });
  return groups.join('=').replace(/=+$/, '');
}
