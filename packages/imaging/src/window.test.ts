import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidWindow, windowed, windowOfRange } from './window.ts';

test('LINEAR: the examples of PS3.3 C.11.2.1.2.1', () => {
  // c = 2048, w = 4096 maps 0..4095 to the whole range; c = 2048, w = 1 is a threshold at 2048
  const wide = { center: 2048, width: 4096 };
  assert.equal(windowed(wide, 0), 0);
  assert.equal(windowed(wide, 4095), 1);
  assert(Math.abs(windowed(wide, 2047.5) - 0.5) < 1e-12);
  const threshold = { center: 2048, width: 1 };
  assert.equal(windowed(threshold, 2047), 0);
  assert.equal(windowed(threshold, 2048), 1);
  const narrow = { center: 0, width: 100 };
  assert.equal(windowed(narrow, -50), 0);
  assert.equal(windowed(narrow, 49.1), 1);
});

test('LINEAR_EXACT: the window is as wide as it says', () => {
  const window = { center: 0, width: 100, function: 'LINEAR_EXACT' } as const;
  assert.equal(windowed(window, -50), 0);
  assert.equal(windowed(window, 0), 0.5);
  assert.equal(windowed(window, 50), 1);
  assert.equal(windowed({ ...window, width: 1 }, 0.25), 0.75);
});

test('SIGMOID: half way at the center, near the ends at the edges', () => {
  const window = { center: 10, width: 20, function: 'SIGMOID' } as const;
  assert.equal(windowed(window, 10), 0.5);
  assert(Math.abs(windowed(window, 20) - 1 / (1 + Math.exp(-2))) < 1e-12);
});

test('widths that the standard forbids are not valid', () => {
  assert(isValidWindow({ center: 0, width: 1 }));
  assert(!isValidWindow({ center: 0, width: 0.5 }));
  assert(isValidWindow({ center: 0, width: 0.5, function: 'SIGMOID' }));
  assert(!isValidWindow({ center: 0, width: 0, function: 'LINEAR_EXACT' }));
  assert(!isValidWindow({ center: Number.NaN, width: 10 }));
});

test('a range of one value is no division by zero', () => {
  const window = windowOfRange(5, 5);
  assert.equal(windowed(window, 4), 0);
  assert.equal(windowed(window, 6), 1);
  assert(Number.isFinite(windowed(window, 5)));
});
