// Storage commitment in a running server: asked by scripted peers and odil, and asking scripted peers and Orthanc.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DataSet, newUid } from '@concord/dicom';
import {
  bind,
  type CommitmentReport,
  type CommitmentRequest,
  commitmentReportOf,
  commitmentRequestOf,
  connect,
  dataSetSyntaxes,
  listen,
  NetworkError,
  type NormalizedRequest,
  reportingContext,
  reportOf,
  requestCommitment,
  service,
  storage,
  storageCommitment,
  storageCommitmentReports,
  storageCommitmentSopClass,
} from '@concord/network';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { removeObjects, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => madeFile({ instance: uid(index + 1), instanceNumber: index + 1 }));
const ct = (sopInstanceUid: string) => ({ sopClassUid: ctImageStorage, sopInstanceUid });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const random = () => newUid(crypto.getRandomValues(new Uint8Array(16)));

const startWith = async (t: TestContext, peers: readonly object[], settings: object = {}) => {
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
const collector = (answer: () => number = () => 0x0000) => {
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

const context = { abstractSyntax: storageCommitmentSopClass, transferSyntaxes: dataSetSyntaxes };
const asking = (port: number, bound: ReturnType<typeof collector>['bound'], callingAeTitle = 'MODALITY') =>
  connect({ host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle }, [context], { services: [bound] });

const listener = async (
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
const modality = (port: number) => ({ aeTitle: 'MODALITY', host: '127.0.0.1', port });

test('[QR-CMT-01] [QR-CMT-02] [QR-CMT-04] [QR-CMT-08] [QR-CMT-13] [QR-CMT-30] [QR-CMT-31] the report names each instance once, with its reason, on the association of the request', async (t) => {
  const { server, folder } = await startWith(t, []);
  await storeOverWeb(server.origin, files(4));
  const { reports, bound, until } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const transactionUid = random();
  const request: CommitmentRequest = {
    transactionUid,
    instances: [
      ct(uid(1)),
      ct(uid(2)),
      ct(uid(2)),
      ct('1.2.3.4'),
      { sopClassUid: '1.2.840.10008.5.1.4.1.1.4', sopInstanceUid: uid(3) },
      { sopClassUid: '1.2.840.10008.1.1', sopInstanceUid: '1.2.3.5' },
    ],
  };
  assert.equal((await requestCommitment(association, request)).code, 0x0000);
  await until(1);
  const [report] = reports;
  assert.equal(report?.transactionUid, transactionUid);
  assert.equal(report?.eventTypeId, 2);
  assert.equal(report?.retrieveAeTitle, 'CONCORD');
  assert.deepEqual(
    report?.instances.map((each) => each.sopInstanceUid),
    [uid(1), uid(2)],
  );
  assert.deepEqual(
    report?.failed.map((each) => [each.sopInstanceUid, each.failureReason]),
    [
      ['1.2.3.4', 0x0112],
      [uid(3), 0x0119],
      ['1.2.3.5', 0x0122],
    ],
  );
  assert.equal(report?.associationId, association.peer.id);
  const { body: keeping } = await server.call('GET', `/api/storage/studies/${madeStudy}`);
  assert.deepEqual([keeping.committed.length, keeping.committed[0]?.peer], [1, 'MODALITY']);
  assert.equal((await server.call('GET', '/api/storage/studies/1.2.3')).status, 404);
  const said = async () => {
    const { body: proof } = await server.call('GET', `/api/transfers/studies/${madeStudy}/proof`);
    const events: Record<string, string>[] = proof.filter(({ peer }: { peer: string }) => peer === 'MODALITY');
    return events.map(({ event, sopInstanceUid }) => `${sopInstanceUid} ${event}`).sort();
  };
  // What was reported stands there when the peer's answer to the report has come.
  while ((await said()).some((line) => line.includes('not reported yet')))
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await said(), [
    `${uid(1)} committed here`,
    `${uid(2)} committed here`,
    `${uid(3)} not committed here`,
  ]);
  // The same transaction once more.
  assert.equal((await requestCommitment(association, { transactionUid, instances: [ct(uid(1))] })).code, 0x0000);
  await until(2);
  assert.deepEqual(
    reports[1]?.failed.map((each) => each.failureReason),
    [0x0131],
  );
  // An object whose file is gone is not committed.
  await removeObjects(join(folder, 'data'));
  assert.equal((await requestCommitment(association, { transactionUid: random(), instances: [ct(uid(4))] })).code, 0);
  await until(3);
  assert.deepEqual(
    reports[2]?.failed.map((each) => each.failureReason),
    [0x0110],
  );
});

test('[QR-CMT-07] [QR-CMT-10] [QR-CMT-11] a request without what it needs is refused by name; media are ignored', async (t) => {
  const { server } = await startWith(t, []);
  await storeOverWeb(server.origin, files(1));
  const { bound, until, reports } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const item = (more: Readonly<Record<string, string>>) => {
    const set = new DataSet();
    for (const [keyword, value] of Object.entries(more)) set.set(keyword as 'PatientID', value);
    return set;
  };
  const instance = item({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(1) });
  const act = async (fill: (dataSet: DataSet) => void, actionTypeId = 1, sopInstanceUid = '1.2.840.10008.1.20.1.1') => {
    const dataSet = new DataSet();
    dataSet.set('TransactionUID', random());
    dataSet.set('ReferencedSOPSequence', [instance.clone()]);
    fill(dataSet);
    const sopClassUid = storageCommitmentSopClass;
    return (await association.nAction({ sopClassUid, sopInstanceUid, actionTypeId, dataSet })).code;
  };
  assert.equal(await act((each) => each.delete('TransactionUID')), 0x0120);
  assert.equal(await act((each) => each.set('TransactionUID', null)), 0x0121);
  assert.equal(await act((each) => each.delete('ReferencedSOPSequence')), 0x0120);
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [])), 0x0121);
  const nameless = item({ ReferencedSOPClassUID: ctImageStorage });
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [nameless])), 0x0120);
  const empty = item({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: '' });
  assert.equal(await act((each) => each.set('ReferencedSOPSequence', [empty])), 0x0121);
  assert.equal(await act(() => undefined, 2), 0x0123);
  assert.equal(await act(() => undefined, 1, '1.2.3'), 0x0112);
  const media = (each: DataSet) => {
    each.set('StorageMediaFileSetID', 'DISC1');
    each.set('StorageMediaFileSetUID', '1.2.3.9');
  };
  assert.equal(await act(media), 0x0000);
  await until(1);
  assert.equal(reports[0]?.eventTypeId, 1);
  assert.equal(reports.length, 1);
});

