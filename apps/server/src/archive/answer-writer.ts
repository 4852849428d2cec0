// Answers to a query, written straight from rows of the index: what the data set of `createAnswers` would be encoded to. PS3.5 7.1.
import { DataSet, describeTag, explicitVrLittleEndian, implicitVrLittleEndian, type Keyword } from '@concord/dicom';
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

/** An element of every answer, and where in the row its value is. Bytes are characters of Latin-1: one string is made of all. */
interface Place {
  readonly tag: number;
  /** What stands before the length. */
  readonly header: string;
  /** Bytes of the length. */
  readonly lengthWidth: 2 | 4;
  readonly padding: string;
  /** In a column. */
  readonly column?: string;
  /** Among the attributes of a level. */
  readonly kept?: { readonly level: Level; readonly keyword: Keyword };
  readonly constant?: string;
}

/** A value's length that its header has no room for. PS3.5 6.2.2. */
const longest = { 2: 0xfffe, 4: 0xffff_fffe };

/** VRs of text with 32 bits of length behind two reserved bytes, where the VR is said. PS3.5 7.1.2. */
const longVrs: ReadonlySet<string> = new Set(['UC', 'UR', 'UT']);

function placeOf(tag: number, transferSyntaxUid: string): Pick<Place, 'tag' | 'header' | 'lengthWidth' | 'padding'> {
  const vr = describeTag(tag)?.vr[0] ?? '';
  const explicit = transferSyntaxUid === explicitVrLittleEndian;
  const said = explicit ? `${vr}${longVrs.has(vr) ? '\0\0' : ''}` : '';
  return {
    tag,
    header: `${littleEndian(tag >>> 16, 2)}${littleEndian(tag & 0xffff, 2)}${said}`,
    lengthWidth: explicit && !longVrs.has(vr) ? 2 : 4,
    padding: vr === 'UI' ? '\0' : ' ',
  };
}

/** As characters of Latin-1, one for each byte. */
const littleEndian = (value: number, width: 2 | 4): string =>
  width === 2
    ? String.fromCharCode(value & 0xff, value >>> 8)
    : String.fromCharCode(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);

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
  return (row) => {
    const kept = new Map<Level, ReturnType<typeof parseKept>>();
    for (const level of opened) {
      const json = String(row[attributesName(level)]);
      if (!plainText.test(json)) return undefined;
      kept.set(level, parseKept(json));
    }
    let answer = '';
    for (const place of places) {
      const text = textAt(place, row, kept);
      const { header, lengthWidth, padding } = place;
      if (text === undefined || text.length > longest[lengthWidth]) return undefined;
      const isOdd = (text.length & 1) === 1;
      answer += `${header}${littleEndian(text.length + (isOdd ? 1 : 0), lengthWidth)}${text}${isOdd ? padding : ''}`;
    }
    return Buffer.from(answer, 'latin1');
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
