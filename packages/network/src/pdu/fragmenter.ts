// Cuts a data set that streams by into P-DATA-TF PDUs without copying it. PS3.8 Annex E.
import { pDataHeader, pDataHeaderLength } from './p-data.ts';

/** Below this, one small buffer costs less than several views. */
const worthJoining = 4096;

/** One per data set. Buffers are appended to the list that is passed; chunks must not change before these are sent. */
export class Fragmenter {
  readonly #contextId: number;
  readonly #longest: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** @param longest the longest fragment, in bytes */
  constructor(contextId: number, longest: number) {
    this.#contextId = contextId;
    this.#longest = longest;
  }

  /** Appends the PDUs that are full; a fragment is held back, since it may be the last. Returns bytes appended. */
  push(chunk: Uint8Array, buffers: Uint8Array[]): number {
    let appended = 0;
    for (let at = 0; at < chunk.length; ) {
      if (this.#length === this.#longest) appended += this.#emit(buffers, false);
      const piece = chunk.subarray(at, at + this.#longest - this.#length);
      this.#pieces.push(piece);
      this.#length += piece.length;
      at += piece.length;
    }
    return appended;
  }

  /** Appends what is held back, so that nothing of the chunks is needed after that; `last` where no more follows. */
  cut(buffers: Uint8Array[], last: boolean): number {
    return this.#length > 0 ? this.#emit(buffers, last) : 0;
  }

  /** Appends the last PDU, which is empty for an empty data set. */
  end(buffers: Uint8Array[]): number {
    return this.#emit(buffers, true);
  }

  #emit(buffers: Uint8Array[], last: boolean): number {
    const length = this.#length;
    const header = pDataHeader(this.#contextId, false, last, length);
    if (length < worthJoining) buffers.push(Buffer.concat([header, ...this.#pieces]));
    else buffers.push(header, ...this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return length + pDataHeaderLength;
  }
}
