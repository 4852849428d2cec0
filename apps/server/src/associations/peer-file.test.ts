// Peers that are changed in the configuration file: nothing else in it changes, and what would not hold is refused.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { SettingsError } from '../settings/read-configuration.ts';
import { openPeerFile } from './peer-file.ts';

const one = { aeTitle: 'ONE', host: '10.0.0.1', port: 104 };

async function fileWith(content?: string) {
  const path = join(await temporaryFolder(), 'concord.json');
  if (content !== undefined) writeFileSync(path, content, { mode: 0o640 });
  return { path, file: openPeerFile(path), onDisk: () => JSON.parse(readFileSync(path, 'utf8')) };
}

test('a peer is added, changed and taken out; its other settings and those of others stay', async () => {
  const before = {
    aeTitle: 'CLINIC',
    peers: [
      { ...one, maximumRate: 900, commitment: 'ask' },
      { ...one, aeTitle: 'TWO' },
    ],
  };
  const { file, onDisk, path } = await fileWith(JSON.stringify(before));
  assert.deepEqual(await file.put({ ...one, host: 'mr.example', port: 11112, name: 'MR' }), [
    { ...one, host: 'mr.example', port: 11112, name: 'MR' },
    { ...one, aeTitle: 'TWO' },
  ]);
  assert.deepEqual(onDisk().peers[0], {
    ...{ ...one, host: 'mr.example', port: 11112, name: 'MR' },
    ...{ maximumRate: 900, commitment: 'ask' },
  });
  assert.equal(onDisk().aeTitle, 'CLINIC');
  assert.equal(statSync(path).mode & 0o777, 0o640);
  await file.put({ ...one });
  assert.equal('name' in onDisk().peers[0], false);
  assert.equal((await file.remove('TWO'))?.length, 1);
  assert.equal(await file.remove('TWO'), undefined);
});

test('where there is no file one is made, and many changes at once are all kept', async () => {
  const { file, onDisk, path } = await fileWith();
  assert.deepEqual(await file.list(), []);
  await Promise.all(Array.from({ length: 20 }, (_, index) => file.put({ ...one, aeTitle: `P${index}` })));
  assert.equal(onDisk().peers.length, 20);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what would not hold is refused in words and changes nothing; a file that was broken by hand is left as it is', async () => {
  const { file, onDisk } = await fileWith(JSON.stringify({ peers: [one] }));
  for (const wrong of [{ port: 0 }, { host: 'no host' }, { aeTitle: 'TOO LONG FOR A TITLE' }, { name: '' }])
    await assert.rejects(file.put({ ...one, ...wrong }), SettingsError, JSON.stringify(wrong));
  assert.deepEqual(onDisk(), { peers: [one] });
  const broken = '{\n  "peers": [\n    { "aeTitle": }\n  ]\n}';
  const hand = await fileWith(broken);
  await assert.rejects(hand.file.list(), /line 3 column/);
  await assert.rejects(hand.file.put(one), /line 3 column/);
  assert.equal(readFileSync(hand.path, 'utf8'), broken);
});
