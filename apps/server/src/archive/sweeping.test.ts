// What a node that died left in a shared store goes while another runs; what has a row stays; a failure is followed by another look.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { sealOf } from '../../testing/object-store-suite.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import type { ObjectStore, ObjectWriter, StoredObject } from '../objects/object-store.ts';
import { openArchive } from './open-archive.ts';
import { startSweeping } from './sweeping.ts';

const nothing = () => undefined;

/** The store, as if a node had died with these objects under its numbers. */
const withLegacy = (
  store: ObjectStore,
  legacy: { objects: readonly StoredObject[]; settled: number },
): ObjectStore => ({
  ...store,
  takeOver: async () => legacy.objects.length > 0,
  async *unsettled() {
    if (legacy.objects.length > 0) yield { first: 0, end: 1000, objects: legacy.objects };
  },
  async settle() {
    legacy.objects = [];
    legacy.settled += 1;
  },
});

test('objects without a row go, objects with one stay, and nothing is looked after twice', async (t) => {
  const legacy: { objects: readonly StoredObject[]; settled: number } = { objects: [], settled: 0 };
  const held: { store?: ObjectStore } = {};
  const real = await openRealArchive(t, {
    store: (store) => {
      held.store = withLegacy(store, legacy);
      return held.store;
    },
  });
  const { store } = held;
  assert.ok(store);
  const { instance } = await real.put(ctSlice());
  const orphan: ObjectWriter = await store.create();
  await orphan.write(Buffer.alloc(10));
  await orphan.commit(sealOf([Buffer.alloc(10)]));
  const archive = await openArchive({
    database: real.database,
    store,
    implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
    duplicates: 'keep',
    coercionWarning: 'off',
    coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' },
    patientConflicts: 'quarantine',
    system: 'TEST',
    now: () => new Date(),
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  const settled = legacy.settled;
  await archive.sweep();
  assert.equal(legacy.settled, settled, 'nobody died: nothing is looked at');
  const own = { key: instance?.key ?? '', number: 0, size: instance?.size ?? 0 };
  legacy.objects = [own, { key: orphan.key, number: orphan.number, size: 10 }];
  await archive.sweep();
  assert.equal(legacy.settled, settled + 1);
  assert.equal(await store.size(orphan.key), undefined);
  assert.equal(await store.size(own.key), own.size);
});

test('a look that fails is followed by another; closing waits for the one under way', async () => {
  const second = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  let looks = 0;
  const complaints: string[] = [];
  const sweeping = startSweeping({
    archive: {
      async sweep() {
        looks += 1;
        if (looks === 1) throw new Error('the store is away');
        second.resolve();
        await ending.promise;
      },
    },
    everyMs: 1,
    log: { debug: nothing, info: nothing, warn: (_, message) => complaints.push(message), error: nothing },
  });
  // The timer holds no process open: this wait does.
  const awake = setInterval(nothing, 1000);
  await second.promise;
  clearInterval(awake);
  let closed = false;
  const closing = sweeping.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  assert.deepEqual([looks, closed, complaints.length], [2, false, 1]);
  ending.resolve();
  await closing;
});
