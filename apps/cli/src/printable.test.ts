// Nothing from a file or a peer commands the terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from './printable.ts';

test('escape sequences, line breaks and direction marks become visible', () => {
  assert.equal(printable('\u001b]0;title\u0007'), '\\x1b]0;title\\x07');
  assert.equal(printable('a\r\nb\tc'), 'a\\x0d\\x0ab\\x09c');
  assert.equal(printable('\u009b31m'), '\\x9b31m');
  assert.equal(printable('abc\u202ecba'), 'abc\\u202ecba');
});

test('text in any script stays as it is', () => {
  assert.equal(printable('Yamada^Tarou=山田^太郎'), 'Yamada^Tarou=山田^太郎');
});
