// Synthetic instances of a marked test patient: recognizable by name, ID and issuer, under UIDs of our own. PS3.3
import { randomBytes } from 'node:crypto';
import { DataSet, type Keyword, newUid, uidName, writeDataSet } from '@concord/dicom';
import type { OutgoingInstance } from '@concord/network';
import { namesByTerm } from '../plan/character-names.ts';

/** Every test patient's name begins so. */
export const testPatientPrefix = 'ZZTEST';
export const testPatientIssuer = 'CS-TEST';

/** An instance with what is needed to ask for it again. */
export interface TestInstance extends OutgoingInstance {
  readonly dataSet: DataSet;
  readonly bytes: Uint8Array;
  /** What it was made for, where another check looks for it. */
  readonly marks?: {
    readonly variant?: 'added attributes' | 'lossy only' | 'large' | 'gray steps';
    readonly characterSet?: string;
    /** Tags that its class does not have. */
    readonly added?: readonly string[];
  };
}

export const freshUid = (): string => newUid(randomBytes(16));

/** The patient of one run, and the studies made for it. */
export interface TestPatient {
  readonly patientId: string;
  readonly patientName: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly accessionNumber: string;
}

export function testPatient(): TestPatient {
  const mark = randomBytes(4).toString('hex').toUpperCase();
  return {
    patientId: `${testPatientPrefix}-${mark}`,
    patientName: `${testPatientPrefix}^${mark}`,
    studyInstanceUid: freshUid(),
    seriesInstanceUid: freshUid(),
    accessionNumber: `ZZ${mark}`,
  };
}

const modalities: Readonly<Record<string, string>> = {
  '1.2.840.10008.5.1.4.1.1.2': 'CT',
  '1.2.840.10008.5.1.4.1.1.4': 'MR',
  '1.2.840.10008.5.1.4.1.1.1': 'CR',
  '1.2.840.10008.5.1.4.1.1.6.1': 'US',
  '1.2.840.10008.5.1.4.1.1.20': 'NM',
};

/** Enough for more than one P-DATA-TF of 4096 bytes. */
const rows = 96;

/** A wedge of gray, 8 bits. PS3.3 C.7.6.3 */
const pixels = (): Uint8Array =>
  Uint8Array.from({ length: rows * rows }, (_, at) => Math.floor((at % rows) * (255 / rows)));

/** Eighteen steps from black to white, as P-Values equally apart to the eye. PS3.14 6 */
const graySteps = 18;
const steppedPixels = (): Uint8Array =>
  Uint8Array.from({ length: rows * rows }, (_, at) =>
    Math.round((Math.floor(((at % rows) * graySteps) / rows) * 255) / (graySteps - 1)),
  );

const isImage = (sopClass: string): boolean => / Image Storage/.test(uidName(sopClass) ?? '');

function fill(dataSet: DataSet, values: Readonly<Record<string, string | number | null>>): void {
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
}

function fillImage(dataSet: DataSet, stepped: boolean): void {
  fill(dataSet, {
    ImageType: 'DERIVED\\SECONDARY',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: rows,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  });
  dataSet.set('ImageType', ['DERIVED', 'SECONDARY']);
  if (stepped) dataSet.set('PresentationLUTShape', 'IDENTITY');
  dataSet.set('PixelData', stepped ? steppedPixels() : pixels(), 'OW');
}

export interface InstanceOptions {
  readonly transferSyntaxUid: string;
  readonly number?: number;
  /** Of the data set, where it is to differ from that of the request. */
  readonly declaredSopClass?: string;
  /** A name beyond ASCII, in this character set. */
  readonly characterSet?: string;
  /** Attributes that the class does not have, standard and private. */
  readonly added?: boolean;
  /** A pattern of gray steps in place of the wedge. */
  readonly graySteps?: boolean;
  /** Left out, where it has to be. */
  readonly without?: Keyword;
}

/** Standard attributes of another module, and private ones with their creator. PS3.2 3.11.3, PS3.5 7.8 */
export const addedTags = [0x00181000, 0x00204000, 0x00290010, 0x00291001] as const;

function addTo(dataSet: DataSet): void {
  const [, comments, creator, value] = addedTags;
  dataSet.set(comments, `${testPatientPrefix} added`);
  dataSet.set(creator, 'CONFORMANCE TEST', 'LO');
  dataSet.set(value, `${testPatientPrefix} private`, 'LO');
}

