// What is read before its turn: the right bytes, one instance ahead, and nothing where another syntax is wanted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept, type OutgoingInstance } from '@concord/network';
import { readAhead } from './read-ahead.ts';

const explicit = '1.2.840.10008.1.2.1';
const implicit = '1.2.840.10008.1.2';

/** Says in `log` when its first byte is read. */
const instanceOf = (name: string, log: string[], transferSyntaxUid = explicit, fails = false): OutgoingInstance => ({
  sopClassUid: '1.2',
  sopInstanceUid: name,
  transferSyntaxUid,
  open: (wanted) => ({
    length: 2,
    async *chunks() {
      log.push(`${name} ${wanted === explicit ? 'explicit' : 'implicit'}`);
      if (fails) throw new Error(`${name} cannot be read`);
      yield Buffer.from(name);
      yield Buffer.from('.');
    },
  }),
});

const read = async (instance: OutgoingInstance | undefined, syntax = explicit) =>
  instance ? Buffer.concat(await Array.fromAsync(kept(instance.open(syntax)))).toString() : '';

test('the next instance is begun when one is opened, no further, and its bytes come whole', async () => {
  const log: string[] = [];
  const [a, b, c] = readAhead(['a', 'b', 'c'].map((name) => instanceOf(name, log)));
  assert.equal(await read(a), 'a.');
  assert.deepEqual(log, ['a explicit', 'b explicit']);
  assert.equal(await read(b), 'b.');
  assert.deepEqual(log, ['a explicit', 'b explicit', 'c explicit']);
  assert.equal(await read(c), 'c.');
  assert.equal(log.length, 3);
});

test('one that is opened in another syntax than it was begun in is read anew', async () => {
  const log: string[] = [];
  const [a, b] = readAhead(['a', 'b'].map((name) => instanceOf(name, log)));
  await read(a);
  assert.equal(await read(b, implicit), 'b.');
  assert.deepEqual(log, ['a explicit', 'b explicit', 'b implicit']);
});

test('nothing is begun that would have to be converted', async () => {
  const log: string[] = [];
  const [a] = readAhead([instanceOf('a', log), instanceOf('b', log, implicit)]);
  await read(a);
  assert.deepEqual(log, ['a explicit']);
});

test('what cannot be read fails where it is opened, not before, and not the one before it', async () => {
  const log: string[] = [];
  const [a, b, c] = readAhead([instanceOf('a', log), instanceOf('b', log, explicit, true), instanceOf('c', log)]);
  assert.equal(await read(a), 'a.');
  await assert.rejects(read(b), /b cannot be read/);
  assert.equal(await read(c), 'c.');
});

test('an instance that is left out leaves the next one right', async () => {
  const log: string[] = [];
  const [a, , c] = readAhead(['a', 'b', 'c'].map((name) => instanceOf(name, log)));
  await read(a);
  assert.equal(await read(c), 'c.');
});
