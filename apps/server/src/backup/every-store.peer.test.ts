// Check, copy, repair and rebuild on every index with every store: SQLite and PostgreSQL; files, containers, S3 and files that move to S3.
import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  check,
  copyTo,
  createPlaces,
  from,
  indexes,
  moveAll,
  type Place,
  put,
  rebuild,
  stores,
  uid,
  withArchive,
} from '../../testing/every-store.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startS3Server } from '../../testing/s3-server.ts';
import { isS3Key } from '../objects/s3/s3-names.ts';
import { openStored } from '../verify/open-stored.ts';
import { vouchedRows } from '../verify/vouched-rows.ts';
import { openMender } from './mender.ts';
import { putBackMissing } from './put-back.ts';
import { restore } from './restore.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const places = createPlaces('every-store-tests', postgres, s3);
after(() => places.client.destroy());

const places8 = indexes.flatMap((index) => stores.map((store): Place => ({ index, store })));
const nameOf = ({ index, store }: Place) => `${index} and ${store}`;
type Settings = Awaited<ReturnType<typeof places.configuration>>;

/** Four objects, one of them rejected, and one beside them that contradicts the first; the two oldest are moved where they move. */
async function filled(place: Place): Promise<Settings> {
  const configuration = await places.configuration(place);
  await withArchive(configuration, async (archive, parts) => {
    for (const index of [1, 2]) await put(archive, index);
    if (place.store === 'tiered') await moveAll(parts);
    for (const index of [3, 4]) await put(archive, index);
    await put(archive, 1, { PixelData: new Uint8Array(32).fill(9) });
    await archive.reject({ sopInstanceUid: uid(4) }, { by: 'test', reason: 'quality' });
  });
  return configuration;
}

/** The pixel of an object that is found, and another one that can be stored beside the old ones, under a number that nobody has. */
async function assertAtWork(configuration: Settings, instances: number): Promise<void> {
  await withArchive(configuration, async (archive, { database }) => {
    assert.equal((await archive.statistics()).instances, instances);
    const [found] = await archive.instances({ sopInstanceUid: uid(2) });
    assert.ok(found);
    assert.deepEqual([...(await archive.frame(found, 1))].slice(0, 3), [0, 1, 2]);
    const known = new Set<string>();
    for await (const { key } of vouchedRows(database, {})) known.add(key);
    const fresh = await put(archive, 9);
    assert.ok(fresh && !known.has(fresh.key), 'no number is given twice');
    await archive.reject({ sopInstanceUid: uid(9) }, { by: 'test', reason: 'over' });
    await archive.purge('1.2.3.1', { by: 'vet', reason: '' });
  });
}

const rowsOf = async (configuration: Settings) => {
  await using stored = await openStored(configuration);
  return await Array.fromAsync(vouchedRows(stored.database, {}));
};

/** Spoils each object in another way, wherever it lies. */
async function damage(configuration: Settings): Promise<number> {
  const rows = (await rowsOf(configuration)).filter(({ source }) => source === 0);
  for (const [index, { key, size }] of rows.entries()) {
    const name = key.replace(/^s3/, (configuration.store || configuration.moveTo).replace(/^s3:\/\/[^/]*\//, ''));
    const there = { Bucket: places.bucket, Key: name };
    const path = join(configuration.data, 'objects', key.replace(/\.tar\/.*/, '.tar'));
    if (isS3Key(key) && index === 0) await places.client.send(new DeleteObjectCommand(there));
    else if (isS3Key(key)) await places.client.send(new PutObjectCommand({ ...there, Body: Buffer.alloc(size) }));
    else if (key.includes('.tar/')) await writeFile(path, Buffer.alloc(4096 * 8), { flag: 'r+' });
    else await truncate(path, 100);
  }
  return rows.length;
}

describe('on every index with every store', () => {
  for (const place of places8)
    test(`${nameOf(place)}: verified, made anew from objects with and without the old index, damaged and mended`, async () => {
      const configuration = await filled(place);
      assert.deepEqual(await check(configuration), { kinds: [], rows: 5 });
      const target = await temporaryFolder();
      assert.equal((await copyTo(configuration, target)).objects, 5);

      const again = await rebuild(configuration, true);
      assert.deepEqual([again.complaints, again.summary.objects, again.summary.rejected], [[], 4, 1]);
      assert.ok(again.kept !== undefined);
      assert.deepEqual(await check(configuration), { kinds: [], rows: 5 });

      const count = await damage(configuration);
      assert.ok((await check(configuration)).kinds.length >= count);
      const done: string[] = [];
      await using stored = await openStored(configuration);
      const mender = await openMender(configuration);
      const how = { putBack: (key: string) => done.push(key), notPutBack: () => assert.fail('it is in the backup') };
      await putBackMissing({ ...stored, mender }, { ...from(target), ...how });
      mender.close();
      assert.ok(done.length >= count);
      assert.deepEqual((await check(configuration)).kinds, []);

      const alone = await rebuild(configuration, false);
      assert.deepEqual([alone.complaints, alone.summary.objects], [[], 5], 'nobody knows what was rejected');
      assert.deepEqual((await check(configuration)).kinds, []);
      await assertAtWork(configuration, 4);
    });

  for (const [at, store] of stores.entries()) {
    const source: Place = { index: indexes[at % 2] ?? 'SQLite', store };
    test(`a backup of ${nameOf(source)} is restored to each store, the index to one or the other`, async () => {
      const configuration = await filled(source);
      const target = await temporaryFolder();
      await copyTo(configuration, target);
      for (const [to, other] of stores.entries()) {
        // Each store gets each index, from two of the sources.
        const place: Place = { index: indexes[(to + (at >> 1)) % 2] ?? 'SQLite', store: other };
        const restored = await places.configuration(place);
        assert.equal((await restore(restored, from(target))).objects, 5, nameOf(place));
        assert.deepEqual(await check(restored), { kinds: [], rows: 5 }, nameOf(place));
        const inS3 = (await rowsOf(restored)).filter(({ key }) => isS3Key(key)).length;
        if (place.store === 'S3') assert.equal(inS3, 5, 'all of them');
        await assert.rejects(restore(restored, from(target)), { name: 'BackupError', fault: 'not-empty' });
        await assertAtWork(restored, 3);
      }
    });
  }
});
