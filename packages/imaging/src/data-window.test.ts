// Windows of images that have none: all values, unless a few far away would cost the others their contrast.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import type { DecodedFrame } from './codecs/codec.ts';
import { dataWindow, estimatedWindow } from './data-window.ts';
import { describeImage } from './image-description.ts';
import { renderFrame } from './render.ts';
import { renderingOf } from './rendering.ts';

const side = 100;

/** A frame of 10,000 pixels with values from 1000 to 1099, of which some are changed; and how it is to be shown. */
function made(changes: Readonly<Record<number, number>>, attributes: Readonly<Record<string, number | string>> = {}) {
  const samples = Uint16Array.from({ length: side * side }, (_, index) => changes[index] ?? 1000 + (index % 100));
  const header = new DataSet();
  const usual = { Rows: side, Columns: side, SamplesPerPixel: 1, BitsAllocated: 16, BitsStored: 12, HighBit: 11 };
  const gray = { PixelRepresentation: 0, PhotometricInterpretation: 'MONOCHROME2' };
  for (const [keyword, value] of Object.entries({ ...usual, ...gray, ...attributes })) header.set(keyword, value);
  const image = describeImage(header);
  const frame: DecodedFrame = { ...image, samples };
  return [frame, renderingOf(header, image)] as const;
}

test('without outliers the window takes in every value', () => {
  for (const window of [estimatedWindow(...made({})), dataWindow(...made({}))])
    assert.deepEqual([window.center, window.width], [1049.5, 99]);
});

test('[QR-DSP-06] a few pixels far from all others do not widen the window, many do', () => {
  const few = made({ 0: 4095, 5: 4000, 9: 0 });
  assert.deepEqual([dataWindow(...few).center, dataWindow(...few).width], [2047.5, 4095]);
  const { center, width } = estimatedWindow(...few);
  assert.deepEqual([center, width], [1049.5, 99]);
  const many = made(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [index, 4095])));
  assert.equal(estimatedWindow(...many).width, 3095);
});

test('outliers that cost little stay, and so do images of one value', () => {
  assert.equal(estimatedWindow(...made({ 0: 1150 })).width, 150);
  const flat = made(Object.fromEntries(Array.from({ length: side * side }, (_, index) => [index, 7])));
  assert.equal(estimatedWindow(...flat).center, 7);
});

test('the window is in values of the modality, and padding is no outlier', () => {
  const [frame, rendering] = made({ 0: 4095 }, { RescaleSlope: '2', RescaleIntercept: '-1024' });
  const { center, width } = estimatedWindow(frame, rendering);
  assert.deepEqual([center, width], [1049.5 * 2 - 1024, 198]);
  const padded = made(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [index, 0])), {
    PixelPaddingValue: 0,
  });
  assert.deepEqual([estimatedWindow(...padded).center, estimatedWindow(...padded).width], [1049.5, 99]);
});

test('what is infinite or no number does not count', () => {
  const header = new DataSet();
  const attributes = { Rows: 1, Columns: 5, BitsAllocated: 32, PhotometricInterpretation: 'MONOCHROME2' };
  for (const [keyword, value] of Object.entries(attributes)) header.set(keyword, value);
  const image = describeImage(header);
  const { NEGATIVE_INFINITY, NaN: none, POSITIVE_INFINITY } = Number;
  const frame = { ...image, samples: Float32Array.of(NEGATIVE_INFINITY, 2, none, 6, POSITIVE_INFINITY) };
  const { center, width } = dataWindow(frame, renderingOf(header, image));
  assert.deepEqual([center, width], [4, 4]);
  assert.deepEqual([...renderFrame(frame, header).pixels], [0, 0, 0, 255, 255]);
});
