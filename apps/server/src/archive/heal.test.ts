// An object whose file is missing or damaged is whole again when it is sent once more, whatever becomes of duplicates otherwise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { readerOfStore, spoilInStore } from '../../testing/test-store.ts';
import { sql } from '../database/database.ts';
import type { Finding } from '../verify/finding.ts';
import { verify } from '../verify/verify.ts';

const uid = '1.2.3.1.1.1';
const other: Values = { SOPInstanceUID: '1.2.3.1.1.2' };

/** What becomes of an object's bytes: undefined where they are gone. */
type Harm = (bytes: Buffer) => Uint8Array | undefined;

async function harm({ archive, folder }: RealArchive, how: Harm): Promise<void> {
  const [instance] = await archive.instances({ sopInstanceUid: uid });
  assert.ok(instance);
  const bytes = Buffer.concat(await Array.fromAsync(readerOfStore(folder).read(instance.key)));
  await spoilInStore(folder, instance.key, how(bytes));
}

const missing: Harm = () => undefined;
const cutShort: Harm = (bytes) => bytes.subarray(0, 200);
const wrongBytes: Harm = (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 0xff, bytes.length - 1);

async function findings({ database, folder }: RealArchive): Promise<string[]> {
  const found: Finding[] = [];
  await verify(
    { database, objects: readerOfStore(folder), running: true },
    {
      content: true,
      parallel: 1,
      bytesPerSecond: 0,
      signal: new AbortController().signal,
      found: (finding) => found.push(finding),
    },
  );
  return found.map(({ kind, key }) => `${kind} ${key}`);
}

const noted = async ({ database }: RealArchive) =>
  (await database.all(sql`select kind from conflict order by conflict_key`)).map(({ kind }) => kind);

for (const [name, how, kinds] of [
  ['missing', missing, ['lost']],
  ['cut short', cutShort, ['replaced']],
  ['holding other bytes', wrongBytes, ['replaced']],
] as const)
  for (const duplicates of ['keep', 'reject'] as const)
    test(`a file that is ${name} is healed by the same object sent again (duplicates: ${duplicates})`, async (t) => {
      const real = await openRealArchive(t, { duplicates });
      await real.put(ctSlice());
      await real.put(ctSlice(other));
      const before = await real.archive.statistics();
      await harm(real, how);
      assert.equal((await findings(real)).length, 1);
      const { status, already } = await real.put(ctSlice());
      assert.deepEqual([status, already], [{ code: 0x0000 }, undefined]);
      assert.deepEqual(await findings(real), []);
      assert.deepEqual(await noted(real), kinds);
      const [instance] = await real.archive.instances({ sopInstanceUid: uid });
      assert.ok(instance);
      assert.equal((await real.archive.frame(instance, 1)).length, 32);
      assert.deepEqual(await real.archive.statistics(), before);
      const again = await real.put(ctSlice());
      assert.deepEqual([again.status.code, again.already], [0, true], 'from now on it is there');
      await real.close();
      const later = await openRealArchive(t, { folder: real.folder });
      assert.deepEqual([later.complaints, await findings(later)], [[], []]);
    });

test('other bytes under the UID of a missing file take its place; of a whole one they do not', async (t) => {
  const real = await openRealArchive(t, { duplicates: 'reject' });
  await real.put(ctSlice());
  const changed = ctSlice({ PixelData: new Uint8Array(32).fill(9) });
  assert.equal((await real.put(changed)).status.code, 0xc001);
  await harm(real, missing);
  assert.equal((await real.put(changed)).status.code, 0);
  const [instance] = await real.archive.instances({ sopInstanceUid: uid });
  assert.ok(instance);
  assert.equal((await real.archive.frame(instance, 1))[0], 9);
  assert.deepEqual(await noted(real), ['lost']);
});

test('three that send a missing object at the same moment leave one, and none is refused', async (t) => {
  const real = await openRealArchive(t);
  await real.put(ctSlice());
  await harm(real, missing);
  const receipts = await Promise.all([1, 2, 3].map(() => real.put(ctSlice())));
  assert.deepEqual(
    receipts.map(({ status }) => status.code),
    [0, 0, 0],
  );
  assert.deepEqual([await findings(real), (await real.archive.statistics()).instances], [[], 1]);
});
