// Native Pixel Data in the words of big endian OW, whatever a cell has. PS3.5 6.2, 7.3.
import { swapBytes } from './samples.ts';

/** Turns round the words of 16 bits of bytes that come in pieces. */
export interface WordTurner {
  /** The words that are complete with this piece. */
  push(piece: Uint8Array): Uint8Array;
}

/** A turner for pieces of any length, all of them together of an even one. */
export function createWordTurner(): WordTurner {
  let carry: Uint8Array = new Uint8Array();
  return {
    push: (piece) => {
      const bytes = carry.length === 0 ? piece : joined(carry, piece);
      const whole = bytes.length - (bytes.length % 2);
      carry = bytes.slice(whole);
      return swapBytes(bytes.subarray(0, whole), 2);
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
