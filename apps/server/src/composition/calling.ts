// Other systems: who they are, how they are called, what remains of each association, and what of it people are told at once.
import type { AssociationRecord } from '@concord/network';
import { openAlerts } from '../alerts/open-alerts.ts';
import { createAssociationRecords } from '../associations/association-records.ts';
import { openCredentials } from '../associations/credentials.ts';
import { createPeers } from '../associations/peers.ts';
import { createBelievedClock } from '../retention/believed-clock.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

/** At the clock, in ms. */
const lookEveryMs = 1000;

export async function composeCalling({ configuration, log, now, opened }: Ground, { database }: Stores) {
  const alerts = openAlerts({ database, log, now });
  opened.defer(alerts.close);
  const believedNow = createBelievedClock({ database, alerts, now, log });
  const looking = setInterval(believedNow.look, lookEveryMs);
  looking.unref();
  opened.defer(() => clearInterval(looking));
  const records = await createAssociationRecords({
    database,
    log,
    days: configuration.associationHistory,
    isPeer: (title) => configuration.peers.some(({ aeTitle }) => aeTitle === title),
    believedNow,
  });
  const credentials = openCredentials(configuration, log);
  opened.defer(credentials.close);
  const onRecord = (record: AssociationRecord) => void records.add(record);
  const peers = createPeers(configuration, onRecord, credentials.client);
  return { records, credentials, onRecord, peers, alerts, believedNow };
}

export type CallingPart = Awaited<ReturnType<typeof composeCalling>>;
