// Headers that are kept for a while: bounded, the longest unused goes first, and what is given is what was stored.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeFile } from '../../testing/instances.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createRecentHeaders } from './recent-headers.ts';

const named = (key: string, digest = 'd') => ({ key, digest });

test('they take so many bytes at most; what was asked for last stays; an object with other bytes is another one', () => {
  const headers = createRecentHeaders(100);
  for (const key of ['a', 'b', 'c']) headers.set(named(key), new Uint8Array(30));
  assert.ok(headers.get(named('a')));
  headers.set(named('d'), new Uint8Array(30));
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => headers.get(named(key)) !== undefined),
    [true, false, true, true],
  );
  assert.equal(headers.get(named('a', 'other')), undefined);
  headers.set(named('e'), new Uint8Array(70_000));
  assert.equal(headers.get(named('e')), undefined);
  assert.ok(headers.get(named('a')), 'a long one drives nothing out');
});

test('the header of what has just come is that of its bytes, however these are cut', async (t) => {
  let reads = 0;
  const store = (real: ObjectStore): ObjectStore => ({
    ...real,
    readRun: (...asked) => {
      reads += 1;
      return real.readRun(...asked);
    },
  });
  const { archive } = await openRealArchive(t, { store });
  for (const [index, size] of [1, 7, 300, 1_000_000].entries()) {
    const sopInstanceUid = `1.2.${index + 5}`;
    const bytes = madeFile({ instance: sopInstanceUid });
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    const { status } = await archive.receivePart10(pieces, { via: 'STOW-RS', address: '127.0.0.1' });
    assert.equal(status.code, 0, status.comment);
    const [instance] = await archive.instances({ sopInstanceUid });
    assert.ok(instance);
    const header = await archive.headerBytes(instance);
    assert.ok(header);
    const stored = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance)));
    assert.deepEqual(Buffer.from(header), stored.subarray(0, header.length));
    assert.equal((await archive.header(instance)).string('SOPInstanceUID'), sopInstanceUid);
  }
  assert.equal(reads, 0, 'they are not read from the store');
});
