// Images made for tests: fields of one value each, so that a pixel read back from the canvas can only mean one thing.
import { DataSet, writePart10 } from '@concord/dicom';

/** Pixels of a field in each direction, unless an image says otherwise. */
const usualFieldSize = 16;

export interface MadeImage {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  /** Frames of rows of fields; a field is one stored value, or three of a colour. */
  readonly frames: readonly (readonly (readonly (number | readonly number[])[])[])[];
  /** Pixels of a field in each direction; 16 by default. */
  readonly fieldSize?: number;
  readonly sopClassUid?: string;
  readonly transferSyntaxUid?: string;
  /** Further attributes, and those that are to be otherwise. */
  readonly attributes?: Readonly<Record<string, string | number | readonly number[] | readonly string[] | Uint8Array>>;
  readonly change?: (dataSet: DataSet) => void;
}

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';

type Field = number | readonly number[];

/** Stored values of one frame, each field widened to its size, colours by pixel. */
const samplesOf = (rows: readonly (readonly Field[])[], fieldSize: number): readonly number[] =>
  rows.flatMap((row) => {
    const line = row.flatMap((field) => Array.from({ length: fieldSize }, () => field)).flat();
    return Array.from({ length: fieldSize }, () => line).flat();
  });

const describe = (dataSet: DataSet, { frames, fieldSize = usualFieldSize }: MadeImage) => {
  const [first = []] = frames;
  const isColour = typeof first[0]?.[0] !== 'number';
  dataSet.set('SamplesPerPixel', isColour ? 3 : 1);
  dataSet.set('PhotometricInterpretation', isColour ? 'RGB' : 'MONOCHROME2');
  if (isColour) dataSet.set('PlanarConfiguration', 0);
  if (frames.length > 1) dataSet.set('NumberOfFrames', frames.length);
  dataSet.set('Rows', first.length * fieldSize);
  dataSet.set('Columns', (first[0]?.length ?? 0) * fieldSize);
  dataSet.set('BitsAllocated', isColour ? 8 : 16);
  dataSet.set('BitsStored', isColour ? 8 : 12);
  dataSet.set('HighBit', isColour ? 7 : 11);
  dataSet.set('PixelRepresentation', 0);
};

/** Samples in cells of Bits Allocated; one bit each packed from the lowest on, frames behind one another. PS3.5 8.1.1 */
const pixelBytes = (dataSet: DataSet, frames: readonly (readonly number[])[]): Uint8Array => {
  const bits = dataSet.number('BitsAllocated') ?? 8;
  const samples = frames.flat();
  if (bits === 16) return new Uint8Array(Uint16Array.from(samples).buffer);
  if (bits === 8) return Uint8Array.from(samples);
  const bytes = new Uint8Array(Math.ceil(samples.length / 8));
  for (const [index, sample] of samples.entries())
    if (sample) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  return bytes;
};

/** Samples by pixel to planes, where the data set wants them so. */
const arranged = (dataSet: DataSet, samples: readonly number[]): readonly number[] =>
  dataSet.number('PlanarConfiguration') === 1
    ? [0, 1, 2].flatMap((component) => samples.filter((_, index) => index % 3 === component))
    : samples;

export const madeDataSet = (made: MadeImage): DataSet => {
  const dataSet = new DataSet();
  const usual = {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: made.sopClassUid ?? secondaryCapture,
    SOPInstanceUID: made.instance,
    StudyDate: '20260102',
    StudyTime: '101112',
    Modality: 'OT',
    PatientName: 'Made^For Tests',
    PatientID: 'MADE',
    StudyInstanceUID: made.study,
    SeriesInstanceUID: made.series,
    InstanceNumber: 1,
  };
  for (const [keyword, value] of Object.entries(usual)) dataSet.set(keyword, value);
  if (made.frames.length > 0) describe(dataSet, made);
  for (const [keyword, value] of Object.entries(made.attributes ?? {})) dataSet.set(keyword, value);
  made.change?.(dataSet);
  if (made.frames.length > 0) {
    const frames = made.frames.map((frame) => arranged(dataSet, samplesOf(frame, made.fieldSize ?? usualFieldSize)));
    dataSet.set('PixelData', pixelBytes(dataSet, frames), (dataSet.number('BitsAllocated') ?? 8) > 8 ? 'OW' : 'OB');
  }
  return dataSet;
};

/** A whole file. */
export const madeFile = (made: MadeImage): Uint8Array =>
  writePart10({ dataSet: madeDataSet(made), transferSyntaxUid: made.transferSyntaxUid ?? explicitVrLittleEndian });
