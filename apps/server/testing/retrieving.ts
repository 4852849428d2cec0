// An archive of ours, another one beside it, and a job that fetches from that.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { expectByName } from '../src/arrivals/expected-by-name.ts';
import { calledPeer } from '../src/associations/peer-rules.ts';
import { createJobStore } from '../src/jobs/job-store.ts';
import { openRemoteArchives, type RemoteArchivesParts } from '../src/remote-archives/open-remote-archives.ts';
import type { Wish } from '../src/remote-archives/wish.ts';
import type { ConfiguredPeer } from '../src/settings/peers.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import { openReceptions } from '../src/transfers/ledger/receptions.ts';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces, type Values } from './data-sets.ts';
import { openRealArchive } from './real-archive.ts';

export const study = '1.2.3.1';
export const series = '1.2.3.1.1';
export const uid = (number: number): string => `${series}.${number}`;
export const slice = (number: number, values: Values = {}): DataSet =>
  ctSlice({ SOPInstanceUID: uid(number), InstanceNumber: String(number), PatientID: 'P1', ...values });

/** Lists so many instances of one series, announced as so many. */
export const listing =
  (count: number, { announced = count, availability = 'ONLINE' } = {}) =>
  (keys: DataSet): readonly DataSet[] => {
    const level = keys.string('QueryRetrieveLevel');
    if (level === 'STUDY')
      return [dataSetOf({ StudyInstanceUID: study, PatientID: 'P1', NumberOfStudyRelatedInstances: announced })];
    if (level === 'SERIES') return [dataSetOf({ SeriesInstanceUID: series, NumberOfSeriesRelatedInstances: count })];
    return Array.from({ length: count }, (_, index) =>
      dataSetOf({
        SOPInstanceUID: uid(index + 1),
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        InstanceAvailability: index === 0 ? availability : 'ONLINE',
      }),
    );
  };

/** That of the archive too. */
const now = () => new Date('2026-01-02T03:04:05Z');

/** @param remote where the other one listens */
export async function startRetrieving(
  t: TestContext,
  remote: { readonly port: number },
  peer: Partial<ConfiguredPeer> = {},
  more: Partial<RemoteArchivesParts> = {},
) {
  const own = await openRealArchive(t);
  const receptions = await openReceptions({
    database: own.database,
    days: 30,
    now,
    believedNow: async () => now(),
    log: silentLog,
  });
  const archive = receptions.watching(own.archive);
  const configured: ConfiguredPeer = { aeTitle: 'REMOTE', host: '127.0.0.1', port: remote.port, ...peer };
  const archives = openRemoteArchives({
    peers: [configured],
    archive,
    arrivedSince: receptions.arrivedSince,
    expect: async (named, source) => {
      const said = { source, evidence: 'list', saidAt: now().toISOString() };
      await own.database.batch(expectByName(named, said));
    },
    destination: () =>
      calledPeer(configured, {
        ...readConfiguration([], {}),
        connectTimeout: 5,
        networkTimeout: 5,
        responseTimeout: 5,
      }),
    calling: { log: silentLog, onRecord: () => undefined },
    here: () => ({ aeTitle: 'CONCORD', port: 11112 }),
    queryTimeout: 5,
    arrivalTimeout: 1,
    ...more,
  });
  const store = createJobStore(own.database, now);
  const { retrieve } = archives.handlers(store);
  let last = '';
  /** One try of a new job, or of the last one once more, as a person would have it. */
  const fetch = async (wish: Partial<Wish> | 'again' = {}, signal = new AbortController().signal) => {
    const parameters = { studyInstanceUid: study, ...(wish !== 'again' && wish) };
    const job = {
      kind: 'retrieve',
      priority: 'medium' as const,
      destination: 'REMOTE',
      cause: 'test',
      title: '',
      parameters,
    };
    if (wish === 'again') await store.control(last, 'retry');
    else last = await store.add(job, []);
    const taken = await store.take('lease', 60_000, []);
    assert.ok(taken);
    const outcome = await retrieve(taken, signal);
    await store.finish(taken, 'lease', outcome, { attempts: 1, firstWait: 1, longestWait: 1 });
    const instances = await store.instances(last, 0, 1000);
    return {
      outcome,
      instances: instances.map(({ sopInstanceUid, state, detail }) => `${sopInstanceUid} ${state} ${detail}`.trim()),
    };
  };
  /** As the listener takes what a peer sends. */
  const put = (dataSet: DataSet) =>
    archive.receive({
      dataSet: inPieces(encoded(dataSet), 1000),
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'DIMSE' },
    });
  return { own: { ...own, put }, fetch };
}
