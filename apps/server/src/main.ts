// Composition: opens the stores, hands them to the roles and faces, closes them in the reverse order; nothing is decided here.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createImagingPool } from '@concord/imaging/node';
import { type AssociationRecord, implementation, type Log } from '@concord/network';
import { storage } from './archive/declaration.ts';
import { archiveServices } from './archive/handlers.ts';
import { openArchive } from './archive/open-archive.ts';
import { watchArrivals } from './arrivals/arrivals.ts';
import { createAssociationRecords } from './associations/association-records.ts';
import { openCredentials } from './associations/credentials.ts';
import { listenForAssociations } from './associations/listen.ts';
import { createPeers } from './associations/peers.ts';
import { availabilityServices, notifying, notifyJob } from './availability/open-availability.ts';
import { openCommitment } from './commitment/open-commitment.ts';
import { type OfferTable, ownEntities, receivingTitle } from './entities/own-entities.ts';
import { openForwarding } from './forwarding/open-forwarding.ts';
import { openStores } from './open-stores.ts';
import { createOutgoing } from './outgoing/outgoing-policy.ts';
import { createSecret } from './outgoing/secret.ts';
import { openReconciliation } from './reconciliation/open-reconciliation.ts';
import { openRemoteArchives } from './remote-archives/open-remote-archives.ts';
import { openRetention, type Retention } from './retention/open-retention.ts';
import { createStorageUse } from './retention/storage-use.ts';
import type { Configuration } from './settings/settings.ts';
import { listenError } from './start-error.ts';
import { openLedger } from './transfers/ledger/open-ledger.ts';
import { openReceptions } from './transfers/ledger/receptions.ts';
import { openTransfers } from './transfers/open-transfers.ts';
import { procedureStepServices } from './unified-procedure-step/handlers.ts';
import { createProcedureSteps } from './unified-procedure-step/procedure-steps.ts';
import { createEventDelivery } from './unified-procedure-step/tell.ts';
import { version } from './version.ts';
import { createWebServer } from './web/web-server.ts';

export interface RunningServer {
  /** Of DICOM, by AE title. */
  readonly ports: ReadonlyMap<string, number>;
  /** Of DICOM without TLS; with --plain-dicom off, of DICOM over TLS. */
  readonly dicomPort: number;
  /** Of DICOM over TLS, where there is one beside the plain one. */
  readonly tlsPort: number | undefined;
  readonly httpPort: number;
  /** Reads certificates again; open associations go on. */
  reload(): void;
  /** Stops listening, lets what is being received finish, then closes everything. A second call waits for the first. */
  close(): Promise<void>;
}

/** Built by `npm start`; where it is missing only the interfaces for programs are served. */
const staticFolder = join(import.meta.dirname, '../../web/dist');

