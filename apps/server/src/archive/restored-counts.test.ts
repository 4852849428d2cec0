// Counts after a part of a study came back whose first object had given the study, or the series, its key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { sql } from '../database/database.ts';

test('the first object of a study and of a series comes back to what is there: nothing is counted twice', async (t) => {
  const { put, archive, database } = await openRealArchive(t);
  const note = { by: 'vet', reason: '' };
  for (const [series, instance] of [
    [1, 1],
    [1, 2],
    [2, 1],
  ])
    await put(ctSlice({ SeriesInstanceUID: `1.2.${series}`, SOPInstanceUID: `1.2.${series}.${instance}` }));
  const counts = () =>
    database.all(sql`select p.study_count, p.series_count, p.instance_count, s.series_count as of_study, s.instance_count as in_study
      from patient p join study s on s.patient_key = p.patient_key`);
  const before = await counts();
  assert.deepEqual(before, [{ study_count: 1, series_count: 2, instance_count: 3, of_study: 2, in_study: 3 }]);
  const [study] = await database.all(sql`select study_instance_uid as uid from study`);
  for (const selection of [
    { sopInstanceUid: '1.2.1.1' },
    { seriesInstanceUid: '1.2.1' },
    { seriesInstanceUid: '1.2.2' },
  ]) {
    assert.ok((await archive.reject(selection, note)) > 0);
    assert.ok((await archive.restore(String(study?.uid), note)) > 0);
    assert.deepEqual(await counts(), before, JSON.stringify(selection));
  }
});
