// SIGKILL while a backup goes back, and while objects move to S3, and an S3 that goes away while objects are deleted for good: at random moments.
// In the end nothing is lost, no row is without its object, and no object without its row.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { check, copyTo, createPlaces, moveAll, put, uid, withArchive } from '../testing/every-store.ts';
import { startPostgres } from '../testing/postgres.ts';
import { startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';
import { startPassing } from '../testing/relay.ts';
import { startS3Server } from '../testing/s3-server.ts';
import type { Configuration } from './settings/settings.ts';
import { openStored } from './verify/open-stored.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const places = createPlaces('kill-tests', postgres, s3);
after(() => places.client.destroy());

const objects = 24;
/** One of them goes to S3 part by part. */
const largest = 9_000_000;
const sizeOf = (index: number) => (index === 5 ? largest : 100_000);

const fillAll = (configuration: Configuration) =>
  withArchive(configuration, async (archive) => {
    for (let index = 1; index <= objects; index += 1)
      await put(archive, index, { PixelData: new Uint8Array(sizeOf(index)).fill(index) });
  });

const settingsOf = ({ data, store, moveTo, databaseUrl, storeLayout, s3Endpoint }: Configuration) => [
  ...['--data', data, '--disk-reserve', '0', '--store-layout', storeLayout],
  ...['--s3-endpoint', s3Endpoint, '--s3-access-key', s3.accessKey, '--s3-secret-key', s3.secretKey],
  ...(store === '' ? [] : ['--store', store]),
  ...(moveTo === '' ? [] : ['--move-to', moveTo]),
  ...(databaseUrl === '' ? [] : ['--database-url', databaseUrl]),
];

/** Names below the archive's prefix, and of uploads that were begun there. */
async function onS3({ store, moveTo }: Configuration) {
  const address = store || moveTo;
  if (address === '') return { names: [], uploads: 0 };
  const prefix = `${address.slice(address.lastIndexOf('/') + 1)}/`;
  const at = { Bucket: places.bucket, Prefix: prefix };
  const { Contents: found = [] } = await places.client.send(new ListObjectsV2Command(at));
  const { Uploads: uploads = [] } = await places.client.send(new ListMultipartUploadsCommand(at));
  return { names: found.map(({ Key = '' }) => Key.slice(prefix.length)), uploads: uploads.length };
}

const keysOf = async (configuration: Configuration): Promise<string[]> => {
  await using stored = await openStored(configuration);
  return (await Array.fromAsync(stored.objects.list())).map(({ key }) => key);
};

/** Every row has its object, every object its row; on S3 there is nothing else. */
async function assertWhole(configuration: Configuration, rows: number): Promise<void> {
  assert.deepEqual(await check(configuration), { kinds: [], rows });
  const { names, uploads } = await onS3(configuration);
  assert.deepEqual(
    names.filter((name) => !name.endsWith('.dcm') && name !== 'concord-archive'),
    [],
  );
  assert.equal(uploads, 0, 'uploads that nobody ends');
  assert.equal((await keysOf(configuration)).length, rows);
}

/** Restores, and is killed after so many objects and milliseconds, if at all; whether it came to its end. */
async function restoreIn(configuration: Configuration, source: string, kill?: { after: number; wait: number }) {
  const given = JSON.stringify({ settings: settingsOf(configuration), source, bytesPerSecond: 20_000_000 });
  const child = spawn(process.execPath, [join(import.meta.dirname, '../testing/restoring-process.ts'), given]);
  let restored = 0;
  const output: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => output.push(bytes));
  child.stdout.on('data', (bytes: Buffer) => {
    restored += bytes.length;
    if (kill && restored >= kill.after) setTimeout(() => child.kill('SIGKILL'), kill.wait);
  });
  const [code]: (number | null)[] = await once(child, 'close');
  if (code !== 0 && code !== null) assert.fail(Buffer.concat(output).toString());
  return code === 0;
}

