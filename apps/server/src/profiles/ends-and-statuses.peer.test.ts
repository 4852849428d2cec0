// How associations of the storing profiles end, what they answer to objects they cannot take, and what their host settings do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@concord/network';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { associateRq, pData, releaseRq, storeRq } from '../../../../packages/network/testing/wire.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { listing, startAsking, study } from '../../testing/asking-profile.ts';
import { ctSlice, encoded, implicitVrLittleEndian as implicit } from '../../testing/data-sets.ts';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { failure, type Script, startScriptedS3 } from '../../testing/scripted-s3.ts';

const [ct, echo] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.1'];
const ctContext = [{ id: 1, abstract: ct, transfer: [implicit] }];

const heldBy = async ({ httpPort }: ProfiledServer): Promise<number> =>
  (await (await fetch(`http://127.0.0.1:${httpPort}/api/system`)).json()).statistics.instances;

/** What a server says to a connection, in hexadecimal, until it ends it. */
async function saidTo(port: number): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('hex');
}

test('[IC-ASSOC-09] a sender that is lost, breaks the rules or says nothing leaves no half object, and what we open is released', async (t) => {
  const dest = await startDestination(t);
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.port }];
  const server = await startProfile(t, 'impromed-client', { artimTimeout: 1, dataTimeout: 1, peers });
  const port = server.ports.get('IMPROMED') ?? 0;
  const half = [storeRq(1, ct, '1.2.3.1.1.1'), pData(1, 0, encoded(ctSlice(), implicit).subarray(0, 300))];
  const begin = () => ScriptedPeer.associate(port, { called: 'IMPROMED', calling: 'TESTER', contexts: ctContext });
  const lost = await begin();
  lost.send(...half);
  lost.close();
  for (const unexpected of [
    associateRq({ called: 'IMPROMED', calling: 'TESTER', contexts: ctContext }),
    Buffer.from('ff00000000040000', 'hex'),
    Buffer.alloc(0),
  ]) {
    using peer = await begin();
    peer.send(...half, unexpected);
    assert.match(await peer.nextHex(), /^07/, 'A-ABORT, at once or when no more has come for the time between packets');
  }
  assert.match(await saidTo(port), /^(07.*)?$/, 'no A-ASSOCIATE-RQ within the ARTIM time');
  assert.equal(await heldBy(server), 0);
  const jobs = jobClient(server.httpPort);
  await storeOverWeb(jobs.origin, [madeFile({ instance: '1.2.9.1', study: '1.2.9', series: '1.2.9.0' })]);
  await jobs.until(await jobs.send('DEST', { studyInstanceUid: '1.2.9' }), 'done');
  assert.deepEqual(dest.ended, [{ callingAeTitle: 'IMPROMED', kind: 'released' }]);
});

test('[ES-ASSOC-07] both directions end with a release, and a silent peer stays for the idle time', async (t) => {
  const dest = await startDestination(t);
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.port }];
  const server = await startProfile(t, 'echoes-server', { peers, idleTimeout: 2 });
  using peer = await ScriptedPeer.associate(server.ports.get('ECHOES') ?? 0, {
    ...{ called: 'ECHOES', calling: 'TESTER', contexts: ctContext },
  });
  const began = performance.now();
  const next = peer.nextHex();
  const jobs = jobClient(server.httpPort);
  await storeOverWeb(jobs.origin, [madeFile({ instance: '1.2.9.1', study: '1.2.9', series: '1.2.9.0' })]);
  await jobs.until(await jobs.send('DEST', { studyInstanceUid: '1.2.9' }), 'done');
  assert.deepEqual(
    dest.ended.map(({ kind }) => kind),
    ['released'],
  );
  assert.match(await next, /^07/);
  assert.ok(performance.now() - began >= 1900, 'not before the idle time is over');
  using second = await ScriptedPeer.associate(server.ports.get('ECHOES') ?? 0, {
    ...{ called: 'ECHOES', calling: 'TESTER', contexts: ctContext },
  });
  second.send(releaseRq);
  assert.match(await second.nextHex(), /^06/);
});

