// Data sets written by hand, element by element, for what no writer should write.

const bytesOf = (value: string | Uint8Array | readonly number[]): Uint8Array =>
  typeof value === 'string' ? Uint8Array.from(value, (c) => c.charCodeAt(0)) : new Uint8Array(value);

/** Parts one behind the other; text as one byte a character. */
export function concat(...parts: readonly (string | Uint8Array | readonly number[])[]): Uint8Array {
  const all = parts.map(bytesOf);
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of all) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}

const u16 = (value: number): number[] => [value & 0xff, value >>> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const tagBytes = (tag: number): number[] => [...u16(tag >>> 16), ...u16(tag & 0xffff)];

type Bytes = string | Uint8Array | readonly number[];
const long = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UN', 'UC', 'UR', 'UT', 'SV', 'UV']);

/** An element of Explicit VR Little Endian. @param length where it is not that of the value */
export function explicit(tag: number, vr: string, value: Bytes, length = bytesOf(value).length): Uint8Array {
  const size = long.has(vr) ? [0, 0, ...u32(length)] : u16(length);
  return concat(tagBytes(tag), vr, size, value);
}

/** An element of Implicit VR Little Endian. */
export const implicit = (tag: number, value: Bytes, length = bytesOf(value).length): Uint8Array =>
  concat(tagBytes(tag), u32(length), value);

/** An item; of undefined length with a delimiter behind it where asked. */
export const item = (value: Bytes, open = false): Uint8Array =>
  open ? concat(implicit(0xfffee000, value, 0xffffffff), implicit(0xfffee00d, [])) : implicit(0xfffee000, value);

export const sequenceEnd: Uint8Array = implicit(0xfffee0dd, []);

/** Preamble, prefix and a meta that says this and no more. */
export function file(transferSyntaxUid: string, dataSet: Bytes, preamble: Bytes = new Uint8Array(128)): Uint8Array {
  const uid = transferSyntaxUid.length % 2 === 0 ? transferSyntaxUid : `${transferSyntaxUid}\0`;
  const meta = explicit(0x00020010, 'UI', uid);
  return concat(preamble, 'DICM', explicit(0x00020000, 'UL', u32(meta.length)), meta, dataSet);
}

/** An element of Explicit VR Big Endian. */
export function big(tag: number, vr: string, value: Bytes, length = bytesOf(value).length): Uint8Array {
  const four = (n: number) => [n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff];
  return concat(four(tag), vr, long.has(vr) ? [0, 0, ...four(length)] : [length >>> 8, length & 0xff], value);
}
