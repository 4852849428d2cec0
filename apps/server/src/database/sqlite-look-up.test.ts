// Look-ups on the thread that asks: they see each commit, and whatever is in their way is left to the reading thread.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type Database, DatabaseError, literal, sql } from './database.ts';
import { openSqlite } from './sqlite.ts';
import { createLookUp } from './sqlite-look-up.ts';

async function setUp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'concord-look-up-'));
  const file = join(folder, 'index.sqlite');
  const database = await openSqlite(file, { busyTimeout: 100 });
  t.after(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  await database.batch([literal('create table kept (key integer primary key, text text)')]);
  return { folder, file, database };
}

/** Notes what was asked of the other thread. */
function watched(database: Pick<Database, 'all'>) {
  const asked: string[] = [];
  const all: Database['all'] = (query) => {
    asked.push(query.text.join('?'));
    return database.all(query);
  };
  return { all, asked };
}

const rowOf = (key: number) => sql`select text from kept where key = ${key}`;

test('a look-up sees what was committed before, and asks no other thread', async (t) => {
  const { file, database } = await setUp(t);
  const { all, asked } = watched(database);
  const here = createLookUp(file, all);
  t.after(here.close);
  // The first one opens the file: on a busy machine that may take long enough for the next to be asked elsewhere.
  for (let key = 1; key <= 50; key += 1) {
    await database.batch([sql`insert into kept values (${key}, ${`first ${key}`})`]);
    assert.deepEqual(await here.lookUp(rowOf(key)), [{ text: `first ${key}` }]);
    await database.batch([sql`update kept set text = ${`second ${key}`} where key = ${key}`]);
    assert.deepEqual(await here.lookUp(rowOf(key)), [{ text: `second ${key}` }]);
    assert.deepEqual(await database.lookUp(rowOf(key + 1)), []);
  }
  assert.ok(asked.length < 100, `${asked.length} of 100 were asked elsewhere`);
});

test('a file that another program holds, or that is none, is left to the reading thread', async (t) => {
  const { folder, file, database } = await setUp(t);
  await database.batch([sql`insert into kept values (1, 'one')`]);
  const { all, asked } = watched(database);
  const lost = createLookUp(join(folder, 'nowhere.sqlite'), all);
  assert.deepEqual(await lost.lookUp(rowOf(1)), [{ text: 'one' }]);
  const bad = join(folder, 'bad.sqlite');
  await writeFile(bad, 'no database at all, but long enough to look like a header of one');
  const broken = createLookUp(bad, all);
  assert.deepEqual(await broken.lookUp(rowOf(1)), [{ text: 'one' }]);
  assert.equal(asked.length, 2);
  const other = join(folder, 'other.sqlite');
  const holder = new DatabaseSync(other);
  holder.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; create table kept (key, text)');
  const held = createLookUp(other, all);
  const begun = performance.now();
  assert.deepEqual(await held.lookUp(rowOf(1)), [{ text: 'one' }]);
  assert.ok(performance.now() - begun < 2000, 'nobody waits for the lock here');
  assert.equal(asked.length, 3);
  holder.close();
  for (const each of [lost, broken, held]) each.close();
  assert.deepEqual(await createLookUp(file, all).lookUp(rowOf(1)), [{ text: 'one' }]);
});

test('a statement that fails, and an index that is closed, are told as the reading thread tells them', async (t) => {
  const { file, database } = await setUp(t);
  await assert.rejects(
    database.lookUp(literal('select a from nowhere')),
    (error) => error instanceof DatabaseError && error.fault === 'failed' && /nowhere/.test(error.message),
  );
  const second = await openSqlite(file);
  assert.deepEqual(await second.lookUp(rowOf(1)), []);
  await second.close();
  await assert.rejects(second.lookUp(rowOf(1)), (error) => error instanceof DatabaseError && error.fault === 'closed');
});
