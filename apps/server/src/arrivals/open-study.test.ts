// When something is to be decided about a study that comes in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueOf, newlyOpen } from './open-study.ts';

test('a study is due when its news are to be told or when a series that was not judged has been quiet for long enough', () => {
  const study = newlyOpen(1000);
  assert.equal(dueOf(study, 60_000), Number.POSITIVE_INFINITY, 'nothing came yet');
  study.lastAt.set('1.2', 5000).set('1.3', 7000);
  assert.equal(dueOf(study, 60_000), 65_000, 'the series that ended first');
  study.freshAt = 6000;
  assert.equal(dueOf(study, 60_000), 6000);
  study.freshAt = Number.POSITIVE_INFINITY;
  study.settled.add('1.2');
  assert.equal(dueOf(study, 60_000), 67_000);
  study.settled.add('1.3');
  assert.equal(dueOf(study, 60_000), Number.POSITIVE_INFINITY, 'all were judged after their last object');
});
