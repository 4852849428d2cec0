// UTF-8 one character at a time, for values that are not UTF-8 throughout. RFC 3629, Unicode table 3-7.

/** Code point and length of the character at `at`; undefined where the bytes are none (overlong, surrogate, cut short). */
export function readUtf8(
  bytes: Uint8Array,
  at: number,
): { readonly codePoint: number; readonly length: number } | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { codePoint: first, length: 1 };
  if (first < 0xc2 || first > 0xf4) return undefined;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let codePoint = first & (0x7f >> length);
  for (let index = 1; index < length; index += 1) {
    const byte = bytes[at + index] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  const overlong = (length === 3 && codePoint < 0x800) || (length === 4 && codePoint < 0x10000);
  const surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
  return overlong || surrogate || codePoint > 0x10ffff ? undefined : { codePoint, length };
}
