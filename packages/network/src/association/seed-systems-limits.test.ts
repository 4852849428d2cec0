// What the documents of the seed systems say of waits, room, addresses and the contexts of one entity, each as the configuration that makes it so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { testAcceptor } from '../../testing/acceptor.ts';
import { answerTo, call, hexOf, one } from '../../testing/asking.ts';
import { ctImageStorage } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { echoRq, extended, findRq } from '../../testing/wire.ts';
import {
  bind,
  connect,
  listen,
  modalityWorklist,
  modalityWorklistSopClass,
  queryFind,
  verification,
  verificationScp,
} from '../index.ts';

const [implicit, explicit, bigEndian] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];
const echo = '1.2.840.10008.1.1';

const verificationIn = (...transferSyntaxes: string[]) =>
  bind({ ...verification, transferSyntaxes }, { 'C-ECHO': async () => ({ code: 0x0000 }) });
const worklistIn = (...transferSyntaxes: string[]) => {
  const { extendedNegotiation: _, ...declaration } = modalityWorklist;
  return bind(
    { ...declaration, transferSyntaxes },
    {
      'C-FIND': async function* () {
        yield { code: 0x0000 };
      },
    },
  );
};

test('[RI-ASC-11] half a PDU, or nothing: A-ABORT after the wait for each, and the record says which', async () => {
  await using acceptor = await testAcceptor([verificationScp], { timeouts: { idle: 0.6, data: 0.2 } });
  const contexts = one(echo, implicit);
  using half = await ScriptedPeer.associate(acceptor.port, { contexts });
  half.send(echoRq(1).subarray(0, 30));
  assert.match(await half.nextHex(), /^07 /);
  half.close();
  assert.match((await acceptor.nextRecord()).end.detail, /0.2 s, in the middle of a message/);
  using silent = await ScriptedPeer.associate(acceptor.port, { contexts });
  assert.match(await silent.nextHex(), /^07 /);
  silent.close();
  assert.match((await acceptor.nextRecord()).end.detail, /nothing came from the peer for 0.6 s/);
});

test('[RI-ASC-09] the configured list is walked in its order, and the first entry that was offered is taken', async () => {
  const accepted = async (configured: readonly string[], offered: readonly string[]) => {
    const applicationEntities = [{ aeTitle: 'CONCORD', services: [verificationIn(...configured)] }];
    const { contexts } = await answerTo({ contexts: one(echo, ...offered) }, { applicationEntities });
    return contexts.get(1);
  };
  assert.deepEqual(await accepted([explicit, implicit], [implicit, explicit]), [0, explicit]);
  assert.deepEqual(await accepted([implicit, explicit], [explicit, implicit]), [0, implicit]);
  assert.equal((await accepted([implicit, explicit], [bigEndian]))?.[0], 4);
});

test('[RI-VER-02] [HP-ASSOC-07] Implicit and Explicit VR Little Endian, each alone; big endian is refused, nothing more is negotiated', async () => {
  const applicationEntities = [{ aeTitle: 'CONCORD', services: [verificationIn(explicit, implicit)] }];
  const contexts = [implicit, explicit, bigEndian].map((syntax, index) => ({
    id: 2 * index + 1,
    abstract: echo,
    transfer: [syntax],
  }));
  const answer = await answerTo({ contexts, user: [extended(echo, [1])] }, { applicationEntities });
  assert.deepEqual(
    [answer.contexts.get(1), answer.contexts.get(3)],
    [
      [0, implicit],
      [0, explicit],
    ],
  );
  assert.equal(answer.contexts.get(5)?.[0], 4);
  assert.deepEqual([answer.user.has(0x54), answer.user.has(0x56)], [false, false]);
});

test('[IW-ASSOC-07] [IW-VER-01] a worklist server in one syntax: 4 without it, 3 for any other class, no extended negotiation, and it echoes', async () => {
  const services = [verificationIn(implicit), worklistIn(implicit)];
  await using acceptor = await testAcceptor(services);
  const contexts = [
    { id: 1, abstract: echo, transfer: [explicit, implicit] },
    { id: 3, abstract: modalityWorklistSopClass, transfer: [implicit] },
    { id: 5, abstract: modalityWorklistSopClass, transfer: [explicit] },
    { id: 7, abstract: ctImageStorage, transfer: [implicit] },
  ];
  const { answer, peer } = await call(acceptor.port, {
    contexts,
    user: [extended(modalityWorklistSopClass, [1, 1, 1, 1])],
  });
  assert.deepEqual(
    [1, 3, 5, 7].map((id) => answer.contexts.get(id)?.[0]),
    [0, 0, 4, 3],
  );
  assert.equal(answer.contexts.get(1)?.[1], implicit);
  assert.equal(answer.user.has(0x56), false);
  peer.send(echoRq(1));
  assert.equal((await peer.nextCommand()).get(0x0900), 0);
  peer.close();
});

