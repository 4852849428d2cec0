// Memory that this thread fills and the others read: a frame gets to a worker without a copy, and leaves no garbage.

/** Bytes that are lent until they are given back. */
export interface LentMemory {
  readonly bytes: Uint8Array;
  /** A second call does nothing. */
  giveBack(): void;
}

/** Memory that stays for the next frame when nobody uses it, in bytes. */
const keptAtMost = 64 << 20;

/** Sizes are powers of two, from this on: what is kept fits the next frame more often. */
const smallest = 1 << 16;

const sizeFor = (length: number): number => Math.max(smallest, 2 ** Math.ceil(Math.log2(Math.max(1, length))));

/** Lends memory of any length, whatever it held before. */
export function createSharedMemory(limit = keptAtMost): (length: number) => LentMemory {
  const idle = new Map<number, SharedArrayBuffer[]>();
  let kept = 0;
  const take = (size: number): SharedArrayBuffer => {
    const found = idle.get(size)?.pop();
    if (found) kept -= size;
    return found ?? new SharedArrayBuffer(size);
  };
  const give = (buffer: SharedArrayBuffer): void => {
    const size = buffer.byteLength;
    if (kept + size > limit) return;
    kept += size;
    const same = idle.get(size);
    if (same) same.push(buffer);
    else idle.set(size, [buffer]);
  };
  return (length) => {
    let buffer: SharedArrayBuffer | undefined = take(sizeFor(length));
    return {
      bytes: new Uint8Array(buffer, 0, length),
      giveBack: () => {
        if (buffer) give(buffer);
        buffer = undefined;
      },
    };
  };
}
