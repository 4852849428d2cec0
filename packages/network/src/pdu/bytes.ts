// Big endian bytes of PDU headers and items, read and written with bounds. PS3.8 9.3.1.
import { NetworkError } from '../network-error.ts';

/** A window on received bytes. Every read checks the end: throws NetworkError 'invalid-pdu'. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (length > this.left)
      throw new NetworkError('invalid-pdu', `a field of ${length} bytes where ${this.left} are left`);
    this.#offset = at + length;
    return at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  /** Text of one byte a character; without a view of its own, because a request can have thousands of names. */
  latin1(length: number): string {
    const at = this.#advance(length);
    return this.#bytes.toString('latin1', at, at + length);
  }

  take(length: number): Buffer {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }
}

/** Collects the bytes of one PDU. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  #grow(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#bytes.writeUInt8(value, at);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  /** Writes a length of two or four bytes, then what `body` writes, whose length it is. */
  measured(size: 2 | 4, body: () => void): void {
    const at = this.#grow(size);
    body();
    const length = this.#length - at - size;
    if (size === 4) this.#bytes.writeUInt32BE(length, at);
    else if (length > 0xffff) throw new NetworkError('limit-exceeded', `an item of ${length} bytes; 65535 is the most`);
    else this.#bytes.writeUInt16BE(length, at);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