test('[QR-CMT-12] [QR-CMT-14] [QR-CMT-16] [QR-CMT-17] [QR-CMT-21] reports whose association is over go to the configured port, several over one', async (t) => {
  const { reports, bound, until } = collector();
  let associations = 0;
  const port = await listener(t, bound, 0, () => {
    associations += 1;
  });
  const { server } = await startWith(t, [modality(port)]);
  await storeOverWeb(server.origin, files(3));
  const never = collector();
  const association = await asking(server.dicomPort, never.bound);
  const uids: string[] = [];
  for (const _ of numbers(5)) {
    const transactionUid = random();
    uids.push(transactionUid);
    await requestCommitment(association, { transactionUid, instances: numbers(3).map((each) => ct(uid(each))) });
  }
  // A report that comes while we release cannot be answered any more: it has to come again.
  await association.release().catch(() => undefined);
  const answered = never.reports.length;
  await until(5 - answered);
  const all = [...never.reports, ...reports];
  assert.deepEqual(new Set(all.map((each) => each.transactionUid)), new Set(uids));
  assert.ok(all.every((each) => each.eventTypeId === 1 && each.instances.length === 3));
  assert.ok(new Set(reports.map((each) => each.associationId)).size <= 1, 'several associations');
  assert.ok(associations <= 1);
});

