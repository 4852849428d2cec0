// Values of the DICOM JSON model, as QIDO-RS and WADO-RS metadata send them. PS3.18 Annex F.
import { isObject, type JsonObject, listOf, objectOf } from './json.ts';

/** One data set as JSON: eight hexadecimal digits to `{ vr, Value }`. */
export type DicomJson = JsonObject;

/** The attributes that the pages read, by their keywords. PS3.6. */
export const tags = {
  SpecificCharacterSet: '00080005',
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  StudyDate: '00080020',
  SeriesDate: '00080021',
  StudyTime: '00080030',
  SeriesTime: '00080031',
  AccessionNumber: '00080050',
  Modality: '00080060',
  ModalitiesInStudy: '00080061',
  Manufacturer: '00080070',
  InstitutionName: '00080080',
  ReferringPhysicianName: '00080090',
  StationName: '00081010',
  StudyDescription: '00081030',
  SeriesDescription: '0008103E',
  ManufacturerModelName: '00081090',
  RetrieveURL: '00081190',
  FailedSOPSequence: '00081198',
  ReferencedSOPSequence: '00081199',
  FailureReason: '00081197',
  WarningReason: '00081196',
  OtherFailuresSequence: '0008119A',
  ErrorComment: '00000902',
  ReferencedSOPInstanceUID: '00081155',
  PatientName: '00100010',
  PatientID: '00100020',
  IssuerOfPatientID: '00100021',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  PatientAge: '00101010',
  BodyPartExamined: '00180015',
  CineRate: '00180040',
  FrameTime: '00181063',
  ProtocolName: '00181030',
  RecommendedDisplayFrameRate: '00082144',
  StudyInstanceUID: '0020000D',
  SeriesInstanceUID: '0020000E',
  StudyID: '00200010',
  SeriesNumber: '00200011',
  InstanceNumber: '00200013',
  ImageOrientationPatient: '00200037',
  PatientOrientation: '00200020',
  SliceLocation: '00201041',
  NumberOfStudyRelatedSeries: '00201206',
  NumberOfStudyRelatedInstances: '00201208',
  NumberOfSeriesRelatedInstances: '00201209',
  NumberOfFrames: '00280008',
  Rows: '00280010',
  Columns: '00280011',
  AvailableTransferSyntaxUID: '00083002',
  SliceThickness: '00180050',
  LossyImageCompression: '00282110',
  LossyImageCompressionRatio: '00282112',
} as const;

export type KnownKeyword = keyof typeof tags;

/** All values of an attribute; empty where it is absent or has none. */
export const valuesAt = (dataSet: DicomJson, keyword: KnownKeyword): readonly unknown[] =>
  listOf(objectOf(dataSet[tags[keyword]]).Value);

/** The values as text. Null stands for an empty value (PS3.18 F.2.5). */
export const textsAt = (dataSet: DicomJson, keyword: KnownKeyword): readonly string[] =>
  valuesAt(dataSet, keyword).map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '',
  );

/** The first value as text; '' where there is none. */
export const textAt = (dataSet: DicomJson, keyword: KnownKeyword): string => textsAt(dataSet, keyword)[0] ?? '';

/** The numbers of an attribute; DS and IS may come as text (PS3.18 F.2.3.1). */
export const numbersAt = (dataSet: DicomJson, keyword: KnownKeyword): readonly number[] =>
  textsAt(dataSet, keyword)
    .filter((text) => text !== '')
    .map(Number)
    .filter(Number.isFinite);

export const numberAt = (dataSet: DicomJson, keyword: KnownKeyword): number | undefined =>
  numbersAt(dataSet, keyword)[0];

/** The items of a sequence. */
export const itemsAt = (dataSet: DicomJson, keyword: KnownKeyword): readonly DicomJson[] =>
  valuesAt(dataSet, keyword).filter(isObject);

/** The component groups of a person's name as they are sent, still with `^` in them. */
export interface NameGroups {
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

const group = (value: JsonObject, name: string): string => {
  const text = value[name];
  return typeof text === 'string' ? text : '';
};

/** The groups of one value; a server that sends plain text means the alphabetic group. */
export const nameGroups = (value: unknown): NameGroups => {
  if (typeof value === 'string') return { alphabetic: value, ideographic: '', phonetic: '' };
  const object = objectOf(value);
  return {
    alphabetic: group(object, 'Alphabetic'),
    ideographic: group(object, 'Ideographic'),
    phonetic: group(object, 'Phonetic'),
  };
};

/** The name in the first value of an attribute of VR PN. */
export const nameAt = (dataSet: DicomJson, keyword: KnownKeyword): NameGroups =>
  nameGroups(valuesAt(dataSet, keyword)[0]);
