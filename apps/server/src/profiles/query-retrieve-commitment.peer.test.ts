// The profile query-retrieve-server: a report on storage commitment outlives the association that asked for it, however that ends.
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, newUid, writeDataSet } from '@concord/dicom';
import {
  bind,
  commitmentReportOf,
  listen,
  type NormalizedRequest,
  service,
  storageCommitmentReports,
  storageCommitmentSopClass,
  verificationScp,
} from '@concord/network';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { command, dataSet, echoRq, storeRq } from '../../../../packages/network/testing/wire.ts';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { entitiesWith, queryRetrieve, storeTitle } from '../../testing/profiled-archive.ts';
import { silentPort } from '../../testing/silent-port.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const implicit = '1.2.840.10008.1.2';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const classes = ['6', '6.1', '3', '3.1', '1', '2', '4', '7'].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);
const study = '1.2.826.0.1.7';
const random = () => newUid(crypto.getRandomValues(new Uint8Array(16)));

const slice = (sopInstanceUid: string, sopClassUid = ct) =>
  ctSlice({
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.1`,
    SOPInstanceUID: sopInstanceUid,
    SOPClassUID: sopClassUid,
  });

interface Reported {
  readonly transactionUid: string;
  readonly eventTypeId: number | undefined;
  readonly committed: number;
  readonly callingAeTitle: string;
}

/** Where reports come that find their association gone. */
async function startListener(endings: (() => Promise<void>)[]) {
  const reports: Reported[] = [];
  const declaration = service({
    ...storageCommitmentReports,
    operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
  });
  const bound = bind(declaration, {
    'N-EVENT-REPORT': async (request: NormalizedRequest, { association: { callingAeTitle } }) => {
      const report = commitmentReportOf(request);
      assert.ok(report);
      const { transactionUid, instances } = report;
      reports.push({ transactionUid, eventTypeId: request.eventTypeId, committed: instances.length, callingAeTitle });
      return { code: 0x0000 };
    },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'MODALITY', services: [bound, verificationScp] }],
  });
  endings.push(() => acceptor.close({ graceMs: 0 }));
  const of = async (transactionUid: string): Promise<Reported> => {
    for (let wait = 0; wait < 400; wait += 1) {
      const found = reports.find((report) => report.transactionUid === transactionUid);
      if (found) return found;
      await pause(25);
    }
    return assert.fail(`no report on ${transactionUid}`);
  };
  return { port: acceptor.port, of, reports };
}

/** An N-ACTION that asks for commitment. PS3.4 J.3.2 */
function actionRq(transactionUid: string, instances: readonly { class: string; uid: string }[]): Buffer {
  const keys = new DataSet();
  keys.set('TransactionUID', transactionUid);
  keys.set(
    'ReferencedSOPSequence',
    instances.map((instance) => {
      const item = new DataSet();
      item.set('ReferencedSOPClassUID', instance.class);
      item.set('ReferencedSOPInstanceUID', instance.uid);
      return item;
    }),
  );
  const request = command(1, [
    [0x0003, storageCommitmentSopClass],
    [0x0100, 0x0130],
    [0x0110, 5],
    [0x0800, 0],
    [0x1001, '1.2.840.10008.1.20.1.1'],
    [0x1008, 1],
  ]);
  return Buffer.concat([request, dataSet(1, writeDataSet(keys, implicit))]);
}

const contexts = [
  { id: 1, abstract: storageCommitmentSopClass, transfer: [implicit] },
  { id: 3, abstract: ct, transfer: [implicit] },
  { id: 5, abstract: '1.2.840.10008.1.1', transfer: [implicit] },
];
const numberOf = (hex: string): string => hex.slice(0, 2);

describe('a report and the association that asked for it', () => {
  const endings: (() => Promise<void>)[] = [];
  const hooks = { after: (end: () => Promise<void>) => void endings.push(end) };
  let server: ProfiledServer;
  let listener: Awaited<ReturnType<typeof startListener>>;

  before(async () => {
    listener = await startListener(endings);
    const peers = [{ aeTitle: 'MODALITY', host: '127.0.0.1', port: listener.port }];
    const entities = entitiesWith({ [storeTitle]: { idleTimeout: 1 } });
    const waits = { dataTimeout: 1, responseTimeout: 2, sendRetryWait: 1 };
    server = await startProfile(hooks, queryRetrieve, { peers, entities, ...waits });
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  const associate = (t: TestContext) =>
    ScriptedPeer.associate(server.ports.get(storeTitle) ?? 0, {
      called: storeTitle,
      calling: 'MODALITY',
      contexts,
    }).then((peer) => {
      t.after(() => peer.close());
      return peer;
    });

  /** Stores an instance and asks for its commitment; the N-ACTION-RSP has been read. */
  async function asked(t: TestContext, name: string) {
    const peer = await associate(t);
    const sopInstanceUid = `${study}.1.${name}`;
    peer.send(storeRq(1, ct, sopInstanceUid, 3), dataSet(3, writeDataSet(slice(sopInstanceUid), implicit)));
    assert.equal((await peer.nextCommand()).get(0x0900), 0);
    const transactionUid = random();
    peer.send(actionRq(transactionUid, [{ class: ct, uid: sopInstanceUid }]));
    assert.equal((await peer.nextCommand()).get(0x0900), 0);
    return { peer, transactionUid };
  }

  /** PDU types until the connection ends or an A-ABORT comes. */
  async function restOf(peer: ScriptedPeer): Promise<string> {
    for (;;) {
      const next = await Promise.race([peer.nextHex(), pause(10_000, 'nothing came')]);
      if (!next.startsWith('04')) return next;
    }
  }

  /** Reads up to the response of a kind, which must be a success; reports that come between are left unanswered. */
  async function answered(peer: ScriptedPeer, commandField: number) {
    for (;;) {
      const response = await peer.nextCommand();
      if (response.get(0x0100) !== commandField) continue;
      assert.equal(response.get(0x0900), 0);
      return;
    }
  }

  const committed = { eventTypeId: 1, committed: 1 };
  const shown = ({ eventTypeId, committed: count }: Reported) => ({ eventTypeId, committed: count });

  test('[QR-CMT-26] a report that is not answered in time: A-ABORT, and it comes over a new association', async (t) => {
    const { peer, transactionUid } = await asked(t, '26');
    assert.equal(numberOf(await restOf(peer)), '07');
    assert.deepEqual(shown(await listener.of(transactionUid)), committed);
  });

  test('[QR-CMT-28] [QR-CMT-15] a connection that is lost: the report comes over one that is opened for it, whatever else is open', async (t) => {
    const other = await associate(t);
    const { peer, transactionUid } = await asked(t, '28');
    peer.socket.resetAndDestroy();
    assert.deepEqual(shown(await listener.of(transactionUid)), committed);
    const next = other.nextHex();
    other.send(echoRq(1, 5));
    assert.match(await next, /^04 /, 'nothing but the answer to the C-ECHO');
  });

  test('[QR-CMT-27] half a message and silence: A-ABORT, the N-ACTION is still carried out', async (t) => {
    const { peer, transactionUid } = await asked(t, '27');
    peer.send(echoRq(2, 5).subarray(0, 30));
    assert.equal(numberOf(await restOf(peer)), '07');
    assert.deepEqual(shown(await listener.of(transactionUid)), committed);
    // Both waits of this entity are a second: either may end first.
    assert.ok(server.lines.some((line) => line.includes('nothing came from the peer for 1 s')));
  });

  test('[QR-CMT-22] a report that is answered with success is done, which the log and its job say', async (t) => {
    const { peer, transactionUid } = await asked(t, '22');
    peer.close();
    assert.deepEqual(shown(await listener.of(transactionUid)), committed);
    const { call, until } = jobClient(server.httpPort);
    const { body: jobs } = await call('GET', '/api/jobs');
    const own = jobs.find((job: { parameters?: unknown }) => JSON.stringify(job).includes(transactionUid)) ?? jobs[0];
    const done = await until(own.jobId, 'done');
    assert.deepEqual([done.total, done.sent, done.failed], [1, 1, 0]);
    assert.ok(server.lines.includes('a job was tried'), server.lines.slice(-5).join('\n'));
  });

  test('[QR-CMT-29] service staff call the address that reports go to, and are told whether somebody answers there', async () => {
    const { call } = jobClient(server.httpPort);
    assert.equal((await call('POST', '/api/peers/MODALITY/echo')).body.status, 'success');
    assert.equal((await call('POST', '/api/peers/NOBODY/echo')).status, 404);
  });

  test('[QR-CMT-05] [QR-STO-09] requests and objects mixed on one association; every class that is stored is committed as soon as it is there', async (t) => {
    await storeOverWeb(
      `http://127.0.0.1:${server.httpPort}`,
      classes.map((uid, index) => Uint8Array.from(asPart10(slice(`${study}.5.${index}`, uid)))),
    );
    const peer = await associate(t);
    const before = random();
    const everything = classes.map((uid, index) => ({ class: uid, uid: `${study}.5.${index}` }));
    peer.send(actionRq(before, everything));
    await answered(peer, 0x8130);
    peer.send(storeRq(2, ct, `${study}.6`, 3), dataSet(3, writeDataSet(slice(`${study}.6`), implicit)));
    await answered(peer, 0x8001);
    const after = random();
    peer.send(actionRq(after, [...everything, { class: ct, uid: `${study}.6` }]));
    await answered(peer, 0x8130);
    peer.close();
    const first = await listener.of(before);
    assert.deepEqual([first.eventTypeId, first.committed], [1, 8]);
    assert.deepEqual(shown(await listener.of(after)), { eventTypeId: 1, committed: 9 });
  });
});

