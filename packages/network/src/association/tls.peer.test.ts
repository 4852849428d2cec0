// TLS with DCMTK and openssl on the other side: profiles, mutual authentication, reload, the wrong protocol on the wrong port. PS3.15 B.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { testAuthority } from '../../testing/certificates.ts';
import { assertSays, freePort, run, start } from '../../testing/programs.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import { associateRq } from '../../testing/wire.ts';
import {
  connect,
  listen,
  NetworkError,
  type TlsClient,
  type TlsServer,
  verificationScp,
  verificationSopClass,
} from '../index.ts';

const authority = testAuthority();
const stranger = testAuthority();
const [server, client, unknown] = [authority.issue('server'), authority.issue('CT scanner'), stranger.issue('nobody')];
after(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});
const serverTls: TlsServer = { certificate: server.certificate, key: server.key, authorities: [authority.certificate] };
const clientTls: TlsClient = { authorities: [authority.certificate], certificate: client.certificate, key: client.key };
const contexts = [{ abstractSyntax: verificationSopClass, transferSyntaxes: ['1.2.840.10008.1.2'] }];
const failure = (work: Promise<unknown>): Promise<NetworkError> =>
  work.then(
    () => assert.fail('no error'),
    (error) => {
      assert.ok(error instanceof NetworkError, String(error));
      return error;
    },
  );
const echoscu = (port: number, ...args: string[]) =>
  run('echoscu', ['-v', '-aec', 'CONCORD', ...args, '127.0.0.1', `${port}`]);

describe('our TLS port', () => {
  for (const profile of ['+py', '+px'])
    test(`echoscu with a certificate is served (${profile}), and its name is in the record`, async () => {
      await using acceptor = await testAcceptor([verificationScp], { tls: serverTls });
      const { code, output } = await echoscu(
        acceptor.port,
        '+tls',
        client.keyFile,
        client.certificateFile,
        '+cf',
        authority.file,
        profile,
      );
      assert.equal(code, 0, output);
      const record = await acceptor.nextRecord();
      assert.equal(record.tls?.peerName, 'CT scanner');
      assert.match(record.tls?.protocol ?? '', /TLSv1\.[23]/);
    });

  test('a client without certificate, or with that of another authority, is refused, and the log says why', async () => {
    await using acceptor = await testAcceptor([verificationScp], { tls: serverTls });
    const other = await echoscu(acceptor.port, '+tls', unknown.keyFile, unknown.certificateFile, '+cf', authority.file);
    assert.notEqual(other.code, 0);
    const anonymous = await failure(
      connect({ ...acceptor.peer, tls: { authorities: [authority.certificate] } }, contexts),
    );
    assert.ok(['tls', 'closed', 'refused'].includes(anonymous.fault), anonymous.message);
    assert.ok(
      acceptor.lines.some((line) => line.includes('no TLS connection') && line.includes('shows no certificate')),
      acceptor.lines.join('\n'),
    );
    assert.equal(acceptor.records.length, 0);
  });

  test('a client without certificate is served where none is required', async () => {
    await using acceptor = await testAcceptor([verificationScp], { tls: { ...serverTls, clientCertificates: 'none' } });
    await using association = await connect(
      { ...acceptor.peer, tls: { authorities: [authority.certificate] } },
      contexts,
    );
    assert.equal((await association.echo()).code, 0);
  });

  test('a known peer must show its own certificate', async () => {
    const certificates = [new X509Certificate(client.certificate).fingerprint256.replaceAll(':', '').toLowerCase()];
    const policy = { callers: 'known' as const, peers: [{ aeTitle: 'TEST', certificates }] };
    await using acceptor = await testAcceptor([verificationScp], { tls: serverTls, policy });
    await using association = await connect({ ...acceptor.peer, tls: clientTls }, contexts);
    assert.equal((await association.echo()).code, 0);
    const another = authority.issue('another');
    const error = await failure(
      connect(
        { ...acceptor.peer, tls: { ...clientTls, certificate: another.certificate, key: another.key } },
        contexts,
      ),
    );
    assert.deepEqual(error.refusal, { result: 1, source: 1, reason: 3 });
  });

  for (const version of ['-tls1', '-tls1_1'])
    test(`a client that speaks only ${version} is refused`, async () => {
      await using acceptor = await testAcceptor([verificationScp], { tls: serverTls });
      const { code } = await run('openssl', [
        's_client',
        '-connect',
        `127.0.0.1:${acceptor.port}`,
        version,
        '-cipher',
        'ALL:@SECLEVEL=0',
      ]);
      assert.notEqual(code, 0);
      assert.ok(
        acceptor.lines.some((line) => line.includes('no TLS connection')),
        acceptor.lines.join('\n'),
      );
    });

  test('the four suites of the non-downgrading profile are all there, and no older one', async () => {
    await using acceptor = await testAcceptor([verificationScp], { tls: { ...serverTls, clientCertificates: 'none' } });
    const offer = async (cipher: string) =>
      (await run('openssl', ['s_client', '-connect', `127.0.0.1:${acceptor.port}`, '-tls1_2', '-cipher', cipher]))
        .output;
    for (const suite of [
      'DHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'DHE-RSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
    ])
      assertSays(await offer(suite), new RegExp(`Cipher\\s*(is|:) ${suite}`));
    assertSays(await offer('AES128-SHA'), /handshake failure|Cipher is \(NONE\)/);
  });

  test('plain DICOM and HTTP on it are named as such', async () => {
    await using acceptor = await testAcceptor([verificationScp], { tls: serverTls });
    for (const [bytes, name] of [
      [associateRq({ contexts: [{ id: 1, abstract: '1.2', transfer: ['1.2'] }] }), 'a plain DICOM association'],
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'an HTTP request'],
    ] as const) {
      using peer = await ScriptedPeer.connect(acceptor.port);
      peer.send(bytes);
      assert.equal(await peer.next(), 'closed');
      assert.ok(
        acceptor.lines.some((line) => line.includes(name)),
        acceptor.lines.join('\n'),
      );
    }
  });

  test('a caller that begins no handshake is cut off', async () => {
    await using acceptor = await testAcceptor([verificationScp], { tls: serverTls, timeouts: { artim: 0.1 } });
    using peer = await ScriptedPeer.connect(acceptor.port);
    assert.equal(await peer.next(), 'closed');
  });
});

