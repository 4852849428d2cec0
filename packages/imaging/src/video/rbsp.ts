// Syntax elements of an AVC parameter set: bits and Exp-Golomb codes. ISO/IEC 14496-10 7.2, 9.1.
import { ImagingError } from '../imaging-error.ts';

/** Reads the syntax elements of a NAL unit, behind its first byte. */
export interface RbspReader {
  /** u(n): so many bits, the highest first. */
  u(bits: number): number;
  /** ue(v). */
  ue(): number;
}

/** Bytes 0, 0, 3 stand for 0, 0: the third keeps start codes out. ISO/IEC 14496-10 7.4.1. */
const unescaped = (unit: Uint8Array): Uint8Array =>
  unit.filter((byte, at) => !(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0));

/** A reader of `unit`. It throws 'corrupt' past the end. */
export function rbspReader(unit: Uint8Array): RbspReader {
  const bytes = unescaped(unit);
  let at = 8;
  const u = (bits: number): number => {
    if (at + bits > bytes.length * 8) throw new ImagingError('corrupt', 'a parameter set that ends too early');
    let value = 0;
    for (const end = at + bits; at < end; at += 1) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const ue = (): number => {
    let zeros = 0;
    while (u(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + u(zeros);
  };
  return { u, ue };
}

/** Writes syntax elements. */
export interface RbspWriter {
  u(bits: number, value: number): void;
  ue(value: number): void;
  /** The NAL unit: its first byte, the elements, the stop bit, and what keeps start codes out. */
  unit(head: number): Uint8Array;
}

/** A writer with nothing in it. */
export function rbspWriter(): RbspWriter {
  const bits: number[] = [];
  const u = (count: number, value: number): void => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push(Math.floor(value / 2 ** bit) & 1);
  };
  const ue = (value: number): void => {
    const zeros = Math.floor(Math.log2(value + 1));
    u(zeros, 0);
    u(zeros + 1, value + 1);
  };
  const unit = (head: number): Uint8Array => {
    const all = [...bits, 1];
    const bytes = [head];
    for (let at = 0; at < all.length; at += 8) {
      const byte = Number.parseInt(
        all
          .slice(at, at + 8)
          .join('')
          .padEnd(8, '0'),
        2,
      );
      if (byte <= 3 && bytes.length >= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
      bytes.push(byte);
    }
    return Uint8Array.from(bytes);
  };
  return { u, ue, unit };
}
