// Single files put back from a backup into an archive that is at work: the damaged ones, and only with the right digest.

import assert from 'node:assert/strict';
import { rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { configurationOf, filled, makeBackup, restoring, slice, uid } from '../../testing/backups.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openStored } from '../verify/open-stored.ts';
import { openMender } from './mender.ts';
import { putBackMissing } from './put-back.ts';

test('damaged files of a running archive are put back, those the backup does not have are named', async (t) => {
  const real = await filled(t, 3);
  const target = await temporaryFolder();
  await makeBackup(real.folder, target);
  const { instance } = await real.put(slice(4));
  const objects = join(real.folder, 'objects');
  const [missing = '', cut = ''] = real.keys;
  await rm(join(objects, missing));
  await truncate(join(objects, cut), 99);
  await rename(join(objects, instance?.key ?? ''), join(await temporaryFolder(), 'gone'));
  const done: string[] = [];
  const left: string[] = [];
  await using stored = await openStored(configurationOf(real.folder));
  const mender = await openMender(configurationOf(real.folder));
  await putBackMissing(
    { ...stored, mender },
    { ...restoring(target).options, putBack: (key) => done.push(key), notPutBack: ({ key }) => left.push(key) },
  );
  assert.deepEqual([done.toSorted(), left], [[missing, cut].toSorted(), [instance?.key]]);
  const [restored] = await real.archive.instances({ sopInstanceUid: uid(1) });
  assert.ok(restored);
  assert.equal((await real.archive.frame(restored, 1)).length, 32);
});
