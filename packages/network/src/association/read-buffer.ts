// The memory that one connection reads into: used again as soon as nobody holds a view on it, so that receiving makes no garbage.

interface Slab {
  readonly bytes: Uint8Array;
  /** Where the next read goes. */
  used: number;
  /** Views that are held beyond the call that delivered them. */
  holders: number;
}

/** Sizes in bytes: a silent connection costs the first; one that brings objects goes up to the last. */
const sizes = [0x4000, 0x10000, 0x40000] as const;
/** Slabs of one connection that wait to be used again: as many as what waits for a slow consumer fills. */
const mostSpare = 8;
/** A smaller rest of a slab is not worth a read. */
const leastRoom = 0x2000;

export class ReadBuffer {
  #size = 0;
  #slab: Slab = idle.pop() ?? newSlab(sizes[0]);
  #spares: Slab[] = [];

  /** Where the next read goes. */
  next(): Uint8Array {
    const slab = this.#slab;
    if (slab.holders === 0) slab.used = 0;
    if (slab.bytes.length - slab.used >= leastRoom) return slab.bytes.subarray(slab.used);
    return this.#switch().bytes;
  }

  /** A view on what has been read. Valid during the call that it is passed to, and while it is held. */
  filled(length: number): Uint8Array {
    const { bytes, used } = this.#slab;
    this.#slab.used += length;
    if (this.#slab.used === bytes.length) this.#grow();
    // The consumer keeps up, and the peer has no more at the moment: one to change to is enough.
    else if (this.#slab.holders === 0 && this.#spares.length > 1) this.#spares.length = 1;
    return bytes.subarray(used, used + length);
  }

  /** Keeps the memory of a view from being read into. */
  hold(view: Uint8Array): void {
    const slab = slabs.get(view.buffer);
    if (slab) slab.holders += 1;
  }

  /** Ends one `hold`. */
  free(view: Uint8Array): void {
    const slab = slabs.get(view.buffer);
    if (!slab) return;
    slab.holders -= 1;
    if (
      slab.holders === 0 &&
      slab !== this.#slab &&
      slab.bytes.length === sizes[this.#size] &&
      this.#spares.length < mostSpare
    )
      this.#spares.push(slab);
  }

  /** The connection is gone: what nobody holds goes to the next one. */
  end(): void {
    const slab = this.#slab;
    if (slab.holders > 0 || slab.bytes.length !== sizes[0] || idle.length >= mostIdle) return;
    slab.used = 0;
    idle.push(slab);
    // A read that came all the same must not go into memory that has another owner.
    this.#slab = nothing;
  }

  /** The peer fills what it is given: it gets more at a time from the next slab on. */
  #grow(): void {
    if (this.#size < sizes.length - 1) {
      this.#size += 1;
      this.#spares.length = 0;
    }
  }

  #switch(): Slab {
    const slab = this.#spares.pop() ?? newSlab(sizes[this.#size] ?? sizes[0]);
    slab.used = 0;
    this.#slab = slab;
    return slab;
  }
}

/** Of all connections: views know their memory, not who reads into it. */
const slabs = new WeakMap<ArrayBufferLike, Slab>();

function newSlab(size: number): Slab {
  const slab = { bytes: Buffer.allocUnsafeSlow(size), used: 0, holders: 0 };
  slabs.set(slab.bytes.buffer, slab);
  return slab;
}

/** First slabs of connections that are gone: a short association brings memory of its own otherwise, and its collection. */
const idle: Slab[] = [];
const mostIdle = 64;
const nothing: Slab = { bytes: new Uint8Array(0), used: 0, holders: 0 };
