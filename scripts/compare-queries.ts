// Asks archives full of odd studies thousands of random questions, and for what is in them, and compares with a plain model of PS3.4 C.2.2.2 and C.4.2.
// usage: node scripts/compare-queries.ts [--seed 1] [--seeds 10] [--questions 1000] [--postgres]    exits 1 where an answer differs
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parseArgs } from 'node:util';
import { compareWithModel, described } from '../apps/server/testing/oracle/compare.ts';
import { retrieveAtRandom } from '../apps/server/testing/oracle/retrieval.ts';
import { faultsOf } from '../apps/server/testing/oracle/retrieval-faults.ts';
import { startPostgres } from '../apps/server/testing/postgres.ts';
import { useIndexOnPostgres } from '../apps/server/testing/test-index.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '10' },
    questions: { type: 'string', default: '1000' },
    postgres: { type: 'boolean', default: false },
  },
});
const [first, count, questions] = [Number(values.seed), Number(values.seeds), Number(values.questions)];
if (values.postgres) useIndexOnPostgres(await startPostgres({ after }));
for (let seed = first; seed < first + count; seed += 1)
  test(`seed ${seed}`, async (t) => {
    const { answered, refused, differences } = await compareWithModel(t, { seed, patients: 12, questions });
    t.diagnostic(
      `${questions} questions, ${answered} with answers, ${refused} refused, ${differences.length} different`,
    );
    for (const difference of differences) t.diagnostic(described(difference));
    assert.equal(differences.length, 0);
    const retrieved = await retrieveAtRandom(t, seed, Math.ceil(questions / 4));
    const faults = retrieved.flatMap((each) => faultsOf(each).map((fault) => `${fault}: ${JSON.stringify(each)}`));
    t.diagnostic(`${retrieved.length} retrievals, ${faults.length} faults`);
    assert.deepEqual(faults, []);
  });
