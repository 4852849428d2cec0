// Reads of a socket that go into memory which is used again: what Node's `onread` asks for.
import { ReadBuffer } from './read-buffer.ts';

/** Reads of a socket that go into memory which is used again. */
export interface BufferedReads {
  readonly memory: ReadBuffer;
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (length: number) => boolean };
  /** Set before the first read. */
  received: (view: Uint8Array) => void;
}

export function bufferedReads(): BufferedReads {
  const memory = new ReadBuffer();
  const reads: BufferedReads = {
    memory,
    onread: {
      buffer: () => memory.next(),
      callback: (length) => {
        reads.received(memory.filled(length));
        return true;
      },
    },
    received: () => undefined,
  };
  return reads;
}
