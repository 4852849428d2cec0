// Objects that are old move to a second store and are found wherever they are; a crash or a failure at any step loses nothing.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ctSlice, dataSetOf, encoded } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { type Database, DatabaseError, sql } from '../database/database.ts';
import { readersByKey } from '../objects/by-key.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import { openContainerStore } from '../objects/containers/container-store.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { lendOwn, StoreError } from '../objects/object-store.ts';
import { movedKeyOf, numberOf } from '../objects/s3/s3-names.ts';
import type { SecondStore } from '../objects/s3/s3-tier.ts';
import { type TieredStore, tieredStore } from '../objects/tiered.ts';
import type { Finding } from '../verify/finding.ts';
import { verify } from '../verify/verify.ts';
import { type MoverParts, startMover } from './mover.ts';
import { movedTotal } from './moving-rows.ts';

const uid = (index: number) => `1.2.3.1.1.${index}`;
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const day = 86_400_000;
/** The archive of the tests says that everything came at this moment. */
const receivedAt = Date.parse('2026-01-02T03:04:05Z');

/** A second store in memory, where requests fail as a test says; what is begun and not committed is left as parts. */
function memoryStore(trouble: { next?: 'create' | 'commit' | 'lost answer' } = {}) {
  const kept = new Map<string, Buffer>();
  const parts = new Set<string>();
  const readAll = (key: string, start = 0, end?: number): Buffer => {
    const found = kept.get(key);
    if (!found) throw new StoreError('not-there');
    if (end !== undefined && end > found.length) throw new StoreError('cut-short');
    return found.subarray(start, end);
  };
  const read: SecondStore['read'] = async function* (key, run) {
    yield readAll(key, run?.start, run?.end);
  };
  const second: SecondStore = {
    keyOf: movedKeyOf,
    create(number) {
      const key = movedKeyOf(number);
      const chunks: Uint8Array[] = [];
      if (trouble.next === 'create') throw new StoreError('failed');
      parts.add(key);
      return {
        key,
        number,
        write: (chunk) => void chunks.push(Uint8Array.from(chunk)),
        async commit() {
          if (trouble.next === 'commit') throw new StoreError('failed');
          kept.set(key, Buffer.concat(chunks));
          parts.delete(key);
          if (trouble.next === 'lost answer') throw new StoreError('failed');
          return 'synced';
        },
        settle: nothing,
        leave: nothing,
        abandon: async () => void parts.delete(key),
      };
    },
    read,
    lend: lendOwn(read),
    readRun: async (key, start, length) => readAll(key, start, start + length),
    size: async (key) => kept.get(key)?.length,
    remove: async (key) => kept.delete(key),
    async discard(key) {
      kept.delete(key);
      parts.delete(key);
    },
    close: async () => undefined,
  };
  const reader: ObjectReader = {
    ...second,
    async *list() {
      for (const [key, { length: size }] of kept) yield { key, size, unsettled: false, number: numberOf(key) ?? -1 };
    },
  };
  return { second, reader, kept, parts, trouble };
}

type Memory = ReturnType<typeof memoryStore>;

interface Moving {
  readonly real: RealArchive;
  readonly tiered: TieredStore;
  readonly memory: Memory;
  readonly keys: () => Promise<string[]>;
  readonly findings: () => Promise<string[]>;
  readonly mover: (more?: Partial<MoverParts>) => ReturnType<typeof startMover>;
}

async function open(t: TestContext, layout: 'files' | 'containers', memory: Memory, folder?: string): Promise<Moving> {
  const data = folder ?? (await temporaryFolder());
  const objects = join(data, 'packed');
  const flush: { index: () => Promise<void> } = { index: async () => undefined };
  const files = await openContainerStore({ folder: objects, layout, reserve: 0, flushIndex: () => flush.index() });
  const tiered = tieredStore(files, memory.second);
  t.after(() => files.close());
  const real = await openRealArchive(t, { folder: data, store: () => tiered });
  flush.index = real.database.flush;
  const { database } = real;
  const reader = readersByKey(memory.reader, openObjectReader(objects));
  return {
    real,
    tiered,
    memory,
    keys: async () =>
      (await database.all(sql`select object_key as key from instance order by instance_key`)).map(({ key }) =>
        String(key),
      ),
    async findings() {
      const found: Finding[] = [];
      const how = { content: true, parallel: 2, bytesPerSecond: 0, signal: new AbortController().signal };
      await verify({ database, objects: reader, running: true }, { ...how, found: (finding) => found.push(finding) });
      return found.map(({ kind, key, detail }) => `${kind} ${key} ${detail}`);
    },
    mover: (more = {}) =>
      startMover({
        database,
        store: tiered,
        after: 30 * day,
        bytesPerSecond: 0,
        now: () => new Date(receivedAt + 31 * day),
        log,
        everyMs: 3_600_000,
        stayMs: 0,
        ...more,
      }),
  };
}

const put = async ({ real }: Moving, from: number, to: number) => {
  for (let index = from; index <= to; index += 1)
    assert.equal((await real.put(ctSlice({ SOPInstanceUID: uid(index) }))).status.code, 0);
};

