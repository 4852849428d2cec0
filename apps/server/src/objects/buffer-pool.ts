// Memory that object after object is collected in: taken and given back, so that storing makes no garbage.

export interface BufferPool {
  take(): Buffer;
  give(buffer: Buffer): void;
}

/** Buffers of `size` bytes; up to `kept` that nobody uses stay for the next one. */
export function createBufferPool(size: number, kept: number): BufferPool {
  const idle: Buffer[] = [];
  return {
    take: () => idle.pop() ?? Buffer.allocUnsafeSlow(size),
    give: (buffer) => {
      if (idle.length < kept) idle.push(buffer);
    },
  };
}
