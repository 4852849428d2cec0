// Huffman codes as deflate writes them, and its tables. RFC 1951 3.2.
import { DicomError } from '../error.ts';

export const lengthBase: readonly number[] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
export const lengthExtra: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
export const distanceBase: readonly number[] = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
export const distanceExtra: readonly number[] = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
export const codeLengthOrder: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Bits in the first look-up; longer codes take a slow path. */
export const fast = 10;

/** A Huffman code: `table[next ten bits]` is symbol << 4 | length, or 0 where the code is longer; then the canonical count and symbol lists. */
export interface Code {
  readonly table: Uint16Array;
  readonly count: Uint16Array;
  readonly symbol: Uint16Array;
}

/** The code of these lengths, by symbol. @throws DicomError `bad-deflate` where they are too many */
export function buildCode(lengths: Uint8Array): Code {
  const count = new Uint16Array(16);
  for (const length of lengths) count[length] = (count[length] ?? 0) + 1;
  count[0] = 0;
  const offsets = new Uint16Array(17);
  const next = new Uint16Array(17);
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    code = (code + (count[length - 1] ?? 0)) << 1;
    next[length] = code;
    offsets[length + 1] = (offsets[length] ?? 0) + (count[length] ?? 0);
    if (code + (count[length] ?? 0) > 1 << length) throw new DicomError('bad-deflate');
  }
  const symbol = new Uint16Array(lengths.length);
  const table = new Uint16Array(1 << fast);
  lengths.forEach((length, value) => {
    if (length === 0) return;
    const at = offsets[length] ?? 0;
    symbol[at] = value;
    offsets[length] = at + 1;
    const bits = next[length] ?? 0;
    next[length] = bits + 1;
    if (length > fast) return;
    for (let fill = reverse(bits, length); fill < 1 << fast; fill += 1 << length) table[fill] = (value << 4) | length;
  });
  return { table, count, symbol };
}

/** Deflate writes codes from their first bit on, all else from the last. RFC 1951 3.1.1. */
export function reverse(bits: number, length: number): number {
  let reversed = 0;
  for (let at = 0; at < length; at += 1) reversed |= ((bits >> at) & 1) << (length - 1 - at);
  return reversed;
}

/** RFC 1951 3.2.6. */
export const fixedLiteralLengths = Uint8Array.from({ length: 288 }, (_, at) =>
  at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8,
);
export const fixedDistanceLengths = new Uint8Array(30).fill(5);
