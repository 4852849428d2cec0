// Where the bytes of stored objects live: named by us, written once, read in ranges.
import type { LentBytes } from '@concord/network';
import type { SentBlocks } from '../database/blocks.ts';

/** What is known of an object when its last byte has been written. */
export interface Seal {
  /** CRC-32 of the object's bytes from `from` to its end. */
  readonly digest: number;
  readonly from: number;
  /** What `unsettled` gives back should the index row be lost. */
  readonly about: string;
}

/** An object that is being written: `commit` and `settle` keep it, `abandon` at any time before gives it up. */
export interface ObjectWriter {
  /** Name in the store. */
  readonly key: string;
  /** Never given twice by one store; later objects have larger ones. */
  readonly number: number;
  /** Copies the chunk; where a promise comes back the chunk stays as it is, and no other is given, until it resolves. Throws StoreError. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /**
   * Resolves when a crash can no longer lose the bytes. `journaled`: nor what is known of the object, so that its index row
   * needs not be durable at once. Rejects with StoreError; the object is then gone.
   */
  commit(seal: Seal): Promise<'journaled' | 'synced'>;
  /**
   * In place of `commit`, where the index can wait for the bytes itself: resolves when the object has key and number and is on its
   * way. Rows about it name the ticket, and settling, leaving and abandoning come after `durable`, as after `commit`. Undefined
   * where the object must be committed all the same. Rejects, as `durable` does, with StoreError; the object is then gone.
   */
  send?(seal: Seal): Promise<SentBlocks | undefined>;
  /** Says after `commit` that the index knows the object, so that no later start needs to look after it. */
  settle(): void;
  /** Says after `commit` that nobody knows whether the index knows the object: the next start decides. */
  leave(): void;
  /** Removes what was written, unless it is settled or left. Never rejects; a second call does nothing. */
  abandon(): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly number: number;
  /** In bytes. */
  readonly size: number;
  /** Of an object that was whole when the last run ended: its seal's `about`. Without, nobody was told that it is stored. */
  readonly about?: string;
}

/** Objects that may not have been finished when the store was last used. */
export interface UnsettledBucket {
  /** The numbers this bucket may hold: from `first` up to, not including, `end`. */
  readonly first: number;
  readonly end: number;
  readonly objects: readonly StoredObject[];
}

/** A run of an object's bytes. */
export interface ByteRun {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface ObjectStore {
  /** Rejects with StoreError 'full' while less than the reserve is free. */
  create(): Promise<ObjectWriter>;
  /** In chunks of at most `chunkSize` bytes. */
  read(key: string, run?: ByteRun): AsyncIterable<Uint8Array>;
  /** The same in memory that is used again. Throws only where it is read. */
  lend(key: string, run: ByteRun): LentBytes;
  /**
   * One read of a run of bytes that fits in memory. `into` is memory of that length which may be read into: the result is then it.
   * Throws StoreError 'cut-short' when the object ends before.
   */
  readRun(key: string, start: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Whether the object comes over a network, from others: whoever reads all of it compares its digest. Absent: never. */
  isFar?(key: string): boolean;
  /** In bytes; undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** True when it was there. */
  remove(key: string): Promise<boolean>;
  /** What the last run left behind, bucket by bucket; nothing after a clean end. */
  unsettled(): AsyncIterable<UnsettledBucket>;
  /** Says that everything `unsettled` gave has been dealt with. */
  settle(): Promise<void>;
  /**
   * Of a store that nodes share: takes over what those that died since have left. True where `unsettled` has something to give,
   * which is then dealt with, and settled, as at the start.
   */
  takeOver?(): Promise<boolean>;
  close(): Promise<void>;
}

/** `lend` of a store that reads into memory of its own each time. */
export const lendOwn =
  (read: ObjectStore['read']): ObjectStore['lend'] =>
  (key, run) => ({ length: run.end - run.start, chunks: () => read(key, run)[Symbol.asyncIterator]() });

/** Bytes of one piece of a read. */
export const chunkSize = 256 * 1024;

export const storeFaults = {
  full: 'no space left in the object store',
  'not-there': 'no such object in the store',
  'cut-short': 'the object is shorter than the index says',
  closed: 'the object store is closed',
  failed: 'the object store failed',
} as const;

/** The one error of this room. */
export class StoreError extends Error {
  readonly fault: keyof typeof storeFaults;
  constructor(fault: keyof typeof storeFaults, detail = '', cause?: unknown) {
    super(`${storeFaults[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'StoreError';
    this.fault = fault;
  }
}

const faultOfCode: Readonly<Record<string, keyof typeof storeFaults>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  ENOENT: 'not-there',
};

/** The store's error for one of the operating system's. */
export const storeError = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new StoreError(faultOfCode[code] ?? 'failed', error instanceof Error ? error.message : String(error), error);
};
