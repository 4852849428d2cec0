// What the documents of the seed systems say of associations, each as the configuration that makes it so. PS3.8 7.1.1, 9.3, PS3.7 D.3.3.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { answerTo, call, hexOf, one, services } from '../../testing/asking.ts';
import { ctImageStorage, ctSlice } from '../../testing/instances.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import {
  associateAc,
  associateRq,
  command,
  dataSet,
  readAccept,
  readCommand,
  role,
  windowItem,
} from '../../testing/wire.ts';
import { connect, type ListenOptions } from '../index.ts';

const [implicit, explicit] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
const echo = '1.2.840.10008.1.1';
const applicationContext = '1.2.840.10008.3.1.1.1';

describe('what goes both ways', () => {
  test('[QR-GEN-10] [IC-ASSOC-01] [RV-ASSOC-01] [ES-ASSOC-08] [MO-ASC-01] [RI-ASC-01] [PR-ASC-02] [MG-GEN-05] [IW-ASSOC-02] the application context, and no other', async () => {
    assert.ok((await answerTo({})).body.includes(applicationContext));
    await using server = await scriptedServer();
    const connecting = connect(server.peer, [{ abstractSyntax: echo, transferSyntaxes: [implicit] }]);
    const peer = await server.accepted();
    const request = await peer.next();
    assert.ok(request !== 'closed' && request.body.includes(applicationContext));
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    (await connecting).abort();
    await using acceptor = await testAcceptor(services);
    using other = await ScriptedPeer.connect(acceptor.port);
    other.send(associateRq({ contexts: one(echo, implicit), applicationContext: '1.2.3' }));
    assert.equal(await other.nextHex(), '03 00010102');
  });

  test('[MO-ASC-03] [PR-ASC-15] [RI-ASC-05] [IW-ASSOC-05] [VW-ASSOC-16] [HP-ASSOC-13] the implementation that the configuration names', async () => {
    const implementation = { classUid: '1.2.826.0.1.3680043.8.226', versionName: 'InfinityDS 1.0' };
    const { user } = await answerTo({}, { implementation });
    assert.deepEqual(
      [0x52, 0x55].map((type) => user.get(type)?.[0]?.toString('latin1')),
      [implementation.classUid, implementation.versionName],
    );
    await using server = await scriptedServer();
    const proposed = [{ abstractSyntax: echo, transferSyntaxes: [implicit] }];
    const connecting = connect(server.peer, proposed, { implementation });
    const peer = await server.accepted();
    const request = await peer.next();
    assert.ok(request !== 'closed');
    assert.ok(request.body.includes(implementation.classUid) && request.body.includes(implementation.versionName));
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    (await connecting).abort();
  });

  test('[QR-GEN-11] [MO-ASC-02] [IC-ASSOC-04] [IW-ASSOC-04] [RV-ASSOC-04] [MG-GEN-07] [ES-ASSOC-06] [RI-ASC-04] one operation at a time, whatever is proposed', async () => {
    for (const [invoked, performed] of [
      [5, 5],
      [0, 0],
      [8, 1],
    ] as const) {
      const { user } = await answerTo({ user: [windowItem(invoked, performed)] });
      assert.deepEqual(user.get(0x53)?.[0], Buffer.from([0, 1, 0, 1]));
    }
    await using server = await scriptedServer();
    const connecting = connect(server.peer, [{ abstractSyntax: echo, transferSyntaxes: [implicit] }]);
    const peer = await server.accepted();
    const request = await peer.next();
    assert.ok(request !== 'closed' && !request.body.includes(Buffer.from([0x53, 0, 0, 4])), 'no window is proposed');
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    const association = await connecting;
    const both = Promise.all([association.echo(), association.echo()]);
    const first = await peer.nextCommand();
    const next = peer.next();
    const early = await Promise.race([next, pause(50, 'nothing')]);
    assert.equal(early, 'nothing', 'no second request before the response to the first');
    const response = (messageId: unknown) =>
      command(1, [
        [0x0100, 0x8030],
        [0x0120, Number(messageId)],
        [0x0800, 0x0101],
        [0x0900, 0],
      ]);
    peer.send(response(first.get(0x0110)));
    const second = await next;
    assert.ok(second !== 'closed');
    peer.send(response(readCommand(second.body.subarray(6)).get(0x0110)));
    await both;
    association.abort();
  });
});

test('[HP-ASSOC-05] [VW-ASSOC-07] a window that is offered can be left unanswered: one operation at a time', async () => {
  const { user } = await answerTo({ user: [windowItem(5, 5)] }, { policy: { operationsWindow: 'omit' } });
  assert.equal(user.has(0x53), false);
});