test('[QR-CMT-18] [QR-CMT-20] [QR-CMT-23] [QR-CMT-24] [QR-CMT-32] a report outlives a kill and answers that refuse it; 0107 ends it', async (t) => {
  const port = await freePort();
  const { server, start } = await startWith(t, [modality(port)], {
    commitmentReportsOver: 'new association',
    sendAttempts: 50,
    sendLongestWait: 1,
  });
  await storeOverWeb(server.origin, files(2));
  const never = collector();
  const association = await asking(server.dicomPort, never.bound);
  await requestCommitment(association, { transactionUid: random(), instances: [ct(uid(1)), ct(uid(9))] });
  const waiting = await server.job('commitment report');
  assert.equal(waiting.sent, 0);
  await server.end('SIGKILL');
  association.abort();
  let refusals = 2;
  const { reports, bound, until } = collector(() => (refusals-- > 0 ? 0x0110 : 0x0107));
  await listener(t, bound, port);
  const again = await start();
  await until(1);
  assert.deepEqual(
    [reports[0]?.eventTypeId, reports[0]?.instances.length, reports[0]?.failed[0]?.failureReason],
    [2, 1, 0x0112],
  );
  const done = await again.until((await again.job('commitment report')).jobId, 'done');
  assert.deepEqual([done.sent, done.failed], [1, 1]);
  assert.deepEqual(never.reports, []);
});

