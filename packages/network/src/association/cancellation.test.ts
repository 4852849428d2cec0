// A signal that is made when it is looked at says the same as one that was there from the start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cancellation } from './cancellation.ts';

test('a signal that was asked for before is aborted with the reason, once', () => {
  const cancellation = new Cancellation();
  const { signal } = cancellation;
  assert.equal(signal, cancellation.signal);
  assert.deepEqual([signal.aborted, cancellation.aborted], [false, false]);
  const reasons: unknown[] = [];
  signal.addEventListener('abort', () => reasons.push(signal.reason));
  cancellation.abort('first');
  cancellation.abort('second');
  assert.deepEqual(reasons, ['first']);
  assert.equal(cancellation.aborted, true);
});

test('a signal that is asked for after that is aborted already', () => {
  const cancellation = new Cancellation();
  cancellation.abort('first');
  cancellation.abort('second');
  assert.equal(cancellation.signal.aborted, true);
  assert.equal(cancellation.signal.reason, 'first');
});
