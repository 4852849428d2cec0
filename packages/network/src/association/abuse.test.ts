// What no peer should do, and some do: each ends as the standard says, costs little, and disturbs nobody else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { fuzzAcceptor } from '../../testing/fuzz.ts';
import { ctImageStorage, implicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { associateRq, dataSet, echoRq, findRq, pData, storeRq } from '../../testing/wire.ts';
import { bind, connect, NetworkError, queryFind, queryRetrieveSopClasses, storage, verificationScp } from '../index.ts';

const verification = { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] };
const ct = { id: 3, abstract: ctImageStorage, transfer: [implicitVrLittleEndian] };
const find = { id: 5, abstract: queryRetrieveSopClasses.studyRootFind, transfer: [implicitVrLittleEndian] };
const contexts = [verification, ct, find];
const discarding = bind(storage, {
  'C-STORE': async ({ dataSet: bytes }) => {
    for await (const _ of bytes.borrowed());
    return { code: 0x0000 };
  },
});

async function closedWithin(peer: ScriptedPeer, milliseconds: number): Promise<string> {
  const seen: string[] = [];
  const late = pause(milliseconds, 'late');
  for (;;) {
    const next = await Promise.race([peer.nextHex(), late]);
    if (next === 'closed' || next === 'late') return [...seen, next].join(', ');
    seen.push(next.slice(0, 11));
  }
}

