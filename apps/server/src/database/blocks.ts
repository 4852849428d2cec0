// Blocks of files on their way to the disk, and how rows wait for them: what is said of bytes is committed only behind them.

/** Whole blocks of a file. */
export interface Blocks {
  /** Of the file, open for writing; each write of it is durable when it returns. */
  readonly descriptor: number;
  readonly position: number;
  /** One behind the other, in memory that threads share (`SharedArrayBuffer`), where direct I/O takes it from; as they are until they are durable. */
  readonly pieces: readonly Uint8Array[];
}

/** Blocks that are on their way. */
export interface SentBlocks {
  /** What a batch waits for (`BatchOptions.after`); absent where whoever has rows must wait itself. */
  readonly ticket?: number;
  /** Rejects with what the operating system says. */
  readonly durable: Promise<void>;
}

/** Writes in the order of the calls. When a write to a file failed, everything behind it fails too. */
export interface BlockWriter {
  write(blocks: Blocks): SentBlocks;
  /** Resolves when nothing more is being written to the file: its descriptor may be closed. */
  release(descriptor: number): Promise<void>;
}