/** The data set of an instance: patient, study, series, equipment, and an image where the class has one. */
function dataSetOf(patient: TestPatient, sopClass: string, sopInstanceUid: string, options: InstanceOptions): DataSet {
  const dataSet = new DataSet();
  const date = '20200102';
  fill(dataSet, {
    SpecificCharacterSet: options.characterSet ?? 'ISO_IR 192',
    SOPClassUID: options.declaredSopClass ?? sopClass,
    SOPInstanceUID: sopInstanceUid,
    StudyDate: date,
    SeriesDate: date,
    ContentDate: date,
    StudyTime: '030405',
    SeriesTime: '030405',
    ContentTime: '030405',
    AccessionNumber: patient.accessionNumber,
    Modality: modalities[sopClass] ?? 'OT',
    ConversionType: 'SYN',
    Manufacturer: 'Conformance test',
    ReferringPhysicianName: `${testPatientPrefix}^Referrer`,
    StudyDescription: `${testPatientPrefix} study`,
    SeriesDescription: `${testPatientPrefix} series`,
    PatientName: (options.characterSet && namesByTerm[options.characterSet]) ?? patient.patientName,
    PatientID: patient.patientId,
    IssuerOfPatientID: testPatientIssuer,
    PatientBirthDate: '19500203',
    PatientBirthTime: '010203',
    PatientSex: 'O',
    OtherPatientIDs: `${patient.patientId}-2`,
    OtherPatientNames: `${testPatientPrefix}^Other`,
    PatientAge: '070Y',
    PatientSize: '1.75',
    PatientWeight: '75',
    EthnicGroup: 'NONE',
    Occupation: 'PHANTOM',
    AdditionalPatientHistory: `${testPatientPrefix} history`,
    PatientComments: `${testPatientPrefix} comments`,
    AdmittingDiagnosesDescription: `${testPatientPrefix} diagnosis`,
    NameOfPhysiciansReadingStudy: `${testPatientPrefix}^Reader`,
    PerformingPhysicianName: `${testPatientPrefix}^Performer`,
    OperatorsName: `${testPatientPrefix}^Operator`,
    InstitutionName: testPatientPrefix,
    StationName: testPatientPrefix,
    ProtocolName: testPatientPrefix,
    RequestingPhysician: `${testPatientPrefix}^Requester`,
    PerformedProcedureStepStartDate: date,
    PerformedProcedureStepStartTime: '030405',
    BodyPartExamined: 'ABDOMEN',
    StudyInstanceUID: patient.studyInstanceUid,
    SeriesInstanceUID: patient.seriesInstanceUid,
    StudyID: 'ZZ1',
    SeriesNumber: 1,
    InstanceNumber: options.number ?? 1,
    PatientOrientation: null,
    PatientMotherBirthName: `${testPatientPrefix}^Mother`,
    TypeOfPatientID: 'TEXT',
    PatientSpeciesDescription: 'Homo sapiens',
    PatientBreedDescription: 'NONE',
    ResponsiblePerson: `${testPatientPrefix}^Responsible`,
    QualityControlSubject: 'YES',
    PhysiciansOfRecord: `${testPatientPrefix}^Record`,
    OtherStudyNumbers: 4711,
    TimezoneOffsetFromUTC: '+0000',
    Laterality: 'L',
    PerformedProcedureStepID: 'ZZ2',
    PerformedProcedureStepDescription: `${testPatientPrefix} step`,
    InstitutionalDepartmentName: testPatientPrefix,
    ManufacturerModelName: testPatientPrefix,
    DeviceSerialNumber: 'ZZ3',
    PatientPosition: 'HFS',
    FrameOfReferenceUID: `${patient.seriesInstanceUid}.1`,
    InstanceCreationDate: date,
    InstanceCreationTime: '030405',
    AcquisitionDate: date,
    AcquisitionTime: '030405',
    AcquisitionDateTime: `${date}030405`,
    AcquisitionNumber: 1,
    ImageComments: `${testPatientPrefix} comments`,
    SliceLocation: '1.5',
    RelatedGeneralSOPClassUID: options.declaredSopClass ?? sopClass,
    ContentLabel: testPatientPrefix,
    ContentDescription: `${testPatientPrefix} content`,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    DocumentTitle: `${testPatientPrefix} document`,
    ContainerIdentifier: 'ZZ4',
  });
  dataSet.set('ImagePositionPatient', ['1', '2', '3']);
  dataSet.set('ImageOrientationPatient', ['1', '0', '0', '0', '1', '0']);
  if (options.added) addTo(dataSet);
  if (options.without) dataSet.delete(options.without);
  if (isImage(sopClass)) fillImage(dataSet, options.graySteps ?? false);
  return dataSet;
}

/** One instance; each class gets a series of its own, as instances of a series are of one modality. */
export function testInstance(patient: TestPatient, sopClass: string, options: InstanceOptions): TestInstance {
  const sopInstanceUid = freshUid();
  const dataSet = dataSetOf(patient, sopClass, sopInstanceUid, options);
  const bytes = writeDataSet(dataSet, options.transferSyntaxUid);
  return {
    sopClassUid: sopClass,
    sopInstanceUid,
    transferSyntaxUid: options.transferSyntaxUid,
    dataSet,
    bytes,
    open: async function* () {
      yield bytes;
    },
  };
}
