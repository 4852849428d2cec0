// Threads that serve one index after the other.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { DatabaseError, literal, sql } from './database.ts';
import { openSqlite, type SqliteOptions } from './sqlite.ts';
import { createKeptThreads, type ThreadSupply } from './sqlite-threads.ts';

/** Notes which threads were given out. */
function noting(supply: ThreadSupply): { readonly threads: ThreadSupply; readonly given: Worker[] } {
  const given: Worker[] = [];
  const take: ThreadSupply['take'] = (options) => {
    const worker = supply.take(options);
    given.push(worker);
    return worker;
  };
  return { threads: { ...supply, take }, given };
}

const temporaryFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'concord-threads-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test('what was kept serves the next index and knows nothing of the one before', async (t) => {
  const folder = await temporaryFolder(t);
  const { threads, given } = noting(createKeptThreads(2));
  const options: SqliteOptions = { threads };
  const first = await openSqlite(join(folder, 'first.sqlite'), options);
  await first.batch([literal('create table only_here (value integer)'), sql`insert into only_here values (${7})`]);
  assert.deepEqual(await first.all(literal('select value from only_here')), [{ value: 7 }]);
  await first.close();
  const second = await openSqlite(join(folder, 'second.sqlite'), options);
  await assert.rejects(second.all(literal('select value from only_here')), DatabaseError);
  assert.deepEqual(await second.all(literal('select count(*) as files from schema_version where version < 0')), [
    { files: 0 },
  ]);
  await assert.rejects(
    first.all(literal('select 1')),
    (error) => error instanceof DatabaseError && error.fault === 'closed',
  );
  await second.close();
  assert.equal(given.length, 4);
  assert.equal(new Set(given).size, 2);
});

test('a file that is no index fails its own opening only', async (t) => {
  const folder = await temporaryFolder(t);
  const { threads } = noting(createKeptThreads(2));
  await (await openSqlite(join(folder, 'good.sqlite'), { threads })).close();
  await writeFile(join(folder, 'bad.sqlite'), 'no database at all, but long enough to look like a header of one');
  await assert.rejects(openSqlite(join(folder, 'bad.sqlite'), { threads }), DatabaseError);
  const good = await openSqlite(join(folder, 'good.sqlite'), { threads });
  assert.deepEqual(await good.all(literal('select 1 as one')), [{ one: 1 }]);
  await good.close();
});
