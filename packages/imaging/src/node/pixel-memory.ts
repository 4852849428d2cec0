// Pixels on their way into a picture: memory of a thread that draws one picture at a time, used again for each.

/** Pixels that are kept; a larger picture has memory of its own, in bytes. */
const keptAtMost = 32 << 20;

/**
 * Gives `length` bytes, whatever they held before. They are the caller's until the next call. Memory that is made anew for
 * each picture costs more in collections of garbage than all of the drawing.
 */
export function createPixelMemory(limit = keptAtMost): (length: number) => Uint8Array {
  let kept = new Uint8Array(0);
  return (length) => {
    if (length > limit) return new Uint8Array(length);
    if (kept.length < length) kept = new Uint8Array(length);
    return kept.subarray(0, length);
  };
}
