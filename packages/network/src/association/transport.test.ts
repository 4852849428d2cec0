// What our socket does with answers: one write each, none held back by Nagle's algorithm. PS3.8 9.1.
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { ctImageStorage, ctSlice, implicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { dataSet, echoRq, findRq, pData, releaseRq, storeRq } from '../../testing/wire.ts';
import { bind, queryFind, queryRetrieveSopClasses, storage, verificationScp } from '../index.ts';

const contexts = [
  { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] },
  { id: 3, abstract: ctImageStorage, transfer: ['1.2.840.10008.1.2.1'] },
  { id: 5, abstract: queryRetrieveSopClasses.studyRootFind, transfer: [implicitVrLittleEndian] },
];
const slice = ctSlice(1);
const keys = new DataSet();
keys.set('QueryRetrieveLevel', 'STUDY');
keys.set('PatientID', null);
const query = (messageId: number): Uint8Array[] => [
  findRq(messageId, queryRetrieveSopClasses.studyRootFind, 5),
  dataSet(5, writeDataSet(keys, implicitVrLittleEndian)),
];

function match(patientId: string): DataSet {
  const answer = new DataSet();
  answer.set('QueryRetrieveLevel', 'STUDY');
  answer.set('PatientID', patientId);
  return answer;
}

/** An archive that answers `matches` to every query, `between` each two of them. */
function services(matches: number, between: () => Promise<unknown> | undefined) {
  return [
    verificationScp,
    bind(storage, {
      'C-STORE': async ({ dataSet: bytes }) => {
        for await (const _ of bytes.borrowed());
        return { code: 0x0000 };
      },
    }),
    bind(queryFind, {
      'C-FIND': async function* () {
        for (let index = 0; index < matches; index += 1) {
          if (index > 0) await between();
          yield { code: 0xff00, identifier: match(`P${index}`) };
        }
      },
    }),
  ];
}

/** Counts the system calls in which sockets of this local port write. */
function countWrites(t: TestContext, port: number): { readonly taken: () => number } {
  let count = 0;
  for (const name of ['_write', '_writev']) {
    const own: unknown = Reflect.get(Socket.prototype, name);
    assert.ok(typeof own === 'function');
    const counting = function (this: Socket, ...parts: readonly unknown[]): unknown {
      if (this.localPort === port) count += 1;
      return Reflect.apply(own, this, parts);
    };
    Reflect.set(Socket.prototype, name, counting);
    t.after(() => Reflect.set(Socket.prototype, name, own));
  }
  return {
    taken: () => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

async function readAnswers(peer: ScriptedPeer): Promise<number> {
  for (let pending = 0; ; pending += 1) if ((await peer.nextCommand()).get(0x0900) === 0) return pending;
}

test('each answer is one write: nothing of it waits for an acknowledgement', async (t) => {
  await using acceptor = await testAcceptor(services(0, () => undefined));
  const writes = countWrites(t, acceptor.port);
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  assert.equal(writes.taken(), 1, 'A-ASSOCIATE-AC');
  peer.send(echoRq());
  await readAnswers(peer);
  assert.equal(writes.taken(), 1, 'C-ECHO-RSP');
  peer.send(storeRq(2, ctImageStorage, slice.sopInstanceUid, 3), pData(3, 2, slice.bytes));
  await readAnswers(peer);
  assert.equal(writes.taken(), 1, 'C-STORE-RSP');
  peer.send(releaseRq);
  await peer.next();
  assert.equal(writes.taken(), 1, 'A-RELEASE-RP');
});

test('matches that are at hand go out together, in writes of some 64 KB', async (t) => {
  const matches = 5000;
  await using acceptor = await testAcceptor(services(matches, () => undefined));
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  const writes = countWrites(t, acceptor.port);
  const before = peer.socket.bytesRead;
  const started = performance.now();
  peer.send(...query(1));
  assert.equal(await readAnswers(peer), matches);
  // Others get a turn every 2 ms, and what has come together by then goes out.
  const turns = Math.ceil((performance.now() - started) / 2);
  const most = Math.ceil((peer.socket.bytesRead - before) / 0x10000) * 2 + turns;
  const taken = writes.taken();
  assert.ok(taken <= most, `${taken} writes, expected at most ${most}`);
});

test('a match that has to be waited for does not hold back the one before it', async (t) => {
  let go: (() => void) | undefined;
  const between = (): Promise<void> => new Promise((resolve) => (go = resolve));
  await using acceptor = await testAcceptor(services(2, between));
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  const writes = countWrites(t, acceptor.port);
  peer.send(...query(1));
  assert.equal((await peer.nextCommand()).get(0x0900), 0xff00);
  assert.equal(writes.taken(), 1);
  go?.();
  assert.equal(await readAnswers(peer), 1);
  // Together, unless others had their turn of 2 ms between them.
  assert.ok([1, 2].includes(writes.taken()), 'the last match and the final response');
});

test('small writes do not wait for the acknowledgement of those before them', async () => {
  await using acceptor = await testAcceptor(services(3, () => turn()));
  using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
  const times: number[] = [];
  for (let messageId = 1; messageId <= 41; messageId += 1) {
    const started = performance.now();
    peer.send(...query(messageId));
    assert.equal(await readAnswers(peer), 3);
    times.push(performance.now() - started);
  }
  const [median = 0] = times.sort((one, other) => one - other).slice(20);
  // A delayed acknowledgement takes 40 ms or more.
  assert.ok(median < 35, `${median.toFixed(1)} ms`);
});
