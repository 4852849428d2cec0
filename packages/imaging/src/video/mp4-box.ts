// Boxes of an MP4 file: a length, a name, and what is in it. ISO/IEC 14496-12 4.2.
import { ImagingError } from '../imaging-error.ts';

const nameOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(4, 8));

/** A view on the bytes for numbers. */
export const numbersIn = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What is in the first box of that name; it begins `skip` bytes behind the beginning of `container`. */
export function boxIn(container: Uint8Array, name: string, skip = 0): Uint8Array {
  for (let at = skip; at + 8 <= container.length; ) {
    const rest = container.subarray(at);
    const short = numbersIn(rest).getUint32(0);
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(numbersIn(rest).getBigUint64(8)) : short;
    if (length < head || length > rest.length) break;
    if (nameOf(rest) === name) return rest.subarray(head, length);
    at += length;
  }
  throw new ImagingError('internal', `the encoder wrote no ${name}`);
}

/** Numbers as the format has them: the highest byte first. */
export const u16 = (...values: readonly number[]): number[] => values.flatMap((value) => [value >>> 8, value & 0xff]);
export const u32 = (...values: readonly number[]): number[] =>
  values.flatMap((value) => u16(Math.floor(value / 65536) & 0xffff, value & 0xffff));
export const text = (value: string): number[] => [...value].map((letter) => letter.charCodeAt(0));
export const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** A box of parts, each of them bytes or another box. */
export const box = (name: string, ...parts: readonly (readonly number[])[]): number[] => {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return [...u32(length), ...text(name), ...parts.flat()];
};

/** A box with a version and flags. ISO/IEC 14496-12 4.2.2. */
export const fullBox = (name: string, flags: number, ...parts: readonly (readonly number[])[]): number[] =>
  box(name, u32(flags), ...parts);
