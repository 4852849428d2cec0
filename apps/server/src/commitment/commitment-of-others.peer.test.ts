// Storage commitment as a running server asks for it: scripted archives report over the same association, another, late, wrongly or never.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  bind,
  type CommitmentReport,
  type CommitmentRequest,
  commitmentRequestOf,
  connect,
  listen,
  NetworkError,
  reportingContext,
  reportOf,
  service,
  storage,
  storageCommitment,
} from '@concord/network';
import { ct, files, numbers, random, startWith, uid } from '../../testing/commitment.ts';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { madeStudy } from '../../testing/instances.ts';
import { storeOverWeb } from '../../testing/job-client.ts';

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
  test(`[MO-CMT-03] [RV-SC-02] [RV-SC-08] [${over === 'the same' ? 'RV-SC-04' : 'RV-SC-05'}] after a push the peer is asked once for all; its report over ${over} association is kept; what failed is asked for again`, async (t) => {
    let ours = 0;
    // The first of four is not there when it is asked for first.
    const missing = ({ instances }: CommitmentRequest) => (instances.length === 4 ? 1 : 0);
    const archive = await startArchive(
      t,
      {
        over,
        report: (asked) => ({
          instances: asked.instances.slice(missing(asked)),
          failed: asked.instances.slice(0, missing(asked)).map((each) => ({ ...each, failureReason: 0x0112 as const })),
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
    const all = await server.until(jobId, 'done');
    assert.deepEqual([all.sent, all.failed, archive.requests.length], [4, 0, 2]);
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

test('a report that takes another back counts, also of a job that is over; what nobody asked about changes nothing', async (t) => {
  let ours = 0;
  const all = (asked: CommitmentRequest) => ({ instances: asked.instances, failed: [] });
  const archive = await startArchive(t, { over: 'the same', report: all }, () => ours);
  const peer = { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: archive.port, commitment: 'ask' };
  const { server } = await startWith(t, [peer], { commitmentWait: 5 });
  ours = server.dicomPort;
  await storeOverWeb(server.origin, files(4));
  await server.until(await server.send('ARCHIVE', { studyInstanceUid: madeStudy }), 'done');
  const { jobId } = await server.job('commitment');
  assert.equal((await server.until(jobId, 'done')).sent, 4);
  const [request] = archive.requests;
  assert.ok(request);
  const { transactionUid, instances } = request;
  const failed = instances.slice(2).map((each) => ({ ...each, failureReason: 0x0110 as const }));
  const strange = [ct('1.2.3.4'), ...instances.slice(0, 2)];
  assert.equal(await archive.tell({ transactionUid, instances: strange, failed }), 0x0000);
  const taken = await server.until(jobId, 'failed');
  assert.deepEqual([taken.sent, taken.failed, taken.total], [2, 2, 4]);
  assert.match(taken.detail, /^2 not committed: 0110H/);
  assert.equal(await archive.tell({ transactionUid, instances, failed: [] }), 0x0000);
  assert.deepEqual([(await server.until(jobId, 'done')).sent, archive.requests.length], [4, 1]);
  assert.equal(await archive.tell({ transactionUid: random(), instances, failed: [] }), 0x0115);
});
