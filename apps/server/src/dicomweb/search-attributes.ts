// What a search returns of each study, series and instance. PS3.18 Tables 10.6.3-3 to 10.6.3-5.
import type { Level } from '../archive/archive.ts';
import type { Target } from './target.ts';

type SearchLevel = Exclude<Level, 'PATIENT'>;
/** A keyword, or a path such as `RequestAttributesSequence[0].ScheduledProcedureStepID`. */
type Path = string;

/** Always returned. RetrieveURL is added to each answer; it depends on how the caller reached us. */
const required: Readonly<Record<SearchLevel, readonly Path[]>> = {
  STUDY: [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'InstanceAvailability',
    'ModalitiesInStudy',
    'ReferringPhysicianName',
    'TimezoneOffsetFromUTC',
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  SERIES: [
    'Modality',
    'TimezoneOffsetFromUTC',
    'SeriesDescription',
    'SeriesInstanceUID',
    'SeriesNumber',
    'NumberOfSeriesRelatedInstances',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'RequestAttributesSequence[0].ScheduledProcedureStepID',
    'RequestAttributesSequence[0].RequestedProcedureID',
  ],
  IMAGE: [
    'SOPClassUID',
    'SOPInstanceUID',
    'InstanceAvailability',
    'TimezoneOffsetFromUTC',
    'InstanceNumber',
    'Rows',
    'Columns',
    'BitsAllocated',
    'NumberOfFrames',
    'AvailableTransferSyntaxUID',
  ],
};

/** Added by includefield=all: the attributes of the level that PS3.4 C.6.2.1 lists as optional, as far as they are of use. */
const optional: Readonly<Record<SearchLevel, readonly Path[]>> = {
  STUDY: [
    'StudyDescription',
    'PatientAge',
    'PatientSize',
    'PatientWeight',
    'PatientComments',
    'PatientBirthTime',
    'OtherPatientIDs',
    'EthnicGroup',
    'Occupation',
    'AdditionalPatientHistory',
    'IssuerOfPatientID',
    'NameOfPhysiciansReadingStudy',
    'AdmittingDiagnosesDescription',
    'SOPClassesInStudy',
    'NumberOfPatientRelatedStudies',
    'NumberOfPatientRelatedSeries',
    'NumberOfPatientRelatedInstances',
  ],
  SERIES: [
    'SeriesDate',
    'SeriesTime',
    'BodyPartExamined',
    'Laterality',
    'ProtocolName',
    'Manufacturer',
    'ManufacturerModelName',
    'InstitutionName',
    'InstitutionalDepartmentName',
    'StationName',
    'PerformingPhysicianName',
    'OperatorsName',
    'PatientPosition',
  ],
  IMAGE: [
    'ContentDate',
    'ContentTime',
    'AcquisitionDate',
    'AcquisitionTime',
    'AcquisitionNumber',
    'ImageType',
    'BitsStored',
    'PhotometricInterpretation',
    'SliceLocation',
    'ImagePositionPatient',
    'ImageOrientationPatient',
    'ContentLabel',
    'ContentDescription',
  ],
};

const levels = ['STUDY', 'SERIES', 'IMAGE'] as const;

/** The level itself, and those above it that the address does not fix. The unique keys of all of them, for RetrieveURL. */
const levelsReturned = (level: SearchLevel, target: Target): readonly SearchLevel[] =>
  levels.slice(0, levels.indexOf(level) + 1).filter((one) => {
    if (one === level) return true;
    return one === 'STUDY' ? target.studyInstanceUid === undefined : target.seriesInstanceUid === undefined;
  });

const uniqueKeys = (level: SearchLevel): readonly Path[] =>
  (['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const).slice(0, levels.indexOf(level) + 1);

export const returnedAttributes = (level: SearchLevel, target: Target): readonly Path[] => [
  ...new Set([...levelsReturned(level, target).flatMap((one) => required[one]), ...uniqueKeys(level)]),
];

export const availableAttributes = (level: SearchLevel, target: Target): readonly Path[] =>
  levelsReturned(level, target).flatMap((one) => optional[one]);
