// The commands to copy: real values in them, and nothing that a shell would take for more than a word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsToSend, reachableHost, shellWord } from './commands.ts';

test('commands name this server', () => {
  const texts = commandsToSend(
    { aeTitle: 'CONCORD', dicomHost: '127.0.0.1', dicomPort: 11112 },
    'http://localhost:8080',
  ).map(({ text }) => text);
  assert.ok(texts.includes('echoscu -v -aec CONCORD 127.0.0.1 11112'));
  assert.ok(texts.some((text) => text.endsWith('http://localhost:8080/dicom-web/studies')));
});

test('a server that listens everywhere is reached where this page came from', () => {
  assert.equal(reachableHost('0.0.0.0', 'pacs.example'), 'pacs.example');
  assert.equal(reachableHost('::', '[::1]'), '::1');
  assert.equal(reachableHost('10.0.0.7', 'pacs.example'), '10.0.0.7');
});

test('an AE title with a space or a quote stays one word', () => {
  assert.equal(shellWord("A'B $(rm)"), `'A'\\''B $(rm)'`);
  const [echo] = commandsToSend({ aeTitle: 'MY ARCHIVE', dicomHost: 'h', dicomPort: 104 }, 'https://h');
  assert.equal(echo?.text, "echoscu -v -aec 'MY ARCHIVE' h 104");
});
