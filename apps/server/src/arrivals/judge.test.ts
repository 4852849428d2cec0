// When a study or series counts as complete: by what was said of it, or because nothing more comes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Situation } from './judge.ts';

const said = (count: number, source = 'CT1', evidence = 'performed procedure step') => ({
  ...{ seriesInstanceUid: '', saidAt: '', source, evidence, count },
});
const verdict = (situation: Partial<Situation>) =>
  judge({ count: 3, missing: 0, inProgress: false, expectations: [], quietMs: 0, quietTimeMs: 60_000, ...situation });
const quietMs = 60_000;

test('what was said ends the wait, the greatest number of several; without a word only quiet does', () => {
  assert.equal(verdict({}), undefined);
  assert.equal(verdict({ quietMs }), 'nothing more for 60 s');
  assert.equal(verdict({ expectations: [said(3)] }), '3 expected: performed procedure step of CT1');
  assert.equal(verdict({ expectations: [said(2), said(4, 'anna', 'count')] }), undefined);
  assert.equal(
    verdict({ quietMs, expectations: [said(2), said(4, 'anna', 'count')] }),
    'nothing more for 60 s; 4 expected: count of anna',
  );
  assert.equal(verdict({ count: 0, quietMs, expectations: [said(0)] }), undefined);
});

test('as many as were said are not all while one that was named is missing', () => {
  const others = { expectations: [said(3)], missing: 1 };
  assert.equal(verdict(others), undefined);
  assert.equal(
    verdict({ ...others, quietMs }),
    'nothing more for 60 s; 4 expected, 1 of them missing: performed procedure step of CT1',
  );
});

test('while a step of the study is in progress what another step said is not all', () => {
  const begun = { expectations: [said(3)], inProgress: true };
  assert.equal(verdict(begun), undefined);
  assert.equal(verdict({ ...begun, quietMs }), 'nothing more for 60 s');
});

test('where more comes than was said, each one more is not the last: quiet decides again', () => {
  const more = { count: 4, expectations: [said(3)] };
  assert.equal(verdict(more), '3 expected: performed procedure step of CT1', 'the first look');
  assert.equal(verdict({ ...more, judgedCount: 2 }), '3 expected: performed procedure step of CT1');
  assert.equal(verdict({ ...more, judgedCount: 3 }), undefined);
  assert.equal(verdict({ ...more, judgedCount: 3, quietMs }), 'nothing more for 60 s');
});
