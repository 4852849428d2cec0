// Opens connections, plain or TLS. PS3.8 9.1, PS3.15 B.
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NetworkError } from '../network-error.ts';
import type { TlsClient } from '../peer.ts';
import { bufferedReads } from './buffered-reads.ts';
import { clientOptions, factsOf, handshakeError } from './tls.ts';
import { startTimer, Transport } from './transport.ts';

export interface OpenOptions {
  readonly host: string;
  readonly port: number;
  /** Absent means a plain connection; present never falls back to one. */
  readonly tls: TlsClient | undefined;
  /** Seconds, for the connection and its handshake together. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Of the association. */
  readonly id: string;
}

/** Opens a connection. Throws NetworkError 'refused', 'tls', 'timeout' or 'cancelled'. */
export function openTransport(options: OpenOptions): Promise<Transport> {
  if (options.signal?.aborted) return Promise.reject(new NetworkError('cancelled'));
  return options.tls ? openSecure(options, options.tls) : openPlain(options);
}

async function openPlain(options: OpenOptions): Promise<Transport> {
  const reads = bufferedReads();
  const socket = createConnection({ host: options.host, port: options.port, noDelay: true, onread: reads.onread });
  socket.pause();
  await connected(socket, 'connect', options);
  return new Transport(socket, reads, { id: options.id });
}

async function openSecure(options: OpenOptions, tls: TlsClient): Promise<Transport> {
  const { host, port } = options;
  const socket = connectTls({ host, port, ...clientOptions(host, tls) });
  socket.pause();
  await connected(socket, 'secureConnect', options);
  return new Transport(socket, undefined, { facts: factsOf(socket), id: options.id });
}

function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { host, port, timeout, signal }: OpenOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let reached = false;
    socket.once('connect', () => {
      reached = true;
    });
    const give = (error: NetworkError): void => {
      settle();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const late = (): void => give(new NetworkError('timeout', `no connection to ${host}:${port} in ${timeout} s`));
    const timer = startTimer(timeout, late);
    const cancelled = (): void => give(new NetworkError('cancelled'));
    const failed = (cause: Error): void => give(failure(reached, cause, `${host}:${port}`));
    const closed = (): void => failed(new Error('the connection was closed during the handshake'));
    const settle = (): void => {
      timer.stop();
      signal?.removeEventListener('abort', cancelled);
      socket.off('error', failed).off('close', closed);
    };
    signal?.addEventListener('abort', cancelled, { once: true });
    socket.on('error', failed).on('close', closed);
    socket.once(event, () => {
      settle();
      resolve();
    });
  });
}

/** With TCP there and an error all the same it was the handshake that failed. */
const failure = (reached: boolean, cause: Error, where: string): NetworkError =>
  reached
    ? new NetworkError('tls', `${where}: ${handshakeError(cause)}`, { cause })
    : new NetworkError('refused', `${where}: ${cause.message}`, { cause });
