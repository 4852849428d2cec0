// Values for generated objects: plausible, fixed, and in agreement with each other.
import type { Vr } from '../src/vr.ts';

/** Attributes whose value is not free: pixel descriptions that fit each other, and a few the tables do not enumerate. */
export const fixedValues: Readonly<Record<string, string | number | readonly (string | number)[]>> = {
  AcquisitionDuration: 1,
  Columns: 2,
  ConversionType: 'WSD',
  DimensionOrganizationType: '3D',
  FrameOfReferenceUID: '1.2.826.0.1.3680043.10.1511.9.1',
  ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
  ImagePositionPatient: ['0', '0', '0'],
  InstanceNumber: '1',
  Laterality: 'R',
  LUTData: [0, 1023],
  LUTDescriptor: [2, 0, 10],
  MIMETypeOfEncapsulatedDocument: 'application/pdf',
  NumberOfFrames: '1',
  PatientBirthDate: '19700101',
  PatientID: 'MINIMAL-1',
  PatientName: 'Minimal^Object',
  PatientOrientation: ['L', 'P'],
  PatientSex: 'O',
  PhotometricInterpretation: 'MONOCHROME2',
  PixelRepresentation: 0,
  PixelSpacing: ['1', '1'],
  PositionReferenceIndicator: '',
  PresentationLUTShape: 'IDENTITY',
  RescaleIntercept: '0',
  RescaleSlope: '1',
  RescaleType: 'US',
  Rows: 2,
  SamplesPerPixel: 1,
  SeriesNumber: '1',
  SliceThickness: '1',
  StudyDate: '20240115',
  StudyID: 'S1',
  StudyTime: '101500',
};

/** Modality (0008,0060) by IOD. */
export const modalities: Readonly<Record<string, string>> = {
  'computed-radiography-image': 'CR',
  'ct-image': 'CT',
  'enhanced-ct-image': 'CT',
  'mr-image': 'MR',
  'enhanced-mr-image': 'MR',
  'digital-x-ray-image': 'DX',
  'digital-mammography-x-ray-image': 'MG',
  'ultrasound-image': 'US',
  'ultrasound-multi-frame-image': 'US',
  'nuclear-medicine-image': 'NM',
  'positron-emission-tomography-image': 'PT',
  'secondary-capture-image': 'OT',
  'rt-dose': 'RTDOSE',
  'rt-plan': 'RTPLAN',
  'rt-structure-set': 'RTSTRUCT',
  'basic-text-sr': 'SR',
  'comprehensive-sr': 'SR',
  'grayscale-softcopy-presentation-state': 'PR',
  'encapsulated-pdf': 'DOC',
  segmentation: 'SEG',
  '12-lead-ecg': 'ECG',
  'vl-photographic-image': 'XC',
};

type Cells = Readonly<Record<string, number>>;
const cellsOf = (BitsAllocated: number, BitsStored: number): Cells => ({
  BitsAllocated,
  BitsStored,
  HighBit: BitsStored - 1,
});

/** Pixel cells by IOD, where 12 bits in 16 are not what it allows. */
export const bits: Readonly<Record<string, Cells>> = {
  other: cellsOf(16, 12),
  'ultrasound-image': cellsOf(8, 8),
  'ultrasound-multi-frame-image': cellsOf(8, 8),
  'nuclear-medicine-image': cellsOf(16, 16),
  'positron-emission-tomography-image': cellsOf(16, 16),
  'vl-photographic-image': cellsOf(8, 8),
  segmentation: cellsOf(8, 8),
  'rt-dose': cellsOf(16, 16),
};

/** Image Type (0008,0008) by IOD, where two values are not enough. */
export const imageTypes: Readonly<Record<string, readonly string[]>> = {
  'ct-image': ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  'mr-image': ['ORIGINAL', 'PRIMARY', 'OTHER'],
  'enhanced-ct-image': ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'],
  'enhanced-mr-image': ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE'],
  'nuclear-medicine-image': ['ORIGINAL', 'PRIMARY', 'STATIC', 'EMISSION'],
  segmentation: ['DERIVED', 'PRIMARY'],
};

/** A value of each VR. */
export function anyValue(vr: Vr): string | number | bigint | Uint8Array {
  const values: Partial<Record<Vr, string | number | bigint | Uint8Array>> = {
    AE: 'MINIMAL',
    AS: '040Y',
    AT: '00100010',
    CS: 'UNKNOWN',
    DA: '20240115',
    DS: '1',
    DT: '20240115101500',
    FD: 1,
    FL: 1,
    IS: '1',
    OB: new Uint8Array(8),
    OW: new Uint8Array(8),
    SL: 1,
    SS: 1,
    SV: 1n,
    TM: '101500',
    UI: '1.2.826.0.1.3680043.10.1511.9.2',
    UL: 1,
    US: 1,
    UV: 1n,
  };
  return values[vr] ?? (vr.startsWith('O') || vr === 'UN' ? new Uint8Array(8) : 'Minimal');
}
