// Notifications put together: a job tells peers what is here when a study is complete; what peers tell is expected here.

import { randomBytes } from 'node:crypto';
import { newUid } from '@concord/dicom';
import {
  type AssociationRecord,
  type BoundService,
  bind,
  connect,
  dataSetSyntaxes,
  formatCode,
  instanceAvailabilitySopClass,
  type Log,
  NetworkError,
  notifyOfInstances,
  type Peer,
  statusClass,
} from '@concord/network';
import { arrivedOf } from '../arrivals/arrival-rows.ts';
import type { Follower } from '../arrivals/arrivals.ts';
import { expectByName } from '../arrivals/expected-by-name.ts';
import { counted } from '../counted.ts';
import type { Database } from '../database/database.ts';
import type { Job, JobHandler, Outcome } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import { availability } from './declaration.ts';
import { notificationOf, readNotification, type ToldNotification } from './notification.ts';

export interface AvailabilityParts {
  readonly peers: readonly ConfiguredPeer[];
  readonly database: Database;
  readonly peerOf: (aeTitle: string) => Peer | undefined;
  /** (0008,0054): where instances can be retrieved from. */
  readonly retrieveAeTitle: string;
  readonly onRecord: (record: AssociationRecord) => void;
  readonly now: () => Date;
  readonly log: Log;
}

const context = { abstractSyntax: instanceAvailabilitySopClass, transferSyntaxes: dataSetSyntaxes };

/** Carries out jobs of the kind `notification`: says what is here when it is sent. */
export const notifyJob =
  ({ database, peerOf, retrieveAeTitle, log, onRecord }: AvailabilityParts): JobHandler =>
  async (job, signal) => {
    const studyInstanceUid = String(job.parameters.studyInstanceUid ?? '');
    const instances = await arrivedOf(database, studyInstanceUid);
    if (instances.length === 0) return { kind: 'failed', detail: 'the study is no longer here' };
    const peer = peerOf(job.destination);
    if (!peer) return { kind: 'failed', detail: `no peer is called ${job.destination}` };
    try {
      await using association = await connect(peer, [context], { log, onRecord, signal });
      const [refusal] = association.rejected;
      if (refusal) return { kind: 'failed', detail: `the peer takes no notifications: ${refusal.reason}` };
      const dataSet = notificationOf({ studyInstanceUid, instances }, retrieveAeTitle);
      const { code, comment } = await notifyOfInstances(association, newUid(randomBytes(16)), dataSet);
      return outcomeOf(code, comment);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return { kind: 'again', detail: error.message, progress: false };
    }
  };

const outcomeOf = (code: number, comment = ''): Outcome =>
  statusClass(code) === 'failure'
    ? {
        kind: 'again',
        detail: `the notification was answered with ${formatCode(code)}${comment && `: ${comment}`}`,
        progress: false,
      }
    : { kind: 'done' };

/** When a study is complete, a job for each peer that wants to know. */
export const notifying =
  ({ peers }: Pick<AvailabilityParts, 'peers'>, jobs: Pick<JobStore, 'insertion'>): Follower =>
  async ({ trigger, studyInstanceUid, instances }) => {
    if (trigger !== 'study complete') return [];
    const told = peers.filter(({ notification }) => notification === 'study complete');
    return told.flatMap(({ aeTitle }) => {
      const job = {
        kind: 'notification' satisfies Job['kind'],
        priority: 'medium',
        destination: aeTitle,
        cause: 'study complete',
        title: `${counted(instances.length, 'object')} of study ${studyInstanceUid}`,
        parameters: { studyInstanceUid },
      } as const;
      return jobs.insertion(job, []).statements;
    });
  };

/** @param reconsider told of a study about which something was said */
export const availabilityServices = (
  parts: Pick<AvailabilityParts, 'database' | 'now'>,
  reconsider: (studyInstanceUid: string) => void,
): readonly BoundService[] => [
  bind(availability, {
    async 'N-CREATE'({ dataSet }, { association }) {
      const told = dataSet && readNotification(dataSet);
      if (!told) return { code: 0x0120, comment: 'a Study, Series or SOP Instance UID is missing' };
      await expect(told, association.callingAeTitle, parts);
      reconsider(told.studyInstanceUid);
      return { code: 0x0000 };
    },
  }),
];

/** The last notification of a peer replaces what it said before of the same series. */
async function expect(
  told: ToldNotification,
  source: string,
  { database, now }: Pick<AvailabilityParts, 'database' | 'now'>,
): Promise<void> {
  const said = { source, evidence: 'notification', saidAt: now().toISOString() };
  await database.batch(expectByName({ ...told, isWholeStudy: true }, said));
}
