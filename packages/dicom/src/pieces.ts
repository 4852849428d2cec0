// From pieces of output to arrays and chunks, fetching the bytes of those that were left where they are.
import { type ByteSource, type ByteSourceSync, whole } from './byte-source.ts';
import { DicomError } from './error.ts';
import type { Piece } from './sink.ts';
import { swapInPlace } from './swap.ts';

/** What an encoder made. */
export interface Composed {
  readonly pieces: readonly Piece[];
  /** Bytes of all pieces. */
  readonly size: number;
  /** Whether they are still to be deflated. */
  readonly deflated?: boolean;
}

/** Small pieces are collected up to this. Bytes. */
const chunkSize = 65536;
/** Pieces from this size on are not copied. Bytes. */
const ownChunk = 16384;
/** Most that is fetched at once; a multiple of every width. Bytes. */
const fetched = 1 << 18;

/** A part of a piece, short enough to be fetched at once. */
function* partsOf(pieces: readonly Piece[]): Generator<Piece, void> {
  for (const { bytes, reference, swap } of pieces) {
    if (bytes && swap === 1) yield { bytes, swap };
    else if (bytes)
      // A Buffer's slice() would be no copy.
      for (let at = 0; at < bytes.length; at += fetched)
        yield { bytes: new Uint8Array(bytes.subarray(at, at + fetched)), swap };
    else
      for (let at = 0; at < reference.length; at += fetched) {
        const length = Math.min(fetched, reference.length - at);
        yield { reference: { offset: reference.offset + at, length }, swap };
      }
  }
}

/** Collects what is small; gives back what is full. */
class Chunker {
  private chunk = new Uint8Array(chunkSize);
  private at = 0;
  private readonly borrow: boolean;

  /** @param borrow chunks are filled again once the next one is asked for */
  constructor(borrow: boolean) {
    this.borrow = borrow;
  }

  /** The chunks to hand out before and with some bytes. */
  *add(bytes: Uint8Array): Generator<Uint8Array, void> {
    if (bytes.length >= ownChunk || this.at + bytes.length > chunkSize) yield* this.rest();
    if (bytes.length >= ownChunk) {
      yield bytes;
      return;
    }
    this.chunk.set(bytes, this.at);
    this.at += bytes.length;
  }

  *rest(): Generator<Uint8Array, void> {
    if (this.at === 0) return;
    yield this.chunk.subarray(0, this.at);
    if (!this.borrow) this.chunk = new Uint8Array(chunkSize);
    this.at = 0;
  }
}

function absent(offset: number): never {
  throw new DicomError('absent-bulk', offset);
}

/**
 * The bytes of a part, in the order they are written. What is swapped is a copy already.
 * @param borrow the source's own bytes will do: they are used before it is asked again
 */
function fetchNow({ bytes, reference, swap }: Piece, source: ByteSourceSync | undefined, borrow: boolean): Uint8Array {
  const found =
    bytes ??
    (source
      ? whole(source.read(reference.offset, reference.length), reference.offset, reference.length)
      : absent(reference.offset));
  // A source may use its buffer again.
  const own = bytes || (borrow && swap === 1) ? found : new Uint8Array(found);
  if (swap > 1) swapInPlace(own, swap);
  return own;
}

/** Pieces in one array. @throws DicomError `absent-bulk` where a reference has no source */
export function join({ pieces, size }: Composed, source?: ByteSourceSync): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only?.bytes && only.swap === 1) return new Uint8Array(only.bytes);
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of partsOf(pieces)) {
    const bytes = fetchNow(part, source, true);
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}

/** Pieces in chunks: short ones together, long ones on their own. @throws DicomError `absent-bulk` */
export function* chunksOf(pieces: readonly Piece[], source?: ByteSourceSync): Generator<Uint8Array, void> {
  const chunker = new Chunker(false);
  for (const part of partsOf(pieces)) yield* chunker.add(fetchNow(part, source, false));
  yield* chunker.rest();
}

/** The same with a source that waits. @param borrow a chunk is valid only until the next one is asked for */
export async function* streamOf(
  pieces: readonly Piece[],
  source: ByteSource | undefined,
  borrow: boolean,
): AsyncGenerator<Uint8Array, void> {
  const chunker = new Chunker(borrow);
  for (const part of partsOf(pieces)) {
    const { reference } = part;
    const bytes = reference && source ? await source.read(reference.offset, reference.length) : undefined;
    yield* chunker.add(fetchNow(part, bytes && { read: () => bytes }, borrow));
  }
  yield* chunker.rest();
}
