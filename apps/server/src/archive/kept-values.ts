// Attributes that have no column of their own: from a data set to compact JSON and back.
import { DataSet, DicomError, describeTag, type Keyword, tagOf, type Value } from '@concord/dicom';

/** Text as decoded, numbers as numbers, sequences as their items. */
export type Kept = readonly string[] | readonly number[] | readonly KeptItem[];
interface KeptItem {
  readonly [tag: string]: Kept;
}

/** What one level of one object may take in the index, in characters; what is beyond is left out, whole attributes at a time. */
const budget = 16_384;
const deepest = 4;

const numeric = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD']);
const unkept = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'UN', 'SV', 'UV', 'AT']);

function keep(dataSet: DataSet, tag: number, vr: string, depth: number): Kept | undefined {
  if (unkept.has(vr)) return undefined;
  if (numeric.has(vr)) return dataSet.numbers(tag);
  if (vr !== 'SQ') return dataSet.strings(tag);
  if (depth === deepest) return undefined;
  return dataSet.items(tag).map((item) => keepItem(item, depth + 1));
}

function keepItem(item: DataSet, depth: number): KeptItem {
  const kept: Record<string, Kept> = {};
  for (const { tag, vr } of item.elements()) {
    const value = keep(item, tag, vr, depth);
    if (value !== undefined) kept[tag.toString(16)] = value;
  }
  return kept;
}

/** The attributes that are there, with or without a value, as JSON. */
export function createKeeper(keywords: readonly Keyword[]): (header: DataSet) => string {
  const wanted = keywords.map((keyword) => [keyword, tagOf(keyword)] as const);
  return (header) => {
    const kept: Partial<Record<Keyword, Kept>> = {};
    for (const [keyword, tag] of wanted) {
      const element = header.element(tag);
      const value = element && keep(header, tag, element.vr, 0);
      if (value !== undefined) kept[keyword] = value;
    }
    const json = JSON.stringify(kept);
    return json.length <= budget ? json : withinBudget(kept);
  };
}

function withinBudget(kept: Readonly<Partial<Record<Keyword, Kept>>>): string {
  let left = budget;
  const fitting = Object.entries(kept).filter(([keyword, value]) => {
    const size = keyword.length + JSON.stringify(value).length + 4;
    if (size > left) return false;
    left -= size;
    return true;
  });
  return JSON.stringify(Object.fromEntries(fitting));
}

const isItem = (value: unknown): value is KeptItem =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isItems = (value: Kept): value is readonly KeptItem[] => value.length > 0 && value.every(isItem);

/** What a data set takes for an attribute. */
export type Settable = Exclude<Value, Uint8Array>;

/** A kept value as a data set takes it; a key with items chooses the attributes within the items. PS3.4 C.2.2.2.6. */
export function settable(value: Kept, key?: DataSet): Settable {
  if (value.length === 0) return null;
  if (isItems(value)) return value.map((item) => restoreItem(item, key));
  return value as readonly string[] | readonly number[];
}

function restoreItem(item: KeptItem, key?: DataSet): DataSet {
  const restored = new DataSet();
  const wanted = key && [...key.elements()];
  if (!wanted || wanted.length === 0) {
    for (const [tag, value] of Object.entries(item)) put(restored, Number.parseInt(tag, 16), settable(value));
    return restored;
  }
  for (const { tag } of wanted) put(restored, tag, settable(item[tag.toString(16)] ?? [], key?.items(tag)[0]));
  return restored;
}

/**
 * Codes, dates and UIDs have no character set. What an object says beyond ASCII in place of one has question marks: it is no reason
 * to give nobody any answers.
 */
export function put(answer: DataSet, tag: number, value: Settable): void {
  try {
    answer.set(tag, value);
  } catch (error) {
    if (!(error instanceof DicomError && error.fault === 'not-encodable')) throw error;
    answer.set(
      tag,
      [value].flat().map((text) => String(text).replace(beyondAscii, '?')),
    );
  }
}

const beyondAscii = /[\u{80}-\u{10ffff}]/gu;

/** The `attributes` of a row, as this module wrote them. */
export const parseKept = (json: string): Readonly<Partial<Record<Keyword, Kept>>> => JSON.parse(json);

/** The items that several rows keep of a sequence, each once, in the order of the rows. */
export function gathered(json: string, keyword: Keyword): Kept {
  const rows: readonly Readonly<Partial<Record<Keyword, Kept>>>[] = JSON.parse(json);
  const items = rows.flatMap((row) => (row[keyword] ?? []).filter(isItem));
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

export const isSequence = (keyword: Keyword): boolean => describeTag(tagOf(keyword))?.vr.includes('SQ') ?? false;
