// Windows set by hand: the right way round, within what the standard allows, and readable.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidWindow } from '@concord/imaging';
import { ctPresets, draggedWindow, sameWindow, shownNumber, shownWindow } from './windowing.ts';

test('to the right is wider, downwards is higher', () => {
  const start = { center: 50, width: 400 };
  assert.deepEqual(draggedWindow(start, 10, 20), { center: 70, width: 410 });
  assert.deepEqual(draggedWindow(start, 0, 0), start);
});

test('a window never becomes one that the standard forbids', () => {
  for (const start of [
    { center: 0, width: 400 },
    { center: 0, width: 2 },
    { center: 0.5, width: 0.001, function: 'LINEAR_EXACT' as const },
    { center: 0, width: 10, function: 'SIGMOID' as const },
  ])
    assert.ok(isValidWindow(draggedWindow(start, -1e6, 0)), JSON.stringify(start));
  assert.equal(draggedWindow({ center: 0, width: 10, function: 'SIGMOID' }, 5, 5).function, 'SIGMOID');
});

test('small ranges are not rounded away', () => {
  assert.ok(draggedWindow({ center: 0.5, width: 1, function: 'LINEAR_EXACT' }, 0, 10).center > 0.5);
});

test('numbers have as many digits as they deserve', () => {
  assert.deepEqual([0, 40, 1234.5, 12.345, 0.012345, -600].map(shownNumber), [
    '0',
    '40',
    '1235',
    '12.3',
    '0.0123',
    '-600',
  ]);
  assert.equal(shownWindow({ center: 40, width: 80 }), 'W 80 · L 40');
});

test('presets are windows', () => {
  assert.ok(ctPresets.every(({ window }) => isValidWindow(window)));
  assert.ok(sameWindow({ center: 1, width: 2 }, { center: 1, width: 2, function: 'LINEAR' }));
  assert.ok(!sameWindow({ center: 1, width: 2 }, { center: 1, width: 2, function: 'SIGMOID' }));
});
