// Answers to a query, written straight from rows of the index: what the data set of `createAnswers` would be encoded to. PS3.5 7.1.
import {
  DataSet,
  describeTag,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  type Keyword,
  writeDataSet,
} from '@concord/dicom';
import type { Row, Value } from '../database/database.ts';
import type { AnswerForm, Level } from './archive.ts';
import { attributesName, columnName, timezoneOffsetFromUtc } from './find-answers.ts';
import type { FindPlan } from './find-plan.ts';
import { type Kept, parseKept } from './kept-values.ts';

/** VRs whose values are text as the index keeps it; a value of any other makes the answer one for the writer of data sets. */
const textVrs: ReadonlySet<string> = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
const syntaxes: readonly string[] = [explicitVrLittleEndian, implicitVrLittleEndian];

/** What is the same in ISO_IR 6 and in every other repertoire, delimiters of values included. */
const plainText = /^[ -~]*$/;

/** An element of every answer: its header with a length of 0, and where in the row its value is. */
interface Place {
  readonly tag: number;
  readonly header: Uint8Array;
  /** 2 or 4 bytes at the end of the header. */
  readonly lengthWidth: number;
  readonly padding: number;
  /** In a column. */
  readonly column?: string;
  /** Among the attributes of a level. */
  readonly kept?: { readonly level: Level; readonly keyword: Keyword };
  readonly constant?: string;
}

/** A value's length that its header has no room for. PS3.5 6.2.2. */
const longest = { 2: 0xfffe, 4: 0xffff_fffe };

function placeOf(tag: number, transferSyntaxUid: string): Pick<Place, 'tag' | 'header' | 'lengthWidth' | 'padding'> {
  const empty = new DataSet();
  empty.set(tag, null);
  const header = writeDataSet(empty, transferSyntaxUid);
  const isShort = transferSyntaxUid === explicitVrLittleEndian && header.length === 8;
  return { tag, header, lengthWidth: isShort ? 2 : 4, padding: describeTag(tag)?.vr[0] === 'UI' ? 0 : 0x20 };
}

/** One that may not be sent empty is left out here and there: that is for the writer of data sets too. */
const isText = (tag: number): boolean => {
  const vrs = describeTag(tag)?.vr ?? [];
  return vrs.length === 1 && textVrs.has(vrs[0] ?? '') && tag !== timezoneOffsetFromUtc;
};

/**
 * Undefined where some key has values that are no text, or the syntax is neither of the two of little endian; the writer gives
 * undefined for a row whose text is beyond ASCII.
 */
export function createAnswerWriter(
  { asked, opened }: FindPlan,
  { transferSyntaxUid, constants }: AnswerForm,
): ((row: Row) => Uint8Array | undefined) | undefined {
  if (!syntaxes.includes(transferSyntaxUid) || !asked.every(({ tag }) => isText(tag))) return undefined;
  const fixed = new DataSet();
  for (const [keyword, value] of Object.entries(constants)) fixed.set(keyword, value);
  const places: Place[] = [...fixed.elements()].map(({ tag }) => ({
    ...placeOf(tag, transferSyntaxUid),
    constant: fixed.string(tag) ?? '',
  }));
  for (const key of asked) {
    if (fixed.has(key.tag)) continue;
    const { column, level } = key.attribute;
    const value = column ? { column: columnName(key) } : { kept: { level, keyword: key.keyword } };
    places.push({ ...placeOf(key.tag, transferSyntaxUid), ...value });
  }
  places.sort((a, b) => a.tag - b.tag);
  return createRowWriter(places, opened);
}

function createRowWriter(places: readonly Place[], opened: readonly Level[]): (row: Row) => Uint8Array | undefined {
  const headers = places.reduce((sum, { header }) => sum + header.length, 0);
  const texts: string[] = new Array(places.length).fill('');
  return (row) => {
    const kept = new Map<Level, ReturnType<typeof parseKept>>();
    for (const level of opened) {
      const json = String(row[attributesName(level)]);
      if (!plainText.test(json)) return undefined;
      kept.set(level, parseKept(json));
    }
    let size = headers;
    for (const [index, place] of places.entries()) {
      const text = textAt(place, row, kept);
      if (text === undefined || text.length > longest[place.lengthWidth === 2 ? 2 : 4]) return undefined;
      texts[index] = text;
      size += text.length + (text.length & 1);
    }
    return written(places, texts, size);
  };
}

function textAt(place: Place, row: Row, kept: ReadonlyMap<Level, ReturnType<typeof parseKept>>): string | undefined {
  if (place.constant !== undefined) return place.constant;
  const text = place.kept
    ? keptText(kept.get(place.kept.level)?.[place.kept.keyword])
    : columnText(row[place.column ?? ''] ?? null);
  return text !== undefined && plainText.test(text) ? text : undefined;
}

function columnText(value: Value): string | undefined {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function keptText(value: Kept | undefined): string | undefined {
  if (value === undefined || value.length === 0) return '';
  const [first] = value;
  if (typeof first !== 'string') return undefined;
  return value.length === 1 ? first : value.join('\\');
}

function written(places: readonly Place[], texts: readonly string[], size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, { header, lengthWidth, padding }] of places.entries()) {
    const text = texts[index] ?? '';
    const length = text.length + (text.length & 1);
    bytes.set(header, at);
    at += header.length;
    if (lengthWidth === 2) bytes.writeUInt16LE(length, at - 2);
    else bytes.writeUInt32LE(length, at - 4);
    bytes.write(text, at, 'latin1');
    at += length;
    if (length !== text.length) bytes[at - 1] = padding;
  }
  return bytes;
}
