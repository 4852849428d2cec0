// One direction of a TCP connection put together again: repeated bytes once, late ones in their place, gaps told. RFC 9293 3.4

export interface StreamSink {
  /** The next bytes in order. `first`: they stand at the start of a segment. */
  bytes(chunk: Uint8Array, first: boolean): void;
  /** So many bytes are not in the capture. */
  gap(count: number): void;
}

/** What may wait for what comes before it. */
const mostWaiting = 512;
const mostWaitingBytes = 8 * 1024 * 1024;

interface Waiting {
  readonly at: number;
  readonly payload: Uint8Array;
}

const modulus = 2 ** 32;
/** How far `sequence` is ahead of `from`; negative where it is behind. */
const ahead = (sequence: number, from: number): number => {
  const distance = (sequence - from + modulus) % modulus;
  return distance >= modulus / 2 ? distance - modulus : distance;
};

/** One per direction. */
export class Reassembly {
  readonly #sink: StreamSink;
  #next: number | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** A SYN takes one number. */
  start(sequence: number): void {
    this.#next = (sequence + 1) % modulus;
  }

  segment(sequence: number, payload: Uint8Array, missing: number): void {
    if (payload.length === 0 && missing === 0) return;
    this.#next ??= sequence;
    const distance = ahead(sequence, this.#next);
    if (distance > 0) {
      this.#keep({ at: sequence, payload });
      return;
    }
    this.#deliver(payload, -distance);
    if (missing > 0 && -distance < payload.length + missing) this.#skip(missing);
    this.#drain();
  }

  /** What waits in vain is told as a gap, and what comes after it. */
  end(): void {
    while (this.#waiting.length > 0) this.#giveUp();
  }

  #deliver(payload: Uint8Array, known: number): void {
    if (known >= payload.length) return;
    this.#sink.bytes(payload.subarray(known), known === 0);
    this.#next = ((this.#next ?? 0) + payload.length - known) % modulus;
  }

  #skip(count: number): void {
    this.#next = ((this.#next ?? 0) + count) % modulus;
    this.#sink.gap(count);
  }

  #keep(waiting: Waiting): void {
    this.#waiting.push({ at: waiting.at, payload: Uint8Array.from(waiting.payload) });
    this.#waitingBytes += waiting.payload.length;
    if (this.#waiting.length > mostWaiting || this.#waitingBytes > mostWaitingBytes) this.#giveUp();
  }

  #drain(): void {
    for (;;) {
      const index = this.#waiting.findIndex(({ at }) => ahead(at, this.#next ?? 0) <= 0);
      const [found] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (!found) return;
      this.#waitingBytes -= found.payload.length;
      this.#deliver(found.payload, -ahead(found.at, this.#next ?? 0));
    }
  }

  #giveUp(): void {
    const next = this.#next ?? 0;
    const nearest = Math.min(...this.#waiting.map(({ at }) => ahead(at, next)));
    if (nearest > 0) this.#skip(nearest);
    this.#drain();
  }
}
