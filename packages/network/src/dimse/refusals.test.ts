// The codes by which this layer refuses: one table for those who answer and those who describe. PS3.7 C.5.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureCode, otherClassCode, refusalRows } from './refusals.ts';

const codesOf = (operation: Parameters<typeof refusalRows>[0]): readonly number[] =>
  refusalRows(operation).map(([code]) => code);

test('every code that may answer an operation is in its rows, once and with its cases', () => {
  assert.deepEqual(codesOf('C-ECHO'), [0x0110, 0x0122, 0x0210, 0x0211, 0x0212]);
  assert.deepEqual(codesOf('C-STORE'), [0x0122, 0x0210, 0x0211, 0x0212, 0xc000]);
  assert.deepEqual(codesOf('N-CREATE'), [0x0110, 0x0118, 0x0122, 0x0210, 0x0211, 0x0212]);
  for (const operation of ['C-ECHO', 'C-STORE', 'C-FIND', 'C-MOVE', 'N-ACTION', 'N-EVENT-REPORT'] as const) {
    assert.ok(codesOf(operation).includes(otherClassCode(operation)), operation);
    assert.ok(codesOf(operation).includes(failureCode(operation)), operation);
    for (const [, cases] of refusalRows(operation)) assert.equal(new Set(cases).size, cases.length);
  }
  const [, cases] = refusalRows('C-FIND').find(([code]) => code === 0xc000) ?? [];
  assert.equal(cases?.length, 2, 'an identifier that cannot be read, and an unforeseen failure');
});