test('[IC-STORE-04] 0000, A700, A900, C000, B000 and B007: failures say why, and A900 which element', async (t) => {
  const changes = {
    coercionWarning: 'on',
    incomingDefaults: [{ attribute: 'AccessionNumber', value: 'NONE' }],
  } as const;
  const server = await startProfile(t, 'impromed-client', changes);
  const full = await startProfile(t, 'impromed-client', { diskReserve: 1_048_576 });
  await using association = await server.associate('IMPROMED', contextsOf(ct));
  await using refused = await full.associate('IMPROMED', contextsOf(ct));
  const store = (sopInstanceUid: string, bytes: Uint8Array, over = association) =>
    over.store({
      ...{ sopClassUid: ct, sopInstanceUid, transferSyntaxUid: implicit },
      async *open() {
        yield bytes;
      },
    });
  const slice = (values = {}) => encoded(ctSlice(values), implicit);
  const uid = '1.2.3.1.1.1';
  assert.deepEqual(await store(uid, slice()), { code: 0x0000 });
  assert.equal(
    (await store('1.2.3.1.1.2', slice({ SOPInstanceUID: '1.2.3.1.1.2', AccessionNumber: null }))).code,
    0xb000,
  );
  const short = await store('1.2.3.1.1.5', slice({ SOPInstanceUID: '1.2.3.1.1.5', PixelData: new Uint8Array(30) }));
  assert.deepEqual([short.code, short.offending], [0xb007, [0x7fe00010]], short.comment);
  const failures = [
    [0xa700, undefined, await store(uid, slice(), refused)],
    [0xa900, 0x00080018, await store('1.2.3.1.1.3', slice())],
    [0xa900, 0x00080016, await store(uid, slice({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' }))],
    [0xa900, 0x00080018, await store(uid, slice({ SOPInstanceUID: undefined }))],
    [0xa900, 0x00080016, await store(uid, slice({ SOPClassUID: undefined }))],
    [0xa900, 0x0020000d, await store(uid, slice({ StudyInstanceUID: undefined }))],
    [0xc000, undefined, await store('1.2.3.1.1.4', slice({ SOPInstanceUID: '1.2.3.1.1.4' }).subarray(0, 320))],
  ] as const;
  for (const [code, offending, said] of failures) {
    assert.equal(said.code, code, said.comment);
    assert.ok(said.comment, code.toString(16));
    if (offending !== undefined) assert.deepEqual(said.offending, [offending], said.comment);
  }
  assert.equal(await heldBy(server), 3);
});

test('[IC-SEND-03] a job shows what was sent, what with a warning, what failed and with which code; what was lost can be tried again', async (t) => {
  let codes = [0x0000, 0xb000, 0xa900, 0xc000];
  const dest = await startDestination(t, (place) => {
    if (place === 4) dest.abort();
    return codes[place] ?? 0;
  });
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.port }];
  const server = await startProfile(t, 'impromed-client', { peers, sendAttempts: 1 });
  const jobs = jobClient(server.httpPort);
  const files = Array.from({ length: 6 }, (_, index) =>
    madeFile({ instance: `1.2.9.${index + 1}`, study: '1.2.9', series: '1.2.9.0', instanceNumber: index + 1 }),
  );
  await storeOverWeb(jobs.origin, files);
  const id = await jobs.send('DEST', { studyInstanceUid: '1.2.9' });
  const instances = async () => {
    const { body } = await jobs.call('GET', `/api/jobs/${id}/instances`);
    return body.map(({ state, detail }: { state: string; detail: string }) =>
      [state, detail.slice(0, 4)].join(' ').trim(),
    );
  };
  const failed = await jobs.until(id, 'failed', 'done');
  assert.equal(failed.state, 'failed');
  const [first, warned, ...more] = await instances();
  assert.deepEqual([first, warned, more[0], more[1]], ['sent', 'sent B000', 'failed A900', 'failed C000']);
  for (const left of more.slice(2)) assert.doesNotMatch(left, /^sent/);
  codes = [];
  assert.equal((await jobs.call('POST', `/api/jobs/${id}/retry`)).status, 200);
  const again = await jobs.until(id, 'done', 'failed');
  assert.deepEqual([again.state, again.sent, again.failed], ['done', 6, 0], again.detail);
});

test('[RV-ASSOC-07] the address, the length of PDUs, the idle time and the keep-alive of the socket are as the settings have them', async (t) => {
  const server = await startProfile(t, 'reviewer', { host: '127.0.0.2', maximumPduLength: 8192, idleTimeout: 1 });
  const port = server.ports.get('REVIEWER') ?? 0;
  const peer = { port, calledAeTitle: 'REVIEWER', callingAeTitle: 'TESTER' };
  await assert.rejects(connect({ ...peer, host: '127.0.0.1' }, contextsOf(echo)), { fault: 'refused' });
  const told = await run('echoscu', '-d', '-aec', 'REVIEWER', '127.0.0.2', String(port));
  assert.match(told.output, /Their Max PDU Receive Size:\s+8192/);
  await using silent = await connect({ ...peer, host: '127.0.0.2' }, contextsOf(echo));
  const { output } = await run('ss', '-tno', 'state', 'established', `( sport = :${port} )`);
  assert.match(output, /timer:\(keepalive/);
  for (let wait = 0; silent.exchange.failure === undefined && wait < 400; wait += 1) await pause(25);
  assert.match(silent.exchange.failure?.message ?? 'still open', /abort/i);
});

test('[RV-ASSOC-06] [RV-SEND-07] searching, fetching and sending negotiate nothing more, and open no port', async (t) => {
  const { tap, server, search, retrieve } = await startAsking(t, 'reviewer', { find: listing, move: () => 0xa702 });
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = listening();
  const jobs = jobClient(server.httpPort);
  await storeOverWeb(jobs.origin, [madeFile({ instance: '1.2.9.1', study: '1.2.9', series: '1.2.9.0' })]);
  await search({ PatientID: 'P1' });
  const id = await jobs.send('REMOTE', { studyInstanceUid: '1.2.9' });
  for (let wait = 0; tap.requests.length < 2 && wait < 400; wait += 1) await pause(25);
  assert.equal(listening(), before);
  await jobs.call('POST', `/api/jobs/${id}/cancel`);
  const fetching = retrieve({ studyInstanceUid: study });
  fetching.catch(() => undefined);
  for (let wait = 0; tap.requests.length < 4 && wait < 400; wait += 1) await pause(25);
  assert.ok(tap.requests.length >= 4, `${tap.requests.length} associations`);
  for (const { user } of tap.requests) for (const type of [0x54, 0x56, 0x57]) assert.ok(!user.includes(type));
});

test('[RV-STORE-06] whoever is stored to calls nobody', async (t) => {
  const { tap, server } = await startAsking(t, 'reviewer', { find: listing });
  await using association = await server.associate('REVIEWER', contextsOf(ct, echo));
  const stored = await association.store({
    ...{ sopClassUid: ct, sopInstanceUid: '1.2.3.1.1.1', transferSyntaxUid: implicit },
    async *open() {
      yield encoded(ctSlice(), implicit);
    },
  });
  assert.equal(stored.code, 0x0000);
  await association.release();
  await pause(300);
  assert.equal(tap.requests.length, 0);
});

/** Every value under this name, wherever it stands. */
function everywhere(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [...(key === name ? [part] : []), ...everywhere(part, name)]);
}

test('[ES-COMM-01] [ES-GEN-02] the statement of the clinic archive: TCP/IP, no private syntaxes, no extensions, tables of the current edition', async (t) => {
  const server = await startProfile(t, 'echoes-server');
  const answer = await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=json`);
  const statement = await answer.json();
  assert.match(String(statement.standardEdition), /^PS3 20(2[4-9]|[3-9]\d)/);
  assert.ok(statement.networking.interfaces.protocols.some((name: string) => name.startsWith('TCP/IP')));
  assert.deepEqual(statement.annexes.privateTransferSyntaxes, []);
  assert.deepEqual(statement.annexes.sopClassExtensions, []);
  const syntaxes = everywhere(everywhere(statement, 'transferSyntaxes'), 'uid');
  assert.ok(syntaxes.length > 100);
  for (const uid of syntaxes) assert.match(String(uid), /^1\.2\.840\.10008\.1\.2/);
});

test('[RV-STORE-05] the reviewer says by its status why an object is not kept, with a comment', async (t) => {
  const s3 = await startScriptedS3(t);
  const place = { store: 's3://concord/p', s3Endpoint: s3.endpoint, s3AccessKey: 'a', s3SecretKey: 'b' };
  const server = await startProfile(t, 'reviewer', place);
  await using association = await server.associate('REVIEWER', contextsOf(ct));
  const sopInstanceUid = '1.2.3.1.1.1';
  const store = (bytes: Uint8Array) =>
    association.store({
      ...{ sopClassUid: ct, sopInstanceUid, transferSyntaxUid: implicit },
      async *open() {
        yield bytes;
      },
    });
  const slice = encoded(ctSlice(), implicit);
  const other = encoded(ctSlice({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' }), implicit);
  const answered =
    (status: number, code: string): Script =>
    (_, response) =>
      void failure(status, code)(response);
  const gone: Script = (_, response) => void response.destroy();
  for (const [code, bytes, script] of [
    [0xa700, slice, answered(507, 'InsufficientStorage')],
    [0xa900, other, undefined],
    [0xc002, slice, answered(404, 'NoSuchBucket')],
    [0xc003, slice, gone],
    [0xc004, slice, answered(403, 'AccessDenied')],
    [0xc004, slice, answered(403, 'InvalidAccessKeyId')],
    [0xc006, slice.subarray(0, 320), undefined],
  ] as const) {
    s3.script['PUT object'] = script;
    const said = await store(bytes);
    assert.equal(said.code, code, said.comment);
    assert.ok(said.comment);
  }
  s3.script['PUT object'] = undefined;
  assert.deepEqual(await store(slice), { code: 0x0000 });
});
