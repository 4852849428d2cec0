// How a peer is named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from './cli-error.ts';
import { findPeer, parsePeer } from './peer.ts';

const none = async () => [];

test('a peer is AE@host:port; the port may be left out, the host may be an IPv6 address', () => {
  assert.deepEqual(parsePeer('PACS@pacs.example:11112'), { aeTitle: 'PACS', host: 'pacs.example', port: 11112 });
  assert.deepEqual(parsePeer('MY PACS@10.0.0.7'), { aeTitle: 'MY PACS', host: '10.0.0.7', port: 104 });
  assert.deepEqual(parsePeer('A@[::1]:104'), { aeTitle: 'A', host: '::1', port: 104 });
});

test('what is no peer is none', () => {
  const wrong = [
    '',
    '@host:1',
    'A@',
    'A@host:0',
    'A@host:65536',
    'A@host:x',
    'SEVENTEEN_LETTERS@h:1',
    'A\\B@h:1',
    ' @h:1',
  ];
  for (const text of wrong) assert.equal(parsePeer(text), undefined, text);
});

test('an AE title alone is looked up in the configuration', async () => {
  const peer = { aeTitle: 'PACS', host: 'h', port: 1 };
  assert.deepEqual(await findPeer('PACS', async () => [peer]), peer);
  await assert.rejects(
    findPeer('OTHER', async () => [peer]),
    (error) => {
      assert.ok(error instanceof CliError);
      assert.equal(error.fault, 'usage');
      assert.match(error.message, /no peer "OTHER".*PACS/);
      return true;
    },
  );
});

test('a malformed address is not looked up', async () => {
  await assert.rejects(findPeer('PACS@host:port', none), /write AE@host:port/);
  await assert.rejects(findPeer('host:104', none), /write AE@host:port/);
});
