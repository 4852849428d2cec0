// Storage commitment for tests: a server with peers, who asks it for commitment, and who gets its reports.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { newUid } from '@concord/dicom';
import {
  bind,
  commitmentReportOf,
  connect,
  dataSetSyntaxes,
  listen,
  type NormalizedRequest,
  service,
  storageCommitmentReports,
  storageCommitmentSopClass,
} from '@concord/network';
import { ctImageStorage, madeFile, madeSeries } from './instances.ts';
import { jobClient } from './job-client.ts';
import { startServerProcess } from './programs.ts';
import { temporaryFolder } from './real-archive.ts';

/** Of the object of a number. */
export const uid = (number: number) => `${madeSeries}.${number}`;
/** The first objects as Part 10 files. */
export const files = (count: number) =>
  Array.from({ length: count }, (_, index) => madeFile({ instance: uid(index + 1), instanceNumber: index + 1 }));
export const ct = (sopInstanceUid: string) => ({ sopClassUid: ctImageStorage, sopInstanceUid });
/** From 1 on. */
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
/** A UID that nobody else makes. */
export const random = () => newUid(crypto.getRandomValues(new Uint8Array(16)));

/** A server with these peers; `start` starts it again on the same data. */
export const startWith = async (t: TestContext, peers: readonly object[], settings: object = {}) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ peers, sendRetryWait: 1, networkTimeout: 2, ...settings }));
  const start = async () => {
    const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
    const client = jobClient(server.httpPort);
    const job = async (kind: string) =>
      (await client.call('GET', '/api/jobs')).body.find((each: { kind: string }) => each.kind === kind);
    return { ...server, ...client, job };
  };
  return { server: await start(), start, folder };
};

interface Report {
  readonly transactionUid: string;
  readonly eventTypeId: number | undefined;
  readonly instances: readonly { sopInstanceUid: string }[];
  readonly failed: readonly { sopInstanceUid: string; failureReason: number }[];
  readonly retrieveAeTitle: string | undefined;
  readonly associationId: string;
}

/** Reports as a peer gets them, on whatever association. */
export const collector = (answer: () => number = () => 0x0000) => {
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  const declaration = service({
    ...storageCommitmentReports,
    operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted', 0x0107: 'noted' } } },
  });
  const bound = bind(declaration, {
    'N-EVENT-REPORT': async (request: NormalizedRequest, { association }) => {
      const report = commitmentReportOf(request);
      assert.ok(report);
      const code = answer();
      if (code === 0x0000 || code === 0x0107)
        reports.push({
          ...report,
          eventTypeId: request.eventTypeId,
          retrieveAeTitle: request.dataSet?.string('RetrieveAETitle'),
          associationId: association.id,
        });
      for (const wake of waiting) wake();
      return { code: code as 0x0000 };
    },
  });
  const until = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${reports.length} of ${count} reports`)), 120_000);
      const look = () => {
        if (reports.length < count) return;
        clearTimeout(late);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { reports, bound, until };
};

export const context = { abstractSyntax: storageCommitmentSopClass, transferSyntaxes: dataSetSyntaxes };
/** An association that asks for commitment, and takes reports. */
export const asking = (port: number, bound: ReturnType<typeof collector>['bound'], callingAeTitle = 'MODALITY') =>
  connect({ host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle }, [context], { services: [bound] });

/** A place for reports that come over associations of their own: its port. */
export const listener = async (
  t: TestContext,
  bound: ReturnType<typeof collector>['bound'],
  port = 0,
  onAssociation?: () => void,
) => {
  const acceptor = await listen({
    host: '127.0.0.1',
    port,
    applicationEntities: [{ aeTitle: 'MODALITY', services: [bound] }],
    ...(onAssociation && { onAssociation }),
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return acceptor.port;
};
/** The entry of a peer at that port. */
export const modality = (port: number) => ({ aeTitle: 'MODALITY', host: '127.0.0.1', port });
