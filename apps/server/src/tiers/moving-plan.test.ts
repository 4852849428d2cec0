// What is looked for every minute is found by an index, however many objects there are: no walk through the table, no sorting.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { addSyntheticStudies } from '../../testing/synthetic-studies.ts';
import { type Database, type Query, sql } from '../database/database.ts';
import { openSqlite } from '../database/sqlite.ts';
import { begun, movable, moved, prepare } from './moving-rows.ts';

/** How the engine would answer what the work asks first. */
async function planOf(database: Database, work: (asked: Pick<Database, 'all'>) => Promise<unknown>): Promise<string> {
  const asked: Query[] = [];
  await work({
    all: async (query) => {
      asked.push(query);
      return [];
    },
  });
  const [query] = asked;
  assert.ok(query);
  const rows = await database.all(sql`explain query plan ${query}`);
  return rows.map(({ detail }) => String(detail)).join('\n');
}

test('objects to move are found by their age among those that are in files', async (t) => {
  const file = join(await temporaryFolder(), 'index.sqlite');
  const without = await openSqlite(file);
  await addSyntheticStudies(without, 1, 2000);
  const some = (asked: Pick<Database, 'all'>) => movable(asked, '2026-02-01', { receivedAt: '', number: -1 }, 100);
  assert.match(await planOf(without, some), /^SCAN instance$/m, 'without its index it would be a walk');
  await prepare(without);
  await without.batch([sql`analyze`]);
  await without.close();
  // Opened anew: a plan that was asked for once stays as it was.
  const database = await openSqlite(file);
  t.after(() => database.close());
  assert.equal(
    await planOf(database, some),
    'SEARCH instance USING INDEX instance_in_files (received_at>? AND received_at<?)',
  );
  assert.match(await planOf(database, (asked) => moved(asked, 5, 100)), /^SEARCH moving USING INTEGER PRIMARY KEY/);
  // What is being moved is never many.
  assert.doesNotMatch(await planOf(database, (asked) => begun(asked, 100)), /TEMP B-TREE/);
});
