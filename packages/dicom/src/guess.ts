// What an encoding looks like from its first bytes: for files without a transfer syntax, or with a wrong one.
import { dictionaryVr } from './dictionary/dictionary.ts';
import { readTag, readUint32 } from './header.ts';
import { type Encoding, explicitBig, explicitLittle, implicitBig, implicitLittle } from './source.ts';
import { isGroupLength } from './tag.ts';
import { vrOfCode } from './vr.ts';

/** Bytes that `guessEncoding` looks at, however many more are there: a stream must not be guessed otherwise than memory. */
export const guessBytes = 132;

/** How many of the first four elements read in an encoding: all that are there, each with a tag above the last and a length that can be. */
function fit(bytes: Uint8Array, from: number, end: number, encoding: Encoding): number {
  let at = from;
  let last = -1;
  for (let count = 0; count < 4; count += 1) {
    if (at + 8 > end) return count;
    const tag = readTag(bytes, at, encoding.littleEndian);
    const next = nextHeader(bytes, at, end, encoding);
    if (next === undefined || tag <= last || tag >>> 16 === 0xfffe) return count;
    at = next;
    last = tag;
  }
  return 4;
}

/** Where the element ends; undefined where VR, tag or length cannot be. */
function nextHeader(
  bytes: Uint8Array,
  at: number,
  end: number,
  { explicitVr, littleEndian }: Encoding,
): number | undefined {
  if (!explicitVr) {
    const tag = readTag(bytes, at, littleEndian);
    const length = readUint32(bytes, at + 4, littleEndian);
    const credible = isGroupLength(tag) ? length === 4 : dictionaryVr(tag) !== undefined || (tag & 0x10000) !== 0;
    return credible && possible(length) ? at + 8 + length : undefined;
  }
  const traits = vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)];
  if (!traits || (traits.long && at + 12 > end)) return undefined;
  const length = traits.long ? readUint32(bytes, at + 8, littleEndian) : shortLength(bytes, at + 6, littleEndian);
  return possible(length) ? at + (traits.long ? 12 : 8) + length : undefined;
}

/** A quarter of a gigabyte or undefined: more would be an encoding misread. */
const possible = (length: number): boolean => length <= 0x10000000 || length === 0xffffffff;

const shortLength = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
  littleEndian ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/**
 * The encoding that a data set beginning at `at` seems to have; undefined where it reads in none.
 * @param declared wins where it reads at all
 */
export function guessEncoding(bytes: Uint8Array, at: number, here: number, declared?: Encoding): Encoding | undefined {
  const end = Math.min(here, at + guessBytes);
  if (end - at < 8) return declared;
  if (declared && fit(bytes, at, end, declared) > 0) return declared;
  let best: Encoding | undefined;
  let most = 0;
  for (const encoding of [explicitLittle, implicitLittle, explicitBig, implicitBig]) {
    const found = fit(bytes, at, end, encoding);
    if (found > most) {
      most = found;
      best = encoding;
    }
  }
  return best ?? declared;
}

/**
 * Whether bytes without a prefix begin a data set, and not something else: an attribute of the standard first, and where no VR
 * vouches for it, another element behind it or the end.
 */
export function beginsDataSet(bytes: Uint8Array, at: number, here: number): boolean {
  const encoding = guessEncoding(bytes, at, here);
  if (!encoding || dictionaryVr(readTag(bytes, at, encoding.littleEndian)) === undefined) return false;
  if (encoding.explicitVr || fit(bytes, at, Math.min(here, at + guessBytes), encoding) > 1) return true;
  return at + 8 + readUint32(bytes, at + 4, encoding.littleEndian) === here;
}
