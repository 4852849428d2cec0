// Base64, for inline binary values of the JSON and XML models. RFC 4648 section 4.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Int8Array(128).fill(-1);
for (let at = 0; at < alphabet.length; at += 1) values[alphabet.charCodeAt(at)] = at;

/** Bytes to Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // Multiples of three, small enough to be arguments of a call.
  for (let from = 0; from < bytes.length; from += 6144) {
    const part = bytes.subarray(from, from + 6144);
    const codes: number[] = [];
    for (let at = 0; at < part.length; at += 3) {
      const bits = ((part[at] ?? 0) << 16) | ((part[at + 1] ?? 0) << 8) | (part[at + 2] ?? 0);
      const left = part.length - at;
      codes.push(
        letter(bits >> 18),
        letter(bits >> 12),
        left > 1 ? letter(bits >> 6) : 61,
        left > 2 ? letter(bits) : 61,
      );
    }
    parts.push(String.fromCharCode(...codes));
  }
  return parts.join('');
}
const letter = (bits: number): number => alphabet.charCodeAt(bits & 63);

/** Base64 to bytes; white space is ignored. Undefined where the text is not Base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const dense = text.replace(/[ \t\r\n]+/g, '');
  const bare = dense.endsWith('==') ? dense.slice(0, -2) : dense.endsWith('=') ? dense.slice(0, -1) : dense;
  if (dense.length % 4 !== 0 || bare.length % 4 === 1) return undefined;
  const bytes = new Uint8Array((bare.length * 3) >> 2);
  let bits = 0;
  for (let at = 0, out = 0; at < bare.length; at += 1) {
    const value = values[bare.charCodeAt(at)] ?? -1;
    if (value < 0) return undefined;
    bits = (bits << 6) | value;
    if (at % 4 === 0) continue;
    bytes[out] = (bits >> (6 - 2 * (at % 4))) & 255;
    out += 1;
  }
  return bytes;
}
