// Instances made for tests: small, each byte known, in any uncompressed transfer syntax.
import { type DataSet, DataSet as EmptyDataSet, writePart10 } from '@concord/dicom';

export interface Made {
  readonly study?: string;
  readonly series?: string;
  readonly instance: string;
  readonly patientName?: string;
  readonly patientId?: string;
  readonly modality?: string;
  readonly instanceNumber?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly frames?: number;
  readonly transferSyntaxUid?: string;
  /** Further elements. */
  readonly change?: (dataSet: DataSet) => void;
}

export const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
export const madeStudy = '1.2.826.0.1.3680043.10.1';
export const madeSeries = '1.2.826.0.1.3680043.10.1.1';
/** Where DICOMweb has them. */
export const madeSeriesPath = `/studies/${madeStudy}/series/${madeSeries}`;

/** Pixel values count up from 0, so that every frame and every byte can be told from the others. */
export const madePixels = ({ rows = 4, columns = 5, frames = 1 }: Partial<Made>): Uint8Array => {
  const values = new Uint16Array(rows * columns * frames);
  // Not by a callback: tests make hundreds of megabytes.
  for (let index = 0; index < values.length; index += 1) values[index] = index;
  return new Uint8Array(values.buffer);
};

export const madeDataSet = (made: Made): DataSet => {
  const { rows = 4, columns = 5, frames = 1 } = made;
  const dataSet = new EmptyDataSet();
  dataSet.set('SpecificCharacterSet', 'ISO_IR 100');
  dataSet.set('SOPClassUID', ctImageStorage);
  dataSet.set('SOPInstanceUID', made.instance);
  dataSet.set('StudyDate', '20260102');
  dataSet.set('StudyTime', '101112');
  dataSet.set('AccessionNumber', 'A1');
  dataSet.set('Modality', made.modality ?? 'CT');
  dataSet.set('StudyDescription', 'Brain');
  dataSet.set('SeriesDescription', 'Axial');
  dataSet.set('PatientName', made.patientName ?? 'Müller^Jürgen');
  dataSet.set('PatientID', made.patientId ?? 'P1');
  dataSet.set('StudyInstanceUID', made.study ?? madeStudy);
  dataSet.set('SeriesInstanceUID', made.series ?? madeSeries);
  dataSet.set('SeriesNumber', 1);
  dataSet.set('InstanceNumber', made.instanceNumber ?? 1);
  dataSet.set('SamplesPerPixel', 1);
  dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
  if (frames > 1) dataSet.set('NumberOfFrames', frames);
  dataSet.set('Rows', rows);
  dataSet.set('Columns', columns);
  dataSet.set('BitsAllocated', 16);
  dataSet.set('BitsStored', 16);
  dataSet.set('HighBit', 15);
  dataSet.set('PixelRepresentation', 0);
  dataSet.set('WindowCenter', 10);
  dataSet.set('WindowWidth', 20);
  made.change?.(dataSet);
  dataSet.set('PixelData', madePixels(made), 'OW');
  return dataSet;
};

/** File Meta Information that is right even where the data set is made wrong on purpose. */
const madeMeta = (transferSyntaxUid: string): DataSet => {
  const meta = new EmptyDataSet();
  meta.set('FileMetaInformationVersion', new Uint8Array([0, 1]));
  meta.set('MediaStorageSOPClassUID', ctImageStorage);
  meta.set('MediaStorageSOPInstanceUID', '1.2.3');
  meta.set('TransferSyntaxUID', transferSyntaxUid);
  meta.set('ImplementationClassUID', '1.2.826.0.1.3680043.10.9');
  return meta;
};

/** A whole file; Explicit VR Little Endian unless told otherwise. */
export const madeFile = (made: Made): Uint8Array<ArrayBuffer> => {
  const { transferSyntaxUid = '1.2.840.10008.1.2.1' } = made;
  const file = writePart10({ dataSet: madeDataSet(made), transferSyntaxUid, meta: madeMeta(transferSyntaxUid) });
  return Uint8Array.from(file);
};
