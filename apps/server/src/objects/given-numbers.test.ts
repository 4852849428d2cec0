// The largest number of each kind that any row has, found without a walk through what grows.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainOnSqlite } from '../../testing/plans.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { type Query, sql } from '../database/database.ts';
import { openSqlite } from '../database/sqlite.ts';
import { givenNumbers } from './given-numbers.ts';

const inContainers = 2 ** 40 + 17;
const onS3 = 2 ** 41 + 3;

test('numbers of files, of containers and of S3 are told apart, whichever row has the largest', async (t) => {
  const database = await openSqlite(join(await temporaryFolder(), 'index.sqlite'));
  t.after(() => database.close());
  assert.deepEqual(await givenNumbers(database), { inFiles: undefined, inContainers: undefined });
  const moving = (number: number, to: string) =>
    sql`insert into moving (number, from_key, to_key, size, moved_at) values (${number}, 'a', ${to}, 1, '')`;
  await database.batch([moving(4999, 'x'), moving(onS3, 'y')]);
  assert.deepEqual(await givenNumbers(database), { inFiles: 4999, inContainers: undefined });
  await database.batch([
    sql`insert into removing (object_key, number, size) values ('s3/1', ${inContainers}, 1), ('s3/2', ${5000}, 1)`,
  ]);
  assert.deepEqual(await givenNumbers(database), { inFiles: 5000, inContainers });
});

test('a start looks at the end of each key, and walks through nothing that grows', async () => {
  const explainer = await explainOnSqlite();
  const asked: Query[] = [];
  await givenNumbers({
    async all(query) {
      asked.push(query);
      return [];
    },
  });
  assert.equal(asked.length, 2);
  for (const query of asked) assert.deepEqual(await explainer.walks(query), []);
  const walk = sql`select number from removing where size = ${3}`;
  assert.deepEqual(await explainer.walks(walk), ['removing'], 'a walk is told from one that is none');
  await explainer.close();
});
