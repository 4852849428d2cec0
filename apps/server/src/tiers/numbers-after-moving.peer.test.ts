// Numbers are given once, though nothing in the data folder tells any more which were: what was moved would be replaced on S3 by what gets its number.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  check,
  copyTo,
  createPlaces,
  from,
  moveAll,
  put,
  rebuild,
  uid,
  withArchive,
} from '../../testing/every-store.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startS3Server } from '../../testing/s3-server.ts';
import { restore } from '../backup/restore.ts';
import type { Configuration } from '../settings/settings.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const places = createPlaces('numbers-tests', postgres, s3);
after(() => places.client.destroy());

const note = { by: 'vet', reason: 'quality' };

/** A start that moves what there is, and clears up what earlier ones moved. */
const movedOn = (configuration: Configuration) => withArchive(configuration, (_, parts) => moveAll(parts));

const store = (configuration: Configuration, index: number, StudyInstanceUID: string) =>
  withArchive(configuration, (archive) =>
    put(archive, index, { StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1` }),
  );

/** Of the one moved object, which was rejected since, every byte is there when it is put back. */
async function assertNothingMixed(configuration: Configuration): Promise<void> {
  await withArchive(configuration, async (archive) => {
    await archive.reject({ sopInstanceUid: uid(1) }, note);
  });
  await movedOn(configuration);
  await store(configuration, 2, '1.2.3.2');
  await movedOn(configuration);
  assert.deepEqual(await check(configuration), { kinds: [], rows: 2 });
  await withArchive(configuration, async (archive) => {
    assert.equal(await archive.restore('1.2.3.1', note), 1);
    assert.equal((await archive.statistics()).studies, 2);
  });
  await store(configuration, 3, '1.2.3.3');
  assert.deepEqual(await check(configuration), { kinds: [], rows: 3 });
}

describe('numbers of objects that were moved', () => {
  for (const storeLayout of ['files', 'containers'] as const) {
    const filled = async () => {
      const configuration = { ...(await places.configuration({ index: 'SQLite', store: 'tiered' })), storeLayout };
      await store(configuration, 1, '1.2.3.1');
      await movedOn(configuration);
      await movedOn(configuration);
      return configuration;
    };

    test(`are not given again after a start (${storeLayout})`, async () => assertNothingMixed(await filled()));

    test(`are not given again where the index was made anew (${storeLayout})`, async () => {
      const configuration = await filled();
      assert.deepEqual((await rebuild(configuration, false)).complaints, []);
      await assertNothingMixed(configuration);
    });

    test(`are not given again after a restore (${storeLayout})`, async () => {
      const target = await temporaryFolder();
      await copyTo(await filled(), target);
      const restored = { ...(await places.configuration({ index: 'PostgreSQL', store: 'tiered' })), storeLayout };
      await restore(restored, from(target));
      await assertNothingMixed(restored);
    });
  }
});
