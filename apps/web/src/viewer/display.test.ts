// What is drawn follows from what was chosen: the reader's window before the image's own, tables by their place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GrayscalePipeline, Lut } from '@concord/imaging';
import { choiceOf, initialDisplay, resetDisplay, windowInForce } from './display.ts';

const lut: Lut = { firstMapped: 0, bits: 8, entries: new Uint16Array(2) };
const pipelineOf = (changes: Partial<GrayscalePipeline>): GrayscalePipeline => ({
  rows: 1,
  columns: 1,
  windows: [{ center: 40, width: 80 }],
  voiLuts: [],
  initialWindow: { center: 40, width: 80 },
  draw: () => {},
  valueAt: () => 0,
  ...changes,
});
const mine = { center: 1, width: 2 };

test('the reader’s window goes before everything', () => {
  const display = { ...initialDisplay, window: mine, voiLut: 0 };
  assert.deepEqual(choiceOf(display, pipelineOf({ voiLuts: [lut] })), { window: mine, invert: false });
  assert.equal(windowInForce(display, pipelineOf({})), mine);
});

test('an image with a table and no window is shown through its table', () => {
  const pipeline = pipelineOf({ windows: [], voiLuts: [lut] });
  assert.deepEqual(choiceOf(initialDisplay, pipeline), { invert: false });
  assert.equal(windowInForce(initialDisplay, pipeline), undefined);
});

test('a chosen table that the next image lacks is forgotten for that image', () => {
  const display = { ...initialDisplay, voiLut: 3, inverted: true };
  assert.deepEqual(choiceOf(display, pipelineOf({})), { invert: true });
  assert.deepEqual(windowInForce(display, pipelineOf({})), { center: 40, width: 80 });
});

test('a reset takes back what was chosen but not the tool in hand', () => {
  const reset = resetDisplay({ ...initialDisplay, tool: 'pan', window: mine, inverted: true, showText: false });
  assert.deepEqual(reset, { ...initialDisplay, tool: 'pan', showText: false });
});
