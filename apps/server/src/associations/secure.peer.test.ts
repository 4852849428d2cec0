// The TLS port, certificates of peers and users as the settings give them, with DCMTK and our own command on the other side. PS3.15 B, PS3.7 D.3.3.7
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect, NetworkError, type UserIdentity, verificationSopClass } from '@concord/network';
import { testAuthority } from '../../../../packages/network/testing/certificates.ts';
import { freePort, start as startProgram } from '../../../../packages/network/testing/programs.ts';
import { run } from '../../testing/programs.ts';
import { startServer } from '../main.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { StartError } from '../start-error.ts';
import { hashPassword } from '../users/password.ts';

const authority = testAuthority();
after(() => authority[Symbol.dispose]());
const [ours, scanner] = [authority.issue('archive'), authority.issue('CT scanner')];
const fingerprint = new X509Certificate(scanner.certificate).fingerprint256;
const tls = ['--tls-certificate', ours.certificateFile, '--tls-key', ours.keyFile, '--tls-authorities', authority.file];

type Context = { after(end: () => Promise<void>): void };

/** Starts the server with a file of settings beside the flags; keeps the lines of its log. */
async function start(context: Context, flags: readonly string[], file: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-secure-'));
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify(file));
  const lines: string[] = [];
  const log = (_: object, line: string) => void lines.push(line);
  const argv = [
    '--config',
    config,
    '--data',
    join(folder, 'data'),
    '--dicom-port',
    '0',
    '--tls-port',
    '0',
    '--http-port',
    '0',
  ];
  try {
    const server = await startServer(readConfiguration([...argv, ...flags], {}), {
      debug: log,
      info: log,
      warn: log,
      error: log,
    });
    context.after(async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return { ...server, folder, lines };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const shown = ['+tls', scanner.keyFile, scanner.certificateFile, '+cf', authority.file];
const echo = (port: number | undefined, ...args: string[]) =>
  run('echoscu', '-aet', 'CT1', '-aec', 'CONCORD', ...args, '127.0.0.1', String(port));

test('beside the plain port there is a TLS port, whose record names the certificate of the caller', async (context) => {
  const server = await start(context, tls);
  assert.equal((await echo(server.tlsPort, ...shown)).exitCode, 0);
  assert.equal((await echo(server.dicomPort)).exitCode, 0);
  assert.notEqual((await echo(server.tlsPort)).exitCode, 0, 'without TLS the TLS port takes nothing');
  const [first, second] = await (await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`)).json();
  const names = [first, second].map((record) => record.tls?.peerName);
  assert.deepEqual(new Set(names), new Set(['CT scanner', undefined]));
});

test('without a plain port every association is over TLS', async (context) => {
  const server = await start(context, [...tls, '--plain-dicom', 'off']);
  assert.equal(server.tlsPort, undefined, 'there is one port');
  assert.equal((await echo(server.dicomPort, ...shown)).exitCode, 0);
  assert.notEqual((await echo(server.dicomPort)).exitCode, 0);
  assert.ok(
    server.lines.some((line) => line.includes('a plain DICOM association')),
    server.lines.join('\n'),
  );
});

test('a peer whose certificate is registered must show it', async (context) => {
  const peers = [{ aeTitle: 'CT1', host: '127.0.0.1', port: 104, certificates: [fingerprint] }];
  const server = await start(context, tls, { peers });
  const other = authority.issue('another');
  assert.equal((await echo(server.tlsPort, ...shown)).exitCode, 0);
  const { exitCode, output } = await echo(
    server.tlsPort,
    '+tls',
    other.keyFile,
    other.certificateFile,
    '+cf',
    authority.file,
  );
  assert.notEqual(exitCode, 0);
  assert.match(output, /Calling AE Title Not Recognized/);
  assert.match((await echo(server.dicomPort)).output, /Calling AE Title Not Recognized/, 'nor without any');
});

test('certificates are read again when asked; a bad file changes nothing', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-certificate-'));
  context.after(async () => rmSync(folder, { recursive: true, force: true }));
  const [certificateFile, keyFile] = [join(folder, 'a.pem'), join(folder, 'a.key')];
  const write = (certificate: string, key: string) => {
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key);
  };
  write(ours.certificate, ours.key);
  const server = await start(context, [
    '--tls-certificate',
    certificateFile,
    '--tls-key',
    keyFile,
    '--tls-clients',
    'none',
  ]);
  const nameShown = async () => {
    const peer = { host: '127.0.0.1', port: server.tlsPort ?? 0, calledAeTitle: 'CONCORD', callingAeTitle: 'TEST' };
    await using association = await connect({ ...peer, tls: { authorities: [authority.certificate] } }, [
      { abstractSyntax: verificationSopClass, transferSyntaxes: ['1.2.840.10008.1.2'] },
    ]);
    return association.peer.tls?.peerName;
  };
  assert.equal(await nameShown(), 'archive');
  const renewed = authority.issue('archive of next year');
  write(renewed.certificate, ours.key);
  server.reload();
  assert.equal(await nameShown(), 'archive', 'certificate and key do not belong together');
  assert.ok(
    server.lines.some((line) => line.includes('stay in use')),
    server.lines.join('\n'),
  );
  write(renewed.certificate, renewed.key);
  server.reload();
  assert.equal(await nameShown(), 'archive of next year');
});

test('a peer that says so is called over TLS, and shows a trusted certificate with its name', async (context) => {
  const port = await freePort();
  const device = authority.issue('device');
  const files = ['+tls', device.keyFile, device.certificateFile, '+cf', authority.file];
  const storescp = await startProgram('storescp', ['--ignore', ...files, String(port)], port);
  context.after(() => storescp.stop());
  const called = { host: '127.0.0.1', port, tls: true };
  const peers = [
    { ...called, aeTitle: 'DEVICE', certificateName: 'localhost' },
    { ...called, aeTitle: 'WRONGNAME', certificateName: 'pacs.example' },
    { ...called, aeTitle: 'ANYNAME', certificateName: 'any' },
    { ...called, aeTitle: 'PLAIN', tls: false },
  ];
  const server = await start(context, tls, { peers });
  const outcomes = await Promise.all(
    peers.map(async ({ aeTitle }) => {
      const url = `http://127.0.0.1:${server.httpPort}/api/peers/${aeTitle}/echo`;
      return (await (await fetch(url, { method: 'POST' })).json()).status;
    }),
  );
  assert.deepEqual(outcomes, ['success', 'failure', 'success', 'failure']);
});

