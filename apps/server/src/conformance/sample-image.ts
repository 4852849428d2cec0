// The image that samples are made from: a gray wedge of a test patient, the same each time. PS3.3 A.8.1
import { DataSet, explicitVrLittleEndian, type Keyword, newUid, type Value } from '@concord/dicom';

export const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** UIDs of samples are no others', and the same each time. PS3.5 B.2 */
export const sampleUid = (number: number): string => {
  const bytes = new TextEncoder().encode('Concord sample..').slice(0, 16);
  bytes[15] = number;
  return newUid(bytes);
};

export const sampleStudy = sampleUid(1);
export const sampleSeries = sampleUid(2);
export const sampleInstance = sampleUid(3);

const side = 96;

const values: Partial<Record<Keyword, Value>> = {
  SpecificCharacterSet: 'ISO_IR 192',
  ImageType: ['DERIVED', 'SECONDARY'],
  SOPClassUID: secondaryCapture,
  SOPInstanceUID: sampleInstance,
  StudyDate: '20260102',
  ContentDate: '20260102',
  StudyTime: '030405',
  ContentTime: '030405',
  AccessionNumber: 'ZZSAMPLE',
  Modality: 'OT',
  ConversionType: 'SYN',
  Manufacturer: 'Concord',
  ReferringPhysicianName: 'ZZTEST^Referrer',
  StudyDescription: 'ZZTEST sample',
  SeriesDescription: 'ZZTEST wedge',
  PatientName: 'ZZTEST^SAMPLE',
  PatientID: 'ZZTEST-SAMPLE',
  PatientBirthDate: '19500203',
  PatientSex: 'O',
  StudyInstanceUID: sampleStudy,
  SeriesInstanceUID: sampleSeries,
  StudyID: 'ZZ1',
  SeriesNumber: 1,
  InstanceNumber: 1,
  Laterality: null,
  PatientOrientation: null,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows: side,
  Columns: side,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  PixelRepresentation: 0,
};

/** In Explicit VR Little Endian. */
export function sampleImage(): DataSet {
  const image = new DataSet();
  for (const [keyword, value] of Object.entries(values)) image.set(keyword, value);
  const wedge = Uint8Array.from({ length: side * side }, (_, at) => Math.floor((at % side) * (255 / side)));
  image.set('PixelData', wedge, 'OB');
  return image;
}

export const sampleSyntax = explicitVrLittleEndian;
