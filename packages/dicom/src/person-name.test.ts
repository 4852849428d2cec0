// Person names: groups, components, what is too many, text for people.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayPersonName, formatPersonName, parsePersonName } from './person-name.ts';

test('PS3.5 6.2.1.1: five components in their order', () => {
  assert.deepEqual(parsePersonName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.').alphabetic, {
    familyName: 'Adams',
    givenName: 'John Robert Quincy',
    middleName: '',
    prefix: 'Rev.',
    suffix: 'B.A. M.Div.',
  });
});
test('three groups, each of its own writing', () => {
  const { alphabetic, ideographic, phonetic } = parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう');
  assert.equal(alphabetic?.givenName, 'Tarou');
  assert.equal(ideographic?.familyName, '山田');
  assert.equal(phonetic?.givenName, 'たろう');
});
test('groups that are missing or empty are undefined', () => {
  assert.deepEqual(parsePersonName('=山田^太郎').alphabetic, undefined);
  assert.deepEqual(parsePersonName(''), { alphabetic: undefined, ideographic: undefined, phonetic: undefined });
  assert.deepEqual(parsePersonName('==').phonetic, undefined);
});
test('trailing delimiters go, those in between stay', () => {
  assert.equal(formatPersonName(parsePersonName('Doe^Jane^^^=')), 'Doe^Jane');
  assert.equal(formatPersonName(parsePersonName('^Jane')), '^Jane');
  assert.equal(formatPersonName(parsePersonName('==やまだ')), '==やまだ');
  assert.equal(formatPersonName({ alphabetic: { familyName: 'Doe', suffix: 'Jr.' } }), 'Doe^^^^Jr.');
});
test('a sixth component and a fourth group are kept', () => {
  assert.equal(formatPersonName(parsePersonName('a^b^c^d^e^f^g=h=i=j=k')), 'a^b^c^d^e^f^g=h=i=j=k');
});
test('any text is taken apart and put together again without loss of a letter', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('^', '=', 'a', 'b', ' ', '山')), (parts) => {
      const text = parts.join('');
      const letters = (value: string): string => value.replace(/[\^= ]/g, '');
      const formatted = formatPersonName(parsePersonName(text));
      assert.equal(letters(formatted), letters(text));
      assert.equal(formatPersonName(parsePersonName(formatted)), formatted);
    }),
  );
});
test('a name for people to read', () => {
  assert.equal(displayPersonName('Lovelace^Ada^King^Lady^FRS=x'), 'Lady Ada King Lovelace, FRS');
  assert.equal(displayPersonName('=山田^太郎'), '山田 太郎');
  assert.equal(displayPersonName('^^'), '');
});