const identity = (type: number, primary: string, secondary = ''): UserIdentity => ({
  type,
  positiveResponseRequested: 0,
  primary: Buffer.from(primary),
  secondary: Buffer.from(secondary),
});

test('users: who names a configured one with its passcode is let in, and only as a user that the peer may name', async (context) => {
  const users = [{ name: 'ann', password: await hashPassword('correct horse') }, { name: 'kiosk' }];
  const peers = [{ aeTitle: 'ROOM1', host: '127.0.0.1', port: 104, users: ['kiosk'] }];
  const server = await start(context, ['--user-identity', 'required'], { users, peers });
  const as = async (user: UserIdentity | undefined, callingAeTitle = 'TEST') => {
    try {
      await using association = await connect(
        { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle },
        [{ abstractSyntax: verificationSopClass, transferSyntaxes: ['1.2.840.10008.1.2'] }],
        user ? { identity: user } : {},
      );
      return (await association.echo()).code;
    } catch (error) {
      assert.ok(error instanceof NetworkError, String(error));
      return error.refusal;
    }
  };
  const refused = { result: 1, source: 1, reason: 1 };
  assert.equal(await as(identity(2, 'ann', 'correct horse')), 0);
  assert.equal(await as(identity(1, 'kiosk')), 0);
  assert.equal(await as(identity(1, 'kiosk'), 'ROOM1'), 0);
  assert.deepEqual(await as(identity(2, 'ann', 'correct horse'), 'ROOM1'), refused, 'not at this AE title');
  assert.deepEqual(await as(identity(2, 'ann', 'wrong')), refused);
  assert.deepEqual(await as(identity(1, 'ann')), refused, 'she has a passcode');
  assert.deepEqual(await as(identity(2, 'kiosk', '')), refused, 'there is no passcode to show');
  assert.deepEqual(await as(identity(2, 'nobody', 'x')), refused);
  assert.deepEqual(await as(identity(3, 'ticket')), refused, 'Kerberos');
  assert.deepEqual(await as(undefined), refused);
  const records = await (await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`)).json();
  assert.match(JSON.stringify(records), /a Kerberos ticket cannot be verified here/);
  assert.doesNotMatch(JSON.stringify(records), /correct horse/);
});

test('DCMTK names a user with a passcode', async (context) => {
  const users = [{ name: 'ann', password: await hashPassword('secret') }];
  const server = await start(context, ['--user-identity', 'checked'], { users });
  const file = join(server.folder, 'none.dcm');
  const store = (passcode: string) =>
    run(
      'storescu',
      '-v',
      '-aec',
      'CONCORD',
      '-usr',
      'ann',
      '-pwd',
      passcode,
      '127.0.0.1',
      String(server.dicomPort),
      file,
    );
  const made = await import('../../testing/instances.ts');
  writeFileSync(file, made.madeFile({ instance: '1.2.3' }));
  assert.equal((await store('secret')).exitCode, 0);
  const { exitCode, output } = await store('guess');
  assert.notEqual(exitCode, 0);
  assert.match(output, /Rejected Permanent|Association Rejected/i);
});

test('[QR-REJ-02] where memory is short, associations are rejected as temporary congestion', async (context) => {
  const server = await start(context, ['--congestion-memory', '1']);
  const { exitCode, output } = await echo(server.dicomPort);
  assert.notEqual(exitCode, 0);
  assert.match(output, /Temporary Congestion/);
  const [record] = await (await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`)).json();
  assert.match(record.end.detail, /temporary congestion: \d+ MiB of memory are taken, 1 MiB are allowed/);
});

test('settings that cannot be used end the start with the name of the setting', async (context) => {
  const refused = (flags: readonly string[], setting: string, text: RegExp) =>
    assert.rejects(start(context, flags), (error) => {
      assert.ok(error instanceof StartError, String(error));
      assert.deepEqual([error.setting, text.test(error.message)], [setting, true], error.message);
      return true;
    });
  const [certificate, key] = [tls.slice(0, 2), tls.slice(2, 4)];
  await refused(certificate, '--tls-key', /is needed with --tls-certificate/);
  await refused(key, '--tls-certificate', /is needed with --tls-key/);
  await refused([...certificate, ...key], '--tls-authorities', /is needed to check/);
  await refused(['--plain-dicom', 'off'], '--plain-dicom', /nothing would listen/);
  await refused(
    ['--tls-certificate', '/none.pem', ...key, '--tls-clients', 'none'],
    '--tls-certificate',
    /none\.pem cannot be read/,
  );
  await refused(
    ['--tls-certificate', import.meta.filename, ...key, '--tls-clients', 'none'],
    '--tls-certificate',
    /is no PEM file/,
  );
  const other = authority.issue('other');
  await refused(
    ['--tls-certificate', other.certificateFile, ...key, '--tls-clients', 'none'],
    '--tls-certificate',
    /the key belongs to another certificate/,
  );
  const taken = await start(context, []);
  await refused([...tls, '--tls-port', String(taken.dicomPort)], '--tls-port', /is in use by another program/);
});
