// Small objects with every identifier in the caller's hand, for tests of the archive.
import { DataSet, type Value, writeDataSet, writePart10 } from '@concord/dicom';

export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
export const implicitVrLittleEndian = '1.2.840.10008.1.2';
export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';

/** Values by keyword or tag; null is an empty element, undefined leaves it out. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** A data set of these values. */
export function dataSetOf(values: Values): DataSet {
  const dataSet = new DataSet();
  for (const [path, value] of Object.entries(values)) if (value !== undefined) dataSet.set(path, value);
  return dataSet;
}

/** A CT slice of 4 x 4 pixels; whatever is given replaces or adds to what it has. */
export const ctSlice = (values: Values = {}): DataSet =>
  dataSetOf({
    SOPClassUID: ctImageStorage,
    SOPInstanceUID: '1.2.3.1.1.1',
    StudyInstanceUID: '1.2.3.1',
    SeriesInstanceUID: '1.2.3.1.1',
    StudyDate: '20240115',
    StudyTime: '083000',
    AccessionNumber: 'ACC001',
    StudyID: 'S1',
    StudyDescription: 'CT CHEST',
    ReferringPhysicianName: 'REF^ALPHA',
    Modality: 'CT',
    SeriesNumber: '1',
    InstanceNumber: '1',
    PatientName: 'DOE^JANE',
    PatientID: 'PID001',
    PatientBirthDate: '19600101',
    PatientSex: 'F',
    Rows: 4,
    Columns: 4,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: new Uint8Array(32).map((_, index) => index),
    ...values,
  });

export const encoded = (dataSet: DataSet, transferSyntaxUid = explicitVrLittleEndian): Uint8Array =>
  writeDataSet(dataSet, transferSyntaxUid);

/** The bytes in pieces of a size, as a network or a file delivers them. */
export async function* inPieces(bytes: Uint8Array, size = bytes.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const asPart10 = (dataSet: DataSet, transferSyntaxUid = explicitVrLittleEndian): Uint8Array =>
  writePart10({ dataSet, transferSyntaxUid });