test('[QR-CMT-19] [QR-NET-09] five attempts, five minutes apart; a peer that is silent or not there uses up each, then the report is given up', async (t) => {
  const { sendAttempts, sendRetryWait, sendLongestWait, networkTimeout } = readConfiguration(
    ['--profile', queryRetrieve],
    {},
  );
  assert.deepEqual([sendAttempts, sendRetryWait, sendLongestWait, networkTimeout], [5, 300, 300, 30]);
  const [silent, nobody] = [await silentPort(t), await freePort()];
  const peers = [
    { aeTitle: 'SILENT', host: '127.0.0.1', port: silent },
    { aeTitle: 'NOBODY', host: '127.0.0.1', port: nobody },
  ];
  const few = { sendAttempts: 3, sendRetryWait: 1, sendLongestWait: 1, networkTimeout: 1 };
  const server = await startProfile(t, queryRetrieve, { peers, ...few });
  const port = server.ports.get(storeTitle) ?? 0;
  for (const calling of ['SILENT', 'NOBODY']) {
    using peer = await ScriptedPeer.associate(port, { called: storeTitle, calling, contexts });
    peer.send(actionRq(random(), [{ class: ct, uid: '1.2.3' }]));
    assert.equal((await peer.nextCommand()).get(0x0900), 0);
  }
  const { call, until } = jobClient(server.httpPort);
  const reports: readonly { jobId: string; kind: string }[] = (await call('GET', '/api/jobs')).body;
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['commitment report', 'commitment report'],
  );
  for (const { jobId } of reports) {
    const { state } = await until(jobId, 'failed', 'done');
    const { body } = await call('GET', `/api/jobs/${jobId}`);
    assert.deepEqual([state, body.attempts], ['failed', 3], JSON.stringify(body));
  }
});

