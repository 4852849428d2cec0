// What abuse and idleness cost: the event loop is never held for 50 ms, others go on, memory stays small, objects are never whole in it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { captures, mutate, randomFrom } from '../../testing/fuzz.ts';
import { ctImageStorage, implicitVrLittleEndian as implicit } from '../../testing/instances.ts';
import { measuredServer } from '../../testing/measured.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import { associateAc, associateRq, command, dataSet, echoRq, findRq, pData, storeRq } from '../../testing/wire.ts';
import { bind, connect, queryRetrieveSopClasses, storage } from '../index.ts';

const find = queryRetrieveSopClasses.studyRootFind;
const verification = { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicit] };
const contexts = [
  verification,
  { id: 3, abstract: ctImageStorage, transfer: [implicit] },
  { id: 5, abstract: find, transfer: [implicit] },
];
const keys = new DataSet();
keys.set('QueryRetrieveLevel', 'STUDY');
const identifier = writeDataSet(keys, implicit);

/** What each kind of abuser sends once it is connected. */
const abuses: Readonly<
  Record<string, { readonly count: number; readonly act: (peer: ScriptedPeer) => Promise<void> }>
> = {
  'connections that say nothing': { count: 300, act: async () => undefined },
  'PDU lengths of 4 GB': {
    count: 50,
    act: async (peer) => peer.send(Buffer.from('0100ffffffff', 'hex'), Buffer.alloc(1000)),
  },
  '128 contexts of 50 syntaxes': {
    count: 20,
    act: async (peer) => {
      const transfer = Array.from({ length: 50 }, (_, index) => `1.2.840.10008.1.2.4.${index + 1000}`);
      const many = Array.from({ length: 128 }, (_, index) => ({
        id: index * 2 + 1,
        abstract: ctImageStorage,
        transfer,
      }));
      peer.send(associateRq({ contexts: many }));
      await peer.next();
    },
  },
  'an A-ASSOCIATE-RQ byte by byte': {
    count: 20,
    act: async (peer) => {
      for (const byte of associateRq({ contexts }).subarray(0, 60)) {
        peer.send(Buffer.of(byte));
        await pause(5);
      }
    },
  },
  'a C-STORE that never ends': {
    count: 4,
    act: async (peer) => {
      peer.send(associateRq({ contexts }));
      await peer.next();
      peer.send(storeRq(1, ctImageStorage, '1.2.3', 3));
      const fragment = pData(3, 0, Buffer.alloc(200_000));
      for (let count = 0; count < 400 && !peer.socket.destroyed; count += 1) {
        peer.send(fragment);
        await pause(1);
      }
    },
  },
  'a client that never reads': {
    count: 4,
    act: async (peer) => {
      peer.send(associateRq({ contexts }));
      await peer.next();
      peer.socket.pause();
      peer.send(findRq(1, find, 5), dataSet(5, identifier));
    },
  },
  'responses that nobody asked for, data sets without commands': {
    count: 20,
    act: async (peer) => {
      peer.send(associateRq({ contexts }));
      await peer.next();
      peer.send(
        dataSet(3, identifier),
        command(1, [
          [0x0100, 0x8030],
          [0x0120, 9],
          [0x0800, 0x0101],
          [0x0900, 0],
        ]),
      );
    },
  },
};

/** Every abuse at once against an acceptor of its own; another association asks on meanwhile. */
async function underAttack(): Promise<{ readonly longestTurn: number; readonly echoes: number }> {
  await using server = await measuredServer();
  using healthy = await ScriptedPeer.associate(server.port, { contexts: [verification] });
  await server.measure();
  const random = randomFrom(99);
  const mutations = captures().flatMap((bytes) => Array.from({ length: 20 }, () => mutate(bytes, random)));
  const peers: ScriptedPeer[] = [];
  const opened = async (act: (peer: ScriptedPeer) => Promise<void>): Promise<void> => {
    const peer = await ScriptedPeer.connect(server.port);
    peers.push(peer);
    await act(peer);
  };
  const attack = Promise.allSettled([
    ...Object.values(abuses).flatMap(({ count, act }) => Array.from({ length: count }, () => opened(act))),
    ...mutations.map((bytes) => opened(async (peer) => peer.send(bytes))),
  ]);
  let attacking = true;
  attack.then(() => {
    attacking = false;
  });
  let echoes = 0;
  for (; attacking || echoes < 20; echoes += 1) {
    healthy.send(echoRq((echoes % 60_000) + 1));
    assert.equal((await healthy.nextCommand()).get(0x0900), 0);
    await pause(5);
  }
  const { longestTurn } = await server.measure();
  for (const peer of peers) peer.close();
  return { longestTurn, echoes };
}