test('a certificate is exchanged without a restart: open associations go on, new ones see the new one', async () => {
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: { ...serverTls, clientCertificates: 'none' },
    applicationEntities: [{ aeTitle: 'CONCORD', services: [verificationScp] }],
  });
  const peer = {
    host: '127.0.0.1',
    port: acceptor.port,
    calledAeTitle: 'CONCORD',
    callingAeTitle: 'TEST',
    tls: clientTls,
  };
  const before = await connect(peer, contexts);
  assert.equal(before.peer.tls?.peerName, 'server');
  const renewed = authority.issue('renewed');
  acceptor.reloadTls({ ...serverTls, certificate: renewed.certificate, key: renewed.key, clientCertificates: 'none' });
  const after = await connect(peer, contexts);
  assert.equal(after.peer.tls?.peerName, 'renewed');
  assert.equal((await before.echo()).code, 0);
  await before.release();
  await after.release();
  await acceptor.close();
});

test('a plain and a TLS port side by side share one limit of associations', async () => {
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    securePort: { port: 0, tls: serverTls },
    limits: { associations: 1 },
    applicationEntities: [{ aeTitle: 'CONCORD', services: [verificationScp] }],
  });
  const peer = { host: '127.0.0.1', calledAeTitle: 'CONCORD', callingAeTitle: 'TEST' };
  const plain = await connect({ ...peer, port: acceptor.port }, contexts);
  const surplus = await failure(connect({ ...peer, port: acceptor.securePort ?? 0, tls: clientTls }, contexts));
  assert.deepEqual(surplus.refusal, { result: 2, source: 3, reason: 2 });
  await plain.release();
  await acceptor.close();
});

describe('calling over TLS', () => {
  test('storescp with TLS answers our C-ECHO', async () => {
    const port = await freePort();
    const storescp = await start(
      'storescp',
      ['--ignore', '+tls', server.keyFile, server.certificateFile, '+cf', authority.file, `${port}`],
      port,
    );
    try {
      await using association = await connect(
        { host: '127.0.0.1', port, calledAeTitle: 'ANY', callingAeTitle: 'CONCORD', tls: clientTls },
        contexts,
      );
      assert.equal((await association.echo()).code, 0);
    } finally {
      await storescp.stop();
    }
  });

  test('a certificate of an authority that is not ours, or for another name, is refused before a byte of DICOM goes out', async () => {
    await using foreign = await testAcceptor([verificationScp], {
      tls: { certificate: unknown.certificate, key: unknown.key, clientCertificates: 'none' },
    });
    assert.equal((await failure(connect({ ...foreign.peer, tls: clientTls }, contexts))).fault, 'tls');
    await using acceptor = await testAcceptor([verificationScp], { tls: serverTls });
    const named = await failure(
      connect({ ...acceptor.peer, tls: { ...clientTls, serverName: 'pacs.example' } }, contexts),
    );
    assert.equal(named.fault, 'tls');
    await using association = await connect(
      { ...acceptor.peer, tls: { ...clientTls, serverName: 'pacs.example', checkName: false } },
      contexts,
    );
    assert.equal((await association.echo()).code, 0);
  });

  test('a peer that does not speak TLS is never called in the clear', async () => {
    await using plain = await scriptedServer();
    const calling = failure(connect({ ...plain.peer, tls: clientTls, timeouts: { connect: 1 } }, contexts));
    const peer = await plain.accepted();
    const first = await new Promise<Buffer>((resolve) => peer.socket.once('data', resolve));
    assert.equal(first[0], 0x16, 'a handshake, no A-ASSOCIATE-RQ');
    peer.send(Buffer.from('07000000000400000000', 'hex'));
    const error = await calling;
    assert.equal(error.fault, 'tls');
    assert.match(error.message, /does not speak TLS on this port/);
  });
});

describe('settings that cannot be used are refused when they are given', () => {
  const refused = (tls: object, text: RegExp) =>
    assert.rejects(
      listen({ host: '127.0.0.1', port: 0, applicationEntities: [], tls: { ...serverTls, ...tls } as TlsServer }),
      text,
    );
  test('a retired profile', () => refused({ profile: 'ISCL' }, /"ISCL" is not supported/));
  test('no authorities where certificates are required', () => refused({ authorities: [] }, /authorities are needed/));
  test('the key of another certificate', () => refused({ key: client.key }, /the key belongs to another certificate/));
  test('a certificate that is none', () => refused({ certificate: 'x' }, /cannot be read/));
});
