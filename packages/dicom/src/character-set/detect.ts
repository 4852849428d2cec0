// Whether bytes can be what Specific Character Set (0008,0005) declares, and what they may be instead. No standard; experience.

import type { Vr } from '../vr.ts';
import { readGb } from './gb18030.ts';
import { designatedAt, esc } from './sets-read.ts';
import { normalizeTerm, repertoire } from './terms.ts';
import { textCodec } from './text-codec.ts';
import { hasUndecodable } from './undecodable.ts';
import { readUtf8 } from './utf-8.ts';

/** One value field that the character set applies to. */
export interface TextSample {
  readonly bytes: Uint8Array;
  readonly vr: Vr;
}

/** Why a declaration is doubted. */
export const doubts = {
  undecodable: 'bytes that the declared character set has no character for',
  'utf-8': 'every byte above 7FH is part of a UTF-8 character',
  'escape-sequences': 'escape sequences, but no code extensions are declared',
  'control-characters': 'bytes 80H..9FH, which are control characters in the declared set',
} as const;

/** A doubt, with the terms that would explain the bytes (undefined where none would). */
export interface Doubt {
  readonly reason: keyof typeof doubts;
  readonly suggestion: readonly string[] | undefined;
}

const isHigh = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80;

/** True if the bytes are text of an encoding with `read`, and hold at least one character above ASCII. */
function holds(bytes: Uint8Array, read: typeof readUtf8): boolean {
  let found = false;
  for (let at = 0; at < bytes.length; ) {
    const character = read(bytes, at);
    if (!character) return false;
    found ||= character.length > 1;
    at += character.length;
  }
  return found;
}

/**
 * Chinese as people write it: pairs of A1H..F7H and A1H..FEH. Latin text read as GB18030 pairs a letter with the ASCII
 * letter behind it, which such pairs exclude.
 */
function looksChinese(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if (!isHigh(bytes[at])) continue;
    const [lead = 0, trail = 0] = bytes.subarray(at, at + 2);
    if (lead < 0xa1 || lead > 0xf7 || trail < 0xa1 || trail === 0xff) return false;
    at += 1;
  }
  return holds(bytes, readGb);
}

/** The terms whose escape sequences the bytes hold, in the order they come. */
function escapedTerms(bytes: Uint8Array): readonly string[] {
  const terms: string[] = [];
  bytes.forEach((byte, at) => {
    const set = byte === esc ? designatedAt(bytes, at) : undefined;
    if (set && set.registration !== 6 && set.registration !== 14) terms.push(`ISO 2022 IR ${set.registration}`);
  });
  return terms;
}

function suggestion(terms: readonly string[], fields: readonly Uint8Array[]): readonly string[] | undefined {
  const escaped = [...new Set(fields.flatMap(escapedTerms))];
  if (escaped.length > 0) {
    const first = normalizeTerm(terms[0] ?? '');
    return [first.startsWith('ISO_IR ') ? first.replace('ISO_IR', 'ISO 2022 IR') : '', ...escaped];
  }
  const high = fields.filter((bytes) => bytes.some(isHigh));
  if (high.every((bytes) => holds(bytes, readUtf8))) return ['ISO_IR 192'];
  if (high.every(looksChinese)) return ['GB18030'];
  return high.some((bytes) => bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) ? undefined : ['ISO_IR 100'];
}

/**
 * Doubts about a declared character set, given the text values of a data set; undefined where nothing speaks against it.
 * A doubt is never proof: `Ã¼` is legal Latin-1. Nothing is changed on its account; `reencode` can be told its suggestion.
 */
export function doubtCharacterSet(terms: readonly string[], samples: Iterable<TextSample>): Doubt | undefined {
  const codec = textCodec(terms);
  const declared = repertoire(codec.terms);
  const fields: Uint8Array[] = [];
  let undecodable = false;
  for (const { bytes, vr } of samples) {
    if (!bytes.some((byte) => byte >= 0x80 || byte === esc)) continue;
    fields.push(bytes);
    undecodable ||= hasUndecodable(codec.decode(bytes, vr));
  }
  const suggested = (): readonly string[] | undefined => suggestion(terms, fields);
  if (declared.kind === 'sets' && !declared.extended && fields.some((bytes) => escapedTerms(bytes).length > 0))
    return { reason: 'escape-sequences', suggestion: suggested() };
  if (undecodable) return { reason: 'undecodable', suggestion: suggested() };
  if (declared.kind === 'whole' || fields.length === 0 || declared.extended) return undefined;
  if (fields.every((bytes) => holds(bytes, readUtf8))) return { reason: 'utf-8', suggestion: ['ISO_IR 192'] };
  const control = fields.some((bytes) => bytes.some((byte) => byte >= 0x80 && byte < 0xa0));
  return control ? { reason: 'control-characters', suggestion: suggested() } : undefined;
}
