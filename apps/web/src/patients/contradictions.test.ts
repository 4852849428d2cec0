// Contradictions put together by what they are and where.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindInWords, mattersOf } from './contradictions.ts';

const object = (id: number, kind: string, study: string) => ({
  id,
  kind,
  study,
  instance: `1.${id}`,
  name: '',
  detail: '',
  receivedAt: '',
});

test('what happened to many objects of a study in one way is one matter; an unknown kind is shown as it came', () => {
  const matters = mattersOf([
    object(1, 'lost', '1.2'),
    object(2, 'odd', '1.2'),
    object(3, 'lost', '1.2'),
    object(4, 'lost', '1.3'),
  ]);
  assert.deepEqual(
    matters.map(({ kind, study, objects }) => [kind, study, objects.map(({ id }) => id)]),
    [
      ['lost', '1.2', [1, 3]],
      ['odd', '1.2', [2]],
      ['lost', '1.3', [4]],
    ],
  );
  assert.equal(kindInWords('odd'), 'odd');
  assert.deepEqual(mattersOf([]), []);
});
