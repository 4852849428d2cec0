// Connections of web clients whose reads can go into memory of ours: Node.js offers that to sockets that connect only.
import type { Server } from 'node:http';
import { Socket, type SocketConstructorOpts } from 'node:net';

/** What becomes of the bytes of one connection when Node's HTTP parser does not read them by itself. */
export interface OwnReads {
  /** Takes what was read; false: nothing more for now. Undefined: it goes the usual way. */
  take: ((length: number, memory: Buffer) => boolean) | undefined;
  /** Where the read after the next goes: the next has been told before. */
  next: Buffer;
}

/** Of all connections: what is read into it is copied out of it before anything else is read. */
export const sharedMemory = Buffer.allocUnsafeSlow(65_536);

const known = new WeakMap<Socket, OwnReads>();

/** Undefined for a connection that reads as Node.js has it. */
export const ownReadsOf = (socket: Socket): OwnReads | undefined => known.get(socket);

/**
 * The handle of an accepted connection moves to a socket that is made with `onread` (decision 0135); where there is no such handle, the socket stays
 * as it came.
 */
const withOwnReads = (accepted: Socket, server: Server): Socket => {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) return accepted;
  const reads: OwnReads = { take: undefined, next: sharedMemory };
  const callback = (length: number, memory: Uint8Array): boolean => {
    const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
    return reads.take?.(length, bytes) ?? socket.push(Buffer.from(bytes.subarray(0, length)));
  };
  const options: SocketConstructorOpts = { onread: { buffer: () => reads.next, callback }, allowHalfOpen: true };
  Reflect.set(options, 'handle', handle);
  const socket = new Socket(options);
  Reflect.set(accepted, '_handle', null);
  // The server counts its connections by what they tell it when they close.
  Reflect.set(accepted, '_server', null);
  Reflect.set(socket, '_server', server);
  known.set(socket, reads);
  return socket;
};

/** From now on; whoever listens for connections already gets them with reads of their own. */
export const giveOwnReads = (server: Server): void => {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (accepted: Socket) => {
    const socket = withOwnReads(accepted, server);
    for (const listener of listeners) Reflect.apply(listener, server, [socket]);
  });
};
