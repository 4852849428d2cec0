// The studies the benchmark sends: deterministic, made by our own writer. One CT study of 500 slices, and header-only studies to fill an index.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSet, writeDataSet, writePart10 } from '@concord/dicom';

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
export const explicitLittleEndian = '1.2.840.10008.1.2.1';

/** How large the images of a study are, and what tells it from the others. */
interface Kind {
  readonly rows: number;
  readonly columns: number;
  /** In its UIDs. */
  readonly number: number;
}

const ct: Kind = { rows: 512, columns: 512, number: 1 };
/** Another of the kind, for a server that has taken one already. */
const secondCt: Kind = { ...ct, number: 3 };
const large: Kind = { rows: 2560, columns: 2048, number: 2 };

/** A small seeded generator (mulberry32): the same numbers on every machine. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const uid = (kind: number, ...numbers: readonly number[]): string =>
  `2.25.1${[kind, ...numbers].map((number) => String(number).padStart(7, '0')).join('')}`;

const item = (values: Readonly<Record<string, string>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

const code = (value: string, meaning: string): DataSet =>
  item({ CodeValue: value, CodingSchemeDesignator: '99BENCH', CodeMeaning: meaning });

const ctText: Readonly<Record<string, string | readonly string[]>> = {
  SpecificCharacterSet: 'ISO_IR 100',
  ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  SOPClassUID: ctImageStorage,
  StudyDate: '20260105',
  SeriesDate: '20260105',
  AcquisitionDate: '20260105',
  ContentDate: '20260105',
  StudyTime: '101112.000000',
  SeriesTime: '101213.000000',
  AcquisitionTime: '101314.000000',
  ContentTime: '101315.000000',
  AccessionNumber: 'ACC00000001',
  Modality: 'CT',
  Manufacturer: 'BENCH WORKS',
  InstitutionName: 'SYNTHETIC HOSPITAL',
  InstitutionAddress: '1 TEST STREET, NOWHERE',
  ReferringPhysicianName: 'REFERRING^DOCTOR^A',
  StationName: 'CTSTATION1',
  StudyDescription: 'CT CHEST 0.625',
  SeriesDescription: 'CT CHEST 0.625 AX',
  OperatorsName: 'OPERATOR^ONE',
  ManufacturerModelName: 'SYNTH CT 9000',
  PatientName: 'SYNTHETIC^CT^PATIENT',
  PatientID: 'BENCH-1',
  IssuerOfPatientID: 'BENCH',
  PatientBirthDate: '19700102',
  PatientSex: 'O',
  PatientAge: '056Y',
  PatientSize: '1.75',
  PatientWeight: '75.5',
  BodyPartExamined: 'CHEST',
  ScanOptions: 'HELICAL MODE',
  SliceThickness: '0.625',
  KVP: '120',
  DeviceSerialNumber: 'SN0001234',
  SoftwareVersions: ['v1.2.3', 'build77'],
  ProtocolName: 'CT PROTOCOL 1.1',
  ReconstructionDiameter: '360.0',
  DistanceSourceToDetector: '949.147',
  DistanceSourceToPatient: '541.0',
  GantryDetectorTilt: '0.0',
  TableHeight: '144.5',
  RotationDirection: 'CW',
  ExposureTime: '500',
  XRayTubeCurrent: '300',
  Exposure: '150',
  FilterType: 'BODY FILTER',
  GeneratorPower: '36000',
  FocalSpots: '0.7',
  ConvolutionKernel: 'STANDARD',
  PatientPosition: 'HFS',
  StudyID: 'ST00001',
  SeriesNumber: '1',
  AcquisitionNumber: '1',
  FrameOfReferenceUID: uid(1, 2),
  PositionReferenceIndicator: 'SN',
  ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
  PhotometricInterpretation: 'MONOCHROME2',
  PixelSpacing: ['0.703125', '0.703125'],
  BurnedInAnnotation: 'NO',
  WindowCenter: ['40', '-600'],
  WindowWidth: ['400', '1500'],
  RescaleIntercept: '-1024',
  RescaleSlope: '1',
  RescaleType: 'HU',
  LossyImageCompression: '00',
};

const ctNumbers: Readonly<Record<string, number>> = {
  SamplesPerPixel: 1,
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 0,
  RevolutionTime: 0.5,
  SingleCollimationWidth: 0.625,
  TotalCollimationWidth: 40,
  TableSpeed: 110,
  SpiralPitchFactor: 1.375,
};

const slicePixels = ({ rows, columns }: Kind, slice: number, random: () => number): Uint8Array => {
  const samples = new Uint16Array(rows * columns);
  const [middle, half] = [columns / 2, columns / 2 - 26];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const inside = ((column - middle) / half) ** 2 + ((row - rows / 2 + slice / 5) / (half - 50)) ** 2 < 1;
      samples[row * columns + column] = Math.floor((inside ? 1000 + 40 * Math.sin(column / 30) : 24) + random() * 24);
    }
  }
  return new Uint8Array(samples.buffer);
};

const ctSlice = (kind: Kind, slice: number, random: () => number): { sopInstanceUid: string; dataSet: DataSet } => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries({ ...ctText, ...ctNumbers })) dataSet.set(keyword, value);
  const { number, rows, columns } = kind;
  const sopInstanceUid = uid(number, 1, 1, slice + 1);
  dataSet.set('StudyInstanceUID', uid(number, 1));
  dataSet.set('SeriesInstanceUID', uid(number, 1, 1));
  dataSet.set('Rows', rows);
  dataSet.set('Columns', columns);
  dataSet.set('SOPInstanceUID', sopInstanceUid);
  dataSet.set('InstanceNumber', String(slice + 1));
  dataSet.set('ImagePositionPatient', ['-180', '-180', (slice * 0.625 - 150).toFixed(3)]);
  dataSet.set('SliceLocation', (slice * 0.625 - 150).toFixed(3));
  dataSet.set('ProcedureCodeSequence', [code('P0001', 'CT CHEST')]);
  dataSet.set(
    'ReferencedImageSequence',
    [1, 2, 3].map((reference) => {
      return item({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(1, 3, reference) });
    }),
  );
  dataSet.set('RequestAttributesSequence', [
    item({ RequestedProcedureID: 'RP0001', ScheduledProcedureStepID: 'SPS0001' }),
  ]);
  dataSet.set('PixelData', slicePixels(kind, slice, random), 'OW');
  return { sopInstanceUid, dataSet };
};

export interface Study {
  readonly folder: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUids: readonly string[];
}

/** Writes the CT study as Part 10 files, about 528 KB each. */
export const writeCtStudy = (folder: string, slices = 500): Study => writeStudy(ct, folder, slices);

