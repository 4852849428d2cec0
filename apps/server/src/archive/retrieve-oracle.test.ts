// Random C-MOVE and C-GET requests, right and wrong, some cancelled: exactly what was asked for goes out, and every response adds up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retrieveAtRandom } from '../../testing/oracle/retrieval.ts';
import { faultsOf } from '../../testing/oracle/retrieval-faults.ts';

test('any selection sends what it names, no more and no less, and each response counts all of it', async (t) => {
  const retrieved = await retrieveAtRandom(t, 1, 80);
  const faults = retrieved.flatMap((each) => faultsOf(each).map((fault) => `${fault}: ${JSON.stringify(each)}`));
  assert.deepEqual(faults, []);
  const ends = new Set(retrieved.map(({ responses }) => responses.at(-1)?.code));
  assert.deepEqual(
    [0x0000, 0xa702, 0xa900, 0xb000, 0xfe00].filter((code) => !ends.has(code)),
    [],
    'each end was met',
  );
});
