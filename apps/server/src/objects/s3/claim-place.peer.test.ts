// Two archives in one place on S3 would replace each other's objects, number by number: the second is turned away, and the first keeps all.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { check, copyTo, createPlaces, from, moveAll, put, rebuild, withArchive } from '../../../testing/every-store.ts';
import { startPostgres } from '../../../testing/postgres.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { startS3Server } from '../../../testing/s3-server.ts';
import { restore } from '../../backup/restore.ts';
import { sql } from '../../database/database.ts';
import type { Configuration } from '../../settings/settings.ts';
import { openStored } from '../../verify/open-stored.ts';
import { claimName } from './s3-names.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const places = createPlaces('claim-tests', postgres, s3);
after(() => places.client.destroy());

const flagOf = { tiered: '--move-to', S3: '--store' } as const;
const settingOf = { tiered: 'moveTo', S3: 'store' } as const;
type Kind = keyof typeof flagOf;

/** Stores one object, and has it on S3. */
const fill = (configuration: Configuration, store: Kind, index: number) =>
  withArchive(configuration, async (archive, parts) => {
    await put(archive, index);
    if (store === 'tiered') await moveAll(parts);
  });

const placeOf = (configuration: Configuration, store: Kind) => {
  const address = configuration[settingOf[store]];
  return { Bucket: places.bucket, Key: `${address.slice(address.lastIndexOf('/') + 1)}/${claimName}` };
};

const refused = (store: Kind, words: RegExp) => ({ name: 'StartError', message: words, setting: flagOf[store] });

describe('a place on S3 is one archive’s', () => {
  for (const store of ['tiered', 'S3'] as const) {
    test(`another archive is not started there, and nothing of the first is replaced (${flagOf[store]})`, async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const other = {
        ...(await places.configuration({ index: 'PostgreSQL', store })),
        [settingOf[store]]: first[settingOf[store]],
      };
      await assert.rejects(fill(other, store, 2), refused(store, /another archive/));
      assert.deepEqual(await check(first), { kinds: [], rows: 1 });
      await fill(first, store, 3);
      assert.deepEqual(await check(first), { kinds: [], rows: 2 });
    });

    test(`an archive from before there were claims keeps its place, and another does not get it (${flagOf[store]})`, async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      await withArchive(
        first,
        async (_, { database }) => void (await database.batch([sql`delete from archive_claim`])),
      );
      await places.client.send(new DeleteObjectCommand(placeOf(first, store)));
      const stranger = { ...first, data: `${await temporaryFolder()}/data` };
      await assert.rejects(fill(stranger, store, 2), refused(store, /another archive/));
      await fill(first, store, 3);
      assert.deepEqual(await check(first), { kinds: [], rows: 2 });
      const other = {
        ...(await places.configuration({ index: 'SQLite', store })),
        [settingOf[store]]: first[settingOf[store]],
      };
      await assert.rejects(fill(other, store, 2), refused(store, /another archive/));
    });

    test(`where the index is lost, a start replaces nothing, and an index made from the objects goes on (${flagOf[store]})`, async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const lost = { ...first, data: `${await temporaryFolder()}/data` };
      await assert.rejects(fill(lost, store, 2), refused(store, /concord reindex/));
      if (store === 'S3') {
        assert.deepEqual((await rebuild(lost, false)).complaints, []);
        await fill(lost, store, 2);
        assert.deepEqual(await check(lost), { kinds: [], rows: 2 });
      }
    });

    test(`at another address, or where it was lost, nothing is called missing and nothing is put (${flagOf[store]})`, async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const misspelt = { ...first, [settingOf[store]]: `${first[settingOf[store]]}x` };
      for (const work of [() => openStored(misspelt), () => rebuild(misspelt, true), () => fill(misspelt, store, 2)])
        await assert.rejects(work, refused(store, /does not say that it is their place/));
      const away = { ...first, [settingOf[store]]: '' };
      await assert.rejects(fill(away, store, 2), refused(store, /say where they are/));
      await places.client.send(new PutObjectCommand({ ...placeOf(first, store), Body: 'x'.repeat(10_000) }));
      await assert.rejects(fill(first, store, 2), refused(store, /is not what was put there/));
      await places.client.send(new DeleteObjectCommand(placeOf(first, store)));
      const [text = ''] =
        /[0-9a-f-]{36}/.exec(String(await fill(first, store, 2).catch((error: Error) => error.message))) ?? [];
      await places.client.send(new PutObjectCommand({ ...placeOf(first, store), Body: text }));
      await fill(first, store, 2);
      assert.deepEqual(await check(first), { kinds: [], rows: 2 });
    });

    test(`what is restored is another archive than the one that goes on (${flagOf[store]})`, async () => {
      const first = await places.configuration({ index: 'SQLite', store });
      await fill(first, store, 1);
      const target = await temporaryFolder();
      await copyTo(first, target);
      const restored = await places.configuration({ index: 'SQLite', store });
      // It was started there before: that makes the place no archive's.
      const tried = { ...restored, data: `${await temporaryFolder()}/data` };
      await withArchive(tried, async (archive) => assert.equal((await archive.statistics()).instances, 0));
      await restore(restored, from(target));
      const back = { ...restored, [settingOf[store]]: first[settingOf[store]] };
      await assert.rejects(fill(back, store, 2), refused(store, /another archive/));
      await fill(restored, store, 2);
      assert.deepEqual(await check(restored), { kinds: [], rows: 2 });
    });
  }
});
