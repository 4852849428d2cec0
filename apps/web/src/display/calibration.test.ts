// The correction of a screen from what was measured of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOf } from '@concord/imaging';
import { correctionOf, deviationOf, measuredLevels, noticeableSteps, readCalibration } from './calibration.ts';

const measuredAt = '2026-01-02T10:00:00.000Z';
/** A screen of gamma 2.2 from 0.3 to 250 cd/m2. */
const screen = {
  measurements: measuredLevels.map((level) => ({ level, luminance: 0.3 + 249.7 * (level / 255) ** 2.2 })),
  ambientLight: 0.5,
};

test('eighteen measurements give a level for each P-Value, rising from the first to the last', () => {
  const correction = correctionOf(screen);
  assert.equal(correction.length, 256);
  assert.deepEqual([correction[0], correction[255]], [0, 255]);
  assert.ok(correction.every((level, value) => value === 0 || level >= (correction[value - 1] ?? 0)));
  const { without, with: corrected } = deviationOf(screen);
  assert.ok(without > 0.2 && corrected < 0.1 && corrected < without / 2, `${without} ${corrected}`);
  const steps = noticeableSteps(screen);
  assert.ok(steps > 450 && steps < 600, String(steps));
});

test('with the correction every step is about as many just noticeable differences as any other', () => {
  const { measurements, ambientLight } = screen;
  const luminanceAt = (level: number) => 0.3 + 249.7 * (level / 255) ** 2.2 + ambientLight;
  const unevenness = (levels: readonly number[]) => {
    const [first = 0, ...others] = levels.map((level) => indexOf(luminanceAt(level)));
    const each = ((others.at(-1) ?? 0) - first) / 255;
    return Math.max(...others.map((index, at) => Math.abs(index - first - each * (at + 1))));
  };
  assert.ok(unevenness(Array.from({ length: 256 }, (_, level) => level)) > 40);
  const corrected = unevenness(correctionOf({ measurements, ambientLight }));
  assert.ok(corrected < 10, `${corrected} of some 500`);
});

test('measurements in any order are the same', () => {
  assert.deepEqual(correctionOf({ ...screen, measurements: screen.measurements.toReversed() }), correctionOf(screen));
});

test('what falls, stands still or lacks its ends gives no correction', () => {
  const of =
    (...measurements: readonly (readonly [number, number])[]) =>
    () =>
      correctionOf({ measurements: measurements.map(([level, luminance]) => ({ level, luminance })), ambientLight: 0 });
  assert.throws(of([0, 1], [128, 0.5], [255, 100]), /rise/u);
  assert.throws(of([0, 5], [255, 5]), /rise/u);
  assert.throws(of([15, 1], [255, 100]), /first and the last/u);
  assert.throws(of(), /first and the last/u);
  assert.throws(of([0, 1], [255, Number.NaN]), /rise/u);
});

test('what was kept is believed only where it still gives a correction', () => {
  const kept = { ...screen, measuredAt };
  assert.deepEqual(readCalibration(JSON.stringify(kept)), kept);
  for (const text of [null, '', '{', '[]', '{"measuredAt":"x"}', JSON.stringify({ ...kept, measurements: [] })])
    assert.equal(readCalibration(text), undefined);
});
