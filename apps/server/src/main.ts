// The server: opens its parts one on the other, and closes them in the reverse order; nothing is decided here.
import { createImagingPool } from '@concord/imaging/node';
import type { Log } from '@concord/network';
import type { Listening } from './associations/listen.ts';
import { followPeers } from './associations/peers-in-force.ts';
import { composeArchive } from './composition/archive.ts';
import { composeCalling } from './composition/calling.ts';
import { composeClock } from './composition/clock.ts';
import type { Ground } from './composition/ground.ts';
import { composeHl7 } from './composition/hl7.ts';
import { composeJobs } from './composition/jobs.ts';
import { composeListening, composeServices } from './composition/services.ts';
import { openStores } from './composition/stores.ts';
import { composeWebDoor } from './composition/web-door.ts';
import type { ThreadSupply } from './database/sqlite-threads.ts';
import { receivingTitle } from './entities/own-entities.ts';
import { openSharedTitles } from './key-objects/shared-titles.ts';
import { settingsFile } from './settings/own-file.ts';
import type { Configuration } from './settings/settings.ts';

export interface RunningServer {
  /** Of DICOM, by AE title. */
  readonly ports: ReadonlyMap<string, number>;
  /** Of DICOM without TLS; with --plain-dicom off, of DICOM over TLS. */
  readonly dicomPort: number;
  /** Of DICOM over TLS, where there is one beside the plain one. */
  readonly tlsPort: number | undefined;
  readonly httpPort: number;
  /** Of HL7 messages, where they are taken. */
  readonly hl7Port: number | undefined;
  /** Reads certificates again; open associations go on. */
  reload(): void;
  /** Stops listening, lets what is being received finish, then closes everything. A second call waits for the first. */
  close(): Promise<void>;
}

/** At what other servers of the index have changed, in ms. */
const lookEveryMs = 5000;

/** Throws StartError for what the settings can mend, and whatever the stores throw. `threads`: of an index in SQLite. */
export async function startServer(given: Configuration, log: Log, threads?: ThreadSupply): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const peersInForce = await followPeers(given, settingsFile(given), log);
  opened.defer(peersInForce.close);
  const ownTitles = [...given.keyObjectTitles];
  const configuration = { ...given, peers: peersInForce.peers, keyObjectTitles: ownTitles };
  const stores = await openStores(configuration, { opened, threads }, log);
  const titles = await openSharedTitles({
    ...{ database: stores.database, inForce: ownTitles, log },
    everyMs: stores.alone ? undefined : lookEveryMs,
  });
  opened.defer(titles.close);
  const ground: Ground = { configuration, peersInForce, titles, log, now: stores.now, opened };
  composeClock(ground);
  const imaging = createImagingPool();
  opened.defer(imaging.close);
  const calling = await composeCalling(ground, stores);
  const archive = await composeArchive(ground, { ...stores, ...calling, imaging });
  const receiver = receivingTitle(configuration);
  // Jobs begin before the ports are open: what they fetch is asked for only then.
  const listens: { listening?: Listening } = {};
  const receivingPort = () => listens.listening?.ports.get(receiver) ?? configuration.dicomPort;
  const base = { ...ground, ...stores, ...archive, ...calling, imaging };
  const jobs = await composeJobs({ ...base, receivingPort });
  const services = composeServices({ ...base, ...jobs });
  const listening = await composeListening(ground, calling, services);
  listens.listening = listening;
  const hl7Port = await composeHl7(ground, archive);
  const httpPort = await composeWebDoor({ ...base, ...jobs, ...services, listening });
  return running(opened.move(), { listening, httpPort, hl7Port, reload: calling.credentials.reload });
}

interface Opened {
  readonly listening: Listening;
  readonly httpPort: number;
  readonly hl7Port: number | undefined;
  readonly reload: () => void;
}

function running(opened: AsyncDisposableStack, { listening, httpPort, hl7Port, reload }: Opened): RunningServer {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= opened.disposeAsync();
    return closing;
  };
  const { ports, port: dicomPort, securePort: tlsPort } = listening;
  return { ports, dicomPort, tlsPort, httpPort, hl7Port, reload, close };
}
