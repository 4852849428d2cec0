// Cuts a stream of bytes into PDUs and presentation data values, wherever TCP cut it. PS3.8 9.3.1, 9.3.5, Annex E.
import { NetworkError } from '../network-error.ts';
import { controlBits } from './p-data.ts';
import { type AnyPdu, decodePdu, type PduName, pduTypes } from './pdu.ts';

/** What goes by. `data` gets views on the chunk that was pushed, never copies: valid during the call only. */
export interface FrameSink {
  pdu(pdu: AnyPdu): void;
  /** Before the first fragment of each P-DATA-TF; its length is known, its content not yet. */
  pDataBegins(length: number): void;
  /** Bytes of a fragment. `ends`: the fragment is complete here; `last`: it is the last of its command or data set. */
  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void;
}

/** Lengths that bound what a peer may announce. Checked when the header is read, before a byte is kept. */
export interface FrameLimits {
  /** The longest P-DATA-TF that is taken; 0 = any. */
  readonly pData: number;
  /** The longest A-ASSOCIATE-RQ or -AC. */
  readonly associate: number;
}

/** Reads a whole PDU: `decodePdu`, or what remembers. */
export type DecodePdu = typeof decodePdu;

type Part = 'pdu header' | 'pdu body' | 'pdv header' | 'pdv body';

/** One per connection. Throws NetworkError 'invalid-pdu' or 'limit-exceeded'; nothing may be pushed after that. */
export class Framing {
  readonly #sink: FrameSink;
  readonly #decode: DecodePdu;
  readonly #longestAssociate: number;
  #longestPData: number;
  #longestTaken = 0;
  #part: Part = 'pdu header';
  /** Bytes of a header that came in several chunks. */
  #header: Uint8Array | undefined;
  #headerLength = 0;
  #pduName: PduName = 'P-DATA-TF';
  #pduLeft = 0;
  #body: Uint8Array[] = [];
  #contextId = 0;
  #control = 0;
  #pdvLeft = 0;

  /** @param decode reads a whole PDU; the bytes that it is given are valid during the call only */
  constructor(sink: FrameSink, limits: FrameLimits, decode: DecodePdu = decodePdu) {
    this.#sink = sink;
    this.#longestPData = limits.pData;
    this.#longestAssociate = limits.associate;
    this.#decode = decode;
  }

  /** The longest P-DATA-TF from now on; 0 = any. */
  takeUpTo(pData: number): void {
    this.#longestPData = pData;
  }

  /** Of the P-DATA-TF that went by so far, the longest, in bytes. */
  get longestTaken(): number {
    return this.#longestTaken;
  }

  /** The PDU that goes by, or went by last. */
  get pduName(): PduName {
    return this.#pduName;
  }