test('under every abuse at once the event loop is never held for 50 ms, and another association goes on', async (t) => {
  // What else the machine does lengthens a turn and never shortens one: the best of three attempts is ours.
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && best >= 50; attempt += 1) {
    const { longestTurn, echoes } = await underAttack();
    t.diagnostic(`longest turn ${longestTurn.toFixed(1)} ms, ${echoes} echoes of the other association`);
    best = Math.min(best, longestTurn);
  }
  assert.ok(best < 50, `the event loop was held for ${best.toFixed(1)} ms of processor time`);
});

test('each of 1,000 idle associations costs less than 100 KB', async (t) => {
  await using server = await measuredServer();
  const open = (count: number) =>
    Promise.all(Array.from({ length: count }, () => ScriptedPeer.associate(server.port, { contexts: [verification] })));
  const first = await open(50);
  const before = await server.measure();
  const more = await open(1000);
  const after = await server.measure();
  for (const peer of [...first, ...more]) peer.close();
  assert.equal(after.associations, 1050);
  const each = (after.memory - before.memory) / 1000 / 1024;
  t.diagnostic(`${each.toFixed(1)} KB each`);
  assert.ok(each < 100, `${each.toFixed(1)} KB each`);
  assert.ok(each > 1, `${each.toFixed(1)} KB each is too good to be true`);
});

describe('streams', () => {
  const mebibyte = 1 << 20;
  const objectMebibytes = 128;

  test('an object of 128 MiB passes through both sides with a small part of it in memory', async () => {
    let [received, peak] = [0, 0];
    const used = (): number => process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    const counting = bind(storage, {
      'C-STORE': async ({ dataSet: bytes }) => {
        for await (const chunk of bytes.borrowed()) {
          received += chunk.length;
          peak = Math.max(peak, used());
        }
        return { code: 0x0000 };
      },
    });
    await using acceptor = await testAcceptor([counting]);
    const association = await connect(acceptor.peer, [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [implicit] },
    ]);
    const chunk = Buffer.alloc(mebibyte);
    const before = used();
    const status = await association.store({
      sopClassUid: ctImageStorage,
      sopInstanceUid: '1.2.3',
      transferSyntaxUid: implicit,
      open: async function* () {
        for (let count = 0; count < objectMebibytes; count += 1) yield chunk;
      },
    });
    await association.release();
    assert.equal(status.code, 0);
    assert.equal(received, objectMebibytes * mebibyte);
    const grown = (peak - before) / mebibyte;
    assert.ok(grown < objectMebibytes / 3, `${grown.toFixed(0)} MiB of ${objectMebibytes} were in memory`);
  });

  test('whoever reads matches slowly makes the peer wait: they do not pile up here', async () => {
    await using server = await scriptedServer();
    const connecting = connect(server.peer, [{ abstractSyntax: find, transferSyntaxes: [implicit] }]);
    const peer = await server.accepted();
    await peer.next();
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    const association = await connecting;
    const matches = association.find(find, keys);
    const first = matches.next();
    const messageId = Number((await peer.nextCommand()).get(0x0110));
    const answer = (code: number, follows: number) =>
      command(1, [
        [0x0100, 0x8020],
        [0x0120, messageId],
        [0x0800, follows],
        [0x0900, code],
      ]);
    const large = new DataSet();
    large.set('PatientComments', 'x'.repeat(10_000));
    const match = Buffer.concat([answer(0xff00, 0), dataSet(1, writeDataSet(large, implicit))]);
    const total = 3000;
    let taken = 0;
    const sending = (async () => {
      for (let count = 0; count < total; count += 1) {
        if (!peer.socket.write(match)) await new Promise((resolve) => peer.socket.once('drain', resolve));
        taken = count + 1;
      }
      peer.send(answer(0x0000, 0x0101));
    })();
    assert.equal((await first).value?.status.code, 0xff00);
    let reached = -1;
    while (reached !== taken) {
      reached = taken;
      await pause(100);
    }
    assert.ok(reached < total, `all ${total} matches were taken in while one was read`);
    let read = 1;
    for await (const { status } of matches) if (status.code === 0xff00) read += 1;
    await sending;
    assert.equal(read, total);
    association.abort();
  });
});
