// A bare connection for what no well-behaved side does: wrong requests, garbage, half a PDU, silence. PS3.8 9.3
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { clientOptions } from '@concord/network/wire';
import type { Target } from './target.ts';

/** A PDU that came back, or that the peer closed, or that nothing came. */
export type RawAnswer =
  | { readonly kind: 'pdu'; readonly type: number; readonly body: Uint8Array }
  | { readonly kind: 'closed' | 'silence' };

/** Longer answers are not waited for. */
const mostBytes = 1 << 20;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
/** Bytes one after the other. */
export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const item = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = join(...parts);
  return join(Uint8Array.of(type, 0), u16(body.length), body);
};

/** A PDU of these bytes. */
export const pdu = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = join(...parts);
  return join(Uint8Array.of(type, 0), u16(body.length >>> 16), u16(body.length & 0xffff), body);
};

export interface RawRequest {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly applicationContext?: string;
  readonly protocolVersion?: number;
  /** Default: Verification. */
  readonly abstractSyntax?: string;
  /** In a second context, with identifier 3. */
  readonly second?: string;
}

/** A presentation context for Implicit VR Little Endian. PS3.8 9.3.2.2 */
const contextItem = (id: number, abstractSyntax: string): Uint8Array =>
  item(0x20, Uint8Array.of(id, 0, 0, 0), item(0x30, text(abstractSyntax)), item(0x40, text('1.2.840.10008.1.2')));

/** An A-ASSOCIATE-RQ for one abstract syntax in Implicit VR Little Endian, right or wrong. */
export const associateRequest = (request: RawRequest): Uint8Array =>
  pdu(
    0x01,
    u16(request.protocolVersion ?? 1),
    u16(0),
    text(request.calledAeTitle.padEnd(16).slice(0, 16)),
    text(request.callingAeTitle.padEnd(16).slice(0, 16)),
    new Uint8Array(32),
    item(0x10, text(request.applicationContext ?? '1.2.840.10008.3.1.1.1')),
    contextItem(1, request.abstractSyntax ?? '1.2.840.10008.1.1'),
    ...(request.second === undefined ? [] : [contextItem(3, request.second)]),
    item(0x50, item(0x51, Uint8Array.of(0, 0, 0x40, 0)), item(0x52, text('2.25.1'))),
  );

/** A-ABORT by the service user. PS3.8 9.3.8 */
export const abortPdu = (): Uint8Array => pdu(0x07, Uint8Array.of(0, 0, 0, 0));

export class RawConnection {
  readonly #socket: Socket;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #closed = false;
  /** Why the connection broke, where it did. */
  error: string | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => {
      if (this.#length > mostBytes) return void socket.destroy();
      this.#chunks.push(chunk);
      this.#length += chunk.length;
    });
    socket.on('error', (error) => {
      this.error = error.message; // the close that follows is what counts
    });
    socket.on('close', () => {
      this.#closed = true;
    });
  }

  /** Connects within `seconds`. Throws the system's error. */
  static async open({ host, port, tls }: Target, seconds: number, signal: AbortSignal): Promise<RawConnection> {
    const socket = tls ? connectTls({ host, port, ...clientOptions(host, tls) }) : createConnection({ host, port });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', { signal: limit });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new RawConnection(socket);
  }

  /** Over a socket that is connected; the caller closes it. */
  static over(socket: Socket): RawConnection {
    return new RawConnection(socket);
  }

  /** What has come so far is no longer waited for. */
  forget(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }

  /** The address at the other end. */
  get address(): string {
    return `${this.#socket.remoteAddress ?? 'no address'} (${this.#socket.remoteFamily ?? 'unknown'})`;
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Resolves when all that was sent has been handed to the network. */
  async flushed(): Promise<void> {
    if (this.#socket.destroyed) return;
    await new Promise<void>((done) => this.#socket.write(new Uint8Array(0), () => done()));
  }

  /** The first PDU that has come, or what happened instead within `seconds`. */
  async answer(seconds: number, signal: AbortSignal): Promise<RawAnswer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    for (;;) {
      const found = this.#firstPdu();
      if (found) return found;
      if (this.#closed || this.#socket.destroyed) return { kind: 'closed' };
      try {
        await Promise.race([
          once(this.#socket, 'data', { signal: limit }),
          once(this.#socket, 'close', { signal: limit }),
        ]);
      } catch {
        return this.#firstPdu() ?? { kind: this.#closed ? 'closed' : 'silence' };
      }
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #firstPdu(): RawAnswer | undefined {
    const bytes = Buffer.concat(this.#chunks);
    if (bytes.length < 6 || bytes.length < 6 + bytes.readUInt32BE(2)) return undefined;
    return { kind: 'pdu', type: bytes[0] ?? 0, body: bytes.subarray(6, 6 + bytes.readUInt32BE(2)) };
  }
}
