// What the corners of the pane say about an image, and what must not be overlooked.
import { type DataSet, transferSyntax } from '@concord/dicom';
import { type Edges, edgesOfCosines, edgesOfOrientation } from './orientation.ts';

/** Whether pixels were changed by compression before they came here. PS3.3 C.7.6.1.1.5 */
export type Fidelity = 'as acquired' | 'lossy' | 'perhaps lossy';

/** From Lossy Image Compression (0028,2110) and the transfer syntax; either alone is enough to say lossy. */
export const fidelityOf = (dataSet: DataSet, transferSyntaxUid: string): Fidelity => {
  const said = dataSet.string('LossyImageCompression');
  const compression = transferSyntax(transferSyntaxUid)?.compression;
  if (said === '01' || compression === 'lossy') return 'lossy';
  return compression === 'lossy-or-lossless' && said !== '00' ? 'perhaps lossy' : 'as acquired';
};

/** The ratio of compression as it was recorded, such as `10:1`; '' where it was not. */
export const compressionRatio = (dataSet: DataSet): string => {
  const ratios = dataSet.numbers('LossyImageCompressionRatio').filter((ratio) => ratio > 0);
  const whole = ratios.reduce((product, ratio) => product * ratio, 1);
  return ratios.length === 0 ? '' : `${whole.toFixed(whole < 10 ? 1 : 0)}:1`;
};

/** A value of the frame's own functional group, else of the shared one, else of the data set. PS3.3 C.7.6.16 */
export const frameValues = (dataSet: DataSet, frame: number, macro: string, keyword: string): readonly number[] => {
  for (const path of [
    `PerFrameFunctionalGroupsSequence[${frame - 1}].${macro}[0].${keyword}`,
    `SharedFunctionalGroupsSequence[0].${macro}[0].${keyword}`,
    keyword,
  ]) {
    const values = dataSet.numbers(path);
    if (values.length > 0) return values;
  }
  return [];
};

export const edgesOf = (dataSet: DataSet, frame: number): Edges | undefined =>
  edgesOfCosines(frameValues(dataSet, frame, 'PlaneOrientationSequence', 'ImageOrientationPatient')) ??
  edgesOfOrientation(dataSet.strings('PatientOrientation'));

const millimetres = (value: number | undefined): string =>
  value === undefined ? '' : `${Number.isInteger(value) ? value : value.toFixed(1)} mm`;

/** Where the slice lies and how thick it is. */
export const sliceFacts = (dataSet: DataSet, frame: number): readonly string[] => {
  const [thickness] = frameValues(dataSet, frame, 'PixelMeasuresSequence', 'SliceThickness');
  const location = dataSet.number('SliceLocation');
  return [
    thickness === undefined ? '' : `Thickness ${millimetres(thickness)}`,
    location === undefined ? '' : `Location ${millimetres(location)}`,
  ].filter((fact) => fact !== '');
};

/** The unit of what the modality transformation gives: `HU` for CT, else what the data set says. PS3.3 C.11.1.1.2 */
export const valueUnit = (dataSet: DataSet): string => {
  const said = dataSet.string('RescaleType');
  if (said !== undefined && said !== 'US') return said;
  return dataSet.string('Modality') === 'CT' && dataSet.has('RescaleIntercept') ? 'HU' : '';
};

/** Customary rate where an object gives none, in frames per second. */
const usualRate = 15;
const fastest = 60;

/** The rate at which a multi-frame object wants to be played. PS3.3 C.7.6.5.1.1 */
export const cineRate = (dataSet: DataSet | undefined): number => {
  const frameTime = dataSet?.number('FrameTime');
  const candidates = [
    dataSet?.number('RecommendedDisplayFrameRate'),
    dataSet?.number('CineRate'),
    frameTime === undefined || frameTime <= 0 ? undefined : 1000 / frameTime,
  ];
  const rate = candidates.find((candidate) => candidate !== undefined && candidate > 0) ?? usualRate;
  return Math.min(fastest, Math.max(1, Math.round(rate)));
};
