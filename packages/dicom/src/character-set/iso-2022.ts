// Single-byte character sets and ISO/IEC 2022 code extensions, both ways: PS3.5 6.1.2.

import { type GraphicSet, graphicSets } from './graphic-set.ts';
import type { Repertoire } from './terms.ts';
import { keepByte, keptByte } from './undecodable.ts';

type Sets = Extract<Repertoire, { kind: 'sets' }>;

const esc = 0x1b;
const byEscape: ReadonlyMap<string, GraphicSet> = new Map([
  ...graphicSets.map((set) => [set.escape, set] as const),
  // JIS C 6226-1978 differs from JIS X 0208 by a few glyphs only; old consoles designate it.
  ...graphicSets.flatMap((set) => (set.registration === 87 ? [['$@', set] as const] : [])),
]);

/** The set an escape sequence at `at` designates: two or three bytes follow ESC. */
function designated(bytes: Uint8Array, at: number): GraphicSet | undefined {
  const three = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
  return byEscape.get(three) ?? byEscape.get(three.slice(0, 2));
}

const lacksControl = (sets: Sets): boolean => sets.declared.every((set) => set.plane === 'G0' && set.width === 1);

/** Reads one value field, or part of one. Never fails: what has no character is kept as `undecodable.ts` says. */
export function decodeSets(bytes: Uint8Array, sets: Sets, delimiters: ReadonlySet<number>): string {
  let { g0, g1 } = sets;
  // Writers that do not designate G1 again after a delimiter mean the set they used last.
  let fallback = g1 ?? sets.declared.find((set) => set.plane === 'G1');
  const asciiOnly = lacksControl(sets);
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (byte === esc && sets.extended) {
      const set = designated(bytes, at);
      if (set === undefined) text += String.fromCharCode(keepByte(byte));
      else {
        if (set.plane === 'G0') g0 = set;
        else fallback = g1 = set;
        at += set.escape.length;
      }
    } else if (byte < 0x20 || (g0.width === 1 && delimiters.has(byte))) {
      ({ g0, g1 } = sets);
      text += String.fromCharCode(byte);
    } else if (byte === 0x20 || byte === 0x7f) text += String.fromCharCode(byte);
    else if (byte < 0x80) {
      const pair = g0.width === 2 && next > 0x20 && next < 0x7f;
      text += pair
        ? readPair(byte, next, g0)
        : g0.width === 1
          ? readOne(byte, 0x20, g0)
          : String.fromCharCode(keepByte(byte, pageOf(g0)));
      if (pair) at += 1;
    } else if (byte < 0xa0) text += String.fromCharCode(asciiOnly ? keepByte(byte) : byte);
    else {
      const set = g1 ?? fallback;
      const pair = set?.width === 2 && byte > 0xa0 && byte < 0xff && next > 0xa0 && next < 0xff;
      text += set && pair ? readPair(byte, next, set) : readOne(byte, 0xa0, set?.width === 1 ? set : undefined);
      if (pair) at += 1;
    }
  }
  return text;
}

const pageOf = (set: GraphicSet): 0 | 1 | 2 => (set.registration === 87 ? 1 : set.registration === 159 ? 2 : 0);

const readOne = (byte: number, first: number, set: GraphicSet | undefined): string =>
  String.fromCharCode(set?.toUnicode()[byte - first] || keepByte(byte));

function readPair(byte: number, next: number, set: GraphicSet): string {
  const unit = set.toUnicode()[((byte & 0x7f) - 0x21) * 94 + (next & 0x7f) - 0x21];
  if (unit) return String.fromCharCode(unit);
  return String.fromCharCode(keepByte(byte, pageOf(set)), keepByte(next, pageOf(set)));
}

/** Bytes being written, and the sets designated so far. */
interface Writing {
  readonly bytes: number[];
  g0: GraphicSet;
  g1: GraphicSet | undefined;
}

function designate(state: Writing, set: GraphicSet): void {
  if (state.g0 === set || state.g1 === set) return;
  if (set.plane === 'G0') state.g0 = set;
  else state.g1 = set;
  state.bytes.push(esc, ...Array.from(set.escape, (character) => character.charCodeAt(0)));
}

function reset(state: Writing, sets: Sets): void {
  designate(state, sets.g0);
  if (sets.g1) designate(state, sets.g1);
  state.g1 = sets.g1;
}

function writeCell(state: Writing, set: GraphicSet, cell: number): void {
  const high = set.plane === 'G1' ? 0x80 : 0;
  if (set.width === 1) state.bytes.push(cell + 0x20 + high);
  else state.bytes.push(Math.floor(cell / 94) + 0x21 + high, (cell % 94) + 0x21 + high);
}

/** The first set that has the character: those designated, those of value 1, then the others in the order of the terms. */
function choose(
  state: Writing,
  sets: Sets,
  unit: number,
  delimiters: ReadonlySet<number>,
): { set: GraphicSet; cell: number } | undefined {
  for (const set of [state.g0, state.g1, sets.g0, sets.g1, ...(sets.extended ? sets.declared : [])]) {
    const cell = set?.fromUnicode().get(unit);
    // The yen sign of JIS X 0201 would be read back as the delimiter it shares its byte with.
    const delimiter = cell !== undefined && set?.width === 1 && set.plane === 'G0' && delimiters.has(cell + 0x20);
    if (set && cell !== undefined && !delimiter) return { set, cell };
  }
  return undefined;
}

/** Writes bytes back that decoding kept; false where they have no place in these sets. */
function writeKept(state: Writing, sets: Sets, kept: { readonly byte: number; readonly page: number }): boolean {
  if (kept.page > 0) {
    const set = sets.declared.find((candidate) => pageOf(candidate) === kept.page);
    if (!set) return false;
    designate(state, set);
  } else if (kept.byte < 0x80 && kept.byte !== esc) return false;
  state.bytes.push(kept.byte);
  return true;
}

function writeUnit(state: Writing, sets: Sets, unit: number, delimiters: ReadonlySet<number>): boolean {
  if (unit === esc && sets.extended) return false;
  if (unit < 0x20 || delimiters.has(unit)) {
    reset(state, sets);
    return state.bytes.push(unit) > 0;
  }
  if (unit === 0x20 || unit === 0x7f) {
    if (state.g0.width === 2) designate(state, sets.g0);
    return state.bytes.push(unit) > 0;
  }
  if (unit >= 0x80 && unit < 0xa0) return !lacksControl(sets) && state.bytes.push(unit) > 0;
  const kept = keptByte(unit);
  if (kept) return writeKept(state, sets, kept);
  const found = choose(state, sets, unit, delimiters);
  if (!found) return false;
  designate(state, found.set);
  writeCell(state, found.set, found.cell);
  return true;
}

/** Writes one value field. `failed` hears the index of each code unit that has no place in the sets. */
export function encodeSets(
  text: string,
  sets: Sets,
  delimiters: ReadonlySet<number>,
  failed: (index: number) => void,
): Uint8Array {
  const state: Writing = { bytes: [], g0: sets.g0, g1: sets.g1 };
  for (let index = 0; index < text.length; index += 1) {
    const outsideBasicPlane = (text.codePointAt(index) ?? 0) > 0xffff;
    if (outsideBasicPlane || !writeUnit(state, sets, text.charCodeAt(index), delimiters)) failed(index);
    if (outsideBasicPlane) index += 1;
  }
  reset(state, sets);
  return Uint8Array.from(state.bytes);
}
