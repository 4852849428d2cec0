// Other archives put together: who they are by the settings, how they are asked, and how what is wanted is fetched.

import type { Peer } from '@concord/network';
import type { Activities } from '../jobs/activities.ts';
import type { JobHandler } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { AskedKeys } from '../settings/asked-keys.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import type { Seek } from '../transfers/doubts.ts';
import { treeByDicomweb } from './query-dicomweb.ts';
import { treeByDimse } from './query-dimse.ts';
import type { AskedLevel, Question, RemoteArchive } from './remote-archive.ts';
import { type RetrieveParts, retrieveJob } from './retrieve-job.ts';
import { type SearchEvent, search } from './search.ts';
import { seek } from './seek.ts';

export interface RemoteArchivesParts
  extends Pick<RetrieveParts, 'archive' | 'arrivedSince' | 'calling' | 'expect' | 'here'> {
  readonly peers: readonly ConfiguredPeer[];
  /** What is asked for beside the usual. */
  readonly askedKeys?: readonly AskedKeys[];
  /** How a peer is called for DIMSE. */
  readonly destination: (aeTitle: string) => Peer | undefined;
  /** Seconds: for any answer, and for what an archive says it has sent. */
  readonly queryTimeout: number;
  readonly arrivalTimeout: number;
  /** Whether what an archive names in Retrieve AE Title is fetched from; absent: the one that was asked. */
  readonly retrieveFrom?: RetrieveParts['retrieveFrom'];
  /** What ends a retrieval by C-MOVE; absent: that each listed instance is here. */
  readonly retrieveProof?: RetrieveParts['retrieveProof'];
  /** Where only one thing is done at a time; absent: archives are asked side by side, whatever else goes on. */
  readonly activities?: Activities | undefined;
}

export interface RemoteArchives {
  /** Those that may be asked. */
  list(): readonly RemoteArchive[];
  find(aeTitle: string): RemoteArchive | undefined;
  /** Attributes that are asked for at a level beside the usual. */
  moreKeys(level: AskedLevel): readonly string[];
  /** Asks archives side by side. */
  search(archives: readonly RemoteArchive[], question: Question): AsyncIterable<SearchEvent>;
  /** Asks one for instances that may have been sent to it. */
  readonly seek: Seek;
  /** Carries out jobs that fetch. */
  handlers(store: JobStore): Readonly<Record<'retrieve', JobHandler>>;
}

export function openRemoteArchives(parts: RemoteArchivesParts): RemoteArchives {
  const { peers, askedKeys = [], destination, queryTimeout, arrivalTimeout, retrieveFrom = 'asked', calling } = parts;
  const timeoutMs = queryTimeout * 1000;
  const remoteOf = (configured: ConfiguredPeer): RemoteArchive | undefined => {
    const { aeTitle, name, host, port, query = 'C-FIND', retrieve = 'C-MOVE', dicomweb = '' } = configured;
    const peer = destination(aeTitle);
    return peer && { aeTitle, name, host, port, query, retrieve, dicomweb, peer: impatient(peer, queryTimeout) };
  };
  const find = (aeTitle: string) => {
    const configured = peers.find((each) => each.aeTitle === aeTitle);
    return configured && remoteOf(configured);
  };
  const moreKeys = (level: AskedLevel): readonly string[] =>
    askedKeys.filter((asked) => asked.level === level).flatMap(({ attributes }) => attributes);
  const ask = (archive: RemoteArchive, question: Question) =>
    archive.query === 'QIDO-RS'
      ? treeByDicomweb(archive, question, { timeoutMs, moreKeys })
      : treeByDimse(archive, question, { calling, moreKeys });
  return {
    list: () => peers.flatMap((peer) => remoteOf(peer) ?? []).filter(({ query }) => query !== 'no'),
    find,
    moreKeys,
    search: (archives, question) => search(archives, question, { ask, activities: parts.activities, log: calling.log }),
    seek: async (aeTitle, sought, signal) => {
      const archive = find(aeTitle);
      if (!archive) return { kind: 'unknown', why: `no peer is called ${aeTitle}` };
      return seek(archive, sought, { calling, timeoutMs, signal });
    },
    handlers: (store) => ({
      retrieve: retrieveJob({
        ...parts,
        retrieveFrom,
        retrieveProof: parts.retrieveProof ?? 'objects',
        store,
        archiveOf: find,
        timeoutMs,
        arrivalMs: arrivalTimeout * 1000,
      }),
    }),
  };
}

/** Nobody waits longer for another archive than the query timeout says, at whatever it is. */
const impatient = (peer: Peer, seconds: number): Peer => {
  const { connect = seconds, associate = seconds } = peer.timeouts ?? {};
  return {
    ...peer,
    timeouts: {
      ...peer.timeouts,
      connect: Math.min(connect, seconds),
      associate: Math.min(associate, seconds),
      response: seconds,
    },
  };
};
