// Each rejection with its exact result, source and reason, on the wire and in words. PS3.8 9.3.4.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { associateRq, identity, pdu, type WireRequest } from '../../testing/wire.ts';
import { type ListenOptions, verificationScp } from '../index.ts';
import { addressMatches } from '../policy.ts';

const contexts = [{ id: 1, abstract: '1.2.840.10008.1.1', transfer: ['1.2.840.10008.1.2'] }];

async function answer(
  request: Partial<WireRequest>,
  options: Partial<ListenOptions> = {},
): Promise<{ readonly pdu: string; readonly detail: string; readonly remedy: string }> {
  await using acceptor = await testAcceptor([verificationScp], options);
  using peer = await ScriptedPeer.connect(acceptor.port);
  peer.send(associateRq({ contexts, ...request }));
  const hex = await peer.nextHex();
  peer.close();
  const { end } = await acceptor.nextRecord();
  return { pdu: hex.slice(0, 11), detail: end.detail, remedy: end.remedy ?? '' };
}

describe('A-ASSOCIATE-RJ', () => {
  test('[QR-REJ-04] [QR-SRJ-04] [PR-ASC-05] [HP-ASSOC-01] called AE title not recognized: 1/1/7', async () => {
    const { pdu: sent, detail, remedy } = await answer({ called: 'OTHER' });
    assert.equal(sent, '03 00010107');
    assert.match(detail, /"OTHER" is not ours/);
    assert.match(remedy, /correct the called AE title/);
  });

  test('any called AE title is taken where the policy says so', async () => {
    assert.match((await answer({ called: 'OTHER' }, { policy: { calledAeTitles: 'any' } })).pdu, /^02 /);
  });

  test('[QR-REJ-05] [QR-SRJ-05] [PR-ASC-06] calling AE title not recognized: 1/1/3, by policy', async () => {
    const { pdu: sent, remedy } = await answer({ calling: 'STRANGER' }, { policy: { callers: 'known' } });
    assert.equal(sent, '03 00010103');
    assert.match(remedy, /register "STRANGER" as a peer/);
    assert.match(
      (await answer({ calling: 'FRIEND' }, { policy: { callers: 'known', peers: [{ aeTitle: 'FRIEND' }] } })).pdu,
      /^02 /,
    );
  });

  test('a known AE title from another address, or without its certificate: 1/1/3', async () => {
    const elsewhere = await answer(
      { calling: 'CT' },
      { policy: { peers: [{ aeTitle: 'CT', addresses: ['10.0.0.0/8'] }] } },
    );
    assert.equal(elsewhere.pdu, '03 00010103');
    assert.match(elsewhere.detail, /may not call from 127\.0\.0\.1/);
    const bare = await answer(
      { calling: 'CT' },
      { policy: { peers: [{ aeTitle: 'CT', certificates: ['ab'.repeat(32)] }] } },
    );
    assert.equal(bare.pdu, '03 00010103');
    assert.match(bare.detail, /showed no certificate/);
  });

  test('[QR-REJ-03] [QR-SRJ-03] [PR-ASC-02] [MG-GEN-05] [IW-ASSOC-02] application context not supported: 1/1/2', async () => {
    assert.equal((await answer({ applicationContext: '1.2.3' })).pdu, '03 00010102');
  });

  test('protocol version not supported: 1/2/2, by the service provider', async () => {
    const { pdu: sent, detail } = await answer({ protocolVersion: 2 });
    assert.equal(sent, '03 00010202');
    assert.match(detail, /10B do not include version 1/);
    assert.match((await answer({ protocolVersion: 3 })).pdu, /^02 /, 'only bit 0 is looked at');
  });

  test('a user who is needed and not named, not accepted, or cannot be verified: 1/1/1', async () => {
    assert.equal((await answer({}, { policy: { userRequired: true } })).pdu, '03 00010101');
    const refused = await answer(
      { user: [identity(2, 1, 'eve', 'guess')] },
      { policy: { verifyUser: async () => ({ accepted: false, why: 'wrong passcode' }) } },
    );
    assert.equal(refused.pdu, '03 00010101');
    assert.match(refused.detail, /wrong passcode/);
    const broken = await answer(
      { user: [identity(1, 0, 'bob')] },
      { policy: { verifyUser: () => Promise.reject(new Error('directory is down')) } },
    );
    assert.equal(broken.pdu, '03 00010101');
    const other = await answer(
      { calling: 'CT', user: [identity(1, 0, 'bob')] },
      {
        policy: {
          peers: [{ aeTitle: 'CT', users: ['ann'] }],
          verifyUser: async () => ({ accepted: true, user: 'bob' }),
        },
      },
    );
    assert.match(other.detail, /"bob" may not use this AE title/);
  });
});

