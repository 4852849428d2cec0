// What is read before its turn: the right bytes, a few instances ahead, and nothing where another syntax is wanted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept, type OutgoingInstance } from '@concord/network';
import { readAhead } from './read-ahead.ts';

const explicit = '1.2.840.10008.1.2.1';
const implicit = '1.2.840.10008.1.2';

/** Says in `log` when its first byte is read. */
const instanceOf = (
  name: string,
  log: string[],
  {
    transferSyntaxUid = explicit,
    fails = false,
    closed = [],
  }: Partial<Pick<OutgoingInstance, 'transferSyntaxUid'>> & {
    fails?: boolean;
    /** Gets the name when its bytes are let go of. */
    closed?: string[];
  } = {},
): OutgoingInstance => ({
  sopClassUid: '1.2',
  sopInstanceUid: name,
  transferSyntaxUid,
  open: (wanted) => ({
    length: 2,
    async *chunks() {
      log.push(`${name} ${wanted === explicit ? 'explicit' : 'implicit'}`);
      try {
        if (fails) throw new Error(`${name} cannot be read`);
        yield Buffer.from(name);
        yield Buffer.from('.');
      } finally {
        closed.push(name);
      }
    },
  }),
});

const read = async (instance: OutgoingInstance | undefined, syntax = explicit) =>
  instance ? Buffer.concat(await Array.fromAsync(kept(instance.open(syntax)))).toString() : '';

test('the next three instances are begun when one is opened, no further, each once, and their bytes come whole', async () => {
  const log: string[] = [];
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const { instances } = readAhead(names.map((name) => instanceOf(name, log)));
  const [a, b, ...others] = instances;
  assert.equal(await read(a), 'a.');
  assert.deepEqual(log, ['a explicit', 'b explicit', 'c explicit', 'd explicit']);
  assert.equal(await read(b), 'b.');
  assert.equal(log.at(-1), 'e explicit');
  for (const [at, each] of others.entries()) assert.equal(await read(each), `${names[at + 2]}.`);
  assert.equal(log.length, 6);
});

test('what was begun and is not wanted any more is let go of: at the end, and where it is passed over', async () => {
  const log: string[] = [];
  const closed: string[] = [];
  const { instances, ended } = readAhead(['a', 'b', 'c', 'd', 'e'].map((name) => instanceOf(name, log, { closed })));
  const [a, , c] = instances;
  await read(a);
  await read(c);
  assert.deepEqual(closed, ['a', 'b', 'c']);
  ended();
  await new Promise(setImmediate);
  assert.deepEqual(closed, ['a', 'b', 'c', 'd', 'e']);
});

test('one that is opened in another syntax than it was begun in is read anew', async () => {
  const log: string[] = [];
  const [a, b] = readAhead(['a', 'b'].map((name) => instanceOf(name, log))).instances;
  await read(a);
  assert.equal(await read(b, implicit), 'b.');
  assert.deepEqual(log, ['a explicit', 'b explicit', 'b implicit']);
});

test('nothing is begun that would have to be converted', async () => {
  const log: string[] = [];
  const [a] = readAhead([instanceOf('a', log), instanceOf('b', log, { transferSyntaxUid: implicit })]).instances;
  await read(a);
  assert.deepEqual(log, ['a explicit']);
});

test('what cannot be read fails where it is opened, not before, and not the one before it', async () => {
  const log: string[] = [];
  const three = [instanceOf('a', log), instanceOf('b', log, { fails: true }), instanceOf('c', log)];
  const [a, b, c] = readAhead(three).instances;
  assert.equal(await read(a), 'a.');
  await assert.rejects(read(b), /b cannot be read/);
  assert.equal(await read(c), 'c.');
});

test('an instance that is left out leaves the next one right', async () => {
  const log: string[] = [];
  const [a, , c] = readAhead(['a', 'b', 'c'].map((name) => instanceOf(name, log))).instances;
  await read(a);
  assert.equal(await read(c), 'c.');
});
