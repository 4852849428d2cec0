// What the application entities of this server offer, and their ports.

import { randomBytes } from 'node:crypto';
import type { ImagingPool } from '@concord/imaging/node';
import type { AssociationRecord } from '@concord/network';
import { archiveServices } from '../archive/handlers.ts';
import { type Listening, listenForAssociations } from '../associations/listen.ts';
import { availabilityServices } from '../availability/open-availability.ts';
import { lateDriftWatch } from '../conformance/late-drift.ts';
import { momentOfRest } from '../conformance/moment-of-rest.ts';
import { counted } from '../counted.ts';
import { type OfferTable, ownEntities, ownTitles } from '../entities/own-entities.ts';
import { createForms } from '../outgoing/outgoing-policy.ts';
import { createSyntaxes } from '../outgoing/proposals.ts';
import { performedProcedureStepServices } from '../performed-procedure/handlers.ts';
import type { Configuration } from '../settings/settings.ts';
import { createZone } from '../settings/time-zones.ts';
import { procedureStepServices } from '../unified-procedure-step/handlers.ts';
import { createProcedureSteps } from '../unified-procedure-step/procedure-steps.ts';
import { createEventDelivery } from '../unified-procedure-step/tell.ts';
import { worklistServices } from '../worklist/handlers.ts';
import { progressOf } from '../worklist/progress.ts';
import type { ArchivePart } from './archive.ts';
import type { CallingPart } from './calling.ts';
import type { Ground } from './ground.ts';
import type { JobPart } from './jobs.ts';
import type { Stores } from './stores.ts';

export interface ServiceParts extends Ground, Stores, ArchivePart, CallingPart, JobPart {
  readonly imaging: ImagingPool;
}

export function composeServices(parts: ServiceParts) {
  const { archive, imaging, outgoing, peers, commitment, transfers, availability, arrivals } = parts;
  const { database, alone, now, log } = parts;
  const { destination } = peers;
  const syntaxes = createSyntaxes(parts.configuration.proposes);
  const formOf = createForms(parts.configuration.peers);
  const delivery = createEventDelivery({ database, destination, now, log, alone });
  parts.opened.defer(delivery.close);
  const steps = createProcedureSteps({ database, events: delivery, now, log });
  const knows = (title: string) => destination(title) !== undefined;
  const titles = ownTitles(parts.configuration);
  const isOwn = (title: string) => titles.has(title);
  const offers: OfferTable = {
    ...archiveServices({
      ...{ archive, imaging, outgoing, formOf, destination, isOwn, storeFailures: parts.configuration.storeFailures },
      ...(syntaxes && { syntaxes }),
      zone: createZone(parts.configuration.timeZone, () => now().getTime()),
      made: (instance, source) => drift.made(instance, source),
    }),
    'work items': (aeTitle) => procedureStepServices({ steps, aeTitle, knows, randomBytes: () => randomBytes(16) }),
    commitment: () => commitment.services(transfers.making, transfers.wake),
    'commitment reports': () => commitment.reports(transfers.making),
    availability: () => availabilityServices(availability, arrivals.reconsider),
    'performed steps': () =>
      performedProcedureStepServices({
        database,
        now,
        reconsider: arrivals.reconsider,
        randomBytes: () => randomBytes(16),
        follow: progressOf,
      }),
    worklist: worklistServices({ orders: parts.orders, maximumMatches: parts.configuration.worklistMatches }),
  };
  const entities = (settings: Configuration) => ownEntities(settings, offers);
  const { configuration } = parts;
  const closing = new AbortController();
  parts.opened.defer(() => closing.abort());
  const drift = lateDriftWatch({
    stated: async () => {
      const { examineStatement } = await import('../conformance/examination.ts');
      const { stated, validation } = await examineStatement({ configuration, entities }, closing.signal);
      const { errors, warnings, open } = validation;
      const found = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}, ${open} open`;
      log.info({ ...validation }, `conformance statement: ${found}`);
      return stated;
    },
    contents: async () => (await import('../conformance/made-objects.ts')).contentsAgainst,
    rest: momentOfRest(closing.signal),
    log,
    margin: Math.max(configuration.artimTimeout, configuration.networkTimeout) * 1000,
  });
  return { delivery, steps, entities, drift };
}

/** Opens the DICOM ports. Throws StartError where one cannot be had. */
export async function composeListening(
  { configuration, peersInForce, log, opened }: Ground,
  { records, credentials, alerts }: CallingPart,
  { entities, drift }: ReturnType<typeof composeServices>,
): Promise<Listening> {
  const own = entities(configuration);
  const onRecord = (record: AssociationRecord): void => {
    void records.add(record);
    drift.see(record);
  };
  const onOperation = alerts.see;
  const listening = await listenForAssociations({
    ...{ configuration, entities: own, onRecord, onOperation, credentials, log },
    onPeersChange: peersInForce.onChange,
  });
  opened.defer(() => listening.close({ graceMs: configuration.shutdownGrace * 1000 }));
  return listening;
}
