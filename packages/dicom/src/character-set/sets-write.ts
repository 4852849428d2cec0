// Writes single-byte character sets and ISO/IEC 2022 code extensions: PS3.5 6.1.2.

import { type GraphicSet, jisX0208Synonyms } from './graphic-set.ts';
import { decodeSets, esc, isSevenBit, pageOf, type Sets } from './sets-read.ts';
import { hasUndecodable, keptByte } from './undecodable.ts';

/** Bytes being written, and the sets designated so far. */
interface Writing {
  readonly sets: Sets;
  readonly delimiters: ReadonlySet<number>;
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

/** Back to the sets of value 1. Where that has no G1, the one in use ends without a word, as PS3.5 I.2 shows. */
function reset(state: Writing): void {
  designate(state, state.sets.g0);
  if (state.sets.g1) designate(state, state.sets.g1);
  state.g1 = state.sets.g1;
}

function writeCell(state: Writing, set: GraphicSet, cell: number): void {
  const high = set.plane === 'G1' ? 0x80 : 0;
  if (set.width === 1) state.bytes.push(cell + 0x20 + high);
  else state.bytes.push(Math.floor(cell / 94) + 0x21 + high, (cell % 94) + 0x21 + high);
}

/** Writes with the first set that has the character: one designated, one of value 1, then the others in the order of the terms. */
function writeCharacter(state: Writing, unit: number): boolean {
  const { sets, delimiters } = state;
  for (const set of [state.g0, state.g1, sets.g0, sets.g1, ...(sets.extended ? sets.declared : [])]) {
    const cell = set?.fromUnicode().get(unit);
    if (set === undefined || cell === undefined) continue;
    // The yen sign of JIS X 0201 would be read back as the delimiter it shares its byte with.
    if (set.width === 1 && set.plane === 'G0' && delimiters.has(cell + 0x20)) continue;
    designate(state, set);
    writeCell(state, set, cell);
    return true;
  }
  return false;
}

/** Writes bytes back that decoding kept; false where they have no place in these sets. */
function writeKept(state: Writing, kept: { readonly byte: number; readonly page: number }): boolean {
  if (kept.page > 0) {
    const set = state.sets.declared.find((candidate) => pageOf(candidate) === kept.page);
    if (!set) return false;
    designate(state, set);
  } else if (kept.byte < 0x80 && kept.byte !== esc) return false;
  state.bytes.push(kept.byte);
  return true;
}

function writeUnit(state: Writing, unit: number): boolean {
  if (unit === esc && state.sets.extended) return false;
  if (unit < 0x20 || state.delimiters.has(unit)) {
    reset(state);
    return state.bytes.push(unit) > 0;
  }
  if (unit === 0x20 || unit === 0x7f) {
    if (state.g0.width === 2) designate(state, state.sets.g0);
    return state.bytes.push(unit) > 0;
  }
  if (unit >= 0x80 && unit < 0xa0) return !isSevenBit(state.sets) && state.bytes.push(unit) > 0;
  const kept = keptByte(unit);
  if (kept) return writeKept(state, kept);
  const synonym = jisX0208Synonyms.get(unit);
  return writeCharacter(state, unit) || (synonym !== undefined && writeCharacter(state, synonym));
}

const spelled = (unit: number): number => jisX0208Synonyms.get(unit) ?? unit;

/** Where text that was written and read again is another, but for synonyms; undefined where it is the same. */
function changedAt(text: string, again: string): number | undefined {
  for (let index = 0; index < text.length; index += 1)
    if (spelled(text.charCodeAt(index)) !== spelled(again.charCodeAt(index))) return index;
  return again.length === text.length ? undefined : text.length - 1;
}

/** Writes one value field. `failed` hears the index of each character that has no place in the sets. */
export function encodeSets(
  text: string,
  sets: Sets,
  delimiters: ReadonlySet<number>,
  failed: (index: number) => void,
): Uint8Array {
  const state: Writing = { sets, delimiters, bytes: [], g0: sets.g0, g1: sets.g1 };
  let complete = true;
  for (let index = 0; index < text.length; index += 1) {
    const outsideBasicPlane = (text.codePointAt(index) ?? 0) > 0xffff;
    if (outsideBasicPlane || !writeUnit(state, text.charCodeAt(index))) {
      complete = false;
      failed(index);
    }
    if (outsideBasicPlane) index += 1;
  }
  reset(state);
  const bytes = Uint8Array.from(state.bytes);
  // Bytes that were kept for want of a character may get one here, beside other bytes than those they came with.
  const changed = complete && hasUndecodable(text) ? changedAt(text, decodeSets(bytes, sets, delimiters)) : undefined;
  if (changed !== undefined) failed(changed);
  return bytes;
}
