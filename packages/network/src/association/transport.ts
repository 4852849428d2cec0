// The only file with a socket or a timer: TCP (and TLS) on one side, bytes and moments on the other. PS3.8 9.1.
import { createConnection, createServer, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import type { AssociationInfo } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import type { TlsClient } from '../peer.ts';
import { ReadBuffer } from './read-buffer.ts';

export interface TransportSink {
  received(chunk: Uint8Array): void;
  /** After a `write` that answered false: more may be written. */
  drained(): void;
  /** Once, whatever ended it. */
  closed(cause: Error | undefined): void;
}

/** Who keeps a view on received bytes beyond the call that delivered it says so, and says when it is over. */
export interface ReadMemory {
  hold(view: Uint8Array): void;
  free(view: Uint8Array): void;
}

export interface Timer {
  stop(): void;
}

/** Calls back once after `seconds`; does not keep the process alive. */
export function startTimer(seconds: number, callback: () => void): Timer {
  const timer = setTimeout(callback, Math.min(seconds * 1000, 0x7fffffff));
  timer.unref();
  return { stop: () => clearTimeout(timer) };
}

/** Lets everything else that is due happen first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Milliseconds of a clock that never goes back. */
export const now = (): number => performance.now();

/** One connection. Nothing is read before `start`. */
export class Transport implements ReadMemory {
  readonly address: string;
  readonly port: number;
  readonly tls: AssociationInfo['tls'];
  /** SHA-256 of the peer's certificate, hexadecimal. */
  readonly certificate: string | undefined;
  readonly #socket: Socket;
  /** Undefined where the socket brings memory of its own for each read. */
  readonly #reads: BufferedReads | undefined;
  #sink: TransportSink | undefined;
  #closed = false;
  /** Who has asked for a pause; reading goes on when nobody has. */
  #pauses = 0;
  #resumes = 0;

  constructor(socket: Socket, reads: BufferedReads | undefined) {
    this.#socket = socket;
    this.#reads = reads;
    this.address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.port = socket.remotePort ?? 0;
    this.tls = undefined;
    this.certificate = undefined;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten;
  }

  get paused(): boolean {
    return this.#pauses > 0;
  }

  /** How often reading has gone on after a pause. */
  get resumes(): number {
    return this.#resumes;
  }

  start(sink: TransportSink): void {
    let cause: Error | undefined;
    this.#sink = sink;
    if (this.#reads) {
      this.#reads.received = (view) => sink.received(view);
      this.#socket.resume();
    } else this.#socket.on('data', (chunk: Buffer) => sink.received(chunk));
    this.#socket.on('drain', () => sink.drained());
    this.#socket.on('error', (error) => {
      cause = error;
    });
    this.#socket.on('end', () => this.#report(undefined));
    this.#socket.on('close', () => this.#report(cause));
  }

  #report(cause: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink?.closed(cause);
    this.close();
  }

  hold(view: Uint8Array): void {
    this.#reads?.memory.hold(view);
  }

  free(view: Uint8Array): void {
    this.#reads?.memory.free(view);
  }

  /** False when the peer does not keep up: wait for `drained`. */
  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  /** Several buffers in one system call. */
  writeAll(buffers: readonly Uint8Array[]): boolean {
    this.#socket.cork();
    let ready = true;
    for (const bytes of buffers) ready = this.#socket.write(bytes);
    this.#socket.uncork();
    return ready;
  }

  /** Each pause needs its own resume. */
  pause(): void {
    this.#pauses += 1;
    this.#socket.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses > 0) return;
    this.#resumes += 1;
    this.#socket.resume();
  }

  /** Sends what is written, then says that nothing more comes; still reads. */
  finish(): void {
    this.#socket.end();
  }

  /** Sends what is written, then closes; a peer that does not take it is given two seconds. */
  close(): void {
    if (this.#socket.destroyed) return;
    this.#socket.destroySoon();
    startTimer(2, () => this.#socket.destroy());
  }

  /** Closes at once. */
  destroy(): void {
    this.#socket.destroy();
  }
}

/** Reads of a socket that go into memory which is used again. */
interface BufferedReads {
  readonly memory: ReadBuffer;
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (length: number) => boolean };
  /** Set before the first read. */
  received: (view: Uint8Array) => void;
}

function bufferedReads(): BufferedReads {
  const memory = new ReadBuffer();
  const reads: BufferedReads = {
    memory,
    onread: {
      buffer: () => memory.next(),
      callback: (length) => {
        reads.received(memory.filled(length));
        return true;
      },
    },
    received: () => undefined,
  };
  return reads;
}

/**
 * A connection that came in. Node offers `onread` only to sockets that connect, so the handle of the accepted socket
 * moves to a new one; where there is no such handle, the socket brings new memory for each read.
 */
function acceptedTransport(accepted: Socket): Transport {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle))
    return new Transport(accepted, undefined);
  const reads = bufferedReads();
  const options: SocketConstructorOpts = { onread: reads.onread };
  Reflect.set(options, 'handle', handle);
  const socket = new Socket(options);
  Reflect.set(accepted, '_handle', null);
  return new Transport(socket, reads);
}

export interface OpenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsClient | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a connection. Throws NetworkError 'refused', 'timeout' or 'cancelled'. */
export function openTransport({ host, port, timeout, signal }: OpenOptions): Promise<Transport> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new NetworkError('cancelled'));
    const reads = bufferedReads();
    const socket = createConnection({ host, port, noDelay: true, onread: reads.onread });
    socket.pause();
    const give = (error: NetworkError): void => {
      socket.destroy();
      settle();
      reject(error);
    };
    const timer = startTimer(timeout, () =>
      give(new NetworkError('timeout', `no connection to ${host}:${port} in ${timeout} s`)),
    );
    const cancelled = (): void => give(new NetworkError('cancelled'));
    const failed = (cause: Error): void =>
      give(new NetworkError('refused', `${host}:${port}: ${cause.message}`, { cause }));
    const settle = (): void => {
      timer.stop();
      signal?.removeEventListener('abort', cancelled);
      socket.off('error', failed);
    };
    signal?.addEventListener('abort', cancelled, { once: true });
    socket.on('error', failed);
    socket.once('connect', () => {
      settle();
      resolve(new Transport(socket, reads));
    });
  });
}

export interface TransportServer {
  readonly port: number;
  /** Stops listening; open connections go on. */
  close(): Promise<void>;
}

/** Listens. Throws NetworkError 'refused' when the port cannot be had. */
export function openServer(
  { host, port }: { readonly host: string; readonly port: number },
  onTransport: (transport: Transport) => void,
): Promise<TransportServer> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      onTransport(acceptedTransport(socket)),
    );
    server.once('error', (cause) =>
      reject(new NetworkError('refused', `${host}:${port}: ${cause.message}`, { cause })),
    );
    server.listen({ host, port, backlog: 1024 }, () => {
      server.on('error', () => undefined);
      resolve({ port: portOf(server, port), close: () => closed(server) });
    });
  });
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : asked;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close();
    resolve();
  });
