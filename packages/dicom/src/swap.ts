// Byte order of the numbers in a value field. PS3.5 7.3.

/** Reverses the bytes of each number of 2, 4 or 8 bytes; a part of a number at the end is left alone. */
export function swapInPlace(bytes: Uint8Array, width: number): void {
  const half = width >> 1;
  for (let from = 0; from + width <= bytes.length; from += width) {
    for (let at = 0; at < half; at += 1) {
      const other = from + width - 1 - at;
      const kept = bytes[from + at] ?? 0;
      bytes[from + at] = bytes[other] ?? 0;
      bytes[other] = kept;
    }
  }
}