describe('A-ASSOCIATE-RJ where a policy asks for it', () => {
  test('[QR-REJ-02] [QR-SRJ-02] [PR-ASC-04] no room for anybody: 2/3/1, and the reason in words', async () => {
    const { pdu: sent, detail } = await answer({}, { policy: { congestion: () => 'images are being acquired' } });
    assert.equal(sent, '03 00020301');
    assert.match(detail, /temporary congestion: images are being acquired \(2\/3\/1\)/);
    assert.match((await answer({}, { policy: { congestion: () => undefined } })).pdu, /^02 /);
  });

  test('[QR-QRA-06] [QR-REJ-07] [QR-SRJ-07] [QR-STO-05] [MG-GEN-08] no context accepted: 1/1/1, with the remedies', async () => {
    const unknown = [{ id: 1, abstract: '1.2.840.10008.5.1.4.31', transfer: ['1.2.840.10008.1.2'] }];
    const { pdu: sent, detail, remedy } = await answer({ contexts: unknown }, { policy: { noContext: 'reject' } });
    assert.equal(sent, '03 00010101');
    assert.match(detail, /none of 1 presentation contexts is accepted: Modality Worklist.* is not provided here/);
    assert.match(remedy, /switch the service on/);
    assert.match((await answer({ contexts: unknown })).pdu, /^02 /, 'each is refused by itself otherwise');
    assert.match((await answer({}, { policy: { noContext: 'reject' } })).pdu, /^02 /);
  });

  test('[QR-REJ-06] [QR-SRJ-06] [PR-ASC-07] a request that cannot be read: 1/2/1, and the connection is closed', async () => {
    const damaged = pdu(1, Buffer.concat([associateRq({ contexts }).subarray(6), Buffer.from('50000fff', 'hex')]));
    await using acceptor = await testAcceptor([verificationScp], { policy: { unreadableRequest: 'reject' } });
    using peer = await ScriptedPeer.connect(acceptor.port);
    peer.send(damaged);
    assert.equal(await peer.nextHex(), '03 00010201');
    assert.equal(await peer.next(), 'closed');
    peer.close();
    const { end } = await acceptor.nextRecord();
    assert.equal(end.kind, 'rejected');
    assert.match(end.detail, /the A-ASSOCIATE-RQ cannot be read: .*\(1\/2\/1\)/);
  });
});

describe('A-ABORT before an association', () => {
  for (const [name, bytes, reason] of [
    ['a PDU type that does not exist', Buffer.from('08000000000400000000', 'hex'), 'PDU type 08H'],
    ['a P-DATA-TF', Buffer.from('040000000006000000020103', 'hex'), ''],
    [
      'contexts with an even ID',
      associateRq({ contexts: [{ id: 2, abstract: '1.2', transfer: ['1.2'] }] }),
      'ID 2 is even',
    ],
    ['two contexts with one ID', associateRq({ contexts: [...contexts, ...contexts] }), 'with one ID'],
    ['an A-ASSOCIATE-RQ of 4 GB', Buffer.from('0100ffffffff', 'hex'), '4294967295 bytes'],
    [
      'an A-ASSOCIATE-RQ with an item that runs past its end',
      pdu(1, Buffer.concat([associateRq({ contexts }).subarray(6), Buffer.from('50000fff', 'hex')])),
      '',
    ],
  ] as const)
    test(name, async () => {
      await using acceptor = await testAcceptor([verificationScp]);
      using peer = await ScriptedPeer.connect(acceptor.port);
      peer.send(bytes);
      assert.equal(await peer.nextHex(), '07 00000000', 'A-ABORT, source service user (AA-1)');
      assert.equal(await peer.next(), 'closed');
      peer.close();
      assert.equal((await acceptor.nextRecord()).end.kind, 'no association');
      if (reason)
        assert.ok(
          acceptor.lines.some((line) => line.startsWith('warn') && line.includes(reason)),
          acceptor.lines.join('\n'),
        );
    });
});

describe('what is not DICOM', () => {
  for (const [name, bytes] of [
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc'],
    ['an HL7 message over MLLP', '\x0bMSH|^~\\&|A|B\r\x1c\r'],
    ['no protocol known', '\xde\xad\xbe\xef\x00\x11'],
  ] as const)
    test(`${name} is named in the log, and the connection closed`, async () => {
      await using acceptor = await testAcceptor([verificationScp]);
      using peer = await ScriptedPeer.connect(acceptor.port);
      peer.send(Buffer.from(bytes, 'latin1'));
      while ((await peer.next()) !== 'closed');
      assert.ok(
        acceptor.lines.some((line) => line.startsWith('warn not DICOM') && line.includes(name)),
        acceptor.lines.join('\n'),
      );
    });
});

test('addresses match exactly or by network', () => {
  assert.ok(addressMatches('10.1.2.3', '10.1.0.0/16'));
  assert.ok(addressMatches('10.1.2.3', '0.0.0.0/0'));
  assert.ok(addressMatches('::1', '::1'));
  for (const [address, pattern] of [
    ['10.2.2.3', '10.1.0.0/16'],
    ['::1', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/99'],
    ['10.1.2.3', 'x/8'],
  ] as const)
    assert.ok(!addressMatches(address, pattern), pattern);
});
