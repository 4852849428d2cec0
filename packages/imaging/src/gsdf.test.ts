import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayCorrection, indexOf, linearDensity, luminanceOf, standardDensity } from './gsdf.ts';
import { ImagingError } from './imaging-error.ts';

const near = (actual: number, expected: number, by: number): void =>
  assert(Math.abs(actual - expected) <= by, `${actual} instead of ${expected}`);

test('the ends of PS3.14 Table B-1, and indexes that dcmdspfn prints', () => {
  near(luminanceOf(1), 0.05, 0.0005);
  near(luminanceOf(1023), 3993.4, 1);
  for (const [luminance, index] of [
    [1, 71.4981],
    [5.18626, 163.966],
    [120.947, 502.052],
    [200, 572.153],
  ] as const) {
    near(indexOf(luminance), index, 0.01);
  }
});

test('index and luminance are inverse to each other', () => {
  for (let index = 5; index <= 1020; index += 7) near(indexOf(luminanceOf(index)), index, 0.3);
});

test('outside of its range the function stays at its ends', () => {
  assert.equal(luminanceOf(0), luminanceOf(1));
  assert.equal(luminanceOf(5000), luminanceOf(1023));
  assert.equal(indexOf(0), indexOf(0.05));
  assert(Number.isFinite(indexOf(1e9)));
});

/** Density at P-Values of 8 bits. */
const densities = (film: Parameters<typeof standardDensity>[1]) =>
  [0, 64, 128, 192, 255].map((value) => standardDensity(value / 255, film));

test('densities on film', () => {
  const film = { minimum: 0.2, maximum: 3.2, illumination: 2000, reflectedAmbientLight: 10 };
  for (const [at, expected] of [3.2, 1.72, 1.13, 0.65, 0.2].entries()) near(densities(film)[at]!, expected, 0.01);
  const other = { ...film, maximum: 3 };
  for (const [at, expected] of [3, 1.7, 1.12, 0.64, 0.2].entries()) near(densities(other)[at]!, expected, 0.01);
  for (const [value, expected] of [
    [1024, 1.721],
    [2048, 1.136],
    [3072, 0.651],
  ] as const) {
    near(standardDensity(value / 4095, film), expected, 0.002);
  }
});

test('densities on paper', () => {
  const paper = { minimum: 0.1, maximum: 2, illumination: 150, reflectedAmbientLight: 0 };
  for (const [at, expected] of [2, 1.3, 0.82, 0.44, 0.1].entries()) near(densities(paper)[at]!, expected, 0.01);
});

test('LIN OD falls evenly', () => {
  const expected = [3.2, 2.45, 1.69, 0.94, 0.2];
  for (const [at, value] of [0, 64, 128, 192, 255].entries()) {
    near(linearDensity(value / 255, { minimum: 0.2, maximum: 3.2 }), expected[at]!, 0.006);
  }
});

test('a display that follows the standard needs no correction', () => {
  const luminances = Array.from({ length: 256 }, (_, level) =>
    luminanceOf(indexOf(1) + (level / 255) * (indexOf(300) - indexOf(1))),
  );
  const levels = displayCorrection({ luminances, ambientLight: 0 });
  for (const [value, level] of levels.entries()) near(level, value, 1);
});

test('a correction rises from the lowest to the highest level', () => {
  const luminances = Array.from({ length: 256 }, (_, level) => 0.3 + 250 * (level / 255) ** 2.4);
  const levels = displayCorrection({ luminances, ambientLight: 2 }, 1024);
  assert.equal(levels[0], 0);
  assert.equal(levels[1023], 255);
  assert(levels.every((level, value) => value === 0 || level >= (levels[value - 1] ?? 0)));
});

test('a curve that does not rise is refused', () => {
  for (const luminances of [[], [1], [2, 1, 3], [5, 5, 5], [1, Number.NaN]]) {
    assert.throws(
      () => displayCorrection({ luminances, ambientLight: 0 }),
      (error) => error instanceof ImagingError && error.fault === 'bad-request',
    );
  }
});
