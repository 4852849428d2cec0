// Passwords are kept as what cannot be turned back, and cost a bounded amount of memory to check.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadValue } from '../settings/kinds.ts';
import { readUser } from '../settings/users.ts';
import { hashPassword, isPassword, isPasswordHash, nobodysHash } from './password.ts';

test('a password fits its own hash and no other, however the two were made', async () => {
  const [first, second] = [await hashPassword('größer'), await hashPassword('größer')];
  assert.notEqual(first, second, 'each has a salt of its own');
  assert.doesNotMatch(first, /größer/);
  assert.equal(await isPassword('größer', first), true);
  assert.equal(await isPassword(Buffer.from('größer'), second), true);
  for (const wrong of ['', 'grösser', 'größer ']) assert.equal(await isPassword(wrong, first), false, wrong);
  assert.equal(await isPassword('', nobodysHash), false);
});

test('a text that is no hash, or asks for too much memory, is refused', async () => {
  const hash = await hashPassword('x');
  const bad = [
    hash.replace('32768', '9999999'),
    hash.replace('32768', '32767'),
    hash.replace('scrypt', 'md5'),
    'secret',
    '',
  ];
  for (const text of bad) {
    assert.equal(isPasswordHash(text), false, text);
    assert.equal(await isPassword('x', text), false, text);
  }
});

test('users of the settings: a plain password is refused, and not repeated', () => {
  const message = (value: unknown) => {
    try {
      readUser(value);
    } catch (error) {
      if (error instanceof BadValue) return error.message;
    }
    return assert.fail('was taken');
  };
  assert.match(
    message({ name: 'ann', password: 'hunter2' }),
    /^password: must be a line that `concord password` has printed$/,
  );
  assert.match(message({ name: '' }), /^name: /);
  assert.match(message({ name: 'a', role: 'x' }), /only name, password, rights are known/);
  assert.deepEqual(readUser({ name: 'ann', password: nobodysHash }), { name: 'ann', password: nobodysHash });
});
