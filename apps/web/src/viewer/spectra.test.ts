// Spectra of synthetic decays: peaks lie where the frequency says, whatever the representation; what is incomplete is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { spectrumOf } from './fourier.ts';
import { highestOf, peakOf, polyline, readSpectra } from './spectra.ts';

const [points, width, megahertz, reference] = [256, 2000, 127.7, 4.7];

/** A complex decay with one frequency in Hz. */
const decay = (hertz: number, size = points): number[] =>
  Array.from({ length: size }, (_, index) => {
    const [time, damping] = [index / width, Math.exp(-index / 60)];
    return [Math.cos(2 * Math.PI * hertz * time) * damping, Math.sin(2 * Math.PI * hertz * time) * damping];
  }).flat();

const dataSetOf = (values: readonly number[], more: Readonly<Record<string, number | string>> = {}): DataSet => {
  const dataSet = new DataSet();
  const usual = { Rows: 2, Columns: 2, NumberOfFrames: 1, DataPointRows: 1, DataPointColumns: points };
  const signal = { DataRepresentation: 'COMPLEX', SignalDomainColumns: 'TIME', SpectralWidth: width };
  const axis = { TransmitterFrequency: megahertz, ChemicalShiftReference: reference };
  for (const [keyword, value] of Object.entries({ ...usual, ...signal, ...axis, ...more })) dataSet.set(keyword, value);
  dataSet.set('SpectroscopyData', new Uint8Array(Float32Array.from(values).buffer), 'OF');
  return dataSet;
};

/** Multiples of the width of one point, so that peaks lie on one. */
const hertz = [-250, 125, 0, 500];
const ppm = hertz.map((each) => reference + each / megahertz);
const near = (value: number, wanted: number) => assert.ok(Math.abs(value - wanted) < 0.01, `${value}, not ${wanted}`);

test('[VW-VIEW-07] each voxel of a decay has its peak at the chemical shift of its frequency', () => {
  const spectra = readSpectra(dataSetOf(hertz.flatMap((each) => decay(each))), 1);
  assert.deepEqual([spectra.rows, spectra.columns, spectra.axis.unit], [2, 2, 'ppm']);
  for (const [voxel, wanted] of ppm.entries()) {
    const [curve] = spectra.curvesOf(Math.floor(voxel / 2), voxel % 2);
    assert.ok(curve);
    near(peakOf(curve, spectra.axis), wanted);
  }
});

test('spectra that came as such are drawn as they are; several rows of points are several curves; frames follow each other', () => {
  const peakAt = (place: number) => Array.from({ length: 8 }, (_, index) => (index === place ? 3 : 0));
  const real = { DataPointColumns: 8, DataRepresentation: 'REAL', SignalDomainColumns: 'FREQUENCY', Rows: 1 };
  const two = readSpectra(
    dataSetOf([peakAt(1), peakAt(2), peakAt(5), peakAt(7)].flat(), { ...real, DataPointRows: 2 }),
    1,
  );
  assert.deepEqual(
    two.curvesOf(0, 1).map((curve) => curve.indexOf(3)),
    [5, 7],
  );
  const frames = dataSetOf([peakAt(1), peakAt(2), peakAt(5), peakAt(7)].flat(), { ...real, NumberOfFrames: 2 });
  assert.equal(readSpectra(frames, 2).curvesOf(0, 0)[0]?.indexOf(3), 5);
  assert.equal(highestOf(two), 3);
  const complex = { ...real, DataRepresentation: 'COMPLEX', Columns: 1, DataPointColumns: 2 };
  assert.deepEqual([...(readSpectra(dataSetOf([3, 4, 0, -2], complex), 1).curvesOf(0, 0)[0] ?? [])], [5, 2]);
});

test('the axis is as much as is known: hertz without a transmitter, points without a width', () => {
  const values = hertz.flatMap((each) => decay(each));
  assert.equal(readSpectra(dataSetOf(values, { TransmitterFrequency: 0 }), 1).axis.unit, 'Hz');
  const { axis } = readSpectra(dataSetOf(values, { SpectralWidth: 0 }), 1);
  assert.deepEqual(axis, { unit: '', from: 0, to: points - 1 });
});

test('a number of points that is no power of two is filled up; the peak stays where it is', () => {
  const curve = spectrumOf(Float32Array.from(decay(125, 200)), true);
  assert.equal(curve.length, 256);
  near(peakOf(curve, { unit: 'Hz', from: -width / 2, to: width / 2 - width / 256 }) / 1000, 0.125);
});

test('too few values, no points and a million voxels are refused in words', () => {
  const values = hertz.flatMap((each) => decay(each));
  assert.throws(() => readSpectra(dataSetOf(values.slice(2)), 1), /fewer values/);
  assert.throws(() => readSpectra(dataSetOf(values), 2), /fewer values/);
  for (const wrong of [{ DataPointColumns: 0 }, { Rows: 0 }, { Rows: 1000, Columns: 1000 }, { DataPointColumns: 1 }])
    assert.throws(() => readSpectra(dataSetOf(values, wrong), 1), RangeError);
});

test('a curve of many points keeps its peaks when it is drawn with few', () => {
  const curve = new Float32Array(1000);
  curve[777] = 2;
  const drawn = polyline(curve, 2, 50);
  assert.equal(drawn.split(' ').length, 50);
  assert.match(drawn, /0\.2222,0\.0000/);
});