describe('a restore that is killed', () => {
  for (const [index, store] of [
    ['SQLite', 'files'],
    ['SQLite', 'S3'],
    ['SQLite', 'tiered'],
    ['PostgreSQL', 'S3'],
    ['PostgreSQL', 'files'],
  ] as const)
    test(`again and again: no archive until it ends, then all of it (${index}, ${store})`, async (t) => {
      const source = await places.configuration({
        index: 'SQLite',
        store: store === 'tiered' ? 'tiered' : 'containers',
      });
      await fillAll(source);
      if (store === 'tiered') await withArchive(source, (_, parts) => moveAll(parts));
      const target = await temporaryFolder();
      await copyTo(source, target);
      const place = await places.configuration({ index, store });
      let ended = false;
      // The last ones when all is copied and takes its place.
      for (const least of [Math.random(), 1]) {
        const kill = { after: Math.max(1, Math.floor(least * objects)), wait: Math.floor(Math.random() * 300) };
        ended = await restoreIn(place, target, kill).catch((error: Error) => {
          // It was put in its place, and killed before it said so.
          if (!/not empty/.test(error.message)) throw error;
          return true;
        });
        if (ended) break;
      }
      t.diagnostic(ended ? 'one came to its end' : 'all were killed');
      ended ||= await restoreIn(place, target).catch((error: Error) => {
        if (!/not empty/.test(error.message)) throw error;
        return true;
      });
      assert.ok(ended);
      await withArchive(place, async (archive) => {
        assert.equal((await archive.statistics()).instances, objects);
        await put(archive, objects + 1);
      });
      await assertWhole(place, objects + 1);
      for (const left of ['.restoring', '.restoring.lock']) assert.ok(!existsSync(`${place.data}${left}`), left);
    });
});

test('objects that move to S3 through kills at any moment of their way, large ones too', async (t) => {
  const place = await places.configuration({ index: 'SQLite', store: 'tiered' });
  await fillAll(place);
  const more = ['--move-after', '0', '--move-rate', '4'];
  for (let round = 0; round < 4; round += 1) {
    const server = await startServerProcess(t, place.data, ...settingsOf(place).slice(2), ...more);
    await pause(Math.random() * 2500);
    await server.end('SIGKILL');
    const { kinds, rows } = await check(place);
    assert.deepEqual({ kinds, rows }, { kinds: [], rows: objects }, `round ${round}`);
  }
  await withArchive(place, (_, parts) => moveAll(parts));
  await withArchive(place, (_, parts) => moveAll(parts));
  await assertWhole(place, objects);
  assert.equal((await onS3(place)).names.filter((name) => name.endsWith('.dcm')).length, objects);
});

/** The way to S3, which can be cut, connections and all. */
async function startWay(t: { after(end: () => void): void }) {
  const open = new Set<Socket>();
  let isCut = false;
  const { hostname, port } = new URL(s3.endpoint);
  const server = await startPassing(t, {
    at: 0,
    behind: () => (isCut ? undefined : connect(Number(port), hostname)),
    pass(client, behind) {
      open.add(client.on('close', () => open.delete(client)));
      client.pipe(behind).pipe(client);
    },
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
  };
}

for (const [index, store] of [
  ['SQLite', 'S3'],
  ['PostgreSQL', 'S3'],
  ['SQLite', 'tiered'],
] as const)
  test(`S3 goes away while objects are deleted for good: they go, and nothing else does (${index}, ${store})`, async (t) => {
    const way = await startWay(t);
    const direct = await places.configuration({ index, store });
    const place = { ...direct, s3Endpoint: way.endpoint };
    const by = { by: 'test', reason: 'over' };
    await withArchive(place, async (archive, parts) => {
      for (let each = 1; each <= objects; each += 1)
        await put(archive, each, each % 2 === 0 ? {} : { StudyInstanceUID: '1.2.9', SeriesInstanceUID: '1.2.9.1' });
      if (store === 'tiered') await moveAll(parts);
      await archive.reject({ studyInstanceUid: '1.2.9' }, by);
      const deleted = archive.purge('1.2.9', by).then(
        () => 'said that they are',
        () => 'failed',
      );
      await pause(Math.random() * 60);
      way.cut();
      t.diagnostic(await deleted);
      // What stays is found as before, once S3 is back.
      way.mend();
      const [found] = await archive.instances({ sopInstanceUid: uid(2) });
      assert.ok(found);
      assert.ok((await archive.frame(found, 1)).length > 0);
      await archive.sweep();
    });
    await withArchive(place, async (archive, parts) => {
      await archive.sweep();
      // Files of what has moved go with the next round.
      if (store === 'tiered') await moveAll(parts);
    });
    await assertWhole(direct, objects / 2);
  });