/** Every object is found, and has the bytes it came with. */
async function assertWhole({ real, findings }: Moving, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const [instance] = await real.archive.instances({ sopInstanceUid: uid(index) });
    assert.ok(instance, uid(index));
    const bytes = Buffer.concat(await Array.fromAsync(real.archive.dataSetBytes(instance)));
    assert.ok(bytes.equals(encoded(ctSlice({ SOPInstanceUID: uid(index) }))), uid(index));
    assert.equal((await real.archive.frame(instance, 1)).length, 32);
  }
  assert.equal(await real.archive.count('IMAGE', dataSetOf({ SOPInstanceUID: null })), count);
  assert.deepEqual(await findings(), []);
}

const isMoved = (key: string) => key.startsWith('s3/m');

for (const layout of ['files', 'containers'] as const) {
  test(`what is old moves, is read from there, and can be deleted; what is young stays (${layout})`, async (t) => {
    const moving = await open(t, layout, memoryStore());
    await put(moving, 1, 5);
    const young = await moving.mover({ now: () => new Date(receivedAt + 29 * day) });
    assert.deepEqual(await young.round(), { moved: 0, damaged: 0, removed: 0 });
    await young.close();
    const mover = await moving.mover();
    await mover.round();
    await mover.close();
    assert.ok((await moving.keys()).every(isMoved));
    assert.deepEqual([(await movedTotal(moving.real.database)).objects, moving.memory.kept.size], [5, 5]);
    const left = await Array.fromAsync(openObjectReader(join(moving.real.folder, 'packed')).list());
    assert.deepEqual(
      left.filter(({ size }) => size > 0),
      [],
      'the files are gone',
    );
    await assertWhole(moving, 5);
    assert.deepEqual(
      (await moving.real.put(ctSlice({ SOPInstanceUID: uid(1) }))).already,
      true,
      'sent again it is known',
    );
    const [last] = await moving.real.archive.instances({ sopInstanceUid: uid(5) });
    await moving.real.archive.reject({ sopInstanceUid: uid(5) }, { by: 'test', reason: 'quality' });
    await moving.real.archive.purge('1.2.3.1', { by: 'vet', reason: '' });
    assert.equal(moving.memory.kept.has(last?.key ?? ''), false);
    await assertWhole(moving, 4);
  });

  test(`what is deleted for good while it moves, or a moment later, is in neither store in the end (${layout})`, async (t) => {
    const moving = await open(t, layout, memoryStore());
    const { archive, database } = moving.real;
    await put(moving, 1, 12);
    const note = { by: 'vet', reason: '' };
    const deleting = async (index: number) => {
      for (let turn = 0; turn < index * 3; turn += 1) await database.all(sql`select 1 as one`);
      await archive.reject({ sopInstanceUid: uid(index) }, note);
      if (index % 3 === 0) return;
      await archive.purge('1.2.3.1', note, { sopInstanceUids: [uid(index)] });
    };
    const mover = await moving.mover({ stayMs: 3_600_000 });
    await Promise.all([mover.round(), ...[6, 7, 8, 9, 10].map(deleting)]);
    await Promise.all([11, 12].map(deleting));
    // Its file has its time, but for what was deleted.
    const rejected = await database.all(sql`select instance_key as number from rejected`);
    const files = await Array.fromAsync(openObjectReader(join(moving.real.folder, 'packed')).list());
    const left = files.flatMap(({ number, size }) => (size > 0 ? [number ?? -1] : []));
    const wanted = await database.all(sql`select instance_key as number from instance`);
    assert.deepEqual(
      left.sort((a, b) => a - b),
      [...wanted, ...rejected].map(({ number }) => Number(number)).sort((a, b) => a - b),
    );
    assert.equal(await archive.restore('1.2.3.1', note), 3);
    await archive.reject({ sopInstanceUid: [6, 9, 12].map(uid) }, note);
    await archive.purge('1.2.3.1', note);
    await mover.close();
    const next = await moving.mover();
    await next.round();
    await next.close();
    assert.equal(moving.memory.kept.size, 5);
    await assertWhole(moving, 5);
  });

  test(`a file that somebody may be reading stays, and its old key leads to the object when it is gone (${layout})`, async (t) => {
    const moving = await open(t, layout, memoryStore());
    await put(moving, 1, 1);
    const [before] = await moving.real.archive.instances({ sopInstanceUid: uid(1) });
    assert.ok(before);
    const slow = await moving.mover({ stayMs: 3_600_000 });
    await slow.round();
    assert.deepEqual(await slow.round(), { moved: 0, damaged: 0, removed: 0 });
    assert.equal(await moving.tiered.files.size(before.key), before.size);
    await assertWhole(moving, 1);
    await slow.close();
    // The next run knows that nobody of the one before is reading any more.
    const next = await moving.mover({ stayMs: 3_600_000 });
    await next.round();
    await next.close();
    assert.equal(await moving.tiered.files.size(before.key), undefined);
    const bytes = Buffer.concat(await Array.fromAsync(moving.real.archive.dataSetBytes(before)));
    assert.ok(bytes.equals(encoded(ctSlice({ SOPInstanceUID: uid(1) }))));
    await assertWhole(moving, 1);
  });

  test(`whatever step fails, or is the last before a crash, nothing is lost and the next run goes on (${layout})`, async (t) => {
    const memory = memoryStore();
    const folder = await temporaryFolder();
    let moving = await open(t, layout, memory, folder);
    await put(moving, 1, 4);
    const again = async () => {
      await moving.tiered.close();
      await moving.real.close();
      moving = await open(t, layout, memory, folder);
      assert.deepEqual(moving.real.complaints, []);
    };
    for (const next of ['create', 'commit', 'lost answer'] as const) {
      memory.trouble.next = next;
      const mover = await moving.mover();
      await assert.rejects(mover.round(), { fault: 'failed' });
      await mover.close();
      await assertWhole(moving, 4);
      delete memory.trouble.next;
      await again();
    }
    // The index fails, or the process ends, at each of its writes in turn.
    for (let write = 0; ; write += 1) {
      let writes = 0;
      const failing: Database = {
        ...moving.real.database,
        batch: (queries, options) => {
          writes += 1;
          if (writes > write + 1) return Promise.reject(new DatabaseError('failed', 'the process ended'));
          return moving.real.database.batch(queries, options);
        },
      };
      const mover = await moving.mover({ database: failing });
      const ended = await mover.round().then(
        () => true,
        () => false,
      );
      await mover.close();
      await assertWhole(moving, 4);
      await again();
      await assertWhole(moving, 4);
      if (ended) break;
      assert.ok(write < 20, 'it comes to an end');
    }
    const mover = await moving.mover();
    await mover.round();
    await mover.close();
    assert.ok((await moving.keys()).every(isMoved));
    assert.deepEqual([memory.kept.size, memory.parts.size], [4, 0]);
    assert.deepEqual(await moving.real.database.all(sql`select * from moving`), []);
    await assertWhole(moving, 4);
  });
}

