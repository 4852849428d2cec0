// Titles of a site on two servers of one index: what one adds or retires the other has; settings that contradict each other stop a start.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import type { OwnTitle } from '../settings/key-object-titles.ts';
import { openSettingsFile } from '../settings/settings-file.ts';
import { openSharedTitles } from './shared-titles.ts';
import { openTitleFile } from './title-file.ts';

const owner: OwnTitle = { code: 'VET1', meaning: 'For the owner', added: '2026-08-30' };
let day = 1;
const now = () => new Date(Date.UTC(2026, 8, day));

/** One server, with titles in its settings, on the index that lies in the folder. */
async function start(t: TestContext, folder: string, settings: readonly OwnTitle[] = []) {
  const database = await openTestIndex(folder);
  t.after(() => database.close());
  const inForce = [...settings];
  const shared = await openSharedTitles({ database, inForce, log: silentLog, everyMs: 20 });
  t.after(() => shared.close());
  const file = openSettingsFile(join(await temporaryFolder(), 'concord.json'));
  const titles = openTitleFile({ file, inForce, shared, creatorUid: '1.2.826.0.1.3680043.10.1.77', now });
  return { inForce, titles, shared };
}

test('what one server adds, retires or takes into use again is so on the other, which looks by itself', async (t) => {
  const folder = await temporaryFolder();
  const [first, second] = [await start(t, folder, [owner]), await start(t, folder)];
  assert.deepEqual(second.inForce, [owner], 'what the settings of one have');
  assert.equal(await first.titles.add({ code: 'VET2', meaning: 'For the insurance', definition: 'Paid' }), 'added');
  assert.equal(await second.titles.add({ code: 'VET2', meaning: 'Something else' }), 'there already');
  assert.equal(await second.titles.retire('VET1'), 'retired');
  for (const deadline = Date.now() + 5000; first.inForce[0]?.retired === undefined; ) {
    assert.ok(Date.now() < deadline, 'it is looked for now and then');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(first.inForce, second.inForce);
  assert.equal(await first.titles.retire('VET1'), 'no such title', 'it is retired already');
  day = 2;
  assert.equal(await first.titles.add({ code: 'VET1', meaning: 'For the owner' }), 'added', 'in use again');
  await second.shared.renew();
  assert.deepEqual([second.inForce.length, second.inForce.filter(({ retired }) => retired !== undefined)], [2, []]);
});

test('settings retire what the index has in use, a later use counts, and another meaning of a code stops the start', async (t) => {
  const folder = await temporaryFolder();
  await start(t, folder, [owner]);
  const { inForce, titles } = await start(t, folder, [{ ...owner, retired: '2026-08-31' }]);
  assert.equal(inForce[0]?.retired, '2026-08-31');
  await titles.add({ code: 'VET1', meaning: 'For the owner' });
  const again = await start(t, folder, [{ ...owner, retired: '2026-08-31' }]);
  assert.equal(again.inForce[0]?.retired, undefined);
  await assert.rejects(
    start(t, folder, [{ ...owner, meaning: 'For nobody' }]),
    /keyObjectTitles: VET1 is "For nobody" here and "For the owner" in the index/,
  );
});
