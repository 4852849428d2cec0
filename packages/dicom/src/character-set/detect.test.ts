// Doubts about a declared character set.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtCharacterSet } from './detect.ts';

const sample = (text: string) => [{ bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)), vr: 'LO' as const }];
const cases: readonly (readonly [
  string,
  readonly string[],
  string,
  readonly [string, readonly string[] | undefined] | undefined,
])[] = [
  ['ASCII fits every declaration', ['ISO_IR 192'], 'plain', undefined],
  ['UTF-8 that is declared and well formed', ['ISO_IR 192'], 'M\xc3\xbcller', undefined],
  ['Latin-1 that is declared', ['ISO_IR 100'], 'M\xfcller', undefined],
  ['UTF-8 declared, GB18030 inside', ['ISO_IR 192'], '\xcd\xf5\xd0\xa1\xb6\xab', ['undecodable', ['GB18030']]],
  ['UTF-8 declared, Latin-1 inside', ['ISO_IR 192'], 'M\xfcller', ['undecodable', ['ISO_IR 100']]],
  ['nothing declared, UTF-8 inside', [], 'M\xc3\xbcller', ['undecodable', ['ISO_IR 192']]],
  ['nothing declared, Latin-1 inside', [], 'M\xfcller', ['undecodable', ['ISO_IR 100']]],
  ['Latin-1 declared, UTF-8 inside', ['ISO_IR 100'], '\xe7\x8e\x8b', ['utf-8', ['ISO_IR 192']]],
  ['nothing declared, Japanese escapes inside', [], 'a\x1b$B;3ED\x1b(B', ['escape-sequences', ['', 'ISO 2022 IR 87']]],
  [
    'katakana declared without extensions',
    ['ISO_IR 13'],
    '\xd4\x1b$B;3ED\x1b(J',
    ['escape-sequences', ['ISO 2022 IR 13', 'ISO 2022 IR 87']],
  ],
  ['windows-1252 quotes under Latin-1', ['ISO_IR 100'], 'a\x93b\x94', ['control-characters', undefined]],
];
for (const [name, terms, text, expected] of cases)
  test(`${name}: ${expected ? expected[0] : 'no doubt'}`, () => {
    const doubt = doubtCharacterSet(terms, sample(text));
    assert.deepEqual(doubt && [doubt.reason, doubt.suggestion], expected);
  });
