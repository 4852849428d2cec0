// Random questions over odd studies, answered as PS3.4 C.2.2.2 says when it is written down plainly. Longer: scripts/compare-queries.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithModel, described } from '../../testing/oracle/compare.ts';

for (const seed of [1, 2])
  test(`any question by C-FIND and QIDO-RS finds what a plain model of the standard finds: seed ${seed}`, async (t) => {
    const { answered, refused, differences } = await compareWithModel(t, { seed, patients: 9, questions: 90 });
    assert.deepEqual(differences.map(described), []);
    assert.ok(answered > 30 && refused > 1, `${answered} questions had answers, ${refused} were refused`);
  });
