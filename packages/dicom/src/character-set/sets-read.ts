// Reads single-byte character sets and ISO/IEC 2022 code extensions: PS3.5 6.1.2.

import { type GraphicSet, graphicSets } from './graphic-set.ts';
import type { Repertoire } from './terms.ts';
import { keepByte } from './undecodable.ts';

/** A repertoire made of graphic sets. */
export type Sets = Extract<Repertoire, { kind: 'sets' }>;

/** The byte that opens an escape sequence. */
export const esc = 0x1b;

const byEscape: ReadonlyMap<string, GraphicSet> = new Map([
  ...graphicSets.map((set) => [set.escape, set] as const),
  // JIS C 6226-1978 differs from JIS X 0208 by a few glyphs only; old consoles designate it.
  ...graphicSets.flatMap((set) => (set.registration === 87 ? [['$@', set] as const] : [])),
]);

/** The set an escape sequence at `at` designates: two or three bytes follow ESC. */
export function designatedAt(bytes: Uint8Array, at: number): GraphicSet | undefined {
  const three = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
  return byEscape.get(three) ?? byEscape.get(three.slice(0, 2));
}

/** True where 80H..9FH mean nothing: only 7-bit single-byte sets are declared. Elsewhere they are the C1 controls. */
export const isSevenBit = (sets: Sets): boolean => sets.declared.every((set) => set.plane === 'G0' && set.width === 1);

/** Which page of kept bytes halves of unassigned cells belong to. */
export const pageOf = (set: GraphicSet): 0 | 1 | 2 => (set.registration === 87 ? 1 : set.registration === 159 ? 2 : 0);

/** The sets designated so far. */
interface Reading {
  readonly sets: Sets;
  g0: GraphicSet;
  g1: GraphicSet | undefined;
  /** Writers that do not designate G1 again after a delimiter mean the set they used last. */
  fallback: GraphicSet | undefined;
}

/** What one code stands for, and how many bytes it took. */
type Code = readonly [text: string, length: number];

const kept = (byte: number, page: 0 | 1 | 2 = 0): Code => [String.fromCharCode(keepByte(byte, page)), 1];

function readEscape(state: Reading, bytes: Uint8Array, at: number): Code {
  const set = designatedAt(bytes, at);
  if (set === undefined) return kept(esc);
  if (set.plane === 'G0') state.g0 = set;
  else {
    state.g1 = set;
    state.fallback = set;
  }
  return ['', 1 + set.escape.length];
}

function readPair(byte: number, next: number, set: GraphicSet): Code {
  const unit = set.toUnicode()[((byte & 0x7f) - 0x21) * 94 + (next & 0x7f) - 0x21];
  const page = pageOf(set);
  return [unit ? String.fromCharCode(unit) : String.fromCharCode(keepByte(byte, page), keepByte(next, page)), 2];
}

/** One code of G0 or G1. */
function readGraphic(byte: number, next: number, set: GraphicSet | undefined): Code {
  const high = byte & 0x80;
  if (set === undefined) return kept(byte);
  if (set.width === 2) {
    const inside = (value: number): boolean =>
      (value & 0x80) === high && (value & 0x7f) > 0x20 && (value & 0x7f) < 0x7f;
    return inside(byte) && inside(next) ? readPair(byte, next, set) : kept(byte, pageOf(set));
  }
  const unit = set.toUnicode()[byte - high - 0x20];
  return unit ? [String.fromCharCode(unit), 1] : kept(byte);
}

function readCode(state: Reading, bytes: Uint8Array, at: number, delimiters: ReadonlySet<number>): Code {
  const byte = bytes[at] ?? 0;
  const { sets } = state;
  if (byte === esc && sets.extended) return readEscape(state, bytes, at);
  if (byte < 0x20 || (state.g0.width === 1 && delimiters.has(byte))) {
    state.g0 = sets.g0;
    state.g1 = sets.g1;
    return [String.fromCharCode(byte), 1];
  }
  if (byte === 0x20 || byte === 0x7f) return [String.fromCharCode(byte), 1];
  if (byte < 0x80) return readGraphic(byte, bytes[at + 1] ?? 0, state.g0);
  if (byte < 0xa0) return isSevenBit(sets) ? kept(byte) : [String.fromCharCode(byte), 1];
  return readGraphic(byte, bytes[at + 1] ?? 0, state.g1 ?? state.fallback);
}

/** Reads one value field. Never fails: what has no character is kept as `undecodable.ts` says. */
export function decodeSets(bytes: Uint8Array, sets: Sets, delimiters: ReadonlySet<number>): string {
  const declaredG1 = sets.declared.find((set) => set.plane === 'G1');
  const state: Reading = { sets, g0: sets.g0, g1: sets.g1, fallback: sets.g1 ?? declaredG1 };
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const [characters, length] = readCode(state, bytes, at, delimiters);
    text += characters;
    at += length;
  }
  return text;
}
