// Instances made here, so that tests need no files: small CT slices with pixels that follow from their number.
import { DataSet, writeDataSet, writePart10 } from '@concord/dicom';
import type { OutgoingInstance } from '../src/handlers.ts';

export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
export const implicitVrLittleEndian = '1.2.840.10008.1.2';

export interface TestInstance extends OutgoingInstance {
  readonly dataSet: DataSet;
  /** The data set as `open` yields it. */
  readonly bytes: Uint8Array;
  /** As a file. */
  readonly part10: Uint8Array;
}

/** @param number from 1; series and study are `study` and its `series` */
export function ctSlice(number: number, { study = 1, series = 1, size = 16 } = {}): TestInstance {
  const dataSet = new DataSet();
  const studyInstanceUid = `1.2.826.0.1.3680043.8.498.${study}`;
  const sopInstanceUid = `${studyInstanceUid}.${series}.${number}`;
  const values: Readonly<Record<string, string | number | Uint8Array>> = {
    SOPClassUID: ctImageStorage,
    SOPInstanceUID: sopInstanceUid,
    StudyDate: '20260102',
    Modality: 'CT',
    PatientName: `Doe^Jane${study}`,
    PatientID: `P${study}`,
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: `${studyInstanceUid}.${series}`,
    StudyID: `${study}`,
    SeriesNumber: series,
    InstanceNumber: number,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: size,
    Columns: size,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: Uint8Array.from({ length: size * size * 2 }, (_, at) => (at % 2 === 0 ? at + number : number & 0x0f)),
  };
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  const bytes = writeDataSet(dataSet, explicitVrLittleEndian);
  return {
    sopClassUid: ctImageStorage,
    sopInstanceUid,
    transferSyntaxUid: explicitVrLittleEndian,
    dataSet,
    bytes,
    part10: writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }),
    open: async function* () {
      yield bytes;
    },
  };
}