  /** True between two PDUs: a connection that ends elsewhere was cut. */
  get atBoundary(): boolean {
    return this.#part === 'pdu header' && this.#headerLength === 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      switch (this.#part) {
        case 'pdv body':
          at = this.#pdvBody(chunk, at);
          break;
        case 'pdv header':
          at = this.#collectHeader(chunk, at, this.#pdvHeader);
          break;
        case 'pdu header':
          at = this.#collectHeader(chunk, at, this.#pduHeader);
          break;
        default:
          at = this.#pduBody(chunk, at);
      }
    }
  }

  /** Both headers have six bytes. */
  #collectHeader(chunk: Uint8Array, at: number, complete: (header: Uint8Array, at: number) => void): number {
    if (this.#headerLength === 0 && chunk.length - at >= 6) {
      complete(chunk, at);
      return at + 6;
    }
    const taken = Math.min(6 - this.#headerLength, chunk.length - at);
    this.#header ??= new Uint8Array(6);
    this.#header.set(chunk.subarray(at, at + taken), this.#headerLength);
    this.#headerLength += taken;
    if (this.#headerLength === 6) {
      this.#headerLength = 0;
      complete(this.#header, 0);
    }
    return at + taken;
  }

  readonly #pduHeader = (bytes: Uint8Array, at: number): void => {
    const type = bytes[at] ?? 0;
    const name = nameOf(type);
    if (name === undefined) throw unrecognized(type);
    const length = readLength(bytes, at + 2);
    this.#checkLength(name, length);
    this.#pduName = name;
    this.#pduLeft = length;
    if (name === 'P-DATA-TF') {
      if (length > this.#longestTaken) this.#longestTaken = length;
      this.#sink.pDataBegins(length);
      this.#part = 'pdv header';
    } else this.#part = 'pdu body';
  };

  #checkLength(name: PduName, length: number): void {
    if (name === 'P-DATA-TF') {
      const most = this.#longestPData === 0 ? 0xffffffff : this.#longestPData;
      if (length > most)
        throw new NetworkError('limit-exceeded', `a P-DATA-TF of ${length} bytes; ${most} are the most`);
      if (length < 6)
        throw new NetworkError('invalid-pdu', `a P-DATA-TF of ${length} bytes holds no presentation data value`);
    } else if (name === 'A-ASSOCIATE-RQ' || name === 'A-ASSOCIATE-AC') {
      const most = this.#longestAssociate;
      if (length > most)
        throw new NetworkError('limit-exceeded', `an ${name} of ${length} bytes; ${most} are the most`);
      if (length < 68) throw new NetworkError('invalid-pdu', `an ${name} of ${length} bytes; 68 are the least`);
    } else if (length !== 4) throw new NetworkError('invalid-pdu', `an ${name} of ${length} bytes instead of 4`);
  }

  #pduBody(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at, at + this.#pduLeft);
    this.#pduLeft -= bytes.length;
    if (this.#pduLeft > 0) this.#body.push(Uint8Array.prototype.slice.call(bytes));
    else if (this.#pduName !== 'P-DATA-TF') {
      const body = this.#body.length === 0 ? bytes : Buffer.concat([...this.#body, bytes]);
      this.#body = [];
      this.#part = 'pdu header';
      this.#sink.pdu(this.#decode(this.#pduName, body));
    }
    return at + bytes.length;
  }

  readonly #pdvHeader = (bytes: Uint8Array, at: number): void => {
    const length = readLength(bytes, at);
    if (length < 2 || length + 4 > this.#pduLeft)
      throw new NetworkError(
        'invalid-pdu',
        `a presentation data value of ${length} bytes in the ${this.#pduLeft} left of its PDU`,
      );
    this.#contextId = bytes[at + 4] ?? 0;
    this.#control = bytes[at + 5] ?? 0;
    this.#pdvLeft = length - 2;
    this.#pduLeft -= length + 4;
    if (this.#pduLeft > 0 && this.#pduLeft < 6)
      throw new NetworkError('invalid-pdu', `${this.#pduLeft} bytes after the last presentation data value`);
    this.#part = 'pdv body';
    if (this.#pdvLeft === 0) this.#deliver(bytes.subarray(0, 0));
  };

  #pdvBody(chunk: Uint8Array, at: number): number {
    const end = Math.min(at + this.#pdvLeft, chunk.length);
    this.#pdvLeft -= end - at;
    this.#deliver(chunk.subarray(at, end));
    return end;
  }

  #deliver(bytes: Uint8Array): void {
    const ends = this.#pdvLeft === 0;
    if (ends) this.#part = this.#pduLeft === 0 ? 'pdu header' : 'pdv header';
    const control = this.#control;
    this.#sink.data(
      this.#contextId,
      (control & controlBits.command) !== 0,
      bytes,
      ends,
      (control & controlBits.last) !== 0,
    );
  }
}

const readLength = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

const nameOf = (type: number): PduName | undefined => (pduTypes as Readonly<Record<number, PduName>>)[type];

const unrecognized = (type: number): NetworkError =>
  new NetworkError(
    'invalid-pdu',
    `PDU type ${type.toString(16).padStart(2, '0').toUpperCase()}H is not one of the standard's`,
    {
      refusal: { source: 2, reason: 1 },
    },
  );
