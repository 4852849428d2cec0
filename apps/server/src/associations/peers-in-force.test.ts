// Peers that change while the server runs: from the page, by hand, wrongly, and where another place than the file names them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { jobClient } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { openPeerFile } from './peer-file.ts';
import { createPeers } from './peers.ts';
import { followPeers } from './peers-in-force.ts';

const one = { aeTitle: 'ONE', host: '10.0.0.1', port: 104 };
const two = { aeTitle: 'TWO', host: '10.0.0.2', port: 104 };

async function following(t: TestContext, content: object, peersElsewhere?: (typeof one)[]) {
  const path = join(await temporaryFolder(), 'concord.json');
  const write = (text: string | object) =>
    writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
  write(content);
  const read = readConfiguration(['--config', path], {});
  const given = { ...read, peers: peersElsewhere ?? read.peers };
  const lines: string[] = [];
  const say = (fields: { err?: Error }, line: string) => void lines.push(`${line}: ${fields.err?.message ?? ''}`);
  const inForce = await followPeers(given, path, { debug: say, info: say, warn: say, error: say }, 50);
  t.after(inForce.close);
  const peers = createPeers({ ...given, peers: inForce.peers }, () => undefined);
  const titles = () => peers.list().map(({ aeTitle }) => aeTitle);
  return { ...inForce, write, lines, titles, destination: peers.destination, file: openPeerFile(path, inForce.renew) };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) assert.fail('it did not come to that within 30 s');
}

test('a peer that is added can be called at once, one that is taken out no more; who asked is told', async (t) => {
  const { file, destination, titles, onChange } = await following(t, { peers: [one] });
  let changes = 0;
  onChange(() => {
    changes += 1;
  });
  assert.equal(destination('TWO'), undefined);
  await file.put(two);
  assert.equal(destination('TWO')?.host, '10.0.0.2');
  await file.put({ ...two, host: '10.0.0.3' });
  assert.equal(destination('TWO')?.host, '10.0.0.3');
  await file.remove('ONE');
  assert.deepEqual([titles(), changes], [['TWO'], 3]);
});

test('a file that is edited by hand is followed; one that does not hold changes nothing until it does', async (t) => {
  const { write, titles, lines, file } = await following(t, { peers: [one] });
  write({ peers: [one, two] });
  await until(() => titles().length === 2);
  write('{\n  "peers": nothing\n}');
  await until(() => lines.some((line) => /does not hold: .*line 2 column 12/.test(line)));
  assert.deepEqual(titles(), ['ONE', 'TWO']);
  await assert.rejects(file.put(one), /line 2 column 12/);
  write({ peers: [{ ...two, filter: 'no such filter' }] });
  await until(() => lines.some((line) => /TWO has the filter no such filter/.test(line)));
  assert.deepEqual(titles(), ['ONE', 'TWO']);
  write({ peers: [two] });
  await until(() => titles().length === 1);
});

test('where only known peers may call, one that is added may at once, and one that is taken out may not', async (t) => {
  const server = await startProfile(t, 'reviewer', { callers: 'known peers' });
  const { call } = jobClient(server.httpPort);
  const calls = async () => {
    const contexts = [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }];
    const association = await server.associate('REVIEWER', contexts).catch(() => undefined);
    await association?.release();
    return association !== undefined;
  };
  assert.equal(await calls(), false);
  const added = await call('PUT', '/api/settings/peers/TESTER', { host: '127.0.0.1', port: 104 });
  assert.deepEqual([added.status, added.body.inForce, await calls()], [200, true, true]);
  assert.equal((await call('DELETE', '/api/settings/peers/TESTER')).status, 200);
  assert.equal(await calls(), false);
});

test('peers that are given another way than by the file stay as they are', async (t) => {
  const { write, renew, titles, file } = await following(t, { peers: [one] }, [two]);
  write({ peers: [one, { ...one, aeTitle: 'THREE' }] });
  await renew();
  await file.put({ ...one, aeTitle: 'FOUR' });
  assert.deepEqual(titles(), ['TWO']);
});
