// Frames whose bits do not fill whole bytes, joined as native Pixel Data wants them: without gaps. PS3.5 8.1.1.

/** Joins frames one after the other. */
export interface BitJoiner {
  /** The whole bytes that are complete with this frame; the frame itself where nothing has to be shifted. */
  push(frame: Uint8Array): Uint8Array;
  /** The last, incomplete byte; empty where there is none. */
  rest(): Uint8Array;
}

/** A joiner for frames of so many bits, each beginning in the lowest bit of its first byte. */
export function createBitJoiner(bitsPerFrame: number): BitJoiner {
  let carry = 0;
  let used = 0;
  return {
    push: (frame) => {
      if (bitsPerFrame % 8 === 0) return frame;
      const total = used + bitsPerFrame;
      const joined = new Uint8Array(Math.ceil(total / 8) + 1);
      joined[0] = carry;
      for (let index = 0; index < frame.length; index += 1) {
        const shifted = (frame[index] ?? 0) << used;
        joined[index] = (joined[index] ?? 0) | (shifted & 0xff);
        joined[index + 1] = shifted >>> 8;
      }
      used = total % 8;
      const whole = Math.floor(total / 8);
      carry = used === 0 ? 0 : (joined[whole] ?? 0);
      return joined.subarray(0, whole);
    },
    rest: () => (used === 0 ? new Uint8Array() : Uint8Array.of(carry)),
  };
}
