// The server's side of a WebSocket that only sends: RFC 6455. What a client sends is read for its control frames alone.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface OpenWebSocket {
  /** False where the client does not read: the socket is closed then. */
  send(text: string): boolean;
  close(code: 1000 | 1001): void;
  /** Resolves when it is closed, by whichever side. */
  readonly closed: Promise<void>;
}

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
/** A frame of a client, in bytes; nothing that it has to say is longer. */
const longestFrame = 65_536;
/** Bytes that may wait for a client that does not read. */
const mostWaiting = 1_048_576;
const heartbeat = 30_000;

/** True for a request that asks for a WebSocket as RFC 6455 4.2.1 wants it. */
export const asksForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[A-Za-z0-9+/]{22}==$/u.test(headers['sec-websocket-key'] ?? '');

const acceptKey = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const frame = (opcode: number, payload: Uint8Array): Buffer => {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
};

/** Answers the handshake. The request has to be one that `asksForWebSocket`. */
export const openWebSocket = (request: IncomingMessage, socket: Duplex): OpenWebSocket => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptKey(request.headers['sec-websocket-key'] ?? '')}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const beat = setInterval(() => socket.write(frame(opcodes.ping, new Uint8Array())), heartbeat);
  const close = (code: number) => {
    if (socket.writable) socket.end(frame(opcodes.close, Buffer.from([code >> 8, code & 0xff])));
  };
  socket.on('close', () => {
    clearInterval(beat);
    resolve();
  });
  socket.on('error', () => socket.destroy());
  void readControl(socket, close);
  return {
    closed,
    close,
    send(text) {
      if (!socket.writable) return false;
      if (socket.writableLength > mostWaiting) {
        socket.destroy();
        return false;
      }
      socket.write(frame(opcodes.text, Buffer.from(text)));
      return true;
    },
  };
};

/** Answers pings and the closing handshake; whatever breaks the rules ends the connection. */
const readControl = async (socket: Duplex, close: (code: number) => void): Promise<void> => {
  let bytes: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk]);
      for (let next = clientFrame(bytes); next !== undefined; next = clientFrame(bytes)) {
        bytes = bytes.subarray(next.end);
        if (next.opcode === opcodes.ping) socket.write(frame(opcodes.pong, next.payload));
        if (next.opcode === opcodes.close) return close(1000);
      }
      if (bytes.length > longestFrame) return close(1009);
    }
  } catch {
    // A connection that breaks, or a frame that is none: the end says it all.
  } finally {
    socket.end();
  }
};

interface ClientFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/** Undefined while it is not whole. Frames of clients are masked: RFC 6455 5.1. */
const clientFrame = (bytes: Buffer): ClientFrame | undefined => {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  if (((bytes[1] ?? 0) & 0x80) === 0 || short === 127) throw new RangeError('not masked, or too long');
  const start = short === 126 ? 8 : 6;
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + length)).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), end: start + length };
};
