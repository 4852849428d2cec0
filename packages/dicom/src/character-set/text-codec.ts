// Text of a data set to and from bytes, as its Specific Character Set (0008,0005) declares: PS3.5 6.1, PS3.3 C.12.1.1.2.

import { DicomError } from '../error.ts';
import type { Vr } from '../vr.ts';
import { delimitersOf, isExtendable } from './reset.ts';
import { decodeSets } from './sets-read.ts';
import { encodeSets } from './sets-write.ts';
import { isDefinedTerm, normalizeTerm, type Repertoire, repertoire } from './terms.ts';
import { decodeWhole, encodeWhole } from './whole-encoding.ts';

/** Reads and writes the value fields of one data set (an item may declare a character set of its own). */
export interface TextCodec {
  /** The terms as the standard spells them; [] for the default repertoire. */
  readonly terms: readonly string[];
  /** Terms the standard does not define, as they were given; they count as the default repertoire. */
  readonly unknownTerms: readonly string[];
  /**
   * The text of a value field, several values and padding included. Never throws and loses no byte: a byte that
   * no character stands for is kept as a lone surrogate, which `hasUndecodable` finds, `readable` shows as U+FFFD
   * and `encode` writes back.
   */
  decode(bytes: Uint8Array, vr: Vr): string;
  /**
   * The bytes of a text, unpadded. Throws DicomError `not-encodable` with the index of the first character the
   * declared sets do not have as its offset; nothing is ever replaced by `?`.
   */
  encode(text: string, vr: Vr): Uint8Array;
  /** The characters of a text that `encode` would refuse, each once. */
  unencodable(text: string, vr: Vr): readonly string[];
}

const ascii: Repertoire = repertoire([]);

/** True if every byte means itself in all of ISO 646, whatever else is declared. */
function isPlain(bytes: Uint8Array, japanese: boolean): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === 0x1b || (japanese && (byte === 0x5c || byte === 0x7e))) return false;
  }
  return true;
}

/** The bytes of a text of which each character is its own byte in all of ISO 646; undefined for any other. */
function encodePlain(text: string, japanese: boolean): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80 || unit === 0x1b || (japanese && (unit === 0x5c || unit === 0x7e))) return undefined;
    bytes[at] = unit;
  }
  return bytes;
}

const hex = (codePoint: number): string => codePoint.toString(16).toUpperCase().padStart(4, '0');

const longText = 64;
const plainDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The characters of bytes below 80H. Short values are the rule, and faster without a call into the decoder. */
function decodePlain(bytes: Uint8Array): string {
  if (bytes.length > longText) return plainDecoder.decode(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** The codec for the values of Specific Character Set, in their order; [] for a data set without one. */
export function textCodec(terms: readonly string[]): TextCodec {
  const normalized = terms.map(normalizeTerm);
  while (normalized.at(-1) === '') normalized.pop();
  const declared = repertoire(normalized);
  const japanese = declared.kind === 'sets' && declared.g0.registration === 14;
  const repertoireOf = (vr: Vr): Repertoire => (isExtendable(vr) ? declared : ascii);

  const encodeReporting = (text: string, vr: Vr, failed: (index: number) => void): Uint8Array => {
    const used = repertoireOf(vr);
    return used.kind === 'whole'
      ? encodeWhole(text, used.encoding, failed)
      : encodeSets(text, used, delimitersOf(vr), failed);
  };
  return {
    terms: normalized,
    unknownTerms: terms.filter((term) => !isDefinedTerm(normalizeTerm(term))),
    decode: (bytes, vr) => {
      if (isPlain(bytes, japanese)) return decodePlain(bytes);
      const used = repertoireOf(vr);
      return used.kind === 'whole' ? decodeWhole(bytes, used.encoding) : decodeSets(bytes, used, delimitersOf(vr));
    },
    encode: (text, vr) =>
      encodePlain(text, japanese) ??
      encodeReporting(text, vr, (index) => {
        throw new DicomError('not-encodable', index, '', `U+${hex(text.codePointAt(index) ?? 0)}, ${vr}`);
      }),
    unencodable: (text, vr) => {
      if (encodePlain(text, japanese)) return [];
      const characters = new Set<string>();
      encodeReporting(text, vr, (index) => characters.add(String.fromCodePoint(text.codePointAt(index) ?? 0)));
      return [...characters];
    },
  };
}
