// Archives that want one place at once, and copies of one archive: one server has the place, and whoever does not know all that lies there puts nothing.
import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { check, createPlaces, moveAll, put, rebuild, withArchive } from '../../../testing/every-store.ts';
import { inPostgres, startPostgres } from '../../../testing/postgres.ts';
import { startServerProcess } from '../../../testing/programs.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { startS3Server } from '../../../testing/s3-server.ts';
import { startScriptedS3 } from '../../../testing/scripted-s3.ts';
import { sql } from '../../database/database.ts';
import { openSqlite } from '../../database/sqlite.ts';
import type { Configuration } from '../../settings/settings.ts';
import { claimPlace } from './claim-place.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const places = createPlaces('one-server-tests', postgres, s3);
after(() => places.client.destroy());

const settingOf = { tiered: 'moveTo', S3: 'store' } as const;
type Kind = keyof typeof settingOf;

/** Stores one object, and has it on S3. */
const fill = (configuration: Configuration, store: Kind, index: number) =>
  withArchive(configuration, async (archive, parts) => {
    await put(archive, index);
    if (store === 'tiered') await moveAll(parts);
  });

/** A copy of the whole data folder, as `cp -r` makes it. */
async function copyOf(configuration: Configuration): Promise<Configuration> {
  const data = join(await temporaryFolder(), 'data');
  await cp(configuration.data, data, { recursive: true });
  return { ...configuration, data };
}

const flagsOf = ({ data, store, moveTo, databaseUrl }: Configuration) => [
  ...['--data', data, '--s3-endpoint', s3.endpoint, '--s3-access-key', s3.accessKey, '--s3-secret-key', s3.secretKey],
  ...(store === '' ? [] : ['--store', store]),
  ...(moveTo === '' ? [] : ['--move-to', moveTo]),
  ...(databaseUrl === '' ? [] : ['--database-url', databaseUrl]),
];

const start = (t: { after(end: () => void): void }, configuration: Configuration) =>
  startServerProcess(t, configuration.data, ...flagsOf(configuration).slice(2));

for (const store of ['tiered', 'S3'] as const)
  describe(`objects of one place (${settingOf[store]})`, () => {
    test('of archives that take a new place in the same moment one has it', async () => {
      for (let round = 0; round < 2; round += 1) {
        const first = await places.configuration({ index: 'SQLite', store });
        const all = await Promise.all(
          Array.from({ length: 4 }, async () => ({ ...first, data: join(await temporaryFolder(), 'data') })),
        );
        const outcomes = await Promise.allSettled(all.map((each, index) => fill(each, store, index)));
        const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
        assert.equal(reasons.length, 3, `round ${round}`);
        for (const reason of reasons) assert.match(reason, /is the place of another archive/);
        const winner = all[outcomes.findIndex(({ status }) => status === 'fulfilled')];
        assert.ok(winner);
        assert.deepEqual(await check(winner), { kinds: [], rows: 1 });
      }
    });

    test('a copy does not start beside its original, nor the original beside the copy', async (t) => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const running = await start(t, first);
      const copy = await copyOf(first);
      await assert.rejects(start(t, copy), /ended with 2: .*another server is at work on s3:/);
      await running.end('SIGTERM');
      const instead = await start(t, copy);
      await assert.rejects(start(t, first), /ended with 2: .*another server is at work on s3:/);
      await instead.end('SIGKILL');
      // The folder tells who it was: after a kill nobody waits.
      const begun = performance.now();
      await (await start(t, copy)).end();
      assert.ok(performance.now() - begun < 30_000);
    });

    test('an index that does not know what its copy put there is not started; made anew, it knows', async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const copy = await copyOf(first);
      await fill(copy, store, 2);
      await assert.rejects(fill(first, store, 3), /the index is older than what was put on s3:/);
      assert.deepEqual(await check(copy), { kinds: [], rows: 2 });
      await fill(copy, store, 4);
      if (store === 'tiered') return;
      const { complaints } = await rebuild(first, true);
      assert.equal(complaints.filter((each) => each.startsWith('only after')).length, 2);
      await fill(first, store, 5);
      assert.deepEqual(await check(first), { kinds: [], rows: 4 });
      await assert.rejects(fill(copy, store, 6), /the index is older/);
    });
  });

test('an index in PostgreSQL that was put back to an earlier state gives no number of an object again', async () => {
  const configuration = await places.configuration({ index: 'PostgreSQL', store: 'S3' });
  await fill(configuration, 'S3', 1);
  await fill(configuration, 'S3', 2);
  await inPostgres(configuration.databaseUrl, `update object_counter set next = next - 1000 where name = 's3'`);
  await assert.rejects(fill(configuration, 'S3', 3), /put back to an earlier state/);
  assert.deepEqual((await rebuild(configuration, true)).complaints, []);
  await fill(configuration, 'S3', 3);
  assert.deepEqual(await check(configuration), { kinds: [], rows: 3 });
});

test('a copy of a node’s data folder does not start beside it, and does without its name', async (t) => {
  const configuration = await places.configuration({ index: 'PostgreSQL', store: 'S3' });
  const running = await start(t, configuration);
  const copy = await copyOf(configuration);
  await assert.rejects(start(t, copy), /ended with 2: --data: another server is at work with a copy of .*node-id/);
  await rm(join(copy.data, 'node-id'));
  const second = await start(t, copy);
  await running.end();
  await second.end();
});

test('on a server that puts objects whatever is there the last of those that come at once has the place', async (t) => {
  const scripted = await startScriptedS3(t, {}, { conditions: false });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const settings = { bucket: 'concord', prefix: 'p', endpoint: scripted.endpoint, region: 'r', credentials };
  const open = async () => openSqlite(join(await temporaryFolder(), 'index.sqlite'));
  const indexes = await Promise.all([open(), open(), open()]);
  const outcomes = await Promise.allSettled(indexes.map((index) => claimPlace(settings, index)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  const winner = indexes[outcomes.findIndex(({ status }) => status === 'fulfilled')];
  const own = await winner?.all<{ id: string }>(sql`select id from archive_claim`);
  assert.equal(scripted.kept.get('/concord/p/concord-archive')?.toString().trim(), own?.[0]?.id);
  for (const index of indexes) await index.close();
});

test('a server that knows no conditions, and says so, is asked without', async (t) => {
  const scripted = await startScriptedS3(t);
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const settings = { bucket: 'concord', prefix: 'p', endpoint: scripted.endpoint, region: 'r', credentials };
  scripted.script['PUT object'] = ({ headers, url = '' }, response, body) => {
    if (headers['if-none-match']) {
      response.writeHead(501, { 'content-type': 'application/xml' }).end('<Error><Code>NotImplemented</Code></Error>');
      return;
    }
    scripted.kept.set(url.split('?')[0] ?? '', body);
    response.writeHead(200, { etag: '"x"' }).end();
  };
  const index = await openSqlite(join(await temporaryFolder(), 'index.sqlite'));
  await claimPlace(settings, index);
  assert.equal(scripted.kept.size, 1);
  await index.close();
  const other = await openSqlite(join(await temporaryFolder(), 'index.sqlite'));
  await assert.rejects(claimPlace(settings, other), /another archive/);
  await other.close();
});
