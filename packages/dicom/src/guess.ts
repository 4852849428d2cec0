// What an encoding looks like from its first bytes: for files without a transfer syntax, or with a wrong one.
import { dictionaryVr } from './dictionary/dictionary.ts';
import { readTag, readUint32 } from './header.ts';
import { type Encoding, explicitBig, explicitLittle, implicitBig, implicitLittle } from './source.ts';
import { vrOfCode } from './vr.ts';

/** Bytes that `guessEncoding` looks at. */
export const guessBytes = 132;

/** How well the elements at the front read in an encoding: how many of at most four, or -1 where the first one does not. */
function fit(bytes: Uint8Array, from: number, end: number, encoding: Encoding): number {
  const { explicitVr, littleEndian } = encoding;
  let at = from;
  let last = -1;
  for (let count = 0; count < 4; count += 1) {
    if (at + 8 > end) return count;
    const tag = readTag(bytes, at, littleEndian);
    if (tag <= last || (tag & 0xffff0000) === 0xfffe0000 >> 0) return count - 1;
    const traits = vrOfCode[((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)];
    if (explicitVr && !traits) return count - 1;
    const known = dictionaryVr(tag);
    if (!known && (!explicitVr || tag >>> 16 > 0x7fff) && (tag & 0x10000) === 0) return count - 1;
    const size = explicitVr && traits?.long ? 12 : 8;
    const length =
      !explicitVr || size === 12
        ? readUint32(bytes, at + size - 4, littleEndian)
        : shortLength(bytes, at + 6, littleEndian);
    if (length > 0x10000000 && length !== 0xffffffff) return count - 1;
    at += size + length;
    last = tag;
  }
  return 4;
}

const shortLength = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
  littleEndian ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/**
 * The encoding that a data set beginning at `at` seems to have; undefined where it reads in none.
 * @param declared wins where it reads at all
 */
export function guessEncoding(bytes: Uint8Array, at: number, end: number, declared?: Encoding): Encoding | undefined {
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
