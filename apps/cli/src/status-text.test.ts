// Statuses in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeStatuses } from '@concord/network';
import { statusText } from './status-text.ts';

test('class, code, meaning and the comment of the peer', () => {
  assert.equal(statusText({ code: 0 }), 'success');
  assert.equal(
    statusText({ code: 0xa700, comment: 'disk full' }, storeStatuses),
    'failure A700H: refused: out of resources (disk full)',
  );
  assert.equal(statusText({ code: 0x0124 }), 'failure 0124H: not authorized');
});

test('a code within a range means what the range means; an unknown one is only told', () => {
  assert.match(statusText({ code: 0xa7ff }, storeStatuses), /A7FFH: refused: out of resources/);
  assert.match(statusText({ code: 0xc123 }, storeStatuses), /C123H: error: cannot understand/);
  assert.equal(statusText({ code: 0x1234 }), 'failure 1234H');
});

test('a comment cannot command the terminal', () => {
  assert.equal(statusText({ code: 0x0110, comment: '\u001b[2J' }), 'failure 0110H: processing failure (\\x1b[2J)');
});
