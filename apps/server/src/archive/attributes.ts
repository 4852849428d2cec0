// What the index knows of patients, studies, series and instances: keys of PS3.4 C.6.1 and C.6.2 and of QIDO-RS, and more.
import type { Keyword } from '@concord/dicom';
import type { Level } from './archive.ts';

/**
 * How a key on the attribute narrows the search in SQL. Whatever SQL lets through is matched again as PS3.4 C.2.2.2 says,
 * so a condition may let too much through, never too little. `few`: text of which there are few different values.
 */
export type Narrowing = 'uid' | 'text' | 'few' | 'name' | 'date' | 'integer' | 'set' | 'none';

export interface Attribute {
  readonly keyword: Keyword;
  readonly level: Level;
  /** SQL for its value, over the aliases of `tables`; absent: it is in the level's `attributes`. */
  readonly column?: string;
  readonly narrowing: Narrowing;
  /** Of a set: the column of its members in the rows below, where it has an index. */
  readonly members?: { readonly table: string; readonly member: string; readonly owner: string };
  /** A set of its studies that has its values: only objects of studies that have the value are looked at. */
  readonly studySet?: string;
  /** Its column has the `attributes` of rows below as a JSON list: its items are what those keep under this keyword, each once. */
  readonly gathers?: Keyword;
  /** Of a name: the columns of its folded groups. */
  readonly groups?: readonly [alphabetic: string, ideographic: string, phonetic: string];
}

/** From the top down; each joins to the one above. */
export const levels = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] as const satisfies readonly Level[];

export const tables = {
  PATIENT: { from: 'patient p', join: '', key: 'p.patient_key', attributes: 'p.attributes' },
  STUDY: { from: 'study s', join: 's.patient_key = p.patient_key', key: 's.study_key', attributes: 's.attributes' },
  SERIES: { from: 'series e', join: 'e.study_key = s.study_key', key: 'e.series_key', attributes: 'e.attributes' },
  IMAGE: { from: 'instance i', join: 'i.series_key = e.series_key', key: 'i.instance_key', attributes: 'i.attributes' },
} as const satisfies Record<Level, unknown>;

/** The unique key of each level. PS3.4 C.6.1.1. */
export const uniqueKeys = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const satisfies Record<Level, Keyword>;

const groupsOf = (name: string): Attribute['groups'] & object => [
  `${name}_alphabetic`,
  `${name}_ideographic`,
  `${name}_phonetic`,
];