test('an object that is rejected while it is copied stays where it is, and its copy goes', async (t) => {
  const memory = memoryStore();
  const moving = await open(t, 'files', memory);
  await put(moving, 1, 2);
  const rejecting: SecondStore = {
    ...memory.second,
    create(number) {
      const writer = memory.second.create(number);
      const commit: typeof writer.commit = async (seal) => {
        await moving.real.archive.reject({ sopInstanceUid: uid(1) }, { by: 'test', reason: 'quality' });
        return writer.commit(seal);
      };
      return { ...writer, commit };
    },
  };
  const mover = await moving.mover({ store: { ...moving.tiered, second: rejecting } });
  await mover.round();
  await mover.round();
  await mover.close();
  assert.equal(memory.kept.size, 1);
  assert.equal((await movedTotal(moving.real.database)).objects, 1, 'the other did not move');
  assert.deepEqual(await moving.findings(), []);
  assert.equal(await moving.real.archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 1);
  await assertWhole(moving, 2);
});

test('a file that is not what was received is left where it is, and holds up no other', async (t) => {
  const moving = await open(t, 'files', memoryStore());
  await put(moving, 1, 3);
  const [instance] = await moving.real.archive.instances({ sopInstanceUid: uid(2) });
  const path = join(moving.real.folder, 'packed', instance?.key ?? '');
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(1, bytes.length - 4));
  const mover = await moving.mover();
  const { damaged } = await mover.round();
  assert.equal(damaged, 1);
  await mover.close();
  assert.deepEqual((await moving.keys()).map(isMoved), [true, false, true]);
  assert.deepEqual(
    (await moving.findings()).map((each) => each.slice(0, 12)),
    ['wrong digest'],
  );
});

test('what the second store loses, or cuts, before the file is gone lies in its file again, and moves once more', async (t) => {
  const memory = memoryStore();
  const moving = await open(t, 'files', memory);
  await put(moving, 1, 4);
  const slow = await moving.mover({ stayMs: 3_600_000 });
  await slow.round();
  await slow.close();
  const total = async () => (await movedTotal(moving.real.database)).objects;
  assert.equal(await total(), 4);
  const [lost = '', cut = '', rejected = ''] = await moving.keys();
  await moving.real.archive.reject({ sopInstanceUid: uid(3) }, { by: 'test', reason: 'quality' });
  memory.kept.delete(lost);
  memory.kept.set(cut, Buffer.alloc(10));
  memory.kept.delete(rejected);
  const next = await moving.mover({ now: () => new Date(receivedAt) });
  await next.round();
  assert.deepEqual((await moving.keys()).map(isMoved), [false, false, true]);
  assert.equal(await total(), 1);
  await next.close();
  assert.equal(await moving.real.archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 1);
  const again = await moving.mover();
  await again.round();
  await again.close();
  assert.ok((await moving.keys()).every(isMoved));
  const { objects, bytes } = await movedTotal(moving.real.database);
  const [row] = await moving.real.database.all(sql`select count(*) as n, sum(size) as bytes from instance`);
  assert.deepEqual([objects, bytes], [row?.n, row?.bytes], 'what moved twice is counted once');
  await assertWhole(moving, 4);
});
