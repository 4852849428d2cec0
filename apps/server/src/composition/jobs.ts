// Everything that is done as jobs: sending and its rules, commitment, notifications, fetching from other archives, and the account of it all.
import { join } from 'node:path';
import type { ImagingPool } from '@concord/imaging/node';
import { storage } from '../archive/declaration.ts';
import { watchArrivals } from '../arrivals/arrivals.ts';
import { expectByName } from '../arrivals/expected-by-name.ts';
import { notifying, notifyJob } from '../availability/open-availability.ts';
import { openCommitment } from '../commitment/open-commitment.ts';
import { receivingTitle } from '../entities/own-entities.ts';
import { openForwarding } from '../forwarding/open-forwarding.ts';
import { createActivities } from '../jobs/activities.ts';
import { onOwnNode, sendFromMedia } from '../media/send-from-media.ts';
import { shownArchive } from '../media/shown-archive.ts';
import { createOutgoing } from '../outgoing/outgoing-policy.ts';
import { openSecret } from '../outgoing/secret.ts';
import { openRemoteArchives } from '../remote-archives/open-remote-archives.ts';
import { openLedger } from '../transfers/ledger/open-ledger.ts';
import { openTransfers } from '../transfers/open-transfers.ts';
import type { ArchivePart } from './archive.ts';
import type { CallingPart } from './calling.ts';
import type { Ground } from './ground.ts';
import { composeShelf } from './shelf.ts';
import type { Stores } from './stores.ts';

export interface JobParts extends Ground, Stores, ArchivePart, CallingPart {
  readonly imaging: ImagingPool;
  /** The port at which objects are received; asked for when something is fetched. */
  readonly receivingPort: () => number;
}

/** What peers are asked and told on their own associations. */
function composeConversations(parts: JobParts) {
  const { configuration, archive, receptions, database, store, peers, onRecord, receivingPort, now, log, opened } =
    parts;
  const retrieveAeTitle = receivingTitle(configuration);
  const calling = { peerOf: peers.destination, onRecord };
  const activities = configuration.activities === 'one at a time' ? createActivities() : undefined;
  const remoteArchives = openRemoteArchives({
    peers: configuration.peers,
    askedKeys: configuration.askedKeys,
    archive,
    arrivedSince: receptions.arrivedSince,
    expect: async (named, source) => {
      const said = { source, evidence: 'list', saidAt: now().toISOString() };
      await database.batch(expectByName(named, said), { unhurried: true }); // up to 100,000 names, and only a job waits
    },
    destination: peers.destination,
    calling: { log, onRecord },
    here: () => ({ aeTitle: retrieveAeTitle, port: receivingPort() }),
    queryTimeout: configuration.queryTimeout,
    arrivalTimeout: configuration.arrivalTimeout,
    retrieveFrom: configuration.retrieveFrom,
    retrieveProof: configuration.retrieveProof,
    activities,
  });
  const commitment = openCommitment({
    ...calling,
    configuration,
    archive,
    isWhole: async ({ key, size }) => (await store.size(key)) === size,
    takes: (sopClassUid) => storage.sopClasses.includes(sopClassUid),
    database,
    now,
    log,
  });
  opened.defer(commitment.close);
  const availability = { ...calling, peers: configuration.peers, database, retrieveAeTitle, now, log };
  return { remoteArchives, commitment, availability, activities };
}

async function composeTransfers(parts: JobParts, conversations: ReturnType<typeof composeConversations>) {
  const { configuration, alone, node, database, archive, imaging, peers, onRecord, now, log, opened } = parts;
  const { remoteArchives, commitment, availability, activities } = conversations;
  const key = await openSecret(database, join(configuration.data, 'pseudonyms.key'));
  const secret = () => key;
  const shelf = composeShelf(parts);
  opened.defer(shelf.close);
  const outgoing = createOutgoing({ ...configuration, secret });
  const transfers = openTransfers({
    configuration,
    outgoing,
    alone,
    node,
    database,
    archive,
    imaging,
    peerOf: peers.sending,
    onRecord,
    seek: remoteArchives.seek,
    handlers: (jobs, sendFrom) => ({
      [sendFromMedia]: onOwnNode(sendFrom(shownArchive(shelf)), node, now),
      ...remoteArchives.handlers(jobs),
      ...commitment.handlers(jobs),
      notification: notifyJob(availability),
    }),
    afterSend: commitment.afterSend,
    activities,
    now,
    believedNow: parts.believedNow,
    log,
  });
  opened.defer(transfers.close);
  return { outgoing, transfers, shelf, secret };
}

export async function composeJobs(parts: JobParts) {
  const { configuration, archive, database, receptions, records, now, log, opened } = parts;
  const conversations = composeConversations(parts);
  const { outgoing, transfers, shelf, secret } = await composeTransfers(parts, conversations);
  const memory = configuration.jobHistory;
  const { believedNow } = parts;
  const forwarding = await openForwarding({ archive, database, transfers, memory, now, believedNow, log });
  const arrivals = watchArrivals({
    archive,
    database,
    followers: [forwarding.follow, notifying(conversations.availability, transfers.making)],
    atOnce: forwarding.atOnce,
    quietTime: configuration.quietTime,
    committed: transfers.wake,
    now,
    log,
  });
  opened.defer(arrivals.close);
  const { reconsider } = arrivals;
  const ledger = openLedger({ database, receptions, associations: records.find, reconsider, now });
  return { ...conversations, outgoing, secret, transfers, shelf, forwarding, arrivals, ledger };
}

export type JobPart = Awaited<ReturnType<typeof composeJobs>>;
