// Bytes of a stream by number: as many as are asked for, never more in memory than that and one chunk.

/** Reads from chunks in order. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #current: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    while (this.#current.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return false;
      this.#current = value;
    }
    return true;
  }

  /** The next bytes; fewer where the stream ends before. The caller bounds `count`. */
  async take(count: number): Promise<Uint8Array> {
    if (this.#current.length >= count) {
      const taken = this.#current.subarray(0, count);
      this.#current = this.#current.subarray(count);
      return taken;
    }
    const parts: Uint8Array[] = [];
    let left = count;
    while (left > 0 && (await this.#more())) {
      const part = this.#current.subarray(0, left);
      this.#current = this.#current.subarray(part.length);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Everything that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (await this.#more()) {
      const chunk = this.#current;
      this.#current = new Uint8Array(0);
      yield chunk;
    }
  }
}