describe('who is let in', () => {
  const limited = async (limits: ListenOptions['limits'], callers: readonly string[]): Promise<readonly string[]> => {
    await using acceptor = await testAcceptor(services, { limits: limits ?? {} });
    const calls = [];
    for (const calling of callers) calls.push(await call(acceptor.port, { calling }));
    for (const { peer } of calls) peer.close();
    return calls.map(({ answer }) => (answer.type === 2 ? 'accepted' : hexOf(answer)));
  };
  const times = (count: number) => Array.from({ length: count }, (_, index) => `AE${index}`);

  for (const [id, most] of [
    ['RI-ASC-02', 20],
    ['MO-ACC-02', 5],
    ['PR-ASC-03', 8],
  ] as const)
    test(`[${id}] ${most} associations at a time, the next is rejected 2/3/2`, async () => {
      const answers = await limited({ associations: most }, times(most + 1));
      assert.deepEqual(answers, [...Array(most).fill('accepted'), '3 00020302']);
    });

  test('[RI-ASC-03] three of one calling AE title, others are served', async () => {
    const answers = await limited({ associationsPerAeTitle: 3 }, ['A', 'A', 'A', 'A', 'B']);
    assert.deepEqual(answers, ['accepted', 'accepted', 'accepted', '3 00020302', 'accepted']);
  });

  test('[HP-ASSOC-02] [VW-ASSOC-02] anybody, unless the configuration says otherwise', async () => {
    assert.equal((await answerTo({ calling: 'NOBODY' })).type, 2);
  });

  test('[IC-ASSOC-08] [IW-ASSOC-08] [VW-ASSOC-01] [HP-ASSOC-01] [PR-ASC-05] [PR-ASC-06] [MO-ACC-04] [MG-SEC-05] checks of either AE title can be switched on and off', async () => {
    const asked = { called: 'WRONG', calling: 'STRANGER' };
    const friends = [{ aeTitle: 'FRIEND' }];
    assert.equal(hexOf(await answerTo(asked)), '3 00010107');
    assert.equal((await answerTo(asked, { policy: { calledAeTitles: 'any' } })).type, 2);
    const known = { calledAeTitles: 'any', callers: 'known', peers: friends } as const;
    assert.equal(hexOf(await answerTo(asked, { policy: known })), '3 00010103');
    assert.equal((await answerTo({ ...asked, calling: 'FRIEND' }, { policy: known })).type, 2);
  });

  test('[MG-SEC-04] each application entity has its own list of callers', async () => {
    const entity = (aeTitle: string, peer: string) => ({
      aeTitle,
      services,
      policy: { callers: 'known', peers: [{ aeTitle: peer }] } as const,
    });
    const options = { applicationEntities: [entity('PHARMACY', 'MOD1'), entity('MAR', 'MOD2')] };
    assert.equal((await answerTo({ called: 'PHARMACY', calling: 'MOD1' }, options)).type, 2);
    assert.equal(hexOf(await answerTo({ called: 'MAR', calling: 'MOD1' }, options)), '3 00010103');
  });
});

describe('PDU lengths', () => {
  test('[ES-ASSOC-03] an association of ours offers what its peer is configured with', async () => {
    await using server = await scriptedServer();
    const proposed = [{ abstractSyntax: echo, transferSyntaxes: [implicit] }];
    const connecting = connect({ ...server.peer, maximumLength: 49_152 }, proposed);
    const peer = await server.accepted();
    const request = await peer.next();
    assert.ok(request !== 'closed' && request.body.includes(Buffer.from('510000040000c000', 'hex')));
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    (await connecting).abort();
  });

  test('[PR-ASC-16] [ES-ASSOC-04] [VW-ASSOC-06] no PDU is longer than its reader announced; 0 is no limit', async () => {
    const large = ctSlice(1, { size: 400 });
    for (const [announced, longest] of [
      [4096, 4096],
      [16_384, 16_384],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      const archive = memoryArchive([large]);
      await using acceptor = await testAcceptor(archive.services, { limits: { maximumLength: 131_072 } });
      const get = '1.2.840.10008.5.1.4.1.2.2.3';
      using peer = await ScriptedPeer.connect(acceptor.port);
      const contexts = [
        { id: 1, abstract: get, transfer: [explicit] },
        { id: 3, abstract: ctImageStorage, transfer: [explicit] },
      ];
      peer.send(associateRq({ contexts, maximumLength: announced, user: [role(ctImageStorage, 0, 1)] }));
      const answer = await peer.next();
      assert.ok(answer !== 'closed');
      assert.equal(readAccept(answer.body).user.get(0x51)?.[0]?.readUInt32BE(0), 131_072);
      await assertShortPdus(peer, get, large.bytes.length, longest);
    }
  });
});

/** Asks for everything by C-GET and looks at the PDUs that come until the object is whole. */
async function assertShortPdus(peer: ScriptedPeer, get: string, size: number, longest: number): Promise<void> {
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'STUDY');
  keys.set('StudyInstanceUID', null);
  peer.send(
    command(1, [
      [0x0002, get],
      [0x0100, 0x0010],
      [0x0110, 1],
      [0x0700, 0],
      [0x0800, 0],
    ]),
    dataSet(1, writeDataSet(keys, explicit)),
  );
  let received = 0;
  while (received < size) {
    const pdu = await peer.next();
    assert.ok(pdu !== 'closed' && pdu.type === 4);
    assert.ok(pdu.body.length <= longest, `a PDU of ${pdu.body.length} bytes`);
    if (((pdu.body[5] ?? 0) & 1) === 0) received += pdu.body.length - 6;
  }
}
