// Bytes that no character stands for: kept inside decoded text so that encoding gives them back.

/*
 * A lone low surrogate carries one byte: U+DC00 + byte stands for the byte itself, U+DD00 + byte and U+DE00 + byte for half of an
 * unassigned cell of JIS X 0208 and JIS X 0212, which mean something only behind their escape sequence. No DICOM repertoire
 * holds surrogates, so such text cannot come from a value that was well encoded, and `isWellFormed` of the string tells it apart.
 */
const base = 0xdc00;

/** The code unit that stands for a byte no character of the set stands for; `page` 1 and 2 as above. */
export const keepByte = (byte: number, page: 0 | 1 | 2 = 0): number => base + page * 0x100 + byte;

/** The byte and page a code unit keeps, or undefined for an ordinary one. */
export function keptByte(unit: number): { readonly byte: number; readonly page: number } | undefined {
  if (unit < base || unit > base + 0x2ff) return undefined;
  return { byte: unit & 0xff, page: (unit - base) >> 8 };
}

/** True for decoded text that holds bytes the declared character set has no character for. */
export const hasUndecodable = (text: string): boolean => !text.isWellFormed();

/** The text for people to read: undecodable bytes become U+FFFD. */
export const readable = (text: string): string => text.toWellFormed();