/** Asks for a sign of life again and again, in a process of its own; resolves with the longest wait in ms. */
const probe = (origin: string): (() => Promise<number>) => {
  const script = `let longest = 0; process.on('SIGTERM', () => { console.log(longest); process.exit(); });
    for (;;) { const began = performance.now(); await fetch('${origin}/healthz'); longest = Math.max(longest, performance.now() - began); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  return async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
    return Number(said);
  };
};

const many = Number(process.env.CONCORD_COMMITMENT_INSTANCES ?? 100_000);
test(`a commitment request for ${many.toLocaleString('en')} instances holds up nobody, and each is in the report`, async (t) => {
  const { server } = await startWith(t, []);
  await storeOverWeb(server.origin, files(1));
  const { reports, bound, until } = collector();
  const association = await asking(server.dicomPort, bound);
  t.after(() => association.abort());
  const instances = numbers(many).map((each) => ct(`1.2.826.0.1.3680043.10.9.123456789.${each}`));
  const ended = probe(server.origin);
  const began = performance.now();
  const response = await requestCommitment(association, {
    transactionUid: random(),
    instances: [ct(uid(1)), ...instances],
  });
  const answeredAfter = performance.now() - began;
  assert.equal(response.code, 0x0000);
  await until(1);
  const longest = await ended();
  t.diagnostic(`answered after ${Math.round(answeredAfter)} ms, longest wait of others ${Math.round(longest)} ms`);
  assert.deepEqual([reports[0]?.instances.length, reports[0]?.failed.length], [1, many]);
  // Half a second on a quiet machine; the request takes many times as long as this.
  assert.ok(longest < 15_000, `others waited ${longest} ms`);
});

interface ArchiveOptions {
  /** What is reported, and how; undefined: nothing. */
  readonly report: (request: CommitmentRequest) => Omit<CommitmentReport, 'transactionUid'> | undefined;
  readonly over: 'the same' | 'another' | 'nothing';
  readonly code?: number;
  readonly port?: number;
}

/** An archive that takes everything and commits itself as a test says. */
const startArchive = async (t: TestContext, options: ArchiveOptions, ours: () => number) => {
  const requests: CommitmentRequest[] = [];
  const answers: number[] = [];
  const taking = service({ ...storage, operations: { 'C-STORE': { statuses: { 0x0000: 'stored' } } } });
  const declaration = service({
    ...storageCommitment,
    operations: { 'N-ACTION': { statuses: { 0x0000: 'taken', 0x0213: 'full', 0x0112: 'no' } } },
  });
  const tell = async (report: CommitmentReport) => {
    const peer = { host: '127.0.0.1', port: ours(), calledAeTitle: 'CONCORD', callingAeTitle: 'ARCHIVE' };
    await using association = await connect(peer, [reportingContext]);
    const { code } = await association.nEventReport(reportOf(report));
    answers.push(code);
    return code;
  };
  const acceptor = await listen({
    host: '127.0.0.1',
    port: options.port ?? 0,
    applicationEntities: [
      {
        aeTitle: 'ARCHIVE',
        services: [
          bind(taking, {
            'C-STORE': async ({ dataSet }) => {
              for await (const _ of dataSet);
              return { code: 0x0000 };
            },
          }),
          bind(declaration, {
            'N-ACTION': async (request, { eventReport }) => {
              const asked = commitmentRequestOf(request);
              assert.ok(asked);
              requests.push(asked);
              const report = options.report(asked);
              const whole = report && { transactionUid: asked.transactionUid, ...report };
              if (whole && options.over === 'the same')
                setTimeout(() => void eventReport(reportOf(whole)).then(({ code }) => answers.push(code)), 50);
              if (whole && options.over === 'another')
                setTimeout(
                  () => void tell(whole).catch((error: unknown) => assert.ok(error instanceof NetworkError)),
                  400,
                );
              return { code: (options.code ?? 0x0000) as 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return { port: acceptor.port, requests, answers, tell };
};

for (const over of ['the same', 'another'] as const)
  test(`[MO-CMT-03] [RV-SC-02] [${over === 'the same' ? 'RV-SC-04' : 'RV-SC-05'}] after a push the peer is asked once for all; its report over ${over} association is kept`, async (t) => {
    let ours = 0;
    const archive = await startArchive(
      t,
      {
        over,
        report: ({ instances }) => ({
          instances: instances.slice(1),
          failed: instances.slice(0, 1).map((each) => ({ ...each, failureReason: 0x0112 as const })),
        }),
      },
      () => ours,
    );
    const { server } = await startWith(
      t,
      [{ aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.port, commitment: 'ask' }],
      { commitmentWait: over === 'the same' ? 5 : 0 },
    );
    ours = server.dicomPort;
    await storeOverWeb(server.origin, files(4));
    const sent = await server.until(await server.send('ARCHIVE', { studyInstanceUid: madeStudy }), 'done');
    assert.equal(sent.sent, 4);
    const { jobId } = await server.job('commitment');
    const over4 = await server.until(jobId, 'failed', 'done');
    assert.deepEqual([over4.state, over4.sent, over4.failed], ['failed', 3, 1]);
    assert.match(over4.detail, /1 not committed: 0112H no such object instance/);
    assert.equal(archive.requests.length, 1);
    assert.deepEqual(
      archive.requests[0]?.instances.map((each) => each.sopInstanceUid),
      numbers(4).map(uid),
    );
    assert.deepEqual(archive.answers, [0]);
    // The proof has a line for each instance: what the peer answers for, and what it does not, and why.
    const { body: proof } = await server.call('GET', `/api/transfers/studies/${madeStudy}/proof`);
    const lines = proof.flatMap(({ event, peer, sopInstanceUid, status }: Record<string, string>) =>
      /committed/.test(event ?? '') ? [[sopInstanceUid, event, peer, status].join(' ')] : [],
    );
    assert.deepEqual(lines.sort(), [
      `${uid(1)} not committed ARCHIVE 0112`,
      ...[2, 3, 4].map((index) => `${uid(index)} committed ARCHIVE 0000`),
    ]);
    // Tried again by a person: another transaction, for what was not committed.
    await server.call('POST', `/api/jobs/${jobId}/retry`);
    await server.until(jobId, 'failed', 'done');
    for (const end = Date.now() + 5000; Date.now() < end && archive.requests.length < 2; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(archive.requests.length, 2);
    assert.notEqual(archive.requests[1]?.transactionUid, archive.requests[0]?.transactionUid);
    assert.equal(archive.requests[1]?.instances.length, 1);
  });

test('an image that went out as an instance of its own is committed under the UID that the peer has it by', async (t) => {
  const report: ArchiveOptions['report'] = ({ instances }) => ({ instances, failed: [] });
  const archive = await startArchive(t, { over: 'the same', report }, () => 0);
  const peer = { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.port };
  const { server } = await startWith(t, [{ ...peer, commitment: 'ask', lossy: 'preferred' }], { commitmentWait: 5 });
  const grey = { BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelData: new Uint8Array(16) };
  const name = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: uid(1), StudyInstanceUID: madeStudy };
  await storeOverWeb(server.origin, [Uint8Array.from(asPart10(ctSlice({ ...grey, ...name })))]);
  const sending = await server.send('ARCHIVE', { studyInstanceUid: madeStudy });
  assert.equal((await server.until(sending, 'done', 'failed')).state, 'done');
  const [{ sentAs }] = (await server.call('GET', `/api/jobs/${sending}/instances`)).body;
  const { jobId } = await server.job('commitment');
  const committed = await server.until(jobId, 'done', 'failed');
  assert.deepEqual([committed.state, committed.sent], ['done', 1], committed.detail);
  assert.notEqual(sentAs.sopInstanceUid, uid(1));
  assert.deepEqual(archive.requests[0]?.instances, [sentAs]);
  const [line] = (await server.call('GET', `/api/jobs/${jobId}/instances`)).body;
  assert.deepEqual(
    [line.sopInstanceUid, line.sentAs, line.state],
    [uid(1), sentAs, 'sent'],
    'told of what is kept here',
  );
});

test('[MO-CMT-04] [RV-SC-09] a refused request fails in words; reports of transactions nobody asked for change nothing', async (t) => {
  let ours = 0;
  const refusing = await startArchive(t, { over: 'nothing', report: () => undefined, code: 0x0112 }, () => ours);
  const { server } = await startWith(
    t,
    [{ aeTitle: 'ARCHIVE', host: '127.0.0.1', port: refusing.port, commitment: 'ask' }],
    { commitmentWait: 0 },
  );
  ours = server.dicomPort;
  await storeOverWeb(server.origin, files(2));
  await server.until(await server.send('ARCHIVE', { studyInstanceUid: madeStudy }), 'done');
  const failed = await server.until((await server.job('commitment')).jobId, 'failed');
  assert.match(failed.detail, /0112H no such SOP instance/);
  assert.equal(await refusing.tell({ transactionUid: random(), instances: [ct(uid(1))], failed: [] }), 0x0115);
});

test('[MO-CMT-07] [RV-SC-05] a report that comes after a restart is kept, and answered', async (t) => {
  let ours = 0;
  const archive = await startArchive(t, { over: 'nothing', report: () => undefined }, () => ours);
  const peer = { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.port, commitment: 'ask' };
  const { server, start } = await startWith(t, [peer], { commitmentWait: 0 });
  await storeOverWeb(server.origin, files(2));
  await server.until(await server.send('ARCHIVE', { studyInstanceUid: madeStudy }), 'done');
  const { jobId } = await server.job('commitment');
  for (const end = Date.now() + 10_000; Date.now() < end && (await server.job('commitment')).detail === ''; )
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.match((await server.job('commitment')).detail, /waits for the report/);
  await server.end('SIGKILL');
  const again = await start();
  ours = again.dicomPort;
  const [asked] = archive.requests;
  assert.ok(asked);
  assert.equal(await archive.tell({ ...asked, failed: [] }), 0x0000);
  const done = await again.until(jobId, 'done', 'failed');
  assert.deepEqual([done.state, done.sent], ['done', 2]);
  assert.equal(archive.requests.length, 1);
});
