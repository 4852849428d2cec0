// Addresses of index and store: what they take, and that a wrong one never shows its password.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from './read-configuration.ts';
import { s3PlaceOf } from './stores.ts';

const read = (...argv: string[]) => readConfiguration(argv, {});

test('a bucket with and without a prefix', () => {
  assert.deepEqual(s3PlaceOf('s3://pictures'), { bucket: 'pictures', prefix: '' });
  assert.deepEqual(s3PlaceOf('s3://pictures/a/b/'), { bucket: 'pictures', prefix: 'a/b' });
  assert.equal(read('--store', 's3://pictures/a').store, 's3://pictures/a');
});

test('what is no bucket or no database is refused, without showing a password', () => {
  for (const bad of ['pictures', 's3://', 's3://A', 's3://ab/..%2f', 'http://x/y', 's3://a b'])
    assert.throws(() => read('--store', bad), /must be s3:/, bad);
  const wrong = () => read('--database-url', 'mysql://user:secret@host/x');
  assert.throws(wrong, (error: Error) => /must be an address/.test(error.message) && !error.message.includes('secret'));
  assert.equal(read('--database-url', 'postgresql://u@h/d').databaseUrl, 'postgresql://u@h/d');
});
