// The acceptor's side: listens, and keeps account of what is open. PS3.8 7.1.
import type { AssociationInfo } from '../handlers.ts';
import { type Implementation, implementation as ours } from '../implementation.ts';
import { defaultLimits, defaultTimeouts, type Limits, type Timeouts } from '../limits.ts';
import { type Log, silentLog } from '../log.ts';
import { nameFirstBytes, showFirstBytes } from '../pdu/first-bytes.ts';
import { KnownRequests } from '../pdu/known-requests.ts';
import type { TlsServer } from '../peer.ts';
import { defaultPolicy, type Policy } from '../policy.ts';
import type { AcceptingRules, ApplicationEntity } from './accepting-rules.ts';
import type { AcceptorSettings } from './acceptor-settings.ts';
import { KnownAnswers } from './known-answers.ts';
import { OwnPlaces } from './places.ts';
import { Reception } from './reception.ts';
import type { AssociationRecord, OperationRecord } from './record.ts';
import { type PlacesMemory, SharedPlaces } from './shared-places.ts';
import { createSlots } from './slots.ts';
import { startTimer, type Transport } from './transport.ts';
import { openServer, type TransportServer } from './transport-listen.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** The port is a TLS port. */
  readonly tls?: TlsServer;
  /** A TLS port beside the plain one, with the same application entities, limits and records. */
  readonly securePort?: { readonly port: number; readonly tls: TlsServer };
  readonly applicationEntities: readonly ApplicationEntity[];
  readonly implementation?: Implementation;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<Timeouts>;
  readonly policy?: Partial<Policy>;
  /** Each association (and each connection that never became one) ends in a record. */
  readonly onAssociation?: (record: AssociationRecord) => void;
  /** Told of each operation, the peer's and ours, when it has ended: before the association does. Must not throw. */
  readonly onOperation?: (record: OperationRecord, association: AssociationInfo) => void;
  readonly log?: Log;
  /** The port is shared with other threads, and so are its limits: what each thread of `listenOnThreads` does. */
  readonly sharing?: { readonly places: PlacesMemory; readonly thread: number };
}

export interface Acceptor {
  readonly port: number;
  /** Where `securePort` listens. */
  readonly securePort: number | undefined;
  /** From now on connections are shown this certificate; those that are open go on. Throws NetworkError 'tls'. */
  reloadTls(tls: TlsServer): void;
  /** Those that are open now. */
  associations(): readonly AssociationInfo[];
  /** Aborts one that is open; false when there is none of this id. */
  abort(id: string): boolean;
  /** Stops listening, lets requests that are being carried out finish within `graceMs`, then aborts what is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Listens for associations. Throws NetworkError 'refused' when the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Acceptor> {
  const receptions = new Set<Reception>();
  const rules: AcceptingRules = {
    applicationEntities: options.applicationEntities,
    implementation: options.implementation ?? ours,
    limits: { ...defaultLimits, ...options.limits },
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    policy: { ...defaultPolicy, ...options.policy },
  };
  const settings: AcceptorSettings = {
    ...rules,
    log: options.log ?? silentLog,
    requests: new KnownRequests(),
    answers: new KnownAnswers(rules),
    onAssociation: options.onAssociation ?? (() => undefined),
    onOperation: options.onOperation,
    moveSlots: createSlots(rules.limits.moveJobs),
    places: options.sharing ? new SharedPlaces(options.sharing.places, options.sharing.thread) : new OwnPlaces(),
  };
  const { host, port, tls, securePort } = options;
  const reusePort = options.sharing !== undefined;
  const server = await openPort({ host, port, tls, reusePort }, settings, receptions);
  const secure =
    securePort &&
    (await openPort({ host, ...securePort, reusePort }, settings, receptions).catch((error: unknown) => {
      server.close();
      throw error;
    }));
  const open = (): readonly Reception[] => [...receptions].filter(({ isOpen }) => isOpen);
  return {
    port: server.port,
    securePort: secure?.port,
    reloadTls: (changed) => (secure ?? server).reload(changed),
    associations: () => open().map(({ info }) => info),
    abort: (id) => {
      const found = open().find(({ info }) => info.id === id);
      found?.abort('by the administrator');
      return found !== undefined;
    },
    close: async ({ graceMs = 0 } = {}) => {
      server.close();
      secure?.close();
      await endAll(receptions, graceMs);
    },
  };
}

interface Port {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsServer | undefined;
  readonly reusePort: boolean;
}

function openPort(where: Port, settings: AcceptorSettings, receptions: Set<Reception>): Promise<TransportServer> {
  const { log, limits, timeouts, places } = settings;
  return openServer({
    ...where,
    handshake: timeouts.artim,
    onTransport: (transport) => receive(settings, receptions, transport),
    admits: () => places.connections < limits.connections,
    onInsecure: ({ id, address }, why, first) => {
      const name =
        first &&
        (nameFirstBytes(first) ??
          (first[0] === 0x01 ? 'a plain DICOM association (the caller does not use TLS, this port does)' : undefined));
      const fields = { association: id, address, ...(first && { firstBytes: showFirstBytes(first) }) };
      log.warn(fields, `no TLS connection from ${address}: ${name ?? why}; closing it`);
    },
  });
}

function receive(settings: AcceptorSettings, receptions: Set<Reception>, transport: Transport): void {
  const { places, limits } = settings;
  if (!places.enter(limits.connections)) {
    const text = `${places.connections} connections are open, as many as allowed; closing the one from ${transport.address}`;
    settings.log.warn({ association: transport.id, address: transport.address }, text);
    transport.destroy();
    return;
  }
  const reception: Reception = new Reception(transport, settings, () => {
    receptions.delete(reception);
    places.leave();
  });
  receptions.add(reception);
  reception.start();
}

/** Seconds that a peer has to close a connection that we aborted while shutting down. */
const lastWait = 0.5;

async function endAll(receptions: ReadonlySet<Reception>, graceMs: number): Promise<void> {
  for (const reception of receptions) reception.finish('shutting down');
  const late = startTimer(graceMs / 1000, () => {
    for (const reception of receptions) reception.abort('shutting down');
    startTimer(lastWait, () => {
      for (const reception of receptions) reception.destroy();
    });
  });
  await Promise.all([...receptions].map(({ gone }) => gone));
  late.stop();
}
