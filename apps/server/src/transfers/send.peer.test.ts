// Instances sent by a running server: to DCMTK and to a peer that counts, over crashes, refusals and dead lines.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readDataSet } from '@concord/dicom';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { startServerProcess, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { type ReceivingPeer, startReceivingPeer } from '../../testing/receiving-peer.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => madeFile({ instance: uid(index + 1), instanceNumber: index + 1 }));

/** Waits until it holds; a time that is too short fails, one too long costs nothing. */
const eventually = async (what: () => boolean, words: string): Promise<void> => {
  for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
    if (what()) return;
  assert.fail(words);
};

/** A server with one peer, and what starts it again over the same data. */
const startWith = async (t: TestContext, port: number, settings: object = {}, peer: object = {}) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  const peers = [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port, ...peer }];
  writeFileSync(config, JSON.stringify({ peers, sendRetryWait: 1, networkTimeout: 2, ...settings }));
  const start = async () => {
    const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
    return { ...server, ...jobClient(server.httpPort) };
  };
  return { server: await start(), start };
};

test('[ES-PUSH-01] [ES-PUSH-02] a study goes to DCMTK over one association, byte for byte in the syntax it is kept in', async (t) => {
  const port = await freePort();
  const received = await temporaryFolder();
  await startStorescp(t, received, port);
  const { server } = await startWith(t, port);
  await storeOverWeb(server.origin, files(12));
  const jobId = await server.send('DESTINATION', { studyInstanceUid: madeStudy });
  const done = await server.until(jobId, 'done', 'failed');
  assert.deepEqual([done.state, done.sent, done.total, done.detail], ['done', 12, 12, '']);
  assert.equal(readdirSync(received).length, 12);
  const { body: instances } = await server.call('GET', `/api/jobs/${jobId}/instances`);
  assert.equal(new Set(instances.map((each: { associationId: string }) => each.associationId)).size, 1);
  assert.equal(instances[0].transferSyntaxUid, '1.2.840.10008.1.2.1');
  assert.equal(instances[0].status, 0);
  const { body: records } = await server.call('GET', `/api/associations?id=${instances[0].associationId}`);
  assert.equal(records[0].counts['C-STORE 0000H'], 12);
});

test('what is put right or taken out while a slow peer is sent a study goes out put right, or not at all', async (t) => {
  const names = new Map<string, string>();
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let reached = false;
  const peer = await startReceivingPeer(t, {
    keep: (each, dataSet) => names.set(each, readDataSet(dataSet, '1.2.840.10008.1.2.1').string('PatientName') ?? ''),
    answer: async (_, count) => {
      reached = count === 1;
      if (reached) await held;
      return undefined;
    },
  });
  const { server } = await startWith(t, peer.port, { sendAssociations: 1, networkTimeout: 30, webDelete: 'reject' });
  await storeOverWeb(server.origin, files(6));
  const jobId = await server.send('DESTINATION', { studyInstanceUid: madeStudy });
  await eventually(() => reached, 'the peer holds the second object');
  const values = { PatientName: 'RIGHT^NAME' };
  const act = { kind: 'correct patient', patient: { studyInstanceUid: madeStudy }, values };
  assert.equal((await server.call('POST', '/api/patients/events', { act, by: 'vet', reason: '' })).status, 200);
  const taken = `${server.origin}/dicom-web/studies/${madeStudy}/series/${madeSeries}/instances/${uid(5)}`;
  assert.equal((await fetch(taken, { method: 'DELETE' })).status, 204);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  go();
  const job = await server.until(jobId, 'failed', 'done');
  assert.deepEqual([job.state, job.sent, job.detail], ['failed', 5, '1 not sent: no longer in the archive']);
  const said = [1, 2, 3, 4, 6].map((number) => names.get(uid(number)));
  assert.equal(said.slice(2).join(), 'RIGHT^NAME,RIGHT^NAME,RIGHT^NAME');
  assert.ok(
    said.slice(0, 2).every((name) => name !== 'RIGHT^NAME'),
    said.join(),
  );
  assert.equal(names.has(uid(5)), false);
});

