// The web: page, DICOMweb, administration and conformance, over everything that was put together before. Loaded with the first request.
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { ImagingPool } from '@concord/imaging/node';
import { implementation } from '@concord/network';
import type { Listening } from '../associations/listen.ts';
import { openPeerFile } from '../associations/peer-file.ts';
import { createExamTypes } from '../exam-types/exam-types.ts';
import { openKeyObjects } from '../key-objects/open-key-objects.ts';
import { openTitleFile } from '../key-objects/title-file.ts';
import { openMedia } from '../media/open-media.ts';
import { shownArchive } from '../media/shown-archive.ts';
import { createAnonymous } from '../outgoing/without-identity.ts';
import { createStatesOfStudy } from '../presentation-states/states-of-study.ts';
import { createStorageUse } from '../retention/storage-use.ts';
import { settingsFile } from '../settings/own-file.ts';
import { openSettingsFile } from '../settings/settings-file.ts';
import { createZone } from '../settings/time-zones.ts';
import { version } from '../version.ts';
import { createWebApp, type WebApp, type WebServerParts } from '../web/web-server.ts';
import type { ArchivePart } from './archive.ts';
import type { CallingPart } from './calling.ts';
import type { Ground } from './ground.ts';
import type { JobPart } from './jobs.ts';
import type { composeServices } from './services.ts';
import type { Stores } from './stores.ts';

/** Built by `npm start`; where it is missing only the interfaces for programs are served. */
const staticFolder = join(import.meta.dirname, '../../../web/dist');

type Services = ReturnType<typeof composeServices>;
export interface WebParts extends Ground, Stores, ArchivePart, CallingPart, JobPart, Services {
  readonly imaging: ImagingPool;
  readonly listening: Listening;
}

/** Makes what answers the requests of a server that listens on this port. */
export async function composeWeb(parts: WebParts, server: Server, port: number): Promise<WebApp> {
  const { configuration, database, records, listening, entities, log } = parts;
  const { aeTitle, data, host, allowedOrigins, allowedHosts, publicUrl, webDelete, viewerOverlays } = configuration;
  const { contextGroupCreator } = configuration;
  const { archive, imaging, steps, delivery, peers, alerts } = parts;
  const { commitment, transfers, remoteArchives, reconciliation, retention, forwarding, ledger, shelf } = parts;
  const file = openSettingsFile(settingsFile(configuration));
  const media = await openMedia({
    ...{ configuration, archive, transfers, shelf, log },
    folder: join(data, 'media'),
    isPeer: (title) => peers.sending(title) !== undefined,
    node: parts.node,
    now: parts.now,
  });
  const web: WebServerParts = {
    media,
    shown: { archive: shownArchive(shelf), opened: () => shelf.opened },
    ...{ archive, imaging, steps, delivery, peers, alerts },
    ...{ transfers, remoteArchives, reconciliation, retention, forwarding, ledger },
    ...{ implementation, host, port, webDelete, viewerOverlays, staticFolder, log },
    examTypes: createExamTypes(database, parts.now),
    origins: { allowedOrigins, ...(allowedHosts.length > 0 ? { allowedHosts } : {}) },
    publicUrl: publicUrl === '' ? undefined : publicUrl,
    anonymous: createAnonymous(parts.secret),
    zone: createZone(configuration.timeZone, () => parts.now().getTime()),
    ohifFolder: join(data, 'ohif'),
    system: () => ({
      name: 'Concord',
      version,
      aeTitle,
      dicomHost: host,
      dicomPort: listening.port,
      httpPort: port,
      dataFolder: data,
    }),
    associations: records.find,
    contacts: records.contacts,
    peerFile: openPeerFile(file.path, parts.peersInForce.renew, file),
    keyObjects: openKeyObjects({
      ...{ archive, database, aeTitle, settings: configuration, now: parts.now },
      made: (document) => parts.drift.made(document),
      titles: openTitleFile({
        ...{ file, inForce: configuration.keyObjectTitles, shared: parts.titles },
        ...{ creatorUid: contextGroupCreator, now: parts.now },
      }),
      shared: parts.titles,
    }),
    storageUse: createStorageUse(database, configuration),
    presentationStates: createStatesOfStudy({ database, archive, maskStates: configuration.maskStates }),
    nonPatient: parts.nonPatient,
    orders: parts.orders,
    commitmentRequests: commitment.requests(transfers.making, transfers.wake),
    conformance: {
      configuration,
      entities,
      ports: listening.ports,
      database,
      drift: parts.drift,
      log: (fields, text) => log.info({ ...fields }, text),
    },
  };
  const app = await createWebApp(web, server);
  return {
    close: async () => {
      await app.close();
      await media.close();
    },
  };
}
