// Several threads accept associations on one port; limits, records and the log are those of one acceptor. PS3.8 7.1.
import type { AssociationInfo } from '../handlers.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { type Log, type LogLevel, silentLog } from '../log.ts';
import { NetworkError } from '../network-error.ts';
import type { TlsServer } from '../peer.ts';
import type { AssociationRecord } from './record.ts';
import { placesMemory, SharedPlaces } from './shared-places.ts';
import type { LogLine, ThreadStart } from './thread-messages.ts';
import { Seat } from './thread-seat.ts';
import { startTimer, type Timer } from './transport.ts';
import { checkPort } from './transport-listen.ts';

export interface ThreadsOptions {
  /** 1 to 64. */
  readonly threads: number;
  /** A module that exports `acceptingThread`: each thread runs it, and asks it for the application entities. */
  readonly module: URL;
  /** Given to `acceptingThread` in each thread, as a copy. */
  readonly data?: unknown;
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** The port is a TLS port. */
  readonly tls?: TlsServer;
  readonly securePort?: { readonly port: number; readonly tls: TlsServer };
  /** Of all threads together. */
  readonly limits?: Partial<Limits>;
  /** Some milliseconds after the association; a thread that dies takes its last ones with it. */
  readonly onAssociation?: (record: AssociationRecord) => void;
  readonly log?: Log;
}

export interface ThreadsAcceptor {
  readonly port: number;
  /** Where `securePort` listens. */
  readonly securePort: number | undefined;
  /** Threads that listen now. */
  readonly threads: number;
  /** From now on connections are shown this certificate. Throws NetworkError 'tls'. */
  reloadTls(tls: TlsServer): Promise<void>;
  /** Those that are open now, of all threads. */
  associations(): Promise<readonly AssociationInfo[]>;
  /** Aborts one that is open; false when there is none of this id. */
  abort(id: string): Promise<boolean>;
  /** Stops listening, lets requests that are being carried out finish within `graceMs`, then aborts what is left; ends the threads. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Listens for associations in several threads, among which the operating system deals out the connections. A thread that dies
 * loses its associations, gives back their places and is started again.
 * Throws NetworkError 'refused' when the port cannot be had or the operating system does not share ports, 'tls' when the
 * certificate cannot be used, 'not-possible' when the module does not do.
 */
export async function listenOnThreads(options: ThreadsOptions): Promise<ThreadsAcceptor> {
  const { threads, host, port, securePort } = options;
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64))
    throw new NetworkError('not-possible', `${threads} threads; 1 to 64 are possible`);
  // Sockets that share a port share it with those of any program of the same user: one that is taken must not be joined.
  await checkPort(host, port);
  if (securePort) await checkPort(host, securePort.port);
  const shared = new ThreadsOnPort(options);
  await shared.start();
  return shared;
}

/** Seconds until a thread that died is started again, doubled each time that fails, up to the last. */
const pauses = { first: 1, last: 60 };

class ThreadsOnPort implements ThreadsAcceptor {
  readonly #options: ThreadsOptions;
  readonly #log: Log;
  readonly #limits: Limits;
  readonly #places: ThreadStart['places'];
  readonly #account: SharedPlaces;
  readonly #seats = new Map<number, Seat>();
  readonly #restarts = new Map<number, Timer>();
  #reloaded: TlsServer | undefined;
  #closing = false;
  port = 0;
  securePort: number | undefined;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#places = placesMemory(options.threads, this.#limits.associations);
    this.#account = new SharedPlaces(this.#places, 0);
    this.port = options.port;
    this.securePort = options.securePort?.port;
  }

  get threads(): number {
    return this.#seats.size;
  }

  /** The first thread finds the port where any will do. */
  async start(): Promise<void> {
    try {
      await this.#begin(0);
      const others = Array.from({ length: this.#options.threads - 1 }, (_, index) => this.#begin(index + 1));
      await Promise.all(others);
    } catch (cause) {
      await this.close();
      throw cause;
    }
  }

  async #begin(thread: number): Promise<void> {
    const seat = new Seat(this.#startOf(thread), {
      happened: (records, lines) => this.#happened(records, lines),
      ended: (cause) => this.#ended(thread, cause),
    });
    const { port, securePort } = await seat.listening();
    this.port = port;
    this.securePort = securePort;
    if (this.#closing) await seat.terminate();
    else this.#seats.set(thread, seat);
  }

  #startOf(thread: number): ThreadStart {
    const { module, data, host, tls, securePort } = this.#options;
    return {
      module: module.href,
      data,
      thread,
      places: this.#places,
      host,
      port: this.port,
      tls: tls && (securePort ? tls : (this.#reloaded ?? tls)),
      securePort: securePort && { port: this.securePort ?? 0, tls: this.#reloaded ?? securePort.tls },
      limits: this.#limits,
      records: this.#options.onAssociation !== undefined,
      levels: levels.filter((level) => this.#log.isLevelEnabled?.(level) ?? true),
    };
  }

  #happened(records: readonly AssociationRecord[], lines: readonly LogLine[]): void {
    for (const { level, fields, text } of lines) this.#log[level](fields, text);
    for (const record of records) this.#options.onAssociation?.(record);
  }

  #ended(thread: number, cause: Error | undefined): void {
    const lost = this.#account.clear(thread);
    const listened = this.#seats.delete(thread);
    if (this.#closing || !listened) return;
    this.#log.error(
      { thread, err: cause },
      `thread ${thread} that accepts associations ended (${cause?.message ?? 'it left'}), ${lost} associations with it; starting it again`,
    );
    this.#restart(thread, pauses.first);
  }

  #restart(thread: number, seconds: number): void {
    const again = (): void => {
      this.#begin(thread).catch((cause: unknown) => {
        if (this.#closing) return;
        this.#log.error({ thread, err: cause }, `thread ${thread} that accepts associations could not be started`);
        this.#restart(thread, Math.min(seconds * 2, pauses.last));
      });
    };
    this.#restarts.set(thread, startTimer(seconds, again));
  }

  async reloadTls(tls: TlsServer): Promise<void> {
    await Promise.all([...this.#seats.values()].map((seat) => seat.ask({ kind: 'reloadTls', tls })));
    this.#reloaded = tls;
  }

  async associations(): Promise<readonly AssociationInfo[]> {
    const asked = [...this.#seats.values()].map((seat) => seat.ask({ kind: 'associations' }).catch(noneOfTheDead));
    return (await Promise.all(asked)).flat();
  }

  async abort(association: string): Promise<boolean> {
    const asked = [...this.#seats.values()].map((seat) =>
      seat.ask({ kind: 'abort', association }).catch(noneOfTheDead),
    );
    return (await Promise.all(asked)).includes(true);
  }

  async close({ graceMs = 0 } = {}): Promise<void> {
    this.#closing = true;
    for (const timer of this.#restarts.values()) timer.stop();
    await Promise.all([...this.#seats.values()].map((seat) => seat.close(graceMs)));
  }
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A thread that has just ended has no associations. */
function noneOfTheDead(cause: unknown): [] {
  if (cause instanceof NetworkError && cause.fault === 'closed') return [];
  throw cause;
}
