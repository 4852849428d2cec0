// What a model of an archive knows: patients, studies, series and instances with their values as they were sent.

export type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
export const levels: readonly Level[] = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'];

/** Values as they were sent, padding included; of a sequence its items. */
export type Given = readonly string[] | readonly Item[];
export type Item = Readonly<Record<string, readonly string[]>>;

export interface Entity {
  readonly level: Level;
  readonly values: Readonly<Record<string, Given>>;
  readonly parent: Entity | undefined;
  readonly children: Entity[];
}

interface AttributeOfModel {
  readonly level: Level;
  readonly vr: string;
  /** VM of more than 1. */
  readonly several?: true;
  /** Computed from what lies below. */
  readonly computed?: (entity: Entity) => readonly string[];
}

const below = (entity: Entity, level: Level): readonly Entity[] =>
  entity.level === level ? [entity] : entity.children.flatMap((child) => below(child, level));
const counting = (level: Level) => (entity: Entity) => [String(below(entity, level).length)];
const distinct = (level: Level, keyword: string) => (entity: Entity) => [
  ...new Set(below(entity, level).flatMap((each) => meanings(each, keyword).slice(0, 1))),
];

export const attributes: Readonly<Record<string, AttributeOfModel>> = {
  PatientID: { level: 'PATIENT', vr: 'LO' },
  IssuerOfPatientID: { level: 'PATIENT', vr: 'LO' },
  PatientName: { level: 'PATIENT', vr: 'PN' },
  PatientBirthDate: { level: 'PATIENT', vr: 'DA' },
  PatientBirthTime: { level: 'PATIENT', vr: 'TM' },
  PatientSex: { level: 'PATIENT', vr: 'CS' },
  OtherPatientIDs: { level: 'PATIENT', vr: 'LO', several: true },
  OtherPatientNames: { level: 'PATIENT', vr: 'PN', several: true },
  PatientComments: { level: 'PATIENT', vr: 'LT' },
  NumberOfPatientRelatedStudies: { level: 'PATIENT', vr: 'IS', computed: counting('STUDY') },
  NumberOfPatientRelatedInstances: { level: 'PATIENT', vr: 'IS', computed: counting('IMAGE') },
  StudyInstanceUID: { level: 'STUDY', vr: 'UI' },
  StudyDate: { level: 'STUDY', vr: 'DA' },
  StudyTime: { level: 'STUDY', vr: 'TM' },
  AccessionNumber: { level: 'STUDY', vr: 'SH' },
  StudyID: { level: 'STUDY', vr: 'SH' },
  StudyDescription: { level: 'STUDY', vr: 'LO' },
  ReferringPhysicianName: { level: 'STUDY', vr: 'PN' },
  NameOfPhysiciansReadingStudy: { level: 'STUDY', vr: 'PN', several: true },
  PatientAge: { level: 'STUDY', vr: 'AS' },
  PatientSize: { level: 'STUDY', vr: 'DS' },
  ProcedureCodeSequence: { level: 'STUDY', vr: 'SQ' },
  ModalitiesInStudy: { level: 'STUDY', vr: 'CS', several: true, computed: distinct('SERIES', 'Modality') },
  SOPClassesInStudy: { level: 'STUDY', vr: 'UI', several: true, computed: distinct('IMAGE', 'SOPClassUID') },
  NumberOfStudyRelatedSeries: { level: 'STUDY', vr: 'IS', computed: counting('SERIES') },
  NumberOfStudyRelatedInstances: { level: 'STUDY', vr: 'IS', computed: counting('IMAGE') },
  SeriesInstanceUID: { level: 'SERIES', vr: 'UI' },
  Modality: { level: 'SERIES', vr: 'CS' },
  SeriesNumber: { level: 'SERIES', vr: 'IS' },
  SeriesDescription: { level: 'SERIES', vr: 'LO' },
  SeriesDate: { level: 'SERIES', vr: 'DA' },
  SeriesTime: { level: 'SERIES', vr: 'TM' },
  BodyPartExamined: { level: 'SERIES', vr: 'CS' },
  OperatorsName: { level: 'SERIES', vr: 'PN', several: true },
  FrameOfReferenceUID: { level: 'SERIES', vr: 'UI' },
  RequestAttributesSequence: { level: 'SERIES', vr: 'SQ' },
  NumberOfSeriesRelatedInstances: { level: 'SERIES', vr: 'IS', computed: counting('IMAGE') },
  SOPInstanceUID: { level: 'IMAGE', vr: 'UI' },
  SOPClassUID: { level: 'IMAGE', vr: 'UI' },
  InstanceNumber: { level: 'IMAGE', vr: 'IS' },
  ImageType: { level: 'IMAGE', vr: 'CS', several: true },
  ContentDate: { level: 'IMAGE', vr: 'DA' },
  ContentTime: { level: 'IMAGE', vr: 'TM' },
  AcquisitionDateTime: { level: 'IMAGE', vr: 'DT' },
  SliceLocation: { level: 'IMAGE', vr: 'DS' },
  ImageComments: { level: 'IMAGE', vr: 'LT' },
};

/** Of attributes within sequences. */
export const vrOfNested: Readonly<Record<string, string>> = {
  CodeValue: 'SH',
  CodeMeaning: 'LO',
  ScheduledProcedureStepID: 'SH',
  RequestedProcedureID: 'SH',
};

export const uniqueKeys: Readonly<Record<Level, string>> = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
};

/** The entity itself or the one above it of a level. */
export const ancestor = (entity: Entity, level: Level): Entity | undefined =>
  entity.level === level ? entity : entity.parent && ancestor(entity.parent, level);

export const entitiesOf = (patients: readonly Entity[], level: Level): readonly Entity[] =>
  patients.flatMap((patient) => below(patient, level));

/** Without the padding of its VR. PS3.5 6.2. */
export const unpadded = (vr: string, text: string): string =>
  ['LT', 'ST', 'UT'].includes(vr) ? text.replace(/ +$/u, '') : text.replace(/^ +|[ \0]+$/gu, '');

/** What an attribute says as seen from an entity; a value that is padding only says nothing. */
export function meanings(entity: Entity, keyword: string): readonly string[] {
  const { level, vr, computed } = attributes[keyword] ?? { level: entity.level, vr: 'LO' };
  const owner = ancestor(entity, level);
  if (!owner) return [];
  if (computed) return computed(owner);
  const given = owner.values[keyword] ?? [];
  const told = given.flatMap((value) => (typeof value === 'string' ? [unpadded(vr, value)] : []));
  return isNumberOfIndex(keyword) ? told.slice(0, 1).flatMap(wholeNumber) : told.filter((value) => value !== '');
}

export function itemsOf(entity: Entity, keyword: string): readonly Item[] {
  const owner = ancestor(entity, attributes[keyword]?.level ?? entity.level);
  return (owner?.values[keyword] ?? []).flatMap((value) => (typeof value === 'string' ? [] : [value]));
}

/** Kept and answered as numbers. */
const isNumberOfIndex = (keyword: string): boolean => keyword === 'SeriesNumber' || keyword === 'InstanceNumber';
const wholeNumber = (text: string): readonly string[] => {
  const number = Number(text);
  return text !== '' && Number.isSafeInteger(number) ? [String(number)] : [];
};
