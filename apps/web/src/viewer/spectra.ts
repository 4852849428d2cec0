// MR spectroscopy as curves: the spectrum of each voxel, and the axis it is drawn over. PS3.3 C.8.14.
import type { DataSet } from '@concord/dicom';
import { spectrumOf } from './fourier.ts';

export const mrSpectroscopy = '1.2.840.10008.5.1.4.1.1.4.2';

/** What stands under the curves: chemical shift where the data set says enough for it, else frequency, else the points. */
export interface SpectralAxis {
  readonly unit: 'ppm' | 'Hz' | '';
  /** At the first and at the last point. */
  readonly from: number;
  readonly to: number;
}

/** The spectra of one frame. */
export interface Spectra {
  readonly rows: number;
  readonly columns: number;
  readonly axis: SpectralAxis;
  /** One curve for each row of data points of a voxel; row and column count from 0. Frequencies rise from point to point. */
  readonly curvesOf: (row: number, column: number) => readonly Float32Array[];
}

/** More than these cannot be told apart on a screen. */
const mostVoxels = 64 * 64;
const mostPoints = 65_536;
const mostCurves = 16;

const positive = (dataSet: DataSet, keyword: string, otherwise = 0): number => {
  const value = dataSet.number(keyword) ?? otherwise;
  return Number.isInteger(value) && value > 0 ? value : 0;
};

interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly points: number;
  readonly curves: number;
  readonly isComplex: boolean;
}

const layoutOf = (dataSet: DataSet): Layout | undefined => {
  const [rows, columns] = [positive(dataSet, 'Rows'), positive(dataSet, 'Columns')];
  const points = positive(dataSet, 'DataPointColumns');
  const curves = positive(dataSet, 'DataPointRows', 1);
  if (rows * columns < 1 || rows * columns > mostVoxels || points < 2 || points > mostPoints || curves < 1)
    return undefined;
  return { rows, columns, points, curves, isComplex: dataSet.string('DataRepresentation') === 'COMPLEX' };
};

/** The spectrum is centred on the transmitter's frequency, whose chemical shift is the reference. */
const axisOf = (dataSet: DataSet, points: number): SpectralAxis => {
  const width = dataSet.number('SpectralWidth') ?? 0;
  const megahertz = dataSet.number('TransmitterFrequency') ?? 0;
  const reference = dataSet.number('ChemicalShiftReference');
  if (!(width > 0)) return { unit: '', from: 0, to: points - 1 };
  const [from, to] = [-width / 2, width / 2 - width / points];
  if (!(megahertz > 0) || reference === undefined) return { unit: 'Hz', from, to };
  return { unit: 'ppm', from: reference + from / megahertz, to: reference + to / megahertz };
};

const magnitudes = (values: Float32Array): Float32Array =>
  Float32Array.from({ length: values.length / 2 }, (_, index) =>
    Math.hypot(values[index * 2] ?? 0, values[index * 2 + 1] ?? 0),
  );

/** One curve from its stored values: a decay becomes a spectrum, complex values their size. */
const curveFrom = (values: Float32Array, isComplex: boolean, isDecay: boolean): Float32Array => {
  if (isDecay) return spectrumOf(values, isComplex);
  return isComplex ? magnitudes(values) : values;
};

/**
 * The spectra of a frame, counted from 1.
 * @throws RangeError in words where the data set says too little, or has fewer values than it says
 */
export const readSpectra = (dataSet: DataSet, frame: number): Spectra => {
  const layout = layoutOf(dataSet);
  if (!layout) throw new RangeError('the numbers of voxels and data points are missing, or are too many');
  const { rows, columns, points, curves, isComplex } = layout;
  const bytes = dataSet.bytes('SpectroscopyData');
  const perCurve = points * (isComplex ? 2 : 1);
  const perVoxel = perCurve * curves;
  const first = (frame - 1) * rows * columns * perVoxel;
  if (!bytes || bytes.length < (first + rows * columns * perVoxel) * 4)
    throw new RangeError('there are fewer values than voxels and data points ask for');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isDecay = dataSet.string('SignalDomainColumns') === 'TIME';
  const curve = (at: number): Float32Array =>
    curveFrom(
      Float32Array.from({ length: perCurve }, (_, index) => view.getFloat32((at + index) * 4, true)),
      isComplex,
      isDecay,
    );
  return {
    rows,
    columns,
    axis: axisOf(dataSet, points),
    curvesOf: (row, column) => {
      const from = first + (row * columns + column) * perVoxel;
      return Array.from({ length: Math.min(curves, mostCurves) }, (_, index) => curve(from + index * perCurve));
    },
  };
};

/** The curve as points of a polyline in a box of 1 x 1, high values up, high shifts to the left as spectroscopists draw them. */
export const polyline = (curve: Float32Array, highest: number, most: number): string => {
  const step = Math.max(1, Math.ceil(curve.length / most));
  const places: string[] = [];
  for (let from = 0; from < curve.length; from += step) {
    let at = from;
    for (let index = from; index < Math.min(from + step, curve.length); index += 1)
      if (Math.abs(curve[index] ?? 0) > Math.abs(curve[at] ?? 0)) at = index;
    const x = 1 - at / Math.max(1, curve.length - 1);
    places.push(`${x.toFixed(4)},${(1 - (curve[at] ?? 0) / highest).toFixed(4)}`);
  }
  return places.join(' ');
};

/** The greatest value of all curves of the frame: voxels are drawn to one scale. */
export const highestOf = ({ rows, columns, curvesOf }: Spectra): number => {
  let highest = 0;
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      for (const curve of curvesOf(row, column))
        for (const value of curve) highest = Math.max(highest, Math.abs(value));
  return highest > 0 && Number.isFinite(highest) ? highest : 1;
};

/** Where on the axis the highest value of a curve lies. */
export const peakOf = (curve: Float32Array, { from, to }: SpectralAxis): number => {
  let at = 0;
  for (let index = 1; index < curve.length; index += 1) if ((curve[index] ?? 0) > (curve[at] ?? 0)) at = index;
  return from + ((to - from) * at) / Math.max(1, curve.length - 1);
};