test('[QR-CMT-25] silence after the request: A-ABORT, what came is kept and the report comes later', async (t) => {
  const endings: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const end of endings) await end();
  });
  const listener = await startListener(endings);
  const peers = [{ aeTitle: 'MODALITY', host: '127.0.0.1', port: listener.port }];
  const entities = entitiesWith({ [storeTitle]: { idleTimeout: 1 } });
  const server = await startProfile(t, queryRetrieve, { peers, entities, commitmentReportsOver: 'new association' });
  const port = server.ports.get(storeTitle) ?? 0;
  using peer = await ScriptedPeer.associate(port, { called: storeTitle, calling: 'MODALITY', contexts });
  const uid = `${study}.1.25`;
  peer.send(storeRq(1, ct, uid, 3), dataSet(3, writeDataSet(slice(uid), implicit)));
  assert.equal((await peer.nextCommand()).get(0x0900), 0);
  const transactionUid = random();
  peer.send(actionRq(transactionUid, [{ class: ct, uid }]));
  assert.equal((await peer.nextCommand()).get(0x0900), 0);
  assert.equal(numberOf(await Promise.race([peer.nextHex(), pause(10_000, 'nothing came')])), '07');
  assert.equal((await listener.of(transactionUid)).eventTypeId, 1);
  const kept = await server.json(`/dicom-web/studies/${study}/instances`);
  assert.ok(Array.isArray(kept) && kept.length === 1);
});
