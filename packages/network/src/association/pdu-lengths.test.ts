// How long P-DATA-TF PDUs are that we send, and that we take from peers who do not keep to what they were told. PS3.8 D.1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { call, one } from '../../testing/asking.ts';
import { ctImageStorage, ctSlice, explicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import { associateAc, command, dataSet, storeRq } from '../../testing/wire.ts';
import { connect } from '../index.ts';

const contexts = one(ctImageStorage, explicitVrLittleEndian);
/** About 1 MiB. */
const large = ctSlice(1, { size: 724 });

const storing = [storeRq(1, ctImageStorage, large.sopInstanceUid), dataSet(1, large.bytes)];

test('[HP-ASSOC-04] 16384 bytes are announced, and a PDU of 1 MiB is taken all the same where that is tolerated', async () => {
  const archive = memoryArchive();
  const limits = { maximumLength: 16_384, toleratedLength: 16 << 20 };
  await using acceptor = await testAcceptor(archive.services, { limits });
  const { answer, peer } = await call(acceptor.port, { contexts });
  assert.equal(answer.user.get(0x51)?.[0]?.readUInt32BE(0), 16_384);
  assert.ok(large.bytes.length > 1 << 20);
  peer.send(...storing);
  assert.equal((await peer.nextCommand()).get(0x0900), 0);
  peer.close();
  assert.equal((await acceptor.nextRecord()).toleratedPData, large.bytes.length + 6, 'the record says so');
});

test('of an association whose PDUs are as long as they may be the record says nothing', async () => {
  await using acceptor = await testAcceptor(memoryArchive().services, { limits: { toleratedLength: 16 << 20 } });
  await using association = await connect(acceptor.peer, [
    { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] },
  ]);
  assert.equal((await association.store(large)).code, 0);
  await association.release();
  assert.equal('toleratedPData' in (await acceptor.nextRecord()), false);
});

test('a PDU longer than what is announced, or than what is tolerated, is aborted at its header', async () => {
  for (const toleratedLength of [0, 500_000]) {
    await using acceptor = await testAcceptor(memoryArchive().services, {
      limits: { maximumLength: 16_384, toleratedLength },
    });
    using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
    peer.send(...storing);
    assert.equal(await peer.nextHex(), '07 00000206');
    const { detail } = (await acceptor.nextRecord()).end;
    assert.match(detail, new RegExp(`; ${toleratedLength || 16_384} are the most`));
  }
});

test('[MO-ASC-04] never longer than what the peer announces, nor than what is set, also for a peer that takes any', async () => {
  for (const [announced, longest] of [
    [0, 65_536],
    [131_072, 65_536],
    [4096, 4096],
  ] as const) {
    await using server = await scriptedServer();
    const connecting = connect({ ...server.peer, maximumLength: 65_536, sentLength: 65_536 }, [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    const peer = await server.accepted();
    const request = await peer.next();
    assert.ok(request !== 'closed' && request.body.includes(Buffer.from([0x51, 0, 0, 4, 0, 1, 0, 0])));
    peer.send(associateAc([{ id: 1, transfer: explicitVrLittleEndian }], [], announced));
    const association = await connecting;
    const stored = association.store(large);
    const lengths: number[] = [];
    for (let sent = 0; sent < large.bytes.length; ) {
      const pdu = await peer.next();
      assert.ok(pdu !== 'closed' && pdu.type === 4);
      lengths.push(pdu.body.length);
      if (((pdu.body[5] ?? 0) & 1) === 0) sent += pdu.body.length - 6;
    }
    assert.equal(Math.max(...lengths), longest);
    peer.send(
      command(1, [
        [0x0100, 0x8001],
        [0x0120, 1],
        [0x0800, 0x0101],
        [0x0900, 0],
      ]),
    );
    assert.equal((await stored).code, 0);
    association.abort();
  }
});