/** Attributes with a column of their own. */
const columns: readonly Attribute[] = [
  { keyword: 'PatientID', level: 'PATIENT', column: 'p.patient_id', narrowing: 'text' },
  { keyword: 'IssuerOfPatientID', level: 'PATIENT', column: 'p.issuer', narrowing: 'text' },
  { keyword: 'PatientName', level: 'PATIENT', column: 'p.name', narrowing: 'name', groups: groupsOf('p.name') },
  { keyword: 'PatientBirthDate', level: 'PATIENT', column: 'p.birth_date', narrowing: 'date' },
  { keyword: 'PatientSex', level: 'PATIENT', column: 'p.sex', narrowing: 'few' },
  { keyword: 'NumberOfPatientRelatedStudies', level: 'PATIENT', column: 'p.study_count', narrowing: 'integer' },
  { keyword: 'NumberOfPatientRelatedSeries', level: 'PATIENT', column: 'p.series_count', narrowing: 'integer' },
  { keyword: 'NumberOfPatientRelatedInstances', level: 'PATIENT', column: 'p.instance_count', narrowing: 'integer' },
  // A study shows what it says itself, or what was put right: its patient's row may come from another study.
  {
    keyword: 'PatientName',
    level: 'STUDY',
    column: 's.patient_name',
    narrowing: 'name',
    groups: groupsOf('s.patient'),
  },
  { keyword: 'PatientBirthDate', level: 'STUDY', column: 's.patient_birth_date', narrowing: 'date' },
  { keyword: 'PatientSex', level: 'STUDY', column: 's.patient_sex', narrowing: 'few' },
  { keyword: 'StudyInstanceUID', level: 'STUDY', column: 's.study_instance_uid', narrowing: 'uid' },
  { keyword: 'StudyDate', level: 'STUDY', column: 's.study_date', narrowing: 'date' },
  { keyword: 'StudyTime', level: 'STUDY', column: 's.study_time', narrowing: 'none' },
  { keyword: 'AccessionNumber', level: 'STUDY', column: 's.accession_number', narrowing: 'text' },
  { keyword: 'StudyID', level: 'STUDY', column: 's.study_id', narrowing: 'text' },
  { keyword: 'StudyDescription', level: 'STUDY', column: 's.description', narrowing: 'text' },
  {
    keyword: 'ModalitiesInStudy',
    level: 'STUDY',
    column: 's.modalities',
    narrowing: 'set',
    members: { table: 'series', member: 'modality', owner: 'study_key' },
  },
  { keyword: 'SOPClassesInStudy', level: 'STUDY', column: 's.sop_classes', narrowing: 'set' },
  {
    keyword: 'AnatomicRegionsInStudyCodeSequence',
    level: 'STUDY',
    column: `(select '[' || coalesce(string_agg(r.attributes, ','), '') || ']' from series r
      where r.study_key = s.study_key and r.attributes like '%"AnatomicRegionSequence"%')`,
    narrowing: 'none',
    gathers: 'AnatomicRegionSequence',
  },
  { keyword: 'InstanceAvailability', level: 'STUDY', column: "'ONLINE'", narrowing: 'text' },
  { keyword: 'NumberOfStudyRelatedSeries', level: 'STUDY', column: 's.series_count', narrowing: 'integer' },
  { keyword: 'NumberOfStudyRelatedInstances', level: 'STUDY', column: 's.instance_count', narrowing: 'integer' },
  { keyword: 'SeriesInstanceUID', level: 'SERIES', column: 'e.series_instance_uid', narrowing: 'uid' },
  { keyword: 'Modality', level: 'SERIES', column: 'e.modality', narrowing: 'few' },
  { keyword: 'SeriesNumber', level: 'SERIES', column: 'e.series_number', narrowing: 'integer' },
  { keyword: 'NumberOfSeriesRelatedInstances', level: 'SERIES', column: 'e.instance_count', narrowing: 'integer' },
  { keyword: 'SOPInstanceUID', level: 'IMAGE', column: 'i.sop_instance_uid', narrowing: 'uid' },
  {
    keyword: 'SOPClassUID',
    level: 'IMAGE',
    column: 'i.sop_class_uid',
    narrowing: 'uid',
    studySet: 'sop_classes',
  },
  { keyword: 'AvailableTransferSyntaxUID', level: 'IMAGE', column: 'i.transfer_syntax_uid', narrowing: 'uid' },
  { keyword: 'InstanceNumber', level: 'IMAGE', column: 'i.instance_number', narrowing: 'integer' },
  { keyword: 'NumberOfFrames', level: 'IMAGE', column: 'i.number_of_frames', narrowing: 'integer' },
  { keyword: 'Rows', level: 'IMAGE', column: 'i.pixel_rows', narrowing: 'integer' },
  { keyword: 'Columns', level: 'IMAGE', column: 'i.pixel_columns', narrowing: 'integer' },
];

