// Bytes in memory that is used again, told apart from all others by their type: whoever hands them on hands on that they are lent.

/**
 * Chunks in memory that is used again: each is valid only until the next one is asked for. Chunks under 64 KiB are memory of
 * their own, since the operating system may not have taken them when their write returns. Not to be iterated, so that nothing
 * takes them for chunks that it may keep: `kept` copies them, `lentFrom` makes others of them.
 */
export interface LentChunks {
  /** Begins to give them. Who stops before the end calls `return`. */
  chunks(): AsyncIterator<Uint8Array>;
}

export interface LentBytes extends LentChunks {
  /** Of all chunks together, in bytes. */
  readonly length: number;
}

/** Chunks of either kind. */
export type AnyChunks = AsyncIterable<Uint8Array> | LentChunks;

/** For who is done with a chunk, or has copied it, when it asks for the next one: a socket, for example. */
export const chunksInTurn = (source: AnyChunks): AsyncIterator<Uint8Array> =>
  'chunks' in source ? source.chunks() : source[Symbol.asyncIterator]();

const borrow = (source: AnyChunks): AsyncIterable<Uint8Array> =>
  'chunks' in source ? { [Symbol.asyncIterator]: () => source.chunks() } : source;

/**
 * What a generator makes of lent chunks is lent too. Only in there can they be iterated, through `borrow`: it has passed a chunk on
 * or is done with it when it asks for the next one.
 */
export const lentFrom = (make: (borrowed: typeof borrow) => AsyncIterator<Uint8Array>): LentChunks => ({
  chunks: () => make(borrow),
});

/** In memory that belongs to who gets it: of each chunk what `copy` makes of it, which must be memory of its own. Default: the same bytes. */
export async function* kept(source: AnyChunks, copy = copyOf): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of borrow(source)) yield copy(chunk);
}

const copyOf = (chunk: Uint8Array): Uint8Array => Uint8Array.from(chunk);
