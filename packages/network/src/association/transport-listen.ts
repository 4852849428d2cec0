// Listens for connections, plain or TLS. PS3.8 9.1, PS3.15 B.
import { createServer, type ListenOptions, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServerSocket } from 'node:tls';
import { NetworkError } from '../network-error.ts';
import type { TlsServer } from '../peer.ts';
import { newAssociationId } from './association-id.ts';
import { bufferedReads } from './buffered-reads.ts';
import { factsOf, handshakeError, serverOptions } from './tls.ts';
import { startTimer, Transport } from './transport.ts';

/**
 * A connection that came in. Node offers `onread` only to sockets that connect, so the handle of the accepted socket
 * moves to a new one; where there is no such handle, the socket brings new memory for each read.
 */
function acceptedTransport(accepted: Socket): Transport {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle))
    return new Transport(accepted, undefined);
  const reads = bufferedReads();
  // Half open, so that Node does not end what is about to be closed.
  const options: SocketConstructorOpts = { onread: reads.onread, allowHalfOpen: true };
  Reflect.set(options, 'handle', handle);
  const socket = new Socket(options);
  Reflect.set(accepted, '_handle', null);
  return new Transport(socket, reads, { noDelay: true });
}

/** Whoever called a TLS port without getting through. */
export interface InsecureCaller {
  /** What the id of the association would have been. */
  readonly id: string;
  readonly address: string;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  readonly tls?: TlsServer | undefined;
  /** Other threads listen on the same port; the operating system deals the connections out. */
  readonly reusePort?: boolean;
  /** Seconds for the first bytes and the handshake of a TLS connection. */
  readonly handshake: number;
  readonly onTransport: (transport: Transport) => void;
  /** A connection to a TLS port that ended before it was secure: from where, and why. `first` is what it began with. */
  readonly onInsecure: (caller: InsecureCaller, why: string, first: Uint8Array | undefined) => void;
  /** Whether one more connection may be open; asked before its handshake. */
  readonly admits: () => boolean;
}

export interface TransportServer {
  readonly port: number;
  /** New connections show the new certificate; those that are open go on. Throws NetworkError 'tls'. */
  reload(tls: TlsServer): void;
  /** Stops listening; open connections go on. */
  close(): void;
}

/** Listens. Throws NetworkError 'refused' when the port cannot be had, 'tls' when the certificate cannot be used. */
export async function openServer(options: ServerOptions): Promise<TransportServer> {
  const { host, port, tls, reusePort = false } = options;
  const ids: Ids = new Map();
  const secure = tls && secureServer(options, tls, ids);
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    if (secure) beginSecure(socket, secure, { ...options, ids });
    else options.onTransport(acceptedTransport(socket));
  });
  await listening(server, { host, port, reusePort, backlog: 1024 });
  server.on('error', () => undefined);
  return {
    port: portOf(server, port),
    reload: (changed) => {
      if (secure === undefined) throw new NetworkError('tls', 'this port is a plain one');
      secure.setSecureContext(serverOptions(changed));
    },
    close: () => void server.close(),
  };
}

/** Throws NetworkError 'refused' when a port cannot be had by one listener alone; 0 always can. */
export async function checkPort(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await listening(server, { host, port });
  await new Promise((resolve) => server.close(resolve));
}

function listening(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new NetworkError('refused', `${where.host}:${where.port}: ${cause.message}`, { cause })),
    );
    server.listen(where, resolve);
  });
}

/** Ids of connections whose handshake is under way, by address and port of the caller: TLS hides the socket it reads. */
type Ids = Map<string, string>;
const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;

/** Never listens itself: it is handed connections whose first bytes are those of TLS. */
function secureServer(
  { handshake, onTransport, onInsecure }: ServerOptions,
  tls: TlsServer,
  ids: Ids,
): TlsServerSocket {
  const server = createTlsServer({ ...serverOptions(tls), handshakeTimeout: handshake * 1000 }, (socket) => {
    socket.pause();
    onTransport(new Transport(socket, undefined, { facts: factsOf(socket), id: ids.get(keyOf(socket)) }));
  });
  server.on('tlsClientError', (cause: Error, socket: TLSSocket) => {
    const id = ids.get(keyOf(socket)) ?? newAssociationId();
    onInsecure({ id, address: addressOf(socket) }, handshakeError(cause), undefined);
    socket.destroy();
  });
  return server;
}

const tlsHandshakeRecord = 0x16;

/** Looks at the first bytes: plain DICOM or HTTP on a TLS port gets a better word than a handshake error. */
function beginSecure(
  socket: Socket,
  secure: TlsServerSocket,
  { handshake, onInsecure, admits, ids }: ServerOptions & { readonly ids: Ids },
): void {
  if (!admits()) {
    socket.destroy();
    return;
  }
  const caller = { id: newAssociationId(), address: addressOf(socket) };
  const key = keyOf(socket);
  ids.set(key, caller.id);
  socket.on('error', () => undefined);
  const late = startTimer(handshake, () => {
    onInsecure(caller, `nothing came for ${handshake} s`, undefined);
    socket.destroy();
  });
  socket.once('close', () => {
    late.stop();
    ids.delete(key);
  });
  socket.once('data', (first: Buffer) => {
    late.stop();
    socket.pause();
    if (first[0] === tlsHandshakeRecord) {
      socket.unshift(first);
      secure.emit('connection', socket);
    } else {
      onInsecure(caller, 'it does not begin with a TLS handshake', first);
      socket.destroy();
    }
  });
  socket.resume();
}

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : asked;
}