/** Attributes kept together in the `attributes` of their level. */
const together: Readonly<Record<Level, readonly Keyword[]>> = {
  PATIENT: [
    'PatientBirthTime',
    'OtherPatientIDs',
    'OtherPatientIDsSequence',
    'OtherPatientNames',
    'PatientMotherBirthName',
    'EthnicGroup',
    'PatientComments',
    'ReferencedPatientSequence',
    'TypeOfPatientID',
    'IssuerOfPatientIDQualifiersSequence',
    'PatientSpeciesDescription',
    'PatientBreedDescription',
    'ResponsiblePerson',
    'QualityControlSubject',
  ],
  STUDY: [
    'ReferringPhysicianName',
    'ProcedureCodeSequence',
    'NameOfPhysiciansReadingStudy',
    'PhysiciansOfRecord',
    'AdmittingDiagnosesDescription',
    'ReferencedStudySequence',
    'IssuerOfAccessionNumberSequence',
    'PatientAge',
    'PatientSize',
    'PatientWeight',
    'Occupation',
    'AdditionalPatientHistory',
    'OtherStudyNumbers',
    'TimezoneOffsetFromUTC',
  ],
  SERIES: [
    'SeriesDescription',
    'SeriesDate',
    'SeriesTime',
    'BodyPartExamined',
    'Laterality',
    'ProtocolName',
    'OperatorsName',
    'PerformingPhysicianName',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'PerformedProcedureStepID',
    'PerformedProcedureStepDescription',
    'RequestAttributesSequence',
    'InstitutionName',
    'InstitutionalDepartmentName',
    'StationName',
    'Manufacturer',
    'ManufacturerModelName',
    'DeviceSerialNumber',
    'PatientPosition',
    'FrameOfReferenceUID',
    'AnatomicRegionSequence',
    'TimezoneOffsetFromUTC',
  ],
  IMAGE: [
    'ImageType',
    'InstanceCreationDate',
    'InstanceCreationTime',
    'AcquisitionDate',
    'AcquisitionTime',
    'AcquisitionDateTime',
    'ContentDate',
    'ContentTime',
    'AcquisitionNumber',
    'ImageComments',
    'BitsAllocated',
    'BitsStored',
    'SliceLocation',
    'ImagePositionPatient',
    'ImageOrientationPatient',
    'PhotometricInterpretation',
    'RelatedGeneralSOPClassUID',
    'ConceptNameCodeSequence',
    'ContentTemplateSequence',
    'ContentLabel',
    'ContentDescription',
    'CompletionFlag',
    'VerificationFlag',
    'DocumentTitle',
    'ContainerIdentifier',
    'SpecimenDescriptionSequence',
    'AlternateRepresentationSequence',
    'TimezoneOffsetFromUTC',
  ],
};

/** What is searched in a column of its own although its value is kept with the others. */
const searchedApart: Readonly<Partial<Record<Keyword, Pick<Attribute, 'narrowing' | 'groups'>>>> = {
  ReferringPhysicianName: { narrowing: 'name', groups: groupsOf('s.referring') },
};

export const keptTogether = (level: Level): readonly Keyword[] => together[level];

/** Every attribute the index answers and matches, highest level first. */
export const attributes: readonly Attribute[] = [
  ...columns,
  ...levels.flatMap((level) =>
    together[level].map((keyword): Attribute => ({ keyword, level, narrowing: 'none', ...searchedApart[keyword] })),
  ),
];

/** For each level the attributes seen from there: its own, then those of the levels above. */
const seenFrom = Object.fromEntries(
  levels.map((level, depth) => {
    const visible = new Map<Keyword, Attribute>();
    for (const each of levels.slice(0, depth + 1))
      for (const attribute of attributes) if (attribute.level === each) visible.set(attribute.keyword, attribute);
    return [level, visible];
  }),
);
const known = new Set(attributes.map(({ keyword }) => keyword));

/** The attribute as seen from a level: its own level's, or the nearest above. */
export const attributeAt = (keyword: Keyword, level: Level): Attribute | undefined => seenFrom[level]?.get(keyword);

/** Whether the attribute belongs only to levels below this one. */
export const isBelow = (keyword: Keyword, level: Level): boolean =>
  known.has(keyword) && attributeAt(keyword, level) === undefined;
