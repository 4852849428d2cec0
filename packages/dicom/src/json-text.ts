// Data sets as text of the DICOM JSON model, one after the other: what one repeats of another is written once. PS3.18 Annex F.
import type { Content, Element } from './content.ts';
import { contentOf, DataSet, type Value } from './data-set.ts';
import { describeTag } from './dictionary/dictionary.ts';
import { textsOf } from './encode-value.ts';
import { attributeJson, numberText, personNameJson, type ToJsonOptions, tagKey } from './json.ts';
import { isGroupLength } from './tag.ts';
import { type Vr, vrTraits } from './vr.ts';

/** Writes one data set. @throws DicomError as `toJson` does */
export type JsonTexts = (dataSet: DataSet, options?: ToJsonOptions) => string;

/** How the texts are written. */
export interface JsonTextsOptions {
  /** What (0008,0005) says where it is there: JSON is UTF-8, whatever the data set was written in. Default: as it came. */
  readonly specificCharacterSet?: string;
}

/** An element of an earlier data set and its text. */
interface Written {
  readonly element: Element;
  readonly text: string;
}

/** @internal One attribute as it stands in a text. */
export interface JsonEntry {
  readonly element: Element;
  readonly text: string;
  /** A URI was asked for: one of the same bytes in another data set may have another text. */
  readonly isOwn: boolean;
}

/** @internal What other values are read by: Specific Character Set, and what decides VRs in Implicit VR Little Endian. See `context-vr.ts`. */
export const contextTags: readonly number[] = [0x00080005, 0x00280100, 0x00280103, 0x54001004];
const characterSetTag = 0x00080005;

/** Elements of more bytes than this are not kept. */
const longestKept = 16_384;
/** Different tags that are kept. */
const mostKept = 2_000;

/**
 * A writer of texts. The images of a series have most elements in common: one with the same bytes as in the data set before has
 * the same text. Keeps those elements and the bytes they were read from.
 */
export function createJsonTexts(options: JsonTextsOptions = {}): JsonTexts {
  const entriesOf = createJsonEntries(options);
  return (dataSet, how = {}) =>
    `{${entriesOf(dataSet, how)
      .map(({ text }) => text)
      .join()}}`;
}

/** @internal The same, attribute by attribute, in ascending order. */
export function createJsonEntries({ specificCharacterSet }: JsonTextsOptions = {}) {
  const before = new Map<number, Written>();
  let context: readonly (Element | undefined)[] = contextTags.map(() => undefined);
  const characterSet =
    specificCharacterSet && member(characterSetTag, JSON.stringify({ vr: 'CS', Value: [specificCharacterSet] }));

  const entry = (element: Element, content: Content, options: ToJsonOptions): JsonEntry => {
    if (element.tag === characterSetTag && characterSet) return { element, text: characterSet, isOwn: false };
    if (element.text)
      return { element, text: member(element.tag, textAttribute(element.vr, element.text)), isOwn: false };
    const isKept = isAsRead(element);
    const known = isKept ? before.get(element.tag) : undefined;
    if (known && isSame(known.element, element)) return { element, text: known.text, isOwn: false };
    let isOwn = false;
    const { bulkDataUri } = options;
    const watched: ToJsonOptions = bulkDataUri
      ? {
          bulkDataUri: (path, bulk) => {
            isOwn = true;
            return bulkDataUri(path, bulk);
          },
        }
      : options;
    const text = jsonMember(element, content, watched);
    if (isKept && !isOwn && (known || before.size < mostKept)) before.set(element.tag, { element, text });
    return { element, text, isOwn };
  };

  return (dataSet: DataSet, options: ToJsonOptions): readonly JsonEntry[] => {
    const content = contentOf(dataSet);
    const own = contextTags.map((tag) => content.find(tag));
    if (!own.every((element, at) => isSameContext(context[at], element))) before.clear();
    context = own;
    const elements = content.sorted ? content.elements : [...content.elements].sort((a, b) => a.tag - b.tag);
    let last = -1;
    const entries: JsonEntry[] = [];
    for (const element of elements) {
      if (element.tag === last || isGroupLength(element.tag)) continue;
      last = element.tag;
      entries.push(entry(element, content, options));
    }
    return entries;
  };
}