test('[PR-ASC-04] [IW-ASSOC-03] short of memory or disk: rejected for now, 2/3/1; otherwise a hundred at a time', async () => {
  assert.equal(hexOf(await answerTo({}, { policy: { congestion: () => 'the disk is full' } })), '3 00020301');
  const many = { associations: 10_000, associationsPerAeTitle: 10_000, associationsPerAddress: 10_000 };
  await using acceptor = await testAcceptor([verificationIn(implicit), worklistIn(implicit)], { limits: many });
  const contexts = one(modalityWorklistSopClass, implicit);
  const calls = await Promise.all(Array.from({ length: 100 }, () => call(acceptor.port, { contexts })));
  const statuses = await Promise.all(
    calls.map(async ({ answer, peer }) => {
      assert.equal(answer.type, 2);
      peer.send(findRq(1, modalityWorklistSopClass), noKeys());
      return (await peer.nextCommand()).get(0x0900);
    }),
  );
  assert.deepEqual(new Set(statuses), new Set([0]));
  for (const { peer } of calls) peer.close();
});

/** An identifier without a key, as the data set of context 1. */
function noKeys(): Buffer {
  const patientName = Buffer.from([0x10, 0x00, 0x10, 0x00, 0, 0, 0, 0]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(patientName.length + 2);
  const value = Buffer.concat([length, Buffer.from([1, 2]), patientName]);
  const header = Buffer.alloc(6);
  header[0] = 4;
  header.writeUInt32BE(value.length, 2);
  return Buffer.concat([header, value]);
}

test('[MG-GEN-06] [MG-PCX-01] [MG-GEN-09] two entities: ten associations each, contexts of their own, as many queries as wanted', async () => {
  const find = bind(queryFind, {
    'C-FIND': async function* () {
      yield { code: 0x0000 };
    },
  });
  const [query] = queryFind.sopClasses;
  assert.ok(query);
  await using acceptor = await testAcceptor([verificationScp], {
    applicationEntities: [
      { aeTitle: 'PHARMACY', services: [verificationScp, find], associations: 10 },
      { aeTitle: 'MAR', services: [verificationScp, worklistIn(implicit)], associations: 10 },
    ],
  });
  const called = 'PHARMACY';
  const open = [];
  for (let count = 0; count < 10; count += 1) open.push(await call(acceptor.port, { called }));
  const full = await call(acceptor.port, { called });
  assert.equal(hexOf(full.answer), '3 00020302');
  const contexts = [
    { id: 1, abstract: query, transfer: [implicit] },
    { id: 3, abstract: modalityWorklistSopClass, transfer: [implicit] },
    { id: 5, abstract: echo, transfer: ['1.2.3.4'] },
  ];
  const other = await call(acceptor.port, { called: 'MAR', contexts });
  assert.deepEqual(
    [1, 3, 5].map((id) => other.answer.contexts.get(id)?.[0]),
    [3, 0, 4],
  );
  open[0]?.peer.close();
  let again = await call(acceptor.port, { called, contexts });
  for (let wait = 0; again.answer.type !== 2 && wait < 100; wait += 1) {
    await pause(20);
    again = await call(acceptor.port, { called, contexts });
  }
  assert.deepEqual([again.answer.contexts.get(1)?.[0], again.answer.contexts.get(3)?.[0]], [0, 3]);
  for (let count = 1; count <= 5; count += 1) {
    again.peer.send(findRq(count, query), noKeys());
    assert.equal((await again.peer.nextCommand()).get(0x0900), 0);
  }
  for (const { peer } of [...open, full, other, again]) peer.close();
});

test('[RI-NET-01] [HP-NET-01] IPv4, IPv6 and a host name', async () => {
  const acceptor = await listen({
    host: '::',
    port: 0,
    applicationEntities: [{ aeTitle: 'CONCORD', services: [verificationScp] }],
  });
  try {
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      const peer = { host, port: acceptor.port, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
      await using association = await connect(peer, [{ abstractSyntax: echo, transferSyntaxes: [implicit] }]);
      assert.equal((await association.echo()).code, 0, host);
    }
  } finally {
    await acceptor.close({ graceMs: 0 });
  }
});