test('[ES-SCU-03] where the peer takes only another syntax the object is converted; where that is forbidden it fails in words', async (t) => {
  const implicit = '1.2.840.10008.1.2';
  const peer = await startReceivingPeer(t, { transferSyntaxes: [implicit] });
  const { server } = await startWith(t, peer.port);
  await storeOverWeb(server.origin, files(1));
  await server.until(await server.send('DESTINATION', { sopInstanceUid: uid(1) }), 'done');
  assert.deepEqual([...peer.syntaxes], [implicit]);

  const strict = await startWith(t, peer.port, {}, { conversion: 'never' });
  await storeOverWeb(strict.server.origin, files(1));
  const failed = await strict.server.until(await strict.server.send('DESTINATION', { patientId: 'P1' }), 'failed');
  assert.match(failed.detail, /1 not sent: the peer refused CT Image Storage/);
});

test('[ES-FWD-04] killed again and again while it sends, a server forgets nothing; a peer that can be asked gets nothing twice, another at most what was on its way, and that is said', async (t) => {
  // Long enough that a kill hits the wait for an answer, the moment after it, or the object on its way.
  const answer = (): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, 4));
  const peer = await startReceivingPeer(t, { answer, finds: true });
  const plain = await startReceivingPeer(t, { answer, aeTitle: 'PLAIN' });
  const peers = [
    { aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port },
    { aeTitle: 'PLAIN', host: '127.0.0.1', port: plain.port },
  ];
  const { server: first, start } = await startWith(t, peer.port, { peers });
  await storeOverWeb(first.origin, files(120));
  const jobId = await first.send('DESTINATION', { studyInstanceUid: madeStudy });
  const plainId = await first.send('PLAIN', { studyInstanceUid: madeStudy });
  let server = first;
  for (const at of [10, 45, 80]) {
    await peer.until(at);
    await server.end('SIGKILL');
    server = await start();
  }
  const done = await server.until(jobId, 'done', 'failed');
  assert.deepEqual([done.state, done.sent], ['done', 120]);
  assert.equal(peer.confirmed.size, 120);
  assert.deepEqual([...new Set(peer.confirmed.values())], [1], 'nothing came twice');
  assert.ok(peer.asked() > 0, 'it was asked');
  await server.until(plainId, 'done');
  const twice = [...plain.confirmed].flatMap(([uid, count]) => (count > 1 ? [uid] : []));
  assert.equal(plain.confirmed.size, 120);
  assert.ok(twice.length <= 3, `${twice.length} sent again after 3 kills`);
  const { body: seen } = await server.call('GET', `/api/jobs/${plainId}/instances`);
  for (const { sopInstanceUid, detail } of seen)
    if (twice.includes(sopInstanceUid)) assert.match(detail, /^perhaps sent twice, .*the peer cannot be asked/);
});

type Client = ReturnType<typeof jobClient>;

/** When its association is over nothing can come any more. */
async function paused(server: Client, jobId: string, peer: ReceivingPeer): Promise<void> {
  assert.equal((await server.call('POST', `/api/jobs/${jobId}/pause`)).status, 200);
  await eventually(() => peer.associations() > 0, 'its association goes on');
  const { body: job } = await server.call('GET', `/api/jobs/${jobId}`);
  assert.equal(job.state, 'paused');
  assert.ok(peer.confirmed.size < 6, 'it was over before it was paused');
  assert.equal((await server.call('POST', `/api/jobs/${jobId}/pause`)).status, 409);
}

async function resumed(server: Client, jobId: string, peer: ReceivingPeer): Promise<void> {
  assert.ok(peer.confirmed.size < 6, 'it went on while it was paused');
  assert.equal((await server.call('POST', `/api/jobs/${jobId}/resume`)).status, 200);
  await server.until(jobId, 'done');
  assert.deepEqual([peer.confirmed.size, [...new Set(peer.confirmed.values())]], [6, [1]]);
}

