// Origins, host names and addresses as they may stand in the configuration, and what is none of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadValue } from './kinds.ts';
import { readHostName, readOrigin, webAddress } from './web-names.ts';

test('an origin is what a browser sends in its Origin field', () => {
  for (const origin of ['https://viewer.example', 'http://localhost:3000', 'http://[::1]:8080']) {
    assert.equal(readOrigin(origin), origin);
  }
  const bad = [
    'https://viewer.example/',
    'viewer.example',
    '*',
    'null',
    'ftp://x',
    'https://a/b',
    'HTTPS://VIEWER',
    '',
    5,
  ];
  for (const value of bad) assert.throws(() => readOrigin(value), BadValue, String(value));
});

test('host names have no port and no scheme', () => {
  assert.equal(readHostName('PACS.example'), 'pacs.example');
  for (const value of ['pacs.example:80', 'http://pacs', 'a/b', '', 'a b', null]) {
    assert.throws(() => readHostName(value), BadValue, String(value));
  }
});

test('a public address loses the slash at its end and may have a path', () => {
  const { read } = webAddress({ text: '' });
  assert.equal(read('https://pacs.example/'), 'https://pacs.example');
  assert.equal(read('https://pacs.example/concord/'), 'https://pacs.example/concord');
  for (const value of [
    'pacs.example',
    'https://a/?x',
    'https://a/#x',
    'https://user@a',
    'javascript:alert(1)',
    '',
    1,
  ]) {
    assert.throws(() => read(value), BadValue, String(value));
  }
});