/** The same pixels under other UIDs. */
export const writeSecondCtStudy = (folder: string, slices = 500): Study => writeStudy(secondCt, folder, slices);

/** Writes images of 2048 x 2560 pixels, 10 MB each. */
export const writeLargeStudy = (folder: string, images: number): Study => writeStudy(large, folder, images);

const writeStudy = (kind: Kind, folder: string, slices: number): Study => {
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(1);
  let bytes = 0;
  const sopInstanceUids: string[] = [];
  const files = Array.from({ length: slices }, (_, slice) => {
    const { dataSet, sopInstanceUid } = ctSlice(kind, slice, random);
    const file = writePart10({ dataSet, transferSyntaxUid: explicitLittleEndian });
    sopInstanceUids.push(sopInstanceUid);
    const path = join(folder, `${String(slice + 1).padStart(5, '0')}.dcm`);
    writeFileSync(path, file);
    bytes += file.length;
    return path;
  });
  const [studyInstanceUid, seriesInstanceUid] = [uid(kind.number, 1), uid(kind.number, 1, 1)];
  return { folder, files, bytes, studyInstanceUid, seriesInstanceUid, sopInstanceUids };
};

const families = [
  'SMITH',
  'GARCIA',
  'MUELLER',
  'NOVAK',
  'TANAKA',
  'SILVA',
  'JONES',
  'KHAN',
  'ROSSI',
  'IVANOV',
  'NGUYEN',
  'OKAFOR',
];
const endings = ['', 'SON', 'OVA', 'EZ', 'MAN'];
const given = ['ANNA', 'JOHN', 'MARIA', 'PETER', 'YUKI', 'CARLOS', 'FATIMA', 'OLGA', 'LINH', 'CHIDI'];

export interface TinyInstance {
  readonly patientId: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  /** Explicit VR little endian, without meta information. */
  readonly bytes: Uint8Array;
}

/** Study number `index` of the fill: one instance without pixels, two studies a patient. */
export const tinyStudy = (index: number): TinyInstance => {
  const patient = Math.floor(index / 2);
  const ofPatient = randomFrom(patient * 7919 + 17);
  const ofStudy = randomFrom(index * 104_729 + 5);
  const pick = (from: readonly string[], random: () => number): string =>
    from[Math.floor(random() * from.length)] ?? '';
  const two = (low: number, span: number): string => String(low + Math.floor(ofStudy() * span)).padStart(2, '0');
  const patientId = `T${String(patient).padStart(8, '0')}`;
  const sopInstanceUid = uid(9, index, 1, 1);
  const dataSet = item({
    SpecificCharacterSet: 'ISO_IR 100',
    SOPClassUID: ctImageStorage,
    SOPInstanceUID: sopInstanceUid,
    StudyDate: `20${two(16, 10)}${two(1, 12)}${two(1, 28)}`,
    StudyTime: `${two(0, 24)}${two(0, 60)}${two(0, 60)}`,
    AccessionNumber: `A${String(index).padStart(9, '0')}`,
    Modality: pick(['CT', 'MR', 'US', 'DX'], ofStudy),
    ReferringPhysicianName: `REF^DOCTOR${String(index % 40).padStart(2, '0')}`,
    StudyDescription: pick(['CHEST ROUTINE', 'HEAD W/O CONTRAST', 'ABDOMEN W CONTRAST', 'KNEE LEFT'], ofStudy),
    SeriesDescription: 'SERIES 1',
    PatientName: `${pick(families, ofPatient)}${pick(endings, ofPatient)}^${pick(given, ofPatient)}`,
    PatientID: patientId,
    PatientBirthDate: '19700102',
    PatientSex: patient % 2 ? 'M' : 'F',
    StudyInstanceUID: uid(9, index),
    SeriesInstanceUID: uid(9, index, 1),
    StudyID: `S${index}`,
    SeriesNumber: '1',
    InstanceNumber: '1',
  });
  const bytes = writeDataSet(dataSet, explicitLittleEndian);
  return { patientId, sopClassUid: ctImageStorage, sopInstanceUid, studyInstanceUid: uid(9, index), bytes };
};
