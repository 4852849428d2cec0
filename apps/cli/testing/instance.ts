// A small instance of our own making: what tests of several commands send, keep and look at.
import { DataSet, explicitVrLittleEndian, writePart10 } from '@concord/dicom';

export interface InstanceOptions {
  readonly sopInstanceUid: string;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly patientName?: string;
  readonly patientId?: string;
  readonly sopClassUid?: string;
}

export const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** A Secondary Capture image of 2 x 2 pixels as a Part 10 file. */
export function instanceFile(options: InstanceOptions): Uint8Array {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('SOPClassUID', options.sopClassUid ?? secondaryCapture);
  dataSet.set('SOPInstanceUID', options.sopInstanceUid);
  dataSet.set('StudyDate', '20240115');
  dataSet.set('Modality', 'OT');
  dataSet.set('PatientName', options.patientName ?? 'DOE^JANE');
  dataSet.set('PatientID', options.patientId ?? 'PID001');
  dataSet.set('StudyInstanceUID', options.studyInstanceUid ?? '1.2.3.1');
  dataSet.set('SeriesInstanceUID', options.seriesInstanceUid ?? '1.2.3.1.1');
  dataSet.set('InstanceNumber', 1);
  dataSet.set('SamplesPerPixel', 1);
  dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
  dataSet.set('Rows', 2);
  dataSet.set('Columns', 2);
  dataSet.set('BitsAllocated', 8);
  dataSet.set('BitsStored', 8);
  dataSet.set('HighBit', 7);
  dataSet.set('PixelRepresentation', 0);
  dataSet.set('PixelData', Uint8Array.of(0, 80, 160, 240), 'OB');
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}
