// Gathering: the first change is told at once, those that follow together, and none twice or never.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gather } from './gather.ts';

test('five hundred images of a study are two refreshes, not five hundred', () => {
  const told: string[][] = [];
  let pending: (() => void) | undefined;
  const gathered = gather<string>(
    700,
    (_milliseconds, work) => {
      pending = work;
      return () => {
        pending = undefined;
      };
    },
    (changes) => told.push([...changes]),
  );
  for (let image = 0; image < 500; image += 1) gathered.add(image < 250 ? 'a' : 'b');
  assert.deepEqual(told, [['a']]);
  pending!();
  assert.deepEqual(told, [['a'], ['a', 'b']]);
  pending!();
  assert.equal(told.length, 2);
  gathered.add('c');
  assert.deepEqual(told.at(-1), ['c']);
  gathered.add('d');
  gathered.stop();
  assert.equal(pending, undefined);
});