/** Throws StartError for what the settings can mend, and whatever the stores throw. */
export async function startServer(configuration: Configuration, log: Log): Promise<RunningServer> {
  const { aeTitle, data, host, duplicates, patientConflicts, shutdownGrace } = configuration;
  await using opened = new AsyncDisposableStack();
  const { database, store, alone } = await openStores(configuration, opened, log);
  /** The quota is held by what works on the archive it guards. */
  const held: { retention?: Retention } = {};
  const kept = await openArchive({
    database,
    store,
    implementation,
    duplicates,
    patientConflicts,
    hasRoom: () => held.retention?.hasRoom() ?? true,
    coercionWarning: configuration.coercionWarning,
    coercion: configuration,
    system: aeTitle,
    now: () => new Date(),
    log,
  });
  const receptions = await openReceptions({
    database,
    days: configuration.transferHistory,
    now: () => new Date(),
    log,
  });
  const archive = receptions.watching(kept);
  const retention = await openRetention({ database, archive, settings: configuration, now: () => new Date(), log });
  held.retention = retention;
  opened.defer(retention.close);
  const reconciliation = openReconciliation({ database, system: aeTitle, now: () => new Date(), log });
  const records = await createAssociationRecords({
    database,
    log,
    days: configuration.associationHistory,
    now: () => new Date(),
  });
  const credentials = openCredentials(configuration, log);
  opened.defer(credentials.close);
  const peers = createPeers(configuration, (record) => void records.add(record), credentials.client);
  const imaging = createImagingPool();
  opened.defer(imaging.close);

  const receiver = receivingTitle(configuration);
  const remoteArchives = openRemoteArchives({
    peers: configuration.peers,
    archive,
    destination: peers.destination,
    calling: { log, onRecord: (record) => void records.add(record) },
    here: () => ({ aeTitle: receiver, port: listening.ports.get(receiver) ?? listening.port }),
    queryTimeout: configuration.queryTimeout,
    arrivalTimeout: configuration.arrivalTimeout,
  });
  const calling = { peerOf: peers.destination, onRecord: (record: AssociationRecord) => void records.add(record) };
  const commitment = openCommitment({
    ...calling,
    configuration,
    archive,
    isWhole: async ({ key, size }) => (await store.size(key)) === size,
    takes: (sopClassUid) => storage.sopClasses.includes(sopClassUid),
    database,
    now: () => new Date(),
    log,
  });
  opened.defer(commitment.close);
  const availability = {
    ...calling,
    peers: configuration.peers,
    database,
    retrieveAeTitle: receiver,
    now: () => new Date(),
    log,
  };
  const outgoing = createOutgoing({ ...configuration, secret: createSecret(join(data, 'pseudonyms.key')) });
  const transfers = openTransfers({
    configuration,
    outgoing,
    alone,
    database,
    archive,
    imaging,
    peerOf: peers.sending,
    onRecord: (record) => void records.add(record),
    handlers: (jobs) => ({
      ...remoteArchives.handlers(jobs),
      ...commitment.handlers(jobs),
      notification: notifyJob(availability),
    }),
    afterSend: commitment.afterSend,
    now: () => new Date(),
    log,
  });
  opened.defer(transfers.close);
  const forwarding = await openForwarding({
    archive,
    database,
    transfers,
    memory: configuration.jobHistory,
    now: () => new Date(),
  });
  const arrivals = watchArrivals({
    archive,
    database,
    followers: [forwarding.follow, notifying(availability, transfers.making)],
    atOnce: forwarding.atOnce,
    quietTime: configuration.quietTime,
    committed: transfers.wake,
    now: () => new Date(),
    log,
  });
  opened.defer(arrivals.close);
  const ledger = openLedger({
    database,
    receptions,
    associations: records.find,
    reconsider: arrivals.reconsider,
    now: () => new Date(),
  });

  const { destination } = peers;
  const delivery = createEventDelivery({ destination, log });
  opened.defer(delivery.close);
  const steps = createProcedureSteps({ database, tell: delivery.tell, now: () => new Date(), log });
  const knows = (title: string) => destination(title) !== undefined;
  const offers: OfferTable = {
    ...archiveServices({ archive, imaging, outgoing, destination }),
    'work items': (title) =>
      procedureStepServices({ steps, aeTitle: title, knows, randomBytes: () => randomBytes(16) }),
    commitment: () => commitment.services(transfers.making, transfers.wake),
    availability: () => availabilityServices(availability, arrivals.reconsider),
  };
  const entities = (settings: Configuration) => ownEntities(settings, offers);
  const listening = await listenForAssociations({
    configuration,
    entities: entities(configuration),
    records,
    credentials,
    log,
  });
  opened.defer(() => listening.close({ graceMs: shutdownGrace * 1000 }));
  let httpPort = configuration.httpPort;
  const web = createWebServer({
    archive,
    imaging,
    steps,
    delivery,
    implementation,
    host,
    port: httpPort,
    origins: {
      allowedOrigins: configuration.allowedOrigins,
      ...(configuration.allowedHosts.length > 0 ? { allowedHosts: configuration.allowedHosts } : {}),
    },
    webDelete: configuration.webDelete,
    publicUrl: configuration.publicUrl === '' ? undefined : configuration.publicUrl,
    staticFolder,
    ohifFolder: join(data, 'ohif'),
    log,
    system: () => ({
      name: 'Concord',
      version,
      aeTitle,
      dicomHost: host,
      dicomPort: listening.port,
      httpPort,
      dataFolder: data,
    }),
    associations: records.find,
    peers,
    transfers,
    remoteArchives,
    reconciliation,
    storageUse: createStorageUse(database, configuration),
    retention,
    forwarding,
    ledger,
    conformance: { configuration, entities, ports: listening.ports },
  });
  opened.defer(web.close);
  httpPort = await web.listen().catch((error: unknown) => {
    throw listenError('--http-port', host, configuration.httpPort, error);
  });

  const running = opened.move();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= running.disposeAsync();
    return closing;
  };
  const { ports, port: dicomPort, securePort: tlsPort } = listening;
  return { ports, dicomPort, tlsPort, httpPort, reload: credentials.reload, close };
}
