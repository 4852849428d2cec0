// Headers of a series as text of the DICOM JSON model: what has the bytes it had in the header before is neither read nor written
// again. PS3.18 Annex F, PS3.5 7.1.2.
import { type Content, undefinedLength } from './content.ts';
import { contentOf, type DataSet } from './data-set.ts';
import { DicomError } from './error.ts';
import { readHeader, readTag } from './header.ts';
import type { ToJsonOptions } from './json.ts';
import { contextTags, createJsonEntries, type JsonEntry, type JsonTextsOptions, jsonMember } from './json-text.ts';
import { readDataSet } from './part10.ts';
import { encodingOf } from './source.ts';
import { explicitVrLittleEndian } from './uid/transfer-syntax.ts';

/** A data set, or the beginning of one, in Explicit VR Little Endian. */
export interface EncodedHeader {
  /** They must not change while texts are made. */
  readonly bytes: Uint8Array;
  /** The data set they hold. Elements may have been put in, as long as these follow from `kind` and from which elements there are. */
  readonly read: () => DataSet;
  /** What the text follows from beside the bytes. */
  readonly kind: string;
}

/** @throws DicomError as `toJson` and `read` do */
export type HeaderTexts = (header: EncodedHeader, options?: ToJsonOptions) => string;

/** An element that was read: where it stands, and which of the texts is its own; -1 where it has none. */
interface Raw {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  readonly entry: number;
  /** Other values are read by this one, or what is put in follows from it. */
  readonly isDecisive: boolean;
}

/** A header that others are compared with. */
interface Model {
  readonly bytes: Uint8Array;
  readonly kind: string;
  readonly content: Content;
  readonly raw: readonly Raw[];
  readonly entries: readonly JsonEntry[];
  readonly texts: readonly string[];
  /** Texts that are each header's own although its bytes are the same. */
  readonly own: readonly number[];
  /** What other values are read by. */
  readonly context: readonly Piece[];
}

/** An element as it is encoded in one header, and its place in the model. */
interface Piece {
  readonly raw: Raw;
  readonly bytes: Uint8Array;
}

/** How the texts are written. */
export interface HeaderTextsOptions extends JsonTextsOptions {
  /** Tags whose values decide what `read` puts in. */
  readonly decisive?: readonly number[];
}

/** More than this is read as a whole. */
const mostDifferences = 64;

/** A writer of texts. Keeps the last header that was read as a whole. */
export function createHeaderTexts(options: HeaderTextsOptions = {}): HeaderTexts {
  const entriesOf = createJsonEntries(options);
  const decisive = new Set([...contextTags, ...(options.decisive ?? [])]);
  let model: Model | undefined;
  return (header, how = {}) => {
    const differences = model && differencesTo(model, header);
    const text = model && differences && textLike(model, differences, how);
    if (text !== undefined) return text;
    const dataSet = header.read();
    const entries = entriesOf(dataSet, how);
    model = modelOf(header, contentOf(dataSet), { entries, decisive });
    return `{${entries.map((entry) => entry.text).join()}}`;
  };
}

/** Undefined where the bytes are not what the elements say one after the other: nothing is compared with such a header. */
function modelOf(
  { bytes, kind }: EncodedHeader,
  content: Content,
  { entries, decisive }: { entries: readonly JsonEntry[]; decisive: ReadonlySet<number> },
): Model | undefined {
  const entryOf = new Map(entries.map(({ element }, at) => [element, at]));
  const raw: Raw[] = [];
  let at = 0;
  for (const element of content.elements) {
    const { tag, start, end, encoding } = element;
    if (start < 0) continue;
    if (start !== at || encoding !== explicitLittle) return undefined;
    raw.push({ tag, start, end, entry: entryOf.get(element) ?? -1, isDecisive: decisive.has(tag) });
    at = end;
  }
  const ascends = content.elements.every(({ tag }, index) => tag > (content.elements[index - 1]?.tag ?? -1));
  if (at !== bytes.length || !ascends) return undefined;
  return {
    bytes,
    kind,
    content,
    raw,
    entries,
    texts: entries.map(({ text }) => text),
    own: entries.flatMap(({ isOwn }, index) => (isOwn ? [index] : [])),
    context: raw
      .filter((one) => one.isDecisive)
      .map((one) => ({ raw: one, bytes: bytes.subarray(one.start, one.end) })),
  };
}

/** The elements with other bytes; undefined where the header has not the same elements, or they cannot be told by themselves. */
function differencesTo(model: Model, { bytes, kind }: EncodedHeader): readonly Piece[] | undefined {
  if (kind !== model.kind) return undefined;
  const differences: Piece[] = [];
  let at = 0;
  for (const raw of model.raw) {
    const length = raw.end - raw.start;
    if (isSame(model.bytes, raw.start, bytes, at, length)) {
      at += length;
      continue;
    }
    const end = raw.isDecisive || differences.length === mostDifferences ? -1 : endOf(bytes, at, raw.tag);
    if (end < 0) return undefined;
    differences.push({ raw, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return at === bytes.length ? differences : undefined;
}

function isSame(one: Uint8Array, start: number, other: Uint8Array, at: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (one[start + index] !== other[at + index]) return false;
  return true;
}

const explicitLittle = encodingOf(true, true);

/** Where the element that begins here ends; -1 where it is another one, or where only its inside tells. */
function endOf(bytes: Uint8Array, at: number, tag: number): number {
  const here = bytes.length - at;
  if (here < 8 || readTag(bytes, at, true) !== tag) return -1;
  const header = readHeader({ bytes, at, here, room: here }, explicitLittle);
  if (!header || header.fault || header.length === undefinedLength) return -1;
  const end = at + header.size + header.length;
  return end <= bytes.length ? end : -1;
}

/** The text of the model with what is different in its place; undefined where that cannot be read by itself. */
function textLike(model: Model, differences: readonly Piece[], how: ToJsonOptions): string | undefined {
  const content = differences.length > 0 ? readAlone(model, differences) : model.content;
  if (!content) return undefined;
  const texts = [...model.texts];
  for (const at of model.own) {
    const entry = model.entries[at];
    if (entry) texts[at] = jsonMember(entry.element, model.content, how);
  }
  for (const { raw } of differences) {
    const element = content.find(raw.tag);
    if (element && raw.entry >= 0) texts[raw.entry] = jsonMember(element, content, how);
  }
  return `{${texts.join()}}`;
}

/** What is different, with what it is read by; undefined where the whole header has to say what is wrong with it. */
function readAlone({ context }: Model, differences: readonly Piece[]): Content | undefined {
  try {
    const pieces = [...context, ...differences].sort((one, other) => one.raw.tag - other.raw.tag);
    const encoded = joined(pieces.map(({ bytes }) => bytes));
    const content = contentOf(readDataSet(encoded, explicitVrLittleEndian));
    return content.elements.length === context.length + differences.length ? content : undefined;
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
