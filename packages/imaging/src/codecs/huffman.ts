// Huffman tables fitted to what will be coded with them. ISO/IEC 10918-1 Annex C, Annex K.2.

/** A table as DHT carries it: how many codes of each length, and the symbols in the order of their codes. */
export interface HuffmanTable {
  /** Number of codes of 1..16 bits. */
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
  /** Code and its length in bits for each symbol; length 0 for one without a code. */
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

const longest = 16;
const reserved = 256;

/** Code lengths by the procedure of Figure K.1; symbol 256 takes the code of all ones, which must not be used. */
function codeLengths(frequencies: ArrayLike<number>): Uint8Array {
  const weights = Array.from({ length: 257 }, (_, symbol) => (symbol === reserved ? 1 : (frequencies[symbol] ?? 0)));
  const lengths = new Uint8Array(257);
  const others = new Int32Array(257).fill(-1);
  const lightest = (not: number): number => {
    let found = -1;
    for (let symbol = 0; symbol <= 256; symbol += 1) {
      const weight = weights[symbol] ?? 0;
      if (weight > 0 && symbol !== not && (found < 0 || weight <= (weights[found] ?? 0))) found = symbol;
    }
    return found;
  };
  const deepen = (from: number): number => {
    let symbol = from;
    for (;;) {
      lengths[symbol] = (lengths[symbol] ?? 0) + 1;
      const next = others[symbol] ?? -1;
      if (next < 0) return symbol;
      symbol = next;
    }
  };
  for (;;) {
    const first = lightest(-1);
    const second = lightest(first);
    if (second < 0) return lengths;
    weights[first] = (weights[first] ?? 0) + (weights[second] ?? 0);
    weights[second] = 0;
    others[deepen(first)] = second;
    deepen(second);
  }
}

/** Counts of codes by length, none longer than 16 bits: Figure K.3. The reserved code, the longest, is taken out. */
function limitedCounts(lengths: Uint8Array): Uint8Array {
  const counts = new Uint16Array(258);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const change = (length: number, by: number): void => {
    counts[length] = (counts[length] ?? 0) + by;
  };
  for (let length = counts.length - 1; length > longest; length -= 1) {
    while ((counts[length] ?? 0) > 0) {
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter -= 1;
      change(length, -2);
      change(length - 1, 1);
      change(shorter + 1, 2);
      change(shorter, -1);
    }
  }
  let last = longest;
  while (counts[last] === 0) last -= 1;
  change(last, -1);
  return Uint8Array.from(counts.subarray(1, longest + 1));
}

/** The best table for symbols that occur so often. At least one frequency must be above 0. */
export function fittedTable(frequencies: ArrayLike<number>): HuffmanTable {
  const wanted = codeLengths(frequencies);
  const counts = limitedCounts(wanted);
  const symbols = Uint8Array.from(
    [...wanted.keys()]
      .filter((symbol) => symbol < reserved && (wanted[symbol] ?? 0) > 0)
      .sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b),
  );
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let at = 0;
  counts.forEach((count, index) => {
    for (let taken = 0; taken < count; taken += 1) {
      const symbol = symbols[at++] ?? 0;
      codes[symbol] = code++;
      lengths[symbol] = index + 1;
    }
    code <<= 1;
  });
  return { counts, symbols, codes, lengths };
}
