// Sockets and timers live here, in transport-connect.ts and transport-listen.ts, and nowhere else. PS3.8 9.1.
import type { Socket } from 'node:net';
import type { AssociationInfo } from '../handlers.ts';
import { newAssociationId } from './association-id.ts';
import type { BufferedReads } from './buffered-reads.ts';
import type { TlsFacts } from './tls.ts';

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
export const startTimer = (seconds: number, callback: () => void): Timer => new StartedTimer(seconds, callback);

class StartedTimer implements Timer {
  readonly #timeout: NodeJS.Timeout;

  constructor(seconds: number, callback: () => void) {
    this.#timeout = setTimeout(callback, Math.min(seconds * 1000, 0x7fffffff));
    this.#timeout.unref();
  }

  stop(): void {
    clearTimeout(this.#timeout);
  }
}

/** Bytes that are held for one system call, at most. */
const heldMost = 0x10000;

/** Lets everything else that is due happen first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Milliseconds of a clock that never goes back. */
export const now = (): number => performance.now();

interface TransportFacts {
  readonly facts?: TlsFacts;
  readonly id?: string | undefined;
  /** The socket sends without delay already. */
  readonly noDelay?: boolean;
}

/** One connection. Nothing is read before `start`. */
export class Transport implements ReadMemory {
  /** Of the association that it is opened for. */
  readonly id: string;
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
  #peerEnded = false;
  #late: Timer | undefined;
  /** What was written in this turn of the event loop: it goes out in one segment, so that nothing waits for an acknowledgement. */
  #held: Uint8Array[] = [];
  #heldLength = 0;
  /** Who has asked for a pause; reading goes on when nobody has. */
  #pauses = 0;
  #resumes = 0;

  constructor(
    socket: Socket,
    reads: BufferedReads | undefined,
    { facts, id = newAssociationId(), noDelay = false }: TransportFacts = {},
  ) {
    this.#socket = socket;
    this.id = id;
    this.#reads = reads;
    const address = socket.remoteAddress ?? '';
    this.address = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
    this.port = socket.remotePort ?? 0;
    this.tls = facts?.tls;
    this.certificate = facts?.certificate;
    if (!noDelay) socket.setNoDelay(true);
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
    if (this.#reads) this.#reads.received = (view) => sink.received(view);
    else this.#socket.on('data', (chunk: Buffer) => sink.received(chunk));
    this.#socket.on('drain', () => sink.drained());
    this.#socket.on('error', (error) => {
      cause = error;
    });
    this.#socket.on('end', () => {
      this.#peerEnded = true;
      this.#report(undefined);
    });
    this.#socket.on('close', () => {
      this.#late?.stop();
      this.#report(cause);
      this.#reads?.memory.end();
    });
    this.#socket.resume();
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
  get writable(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Goes out when whoever runs now has nothing more to say, with all that is written until then. */
  write(bytes: Uint8Array): void {
    if (this.#heldLength === 0) process.nextTick(() => this.#flush());
    this.#held.push(bytes);
    this.#heldLength += bytes.length;
    if (this.#heldLength >= heldMost) this.#flush();
  }

  /** Several buffers in one system call, at once. */
  writeAll(buffers: readonly Uint8Array[]): void {
    const held = this.#held;
    this.#held = [];
    this.#heldLength = 0;
    this.#socket.cork();
    for (const bytes of held) this.#socket.write(bytes);
    for (const bytes of buffers) this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #flush(): void {
    const held = this.#held;
    const [first, second] = held;
    if (first === undefined) return;
    this.#held = [];
    this.#heldLength = 0;
    this.#socket.write(second === undefined ? first : Buffer.concat(held));
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
    this.#flush();
    this.#socket.end();
  }

  /** Sends what is written, then closes; a peer that does not take it is given two seconds. */
  close(): void {
    if (this.#socket.destroyed) return;
    this.#flush();
    // The operating system has all that was written, and nobody waits for our end of it.
    if (this.#peerEnded && this.#reads && this.#socket.writableLength === 0) {
      this.#socket.destroy();
      return;
    }
    this.#socket.destroySoon();
    // Stopped when the socket closes: a timer that waits in vain would keep the whole association in memory.
    this.#late ??= startTimer(2, () => this.#socket.destroy());
  }

  /** Closes at once. */
  destroy(): void {
    this.#socket.destroy();
  }
}