test('[ES-SCU-05] one refused object does not stop the others; out of resources is tried again, a refusal is not; nothing goes faster than the limit of the peer, nor while its job is paused', async (t) => {
  let full = true;
  const peer = await startReceivingPeer(t, {
    answer: async (instance) => {
      if (instance === uid(2)) return 0xc000;
      if (instance === uid(3)) return 0xb000;
      if (instance !== uid(4) || !full) return undefined;
      full = false;
      return 0xa700;
    },
  });
  const slow = await startReceivingPeer(t, { aeTitle: 'SLOW', finds: true });
  const peers = [
    { aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port },
    { aeTitle: 'SLOW', host: '127.0.0.1', port: slow.port, maximumRate: 1 },
  ];
  const { server } = await startWith(t, peer.port, { peers });
  await storeOverWeb(server.origin, files(6));
  const began = performance.now();
  const slowId = await server.send('SLOW', { studyInstanceUid: madeStudy });
  await slow.until(1);
  await paused(server, slowId, slow);
  const jobId = await server.send('DESTINATION', { studyInstanceUid: madeStudy });
  const failed = await server.until(jobId, 'failed');
  assert.match(failed.detail, /1 not sent: C000H error: cannot understand/);
  assert.deepEqual([failed.sent, failed.failed], [5, 1]);
  const { body: instances } = await server.call('GET', `/api/jobs/${jobId}/instances`);
  assert.match(instances[2].detail, /B000H/);
  assert.equal(instances[3].attempts, 1);
  const { status, body } = await server.call('POST', `/api/jobs/${jobId}/retry`);
  assert.deepEqual([status, body.sent], [200, 5]);
  await server.until(jobId, 'failed');
  assert.equal(peer.confirmed.get(uid(1)), 1);
  await resumed(server, slowId, slow);
  // The first object goes at once, and is paid for by those behind it.
  const least = (slow.bytes() * (5 / 6)) / 1000;
  assert.ok(performance.now() - began >= least * 1000 * 0.95, `${slow.bytes()} bytes in less than ${least} s`);
});

test('[ES-FWD-04] a peer that is not there is called again until it is; cancel, pause and wrong requests are answered', async (t) => {
  const port = await freePort();
  const { server } = await startWith(t, port);
  await storeOverWeb(server.origin, files(3));
  const jobId = await server.send('DESTINATION', { seriesInstanceUid: madeSeries });
  for (;;) {
    const { body } = await server.call('GET', `/api/jobs/${jobId}`);
    if (body.attempts > 0) {
      assert.match(body.detail, /no TCP connection to the peer/);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await startReceivingPeer(t, { port });
  await server.until(jobId, 'done');
  assert.equal((await server.call('POST', `/api/jobs/${jobId}/cancel`)).status, 409);
  assert.equal((await server.call('POST', '/api/jobs/ffff/cancel')).status, 404);
  const wrong: readonly (readonly [number, unknown])[] = [
    [404, { destination: 'NOBODY', selection: { patientId: 'P1' } }],
    [404, { destination: 'DESTINATION', selection: { patientId: 'nobody' } }],
    [400, { destination: 'DESTINATION', selection: {} }],
    [400, { destination: 'DESTINATION', selection: { patientId: 5 } }],
    [400, { destination: 'DESTINATION', selection: { patientId: 'P1' }, priority: 'urgent' }],
    [400, { destination: 'DESTINATION', selection: { patientId: 'P1' }, extra: 1 }],
    [400, '<xml/>'],
    [400, []],
  ];
  for (const [expected, body] of wrong) {
    const answer = await server.call('POST', '/api/jobs', body);
    assert.equal(answer.status, expected, `${JSON.stringify(body)} ${JSON.stringify(answer.body)}`);
  }
  assert.equal((await server.call('GET', '/api/jobs?state=odd')).status, 400);
  assert.equal((await server.call('GET', '/api/jobs?limit=-1')).status, 400);
  assert.equal((await server.call('GET', '/api/jobs?state=done')).body.length, 1);
});