describe('slow and silent peers', () => {
  test('an A-ASSOCIATE-RQ that comes byte by byte is cut off by the ARTIM timer', async () => {
    await using acceptor = await testAcceptor([verificationScp], { timeouts: { artim: 0.15 } });
    using peer = await ScriptedPeer.connect(acceptor.port);
    const bytes = associateRq({ contexts });
    let sent = 0;
    const drip = setInterval(() => {
      peer.socket.write(bytes.subarray(sent, sent + 1));
      sent += 1;
    }, 10);
    assert.equal(await closedWithin(peer, 2000), 'closed');
    clearInterval(drip);
    assert.ok(sent < 60, `${sent} bytes were waited for`);
  });

  test('an object that drips is aborted: idle time is no progress, one byte now and then is none either', async () => {
    await using acceptor = await testAcceptor([verificationScp, discarding], { timeouts: { idle: 30, data: 0.15 } });
    using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
    peer.send(storeRq(1, ctImageStorage, '1.2.3', 3));
    const drip = setInterval(() => peer.socket.write(pData(3, 0, Buffer.alloc(1))), 20);
    assert.match(await closedWithin(peer, 2000), /^07 /);
    clearInterval(drip);
    peer.close();
    assert.match((await acceptor.nextRecord()).end.detail, /nothing came from the peer/);
  });

  test('[QR-QRA-10] [QR-STO-07] [QR-STO-08] an association that says nothing is aborted after the idle time, one that is slow but speaks is not', async () => {
    await using acceptor = await testAcceptor([verificationScp], { timeouts: { idle: 0.2 } });
    using silent = await ScriptedPeer.associate(acceptor.port, { contexts });
    using slow = await ScriptedPeer.associate(acceptor.port, { contexts });
    for (let count = 1; count <= 5; count += 1) {
      slow.send(echoRq(count));
      assert.equal((await slow.nextCommand()).get(0x0900), 0);
      await pause(100);
    }
    assert.match(await closedWithin(silent, 100), /^07 /);
  });

  test('a peer that never reads stops the query that answers it, and is aborted', async () => {
    let yielded = 0;
    const keys = new DataSet();
    keys.set('PatientComments', 'x'.repeat(2000));
    const endless = bind(queryFind, {
      'C-FIND': async function* () {
        for (;;) {
          yielded += 1;
          yield { code: 0xff00, identifier: keys };
        }
      },
    });
    await using acceptor = await testAcceptor([endless], { timeouts: { data: 1, artim: 0.3 } });
    using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
    peer.socket.pause();
    peer.send(findRq(1, find.abstract, 5), dataSet(5, writeDataSet(keys, implicitVrLittleEndian)));
    // The kernel takes some megabytes before it says that nobody reads.
    let reached = -1;
    while (reached !== yielded) {
      reached = yielded;
      await pause(100);
    }
    assert.ok(reached < 20_000, `${reached} matches are in memory`);
    const record = await acceptor.nextRecord();
    assert.match(record.end.detail, /the peer has taken nothing/);
  });

  test('a handler that does not read makes the peer wait, with little in memory', async () => {
    const gate = Promise.withResolvers<void>();
    const stuck = bind(storage, {
      'C-STORE': async ({ dataSet: bytes }) => {
        await gate.promise;
        for await (const _ of bytes);
        return { code: 0x0000 };
      },
    });
    await using acceptor = await testAcceptor([stuck], {
      timeouts: { idle: 0.4, data: 0.4 },
      limits: { queuedBytes: 1 << 18 },
    });
    const association = await connect(acceptor.peer, [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    let produced = 0;
    const storing = association.store({
      sopClassUid: ctImageStorage,
      sopInstanceUid: '1.2.3',
      transferSyntaxUid: implicitVrLittleEndian,
      open: async function* () {
        for (; produced < 400; produced += 1) yield Buffer.alloc(1 << 18);
      },
    });
    await pause(1000);
    assert.ok(produced < 100, `${produced} of 400 chunks were taken while nobody read them`);
    gate.resolve();
    assert.equal((await storing).code, 0, 'our own pause is not the idleness of the peer');
    await association.release();
  });
});

test('a C-STORE that never ends is aborted at the limit of an object', async () => {
  await using acceptor = await testAcceptor([discarding], { limits: { objectBytes: 1_000_000 } });
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  peer.send(storeRq(1, ctImageStorage, '1.2.3', 3));
  for (let count = 0; count < 70; count += 1) peer.send(pData(3, 0, Buffer.alloc(16_000)));
  assert.match(await closedWithin(peer, 2000), /^07 00000206/);
  peer.close();
  assert.match((await acceptor.nextRecord()).end.detail, /an object of more than 1000000 bytes/);
});

test('an identifier that never ends is refused with C000 once it passes the limit, and held no longer', async () => {
  const queries = bind(queryFind, { 'C-FIND': async function* () {} });
  await using acceptor = await testAcceptor([queries], { limits: { dataSetBytes: 100_000 } });
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  peer.send(findRq(1, find.abstract, 5));
  for (let count = 0; count < 20; count += 1) peer.send(pData(5, 0, Buffer.alloc(16_000)));
  peer.send(pData(5, 2, Buffer.alloc(0)));
  const response = await peer.nextCommand();
  assert.equal(response.get(0x0900), 0xc000);
  assert.match(String(response.get(0x0902)), /more than 100000 bytes/);
});

test('[QR-REJ-01] [QR-SRJ-01] [QR-QRA-03] [RV-ASSOC-02] 200 associations at once against a limit of 100: every surplus one gets its A-ASSOCIATE-RJ 2/3/2', async () => {
  await using acceptor = await testAcceptor([verificationScp], {
    limits: { associations: 100, associationsPerAeTitle: 1000, associationsPerAddress: 1000 },
  });
  const peers = await Promise.all(Array.from({ length: 200 }, () => ScriptedPeer.connect(acceptor.port)));
  for (const peer of peers) peer.send(associateRq({ contexts }));
  const answers = await Promise.all(peers.map((peer) => peer.nextHex()));
  assert.equal(answers.filter((answer) => answer.startsWith('02 ')).length, 100);
  assert.equal(answers.filter((answer) => answer === '03 00020302').length, 100);
  assert.equal(acceptor.open(), 100);
  for (const peer of peers) peer.close();
});

test('[QR-QRA-04] the limits per AE title and per address hold beside the total one', async () => {
  await using acceptor = await testAcceptor([verificationScp], {
    limits: { associationsPerAeTitle: 2, associationsPerAddress: 3 },
    policy: { peers: [{ aeTitle: 'BIG', associations: 3 }] },
  });
  const answers: string[] = [];
  const peers: ScriptedPeer[] = [];
  for (const calling of ['A', 'A', 'A', 'BIG', 'BIG']) {
    const peer = await ScriptedPeer.connect(acceptor.port);
    peers.push(peer);
    peer.send(associateRq({ contexts, calling }));
    answers.push((await peer.nextHex()).slice(0, 2));
  }
  assert.deepEqual(
    answers,
    ['02', '02', '03', '02', '03'],
    'the third of A is one too many, the fifth from this address too',
  );
  for (const peer of peers) peer.close();
});

test('a place is free again as soon as an association is over, however it ended', async () => {
  await using acceptor = await testAcceptor([verificationScp], { limits: { associations: 1 } });
  for (const end of ['abort', 'cut', 'release'] as const) {
    const association = await connect(acceptor.peer, [
      { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    await assert.rejects(
      connect(acceptor.peer, [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicitVrLittleEndian] }]),
      (error) => error instanceof NetworkError && error.refusal?.result === 2,
    );
    await acceptor.nextRecord();
    if (end === 'release') await association.release();
    else association.abort();
    await acceptor.nextRecord();
  }
});

test('1,000 connections that say nothing do not keep others from being served', async () => {
  await using acceptor = await testAcceptor([verificationScp], { timeouts: { artim: 120 } });
  const silent = await Promise.all(Array.from({ length: 1000 }, () => ScriptedPeer.connect(acceptor.port)));
  const started = performance.now();
  for (let count = 0; count < 20; count += 1) {
    await using association = await connect(acceptor.peer, [
      { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    assert.equal((await association.echo()).code, 0);
  }
  assert.ok(performance.now() - started < 60_000, 'served while the silent ones are still waited for');
  for (const peer of silent) peer.close();
});

test('connections beyond the limit are closed at once, and said so', async () => {
  await using acceptor = await testAcceptor([verificationScp], { limits: { connections: 3 } });
  const peers = [];
  for (let count = 0; count < 4; count += 1) {
    peers.push(await ScriptedPeer.connect(acceptor.port));
    await pause(10);
  }
  assert.equal(await peers[3]?.next(), 'closed');
  assert.ok(acceptor.lines.some((line) => line.includes('3 connections are open, as many as allowed')));
  for (const peer of peers) peer.close();
});

test('mutated captures of associations leave the acceptor unharmed', async () => {
  const { errors } = await fuzzAcceptor({ seed: 4711, runs: 320 });
  assert.deepEqual(errors, []);
});
