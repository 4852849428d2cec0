// Rules per application entity and per peer, seen from outside: PDU sizes, waits, places, syntaxes, callers. PS3.8 7.1.1, D.1, 9.1.5.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { ctImageStorage, explicitVrLittleEndian, implicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { associateRq, echoRq, pData, readAccept, storeRq } from '../../testing/wire.ts';
import { type ApplicationEntity, bind, type ListenOptions, storage, verificationScp } from '../index.ts';

const jpeg = '1.2.840.10008.1.2.4.50';
const contexts = [
  { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] },
  { id: 3, abstract: ctImageStorage, transfer: [jpeg, implicitVrLittleEndian, explicitVrLittleEndian] },
];
const discarding = bind(storage, {
  'C-STORE': async ({ dataSet }) => {
    for await (const _ of dataSet.borrowed());
    return { code: 0x0000 };
  },
});
const services = [verificationScp, discarding];
const entity = (aeTitle: string, more: Partial<ApplicationEntity> = {}): ApplicationEntity => ({
  aeTitle,
  services,
  ...more,
});

interface Answer {
  readonly type: number | 'closed';
  readonly hex: string;
  readonly maximumLength: number | undefined;
  readonly ct: readonly [number, string] | undefined;
}
async function call(port: number, called: string, calling: string): Promise<{ answer: Answer; peer: ScriptedPeer }> {
  const peer = await ScriptedPeer.connect(port);
  peer.send(associateRq({ contexts, called, calling }));
  const pdu = await peer.next();
  if (pdu === 'closed') return { answer: { type: pdu, hex: '', maximumLength: undefined, ct: undefined }, peer };
  const accept = pdu.type === 2 ? readAccept(pdu.body) : undefined;
  return {
    peer,
    answer: {
      type: pdu.type,
      hex: pdu.body.toString('hex'),
      maximumLength: accept?.user.get(0x51)?.[0]?.readUInt32BE(0),
      ct: accept?.contexts.get(3),
    },
  };
}
async function answerTo(options: Partial<ListenOptions>, called: string, calling: string): Promise<Answer> {
  await using acceptor = await testAcceptor(services, options);
  const { answer, peer } = await call(acceptor.port, called, calling);
  peer.close();
  return answer;
}

describe('the longest PDU that is announced', () => {
  const options: Partial<ListenOptions> = {
    limits: { maximumLength: 65_536 },
    applicationEntities: [entity('PLAIN'), entity('SMALL', { maximumLength: 16_384 })],
    policy: { peers: [{ aeTitle: 'OLD', maximumLength: 4096 }] },
  };
  for (const [called, calling, wanted] of [
    ['PLAIN', 'ANY', 65_536],
    ['SMALL', 'ANY', 16_384],
    ['SMALL', 'OLD', 4096],
  ] as const)
    test(`${wanted} bytes for ${calling} calling ${called}`, async () =>
      assert.equal((await answerTo(options, called, calling)).maximumLength, wanted));

  test('is what is held to: one byte more is an invalid PDU parameter (2/6)', async () => {
    await using acceptor = await testAcceptor(services, options);
    const { peer } = await call(acceptor.port, 'SMALL', 'OLD');
    peer.send(storeRq(1, ctImageStorage, '1.2.3', 3), pData(3, 0, Buffer.alloc(4096 - 6)));
    peer.send(pData(3, 0, Buffer.alloc(4096 - 5)));
    assert.equal(await peer.nextHex(), '07 00000206');
    peer.close();
  });
});

describe('waits', () => {
  const options: Partial<ListenOptions> = {
    timeouts: { idle: 30 },
    applicationEntities: [entity('PATIENT'), entity('HASTY', { timeouts: { idle: 0.15 } })],
    policy: {
      peers: [
        { aeTitle: 'SLEEPY', timeouts: { idle: 30 } },
        { aeTitle: 'WATCHED', timeouts: { idle: 0.1 } },
      ],
    },
  };
  test('a peer is aborted after its own idle time, one that another rule holds for goes on', async () => {
    await using acceptor = await testAcceptor(services, options);
    const [sleepy, hasty, watched] = await Promise.all([
      call(acceptor.port, 'HASTY', 'SLEEPY'),
      call(acceptor.port, 'HASTY', 'ANY'),
      call(acceptor.port, 'PATIENT', 'WATCHED'),
    ]);
    assert.equal((await hasty.peer.nextHex()).slice(0, 2), '07');
    assert.equal((await watched.peer.nextHex()).slice(0, 2), '07');
    sleepy.peer.send(echoRq(1));
    assert.equal((await sleepy.peer.nextCommand()).get(0x0900), 0);
    sleepy.peer.close();
    const details = [await acceptor.nextRecord(), await acceptor.nextRecord()].map(({ end }) => end.detail).sort();
    assert.deepEqual(details, ['nothing came from the peer for 0.1 s', 'nothing came from the peer for 0.15 s']);
  });
});

describe('places', () => {
  test('an entity has its own number of associations: 2/3/2 beyond it, others are served', async () => {
    await using acceptor = await testAcceptor(services, {
      applicationEntities: [entity('MANY'), entity('ONE', { associations: 1 })],
    });
    const first = await call(acceptor.port, 'ONE', 'A');
    const second = await call(acceptor.port, 'ONE', 'B');
    const elsewhere = await call(acceptor.port, 'MANY', 'B');
    assert.deepEqual([first.answer.type, second.answer.type, elsewhere.answer.type], [2, 3, 2]);
    assert.equal(second.answer.hex, '00020302');
    const refused = await acceptor.nextRecord();
    assert.match(
      refused.end.detail,
      /1 associations with this application entity are open, as many as allowed \(2\/3\/2\)/,
    );
    assert.match(refused.end.remedy ?? '', /raise the limit of this application entity/);
    for (const { peer } of [first, second, elsewhere]) peer.close();
  });
});

describe('callers and syntaxes', () => {
  const options: Partial<ListenOptions> = {
    applicationEntities: [
      entity('OPEN'),
      entity('CLOSED', { policy: { callers: 'known', peers: [{ aeTitle: 'FRIEND' }] } }),
      entity('EXPLICIT', { policy: { preference: 'explicit first' } }),
      entity('FIRST', { policy: { preference: 'first offered' } }),
    ],
  };
  test('an entity may take known callers only: 1/1/3 for others', async () => {
    assert.equal((await answerTo(options, 'OPEN', 'STRANGER')).type, 2);
    assert.equal((await answerTo(options, 'CLOSED', 'FRIEND')).type, 2);
    assert.equal((await answerTo(options, 'CLOSED', 'STRANGER')).hex, '00010103');
  });
  test('an entity may have its own order of preference', async () => {
    assert.deepEqual((await answerTo(options, 'OPEN', 'ANY')).ct, [0, explicitVrLittleEndian]);
    assert.deepEqual((await answerTo(options, 'EXPLICIT', 'ANY')).ct, [0, jpeg]);
    assert.deepEqual((await answerTo(options, 'FIRST', 'ANY')).ct, [0, jpeg]);
  });
  test('a peer is held to its syntaxes: context result 4 where it offers none of them', async () => {
    const only = (transferSyntaxes: readonly string[]): Partial<ListenOptions> => ({
      policy: { peers: [{ aeTitle: 'CT', transferSyntaxes }] },
    });
    assert.deepEqual((await answerTo(only([implicitVrLittleEndian]), 'CONCORD', 'CT')).ct, [0, implicitVrLittleEndian]);
    assert.equal((await answerTo(only(['1.2.840.10008.1.2.2']), 'CONCORD', 'CT')).ct?.[0], 4);
  });
});
