// Large objects go past the page cache where the file system takes that: the bytes are the same either way.
import assert from 'node:assert/strict';
import { constants, openSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createRegionPool } from './containers/shared-regions.ts';
import { collectedAtOnce, createFileWriter, type WriterParts } from './file-writer.ts';

const nothing = () => undefined;

/** Over the 8 MiB from which the journal saves nothing, and no whole number of blocks. */
const large = Buffer.alloc(9 * 1024 * 1024 + 12_344);
for (let at = 0; at < large.length; at += 4) large.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);

/** Resolves when the descriptor leads to the file no more. */
async function closed(descriptor: number, path: string): Promise<void> {
  const leadsTo = () => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return '';
    }
  };
  for (let tries = 0; tries < 3000 && leadsTo() === path; tries += 1) await delay(10);
  assert.notEqual(leadsTo(), path, 'the second descriptor is still open');
}

describe('writer of a file', () => {
  let folder = '';
  let givenUp = 0;
  const path = () => join(folder, 'object');
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concord-writer-'));
    givenUp = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const aligned = () => createRegionPool({ size: collectedAtOnce, together: 8, shared: false });
  const writerWith = (openDirect: WriterParts['openDirect'], buffers: WriterParts['buffers'] = aligned()) =>
    createFileWriter(
      { key: '', number: 1, descriptor: openSync(path(), 'wx') },
      {
        buffers,
        journal: undefined,
        tracked: { direct: true, goDirect: nothing, committing: nothing, settled: nothing, over: nothing },
        openDirect,
        written: nothing,
        settled: nothing,
        givenUp: async () => {
          givenUp += 1;
        },
      },
    );
  const store = async (bytes: Buffer, ...how: Parameters<typeof writerWith>) => {
    const writer = writerWith(...how);
    for (let at = 0; at < bytes.length; at += 100_001) await writer.write(bytes.subarray(at, at + 100_001));
    return writer.commit({ digest: 0, from: 0, about: '' });
  };

  test('past the page cache, and through it, the bytes are the same, and what was opened is closed', async () => {
    const opened: number[] = [];
    const openDirect = async () => {
      const descriptor = openSync(path(), constants.O_WRONLY | constants.O_DIRECT);
      opened.push(descriptor);
      return descriptor;
    };
    assert.equal(await store(large, openDirect), 'synced');
    assert.ok((await readFile(path())).equals(large), 'past the page cache');
    assert.equal(opened.length, 1);
    await closed(opened[0] ?? -1, path());
    await rm(path());
    assert.equal(await store(large, async () => undefined), 'synced');
    assert.ok((await readFile(path())).equals(large), 'through the page cache');
  });

  test('a sender that is faster than the disk has nine buffers at most, and none is kept', async () => {
    const pool = aligned();
    let [out, most] = [0, 0];
    const counted: WriterParts['buffers'] = {
      take: () => {
        out += 1;
        most = Math.max(most, out);
        return pool.take();
      },
      give: (buffer) => {
        out -= 1;
        pool.give(buffer);
      },
    };
    assert.equal(await store(large, async () => undefined, counted), 'synced');
    assert.ok((await readFile(path())).equals(large));
    assert.ok(most > 1 && most <= 9, `${most} buffers at once`);
    assert.equal(out, 0);
  });

  test('an object that is not large opens nothing twice', async () => {
    const bytes = large.subarray(0, 3_000_001);
    assert.equal(await store(bytes, () => assert.fail('opened')), 'synced');
    assert.ok((await readFile(path())).equals(bytes));
  });

  test('where such a descriptor takes no write of these buffers, everything goes through the page cache', async () => {
    const opened: number[] = [];
    const openDirect = async () => {
      opened.push(openSync(path(), constants.O_WRONLY | constants.O_DIRECT));
      return opened[0];
    };
    const skewed = { take: () => Buffer.alloc(collectedAtOnce + 1).subarray(1), give: nothing };
    assert.equal(await store(large, openDirect, skewed), 'synced');
    assert.ok((await readFile(path())).equals(large));
    await closed(opened[0] ?? -1, path());
  });

  test('a write past the page cache that fails is the failure of the object', async () => {
    const readOnly = async () => openSync(path(), 'r');
    const writer = writerWith(readOnly);
    const sending = async () => {
      for (let at = 0; at < large.length; at += 100_000) await writer.write(large.subarray(at, at + 100_000));
      await writer.commit({ digest: 0, from: 0, about: '' });
    };
    await assert.rejects(sending(), { name: 'StoreError', fault: 'failed' });
    await writer.abandon();
    assert.equal(givenUp, 1, 'the file goes, once');
  });

  test('an object that is given up while its buffers wait leaves none of them behind', async () => {
    const pool = aligned();
    let out = 0;
    const counted: WriterParts['buffers'] = {
      take: () => {
        out += 1;
        return pool.take();
      },
      give: (buffer) => {
        out -= 1;
        pool.give(buffer);
      },
    };
    const writer = writerWith(async () => undefined, counted);
    // Not waited for: as much waits as may, and the sender with it.
    const sending = writer.write(large);
    await Promise.all([writer.abandon(), assert.rejects(Promise.resolve(sending), { fault: 'closed' })]);
    assert.equal(givenUp, 1);
    assert.equal(out, 0, 'buffers that nobody gave back');
  });
});
