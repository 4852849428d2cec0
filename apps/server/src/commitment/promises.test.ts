// A promise to a peer and the deletion of a study at the same moment: never both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { promise } from './promises.ts';

const note = { by: 'retention rule old', reason: 'old' };
const slice = (study: number) =>
  ctSlice({
    StudyInstanceUID: `1.2.${study}`,
    SeriesInstanceUID: `1.2.${study}.1`,
    SOPInstanceUID: `1.2.${study}.1.1`,
  });
const promised = (study: number) => ({ studyInstanceUids: new Set([`1.2.${study}`]), peer: 'CT1', at: '2026-01-01' });

test('[QR-CMT-06] what a rule takes out and what is promised at the same moment are never the same study', async (t) => {
  const { put, archive, database } = await openRealArchive(t);
  const studies = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const study of studies) await put(slice(study));
  const outcomes = await Promise.all(
    studies.map(async (study) => {
      const [here, rejected] = await Promise.all([
        promise(database, promised(study), [`1.2.${study}.1.1`]),
        archive.reject({ studyInstanceUid: `1.2.${study}` }, note, { byItself: true }),
      ]);
      return [here.size, rejected];
    }),
  );
  for (const [said, rejected] of outcomes) assert.equal(Number(said) + Number(rejected), 1, JSON.stringify(outcomes));
});

test('what went before is not promised, and nothing asked for promises nothing', async (t) => {
  const { put, archive, database } = await openRealArchive(t);
  await put(slice(1));
  await archive.reject({ studyInstanceUid: '1.2.1' }, note, { byItself: true });
  assert.deepEqual([...(await promise(database, promised(1), ['1.2.1.1.1']))], []);
  assert.deepEqual([...(await promise(database, promised(2), []))], []);
  assert.deepEqual([...(await promise(database, promised(2), ["1.2.2' or 1=1"]))], []);
});
