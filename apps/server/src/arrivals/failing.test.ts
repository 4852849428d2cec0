// What becomes of studies that come in while the index fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Change } from '../archive/archive.ts';
import { type Database, DatabaseError } from '../database/database.ts';
import { watchArrivals } from './arrivals.ts';

const nothing = () => undefined;

/** Fails for every study but one. */
const failing = (works: string): Pick<Database, 'all' | 'batch' | 'transaction'> => ({
  async all({ values }) {
    if (values.includes(works)) return [];
    throw new DatabaseError('failed', 'the index is gone');
  },
  batch: async () => [],
  transaction: () => Promise.reject(new DatabaseError('failed')),
});

test('while the index fails one study tries in each look, and one that can be decided about does not wait behind the others', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const listeners = new Set<(change: Change) => void>();
  const failed: string[] = [];
  const asked: string[] = [];
  const index = failing('1.2.works');
  const arrivals = watchArrivals({
    archive: {
      watch(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    database: {
      ...index,
      all: (query) => {
        if (query.values.includes('1.2.works')) asked.push('1.2.works');
        return index.all(query);
      },
      lookUp: async () => [],
      page: async () => ({ rows: [], whenFull: undefined }),
      iterate: async function* () {},
      flush: async () => undefined,
      tables: async () => [],
      close: async () => undefined,
    },
    followers: [],
    atOnce: () => true,
    quietTime: 0,
    committed: nothing,
    now: () => new Date(),
    log: {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (said) => void failed.push(String(Object(said).study)),
    },
    gatherMs: 0,
  });
  for (const study of ['1.2.1', '1.2.2', '1.2.3', '1.2.works', '1.2.4'])
    for (const listener of listeners)
      listener({ kind: 'instances-stored', studyInstanceUid: study, seriesInstanceUid: `${study}.1`, count: 1 });
  const look = async () => {
    t.mock.timers.tick(250);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    return failed.filter((study) => study.startsWith('1.2.'));
  };
  assert.deepEqual(await look(), ['1.2.1']);
  assert.deepEqual(await look(), ['1.2.1', '1.2.2']);
  assert.deepEqual(await look(), ['1.2.1', '1.2.2', '1.2.3']);
  assert.deepEqual(asked, []);
  assert.deepEqual(await look(), ['1.2.1', '1.2.2', '1.2.3', '1.2.4']);
  assert.ok(asked.length > 0);
  await arrivals.close();
});