const keys = new Map<number, string>();

/** An attribute with its tag as the model names it; the names of a few thousand are kept. */
function member(tag: number, attribute: string): string {
  const known = keys.get(tag);
  const key = known ?? `"${tagKey(tag)}":`;
  if (known === undefined && keys.size < mostKept) keys.set(tag, key);
  return key + attribute;
}

/** @internal An attribute as it stands in a text. */
export const jsonMember = (element: Element, content: Content, options: ToJsonOptions): string =>
  member(element.tag, JSON.stringify(attributeJson(element, content, options, [])));

/** Text that was set: such answers of a search are many, and short. PS3.18 F.2.2. */
const textAttribute = (vr: Vr, values: readonly string[]): string => `{"vr":"${vr}"${valuesText(vr, values)}}`;

/** The values of an attribute as they follow its VR; nothing where it has none. */
function valuesText(vr: Vr, values: readonly string[]): string {
  if (values.every((value) => value === '')) return '';
  return `,"Value":[${values.map((value) => (value === '' ? 'null' : valueText(vr, value))).join()}]`;
}

/** One value that is not empty. */
function valueText(vr: Vr, value: string): string {
  if (vr === 'DS' || vr === 'IS') return JSON.stringify(numberText(value));
  if (vr !== 'PN') return quoted(value);
  return value.includes('=') ? JSON.stringify(personNameJson(value)) : `{"Alphabetic":${quoted(value)}}`;
}

/** Characters that stand for themselves in JSON. */
const plain = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed()));

/**
 * Writes one attribute as it stands in the text of a data set in which it was `set`: for values that are at hand without one. Text
 * that its VR has no character set for is written all the same. Throws as `set` does.
 */
export function createJsonMember(tag: number): (value: Value) => string {
  const [vr, ...others] = describeTag(tag)?.vr ?? [];
  if (vr === undefined || others.length > 0 || vrTraits(vr).kind !== 'text') return (value) => memberOf(tag, value);
  const start = `${member(tag, '')}{"vr":"${vr}"`;
  const empty = `${start}}`;
  const startOfOne = `${start},"Value":[`;
  const { multiple } = vrTraits(vr);
  return (value) => {
    if (value === null || value === '') return empty;
    if (typeof value === 'string' && !(multiple && value.includes('\\')))
      return `${startOfOne}${valueText(vr, value)}]}`;
    if (typeof value === 'object' && !isTexts(value)) return memberOf(tag, value);
    return `${start}${valuesText(vr, textsOf(typeof value === 'object' ? value : [value], vr))}}`;
  };
}

const isTexts = (value: Exclude<Value, null>): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** By way of a data set. */
function memberOf(tag: number, value: Value): string {
  const dataSet = new DataSet();
  dataSet.set(tag, value);
  const content = contentOf(dataSet);
  const element = content.find(tag);
  return element ? jsonMember(element, content, {}) : '';
}

/** Whether its text follows from its bytes alone, and these are few. */
const isAsRead = (element: Element): boolean =>
  element.source !== undefined &&
  element.start >= 0 &&
  element.text === undefined &&
  element.reference === undefined &&
  element.fragments === undefined &&
  element.end - element.start <= longestKept &&
  (element.items === undefined || element.items.every(isContentAsRead));

const isContentAsRead = (content: Content): boolean =>
  !content.changed && content.elements.every((element) => isAsRead(element));

/** Whether both have the same bytes, header and all, read in the same way. Both are as they were read. */
function isSame(known: Element, element: Element): boolean {
  const length = known.end - known.start;
  if (element.end - element.start !== length || element.encoding !== known.encoding || element.vr !== known.vr)
    return false;
  if (!known.source || !element.source) return false;
  const [a, b] = [known.source.bytes, element.source.bytes];
  for (let at = 0; at < length; at += 1) if (a[known.start + at] !== b[element.start + at]) return false;
  return true;
}

const isSameContext = (known: Element | undefined, element: Element | undefined): boolean =>
  known === element ||
  (known !== undefined && element !== undefined && isAsRead(known) && isAsRead(element) && isSame(known, element));
