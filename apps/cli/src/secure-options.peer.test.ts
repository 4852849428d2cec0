// Commands over TLS and with a user, against DCMTK's storescp and what is wrong with the files that are named.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hashPassword, isPassword } from '@concord/server/password';
import { testAuthority } from '../../../packages/network/testing/certificates.ts';
import { freePort, start } from '../../../packages/network/testing/programs.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const authority = testAuthority();
after(() => authority[Symbol.dispose]());
const [device, ours] = [authority.issue('device'), authority.issue('ours')];
const show = ['--tls-certificate', ours.certificateFile, '--tls-key', ours.keyFile];

test('echo and store over TLS: with a certificate the peer trusts, and only to a peer that we trust', async (context) => {
  const port = await freePort();
  const files = ['+tls', device.keyFile, device.certificateFile, '+cf', authority.file];
  const storescp = await start('storescp', ['--ignore', ...files, String(port)], port);
  context.after(() => storescp.stop());
  const peer = `RECEIVER@127.0.0.1:${port}`;
  const trusting = ['--tls-authorities', authority.file];
  assert.equal((await concord(['echo', peer, ...trusting, ...show])).code, 0);
  const folder = folderWith(context, { '1.dcm': instanceFile({ sopInstanceUid: '1.2.3.1' }) });
  assert.equal((await concord(['store', folder, '-p', peer, ...trusting, ...show])).code, 0);
  const stranger = await concord(['echo', peer, '--tls', ...show]);
  assert.equal(stranger.code, 1);
  assert.match(stranger.notes.join(), /certificate/);
  assert.equal((await concord(['echo', peer])).code, 1, 'without TLS');
});

test('files that are not there, or stand alone, are wrong use', async () => {
  const missing = await concord(['echo', 'A@127.0.0.1:9', '--tls-authorities', '/none.pem']);
  assert.deepEqual([missing.code, missing.notes], [2, ['concord: /none.pem: no such file']]);
  const alone = await concord(['echo', 'A@127.0.0.1:9', '--tls-key', ours.keyFile]);
  assert.deepEqual([alone.code, alone.notes], [2, ['concord: --tls-certificate and --tls-key belong together']]);
});

test('password prints a line for the settings that only the password fits', async () => {
  const { code, output } = await concord(['password'], { input: 'correct horse\n' });
  assert.deepEqual([code, output.length], [0, 1]);
  assert.equal(await isPassword('correct horse', output[0] ?? ''), true);
  assert.equal(await isPassword('correct horse', await hashPassword('battery')), false);
  const none = await concord(['password'], { input: '' });
  assert.deepEqual([none.code, none.notes], [2, ['concord: no password came on standard input']]);
  assert.equal((await concord(['password'], { input: 'x'.repeat(2000) })).code, 2);
});
