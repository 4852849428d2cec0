// `concord echo` against DCMTK's storescp, and against what is no DICOM system.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { freePort } from '../testing/program.ts';
import { concord } from '../testing/terminal.ts';

test('a peer that is there answers', async (context) => {
  const { peer } = await startStorescp(context);
  const { code, output, notes } = await concord(['echo', peer]);
  assert.deepEqual([code, notes], [0, []]);
  assert.match(output.join('\n'), new RegExp(`^${peer} answered: success \\(connected in .*, echo in .*\\)$`));
});

test('--json tells the status and the times', async (context) => {
  const { peer } = await startStorescp(context);
  const { code, output } = await concord(['echo', '--peer', peer, '--json']);
  assert.equal(code, 0);
  const said = JSON.parse(output.join(''));
  assert.deepEqual([said.peer, said.status], [peer, 0]);
  assert.equal(typeof said.echoMilliseconds, 'number');
});

test('the AE title of a peer in the configuration file will do', async (context) => {
  const { port } = await startStorescp(context);
  const peers = [{ aeTitle: 'RECEIVER', host: '127.0.0.1', port }];
  const folder = folderWith(context, { 'concord.json': JSON.stringify({ peers }) });
  const config = join(folder, 'concord.json');
  assert.equal((await concord(['echo', 'RECEIVER', '--config', config])).code, 0);
  assert.equal((await concord(['echo', 'RECEIVER'], { environment: { CONCORD_CONFIG: config } })).code, 0);
  const unknown = await concord(['echo', 'NOBODY', '--config', config]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.notes.join(), /no peer "NOBODY".*RECEIVER/);
});

test('nobody there: one clear line and exit code 1', async () => {
  const { code, output, notes } = await concord(['echo', `NOBODY@127.0.0.1:${await freePort()}`]);
  assert.deepEqual([code, output, notes.length], [1, [], 1]);
  assert.match(notes[0] ?? '', /^concord: no TCP connection/);
});

test('a web server in the place of a peer is told, not waited for', async (context) => {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { code, notes } = await concord(['echo', `WEB@127.0.0.1:${port}`, '--timeout', '5']);
  assert.equal(code, 1);
  assert.equal(notes.length, 1);
});

test('wrong use is exit code 2, with what would be right', async () => {
  for (const argv of [
    ['echo', 'host:104'],
    ['echo', '--timeout', '0'],
    ['echo', '--calling', 'SEVENTEEN_LETTERS'],
    ['ecko'],
  ]) {
    const { code, notes } = await concord(argv);
    assert.equal(code, 2, argv.join(' '));
    assert.ok(notes.join('').length > 0);
  }
});
