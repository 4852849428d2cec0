// Objects whose files are lost or damaged, under rules that look inside: they hold up no other.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { spoilInStore } from '../../testing/test-store.ts';
import { arrivedOf } from '../arrivals/arrival-rows.ts';
import { held } from './apply-rule.ts';
import { ruleSchema } from './rule-schema.ts';

const nothing = () => undefined;
const rule = ruleSchema.parse({ name: 'R', destinations: ['A'], bodyParts: ['KNEE'] });

/** Of a study of three, those the rule holds for when some of the files are as they were made. */
async function open(t: TestContext, spoilt: readonly (readonly [number, Uint8Array | undefined])[]) {
  const first = await openRealArchive(t);
  for (const instance of [1, 2, 3])
    await first.put(ctSlice({ SOPInstanceUID: `1.2.3.1.1.${instance}`, BodyPartExamined: 'KNEE' }));
  const stored = await first.archive.instances({ studyInstanceUid: '1.2.3.1' });
  await first.close();
  for (const [instance, bytes] of spoilt) await spoilInStore(first.folder, stored[instance - 1]?.key ?? '', bytes);
  // Headers of what has just come are remembered.
  const { archive, database } = await openRealArchive(t, { folder: first.folder });
  const said: string[] = [];
  const log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (fields: object) => void said.push(JSON.stringify(fields)),
  };
  const holding = async () =>
    (await held(rule, await arrivedOf(database, '1.2.3.1'), { archive, log })).map(({ sopInstanceUid }) =>
      sopInstanceUid.slice(-1),
    );
  return { holding, said };
}

test('what is lost or cut is named in the log, and the others of its study go', async (t) => {
  for (const spoilt of [undefined, new Uint8Array(40)]) {
    const { holding, said } = await open(t, [[2, spoilt]]);
    assert.deepEqual(await holding(), ['1', '3'], `${spoilt?.length}`);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /1\.2\.3\.1\.1\.2/);
  }
});

test('where nothing can be read it is the store: nothing is decided, and it is tried again', async (t) => {
  const { holding, said } = await open(
    t,
    [1, 2, 3].map((instance) => [instance, undefined]),
  );
  await assert.rejects(holding(), { name: 'ArchiveError', fault: 'no-such-instance' });
  assert.deepEqual(said, []);
});
