import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from './counted.ts';

test('one of a thing is not several', () => {
  assert.deepEqual(
    [counted(0, 'finding'), counted(1, 'finding'), counted(2, 'finding'), counted(1, 'study', 'studies')],
    ['0 findings', '1 finding', '2 findings', '1 study'],
  );
  assert.equal(counted(3, 'study', 'studies'), '3 studies');
});
