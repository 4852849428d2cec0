// Spans that rules are tried with: whole days of the calendar, also where a day has 23 hours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPeriod, spanOf } from './period.ts';

test('yesterday is the whole day before today, and the last days end now', () => {
  const now = new Date(2026, 2, 30, 0, 30);
  assert.deepEqual(spanOf('yesterday', now), {
    since: new Date(2026, 2, 29).toISOString(),
    until: new Date(2026, 2, 30).toISOString(),
  });
  assert.deepEqual(spanOf('today', now), { since: new Date(2026, 2, 30).toISOString() });
  assert.equal(Date.parse(spanOf('the last 7 days', now).since), now.getTime() - 7 * 86_400_000);
  assert.equal(isPeriod('tomorrow'), false);
});
