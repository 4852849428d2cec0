// Verification with DCMTK on the other side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { assertSays, freePort, run, start } from '../../testing/programs.ts';
import { connect, NetworkError, verificationScp, verificationSopClass } from '../index.ts';

const contexts = [{ abstractSyntax: verificationSopClass, transferSyntaxes: ['1.2.840.10008.1.2'] }];

test('echoscu is answered with success, and the association leaves its record', async () => {
  await using acceptor = await testAcceptor([verificationScp]);
  const { code, output } = await run('echoscu', [
    '-v',
    '-aet',
    'MODALITY',
    '-aec',
    'CONCORD',
    '--repeat',
    '3',
    '127.0.0.1',
    `${acceptor.port}`,
  ]);
  assert.equal(code, 0, output.slice(-2000));
  assert.equal(output.match(/Received Echo Response \(Success\)/g)?.length, 3);
  const record = await acceptor.nextRecord();
  assert.equal(record.callingAeTitle, 'MODALITY');
  assert.deepEqual(record.counts, { 'C-ECHO 0000H': 3 });
  assert.equal(record.end.kind, 'released');
});

test('echoscu that calls another AE title is rejected with 1/1/7, in words on both sides', async () => {
  await using acceptor = await testAcceptor([verificationScp]);
  const { code, output } = await run('echoscu', ['-aec', 'SOMEONE', '127.0.0.1', `${acceptor.port}`]);
  assert.notEqual(code, 0);
  assertSays(output, /Called AE Title Not Recognized/);
  const record = await acceptor.nextRecord();
  assert.equal(record.end.kind, 'rejected');
  assert.match(record.end.detail, /"SOMEONE" is not ours \("CONCORD"\) \(1\/1\/7\)/);
  assert.match(record.end.remedy ?? '', /correct the called AE title/);
});

test('storescp answers our C-ECHO', async () => {
  const port = await freePort();
  const server = await start('storescp', ['--ignore', `${port}`], port);
  try {
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'STORESCP', callingAeTitle: 'CONCORD' },
      contexts,
    );
    assert.deepEqual(await association.echo(), { code: 0 });
    assert.match(association.peer.peerImplementation.versionName ?? '', /OFFIS_DCMTK/);
    await association.release();
  } finally {
    await server.stop();
  }
});

test('storescp that refuses all says so in our error', async () => {
  const port = await freePort();
  const server = await start('storescp', ['--refuse', `${port}`], port);
  try {
    await assert.rejects(
      connect({ host: '127.0.0.1', port, calledAeTitle: 'STORESCP', callingAeTitle: 'CONCORD' }, contexts),
      (error) => error instanceof NetworkError && error.fault === 'rejected' && error.refusal?.result === 1,
    );
  } finally {
    await server.stop();
  }
});
